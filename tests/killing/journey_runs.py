"""The journeys: an upload and a moved focal point at the desk, a poll of a partner's feed, a mail."""

import datetime as dt
import io
from collections.abc import Iterator
from functools import partial
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image as Pillow

from articles.actions import image_files, images
from articles.models import Image, PartnerFeed
from articles.partners import actions as partner_actions
from articles.partners import poll
from newsroom.publications.permissions import SYSTEM
from newsroom.worker import mail, queue
from newsroom.worker.models import Mail
from tests.articles.partners.test_parse import item, rss
from tests.killing.install import Install, Pair
from tests.killing.journeys import Journey
from tests.killing.outside import Outside
from tests.strangers import Page

SMALL = (96, 54)  # px: few renditions, quickly made
RECURRING = (image_files.delete_unnamed_files, mail.settle_given_up)  # of the jobs, those that take up what was left
WORKER, NEXT_WORKER = "worker-that-dies", "next-worker"


def photo(colour: str, size: tuple[int, int] = SMALL) -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


def journeys(install: Install, outside: Outside) -> Iterator[Journey]:
    yield upload(install)
    yield focal_point(install)
    yield polling(install, outside)
    yield mailing("mail", outside, tries=0)
    yield mailing("mail, last try", outside, tries=queue.MAX_TRIES - 1)


def add(data: bytes, by: Any) -> Image:
    return images.add(io.BytesIO(data), by=by, label="plage", alt="Une plage")


def upload(install: Install) -> Journey:
    go = partial(add, photo("teal"), install.ines)

    def again() -> None:
        go()
        work_tomorrow()

    return Journey("upload", go, {"the same upload again": again, "the worker": work_tomorrow})


def uploading_pair(install: Install) -> Pair:
    """Two people who upload the same file at once."""
    data = photo("olive")
    return Pair("add and add of one file", partial(add, data, install.ines), partial(add, data, install.thomas))


def focal_point(install: Install) -> Journey:
    image = add(photo("maroon"), install.ines)

    def move() -> None:
        moved = Image.objects.get(pk=image.pk)
        moved.focal_x = 80
        images.describe(moved, by=install.ines)

    return Journey("focal point", move, {"the worker": work_tomorrow})


def polling(install: Install, outside: Outside) -> Journey:
    """A feed with an image is polled; it has a new headline by now, and another image on the old one."""

    def page(image: str, *more: str) -> Page:
        old = item("Ancien", link="/a/", more=f'<media:content url="{image}" medium="image"/>')
        return Page(
            rss(old + "".join(item(title, link=f"/{title}/") for title in more)), headers={"ETag": f'"{image}"'}
        )

    pages = {name: Page(photo(name[1:], (640, 360)), "image/jpeg") for name in ("/navy", "/gold")}
    outside.publish({**pages, "/feed": page("/navy")})
    feed = PartnerFeed(publication=install.kg, name="Eux", url=outside.site + "/feed", shows_images=True, credit="Eux")
    partner_actions.save_feed(feed, by=SYSTEM)
    poll.poll_due(timezone.now())
    PartnerFeed.objects.update(due_at=timezone.now())
    outside.publish({**pages, "/feed": page("/gold", "nouveau", "second")})

    def once() -> None:
        poll.poll_due(timezone.now())

    def next_time() -> None:
        assert len(poll.poll_due(timezone.now() + dt.timedelta(days=1))) == 1, "the feed is lost"
        work_tomorrow()

    return Journey("poll", once, {"the next poll": next_time})


def mailing(name: str, outside: Outside, tries: int) -> Journey:
    """A worker sends a mail that was tried so often before."""

    def go() -> None:
        with transaction.atomic():
            mail.post(name, to="camille@example.org", subject="Un article", body="Il est en ligne.", publication=None)
        DBTaskResult.objects.update(worker_ids=["earlier"] * tries)
        assert queue.run_next(WORKER)

    def facts() -> dict[str, Any]:
        row = Mail.objects.filter(key=name).first()
        worrying = Mail.objects.needing_attention().filter(key=name).exists()
        return {"state": row and row.state, "is shown": worrying, "received": outside.mails()}

    return Journey(name, go, {"the next worker": work_tomorrow}, facts, outside.empty)


def work_tomorrow() -> None:
    """What a worker does by the next day: it takes over from the one that died, and recurring jobs have their turn."""
    queue.reap(timezone.now())
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        for job in RECURRING:
            job.call()
    while True:
        DBTaskResult.objects.filter(status=queue.READY).update(run_after=timezone.now())  # time that passes
        if not queue.run_next(NEXT_WORKER):
            return
