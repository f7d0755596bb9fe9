"""A real browser on a real server: Debian's Chromium, headless, against the suite's own live server.

The desk answers on localhost, the sites on *.localhost, as in the demo; Chromium resolves those by itself.
"""

import os
import shutil
import threading
from typing import Any, ClassVar

import pytest
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.core.signals import request_finished, request_started
from django.test import override_settings
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from articles.demo.drawing import draw
from newsroom.publications.models import Host, Publication
from tests.base import PASSWORD, NewsroomTestCase

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
SAVED = ".save-note[data-state=saved]"  # of an article, without leaving its page
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


class InFlight:
    """How many requests the live server is answering."""

    def __init__(self) -> None:
        self.count, self.changed = 0, threading.Condition()
        request_started.connect(self.started)
        request_finished.connect(self.finished)

    def started(self, **_named: Any) -> None:
        self.add(1)

    def finished(self, **_named: Any) -> None:
        self.add(-1)

    def add(self, number: int) -> None:
        with self.changed:
            self.count += number
            self.changed.notify_all()

    def wait_for_none(self) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.count <= 0, timeout=10)

    def end(self) -> None:
        request_started.disconnect(self.started)
        request_finished.disconnect(self.finished)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")
@override_settings(DESK_HOST="localhost")
class BrowserTestCase(StaticLiveServerTestCase):
    """One browser a class; each test gets a fresh context whose console and policy violations must stay silent."""

    host = "localhost"
    playwright: ClassVar[Playwright]
    browser: ClassVar[Browser]
    in_flight: ClassVar["InFlight"]
    locale = "fr-FR"

    @classmethod
    def setUpClass(cls) -> None:
        # Playwright's loop is running in this thread; Django would take that for async code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        super().setUpClass()
        cls.in_flight = InFlight()
        cls.playwright = sync_playwright().start()
        cls.browser = cls.playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.browser.close()
        cls.playwright.stop()
        cls.in_flight.end()
        super().tearDownClass()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]

    def setUp(self) -> None:
        NewsroomTestCase.setUpTestData.__func__(type(self))  # type: ignore[attr-defined]
        Host.objects.create(publication=type(self).kg, domain="localhost", redirects=False)  # type: ignore[attr-defined]
        self.port = self.live_server_url.rsplit(":", 1)[1]
        settings = override_settings(PUBLIC_PORT=self.port)
        settings.enable()
        self.addCleanup(settings.disable)
        self.complaints: list[str] = []
        self.page = self.new_page()

    person = staticmethod(NewsroomTestCase.person)

    def new_page(self, **options: Any) -> Page:
        context = self.browser.new_context(locale=self.locale, viewport={"width": 1280, "height": 900}, **options)
        self.addCleanup(context.close)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def tearDown(self) -> None:
        # What the server still draws, or pages ask for every few seconds, would be read while the tables are emptied.
        for context in self.browser.contexts:
            for page in context.pages:
                page.wait_for_load_state("networkidle")
        complaints = list(self.complaints)
        for context in self.browser.contexts:
            context.route("**/*", lambda route: route.abort())
            for page in context.pages:
                page.goto("about:blank")
        self.in_flight.wait_for_none()
        self.assertEqual(complaints, [], "the browser complained")
        super().tearDown()

    def sign_in(self, username: str) -> None:
        self.page.goto(f"{self.live_server_url}/admin/")
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("[type=submit]")
        self.page.wait_for_selector(".panels")

    def site(self, publication: Publication, path: str = "/") -> str:
        return f"http://{publication.domain}:{self.port}{path}"


def photo(folder: Any, scene: str = "phone") -> str:
    """An image file on disk, to upload."""
    path = folder / f"{scene}.jpg"
    draw(scene, "browser", (960, 540)).save(path, "JPEG")
    return str(path)
