"""The WSGI application: Django. newsroom/asgi.py guards it; under another server a proxy has to read bodies whole."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
application = get_wsgi_application()
