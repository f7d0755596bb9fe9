"""The application that the server runs: `granian --interface asgi newsroom.asgi:application` (`manage.py serve`).

Django runs as it does under WSGI, in threads; what waits for a client does not take one (newsroom/server).
"""

import os

from newsroom import wsgi  # isort: skip (sets Django up, which the next ones need)

from django.conf import settings

from newsroom.desk.access import may_upload
from newsroom.middleware import DESK_PATH
from newsroom.server.application import GuardedApplication

application = GuardedApplication(
    wsgi.application,
    threads=int(os.environ.get("NEWSROOM_THREADS", "2")),
    admin_path=DESK_PATH,
    upload_path=f"{DESK_PATH}articles/image/",
    upload_bytes=settings.IMAGE_MAX_BYTES + 1024 * 1024,
    may_upload=may_upload,
)
