"""The production start: what it refuses on, and what it says to set. A real process each time."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from unittest import TestCase

import pytest

from tests.living.processes import Reader, free_port, running, wait_until
from tests.migrated import copy_migrated

pytestmark = pytest.mark.server
ROOT = Path(__file__).parents[3]
SECRET = "a-secret-of-sixty-characters-that-no-one-else-would-ever-come-upon-again"

INSECURE_KEY = "insecure-key-for-the-demo-and-for-tests-only-never-for-a-real-site"
BOTH = {"NEWSROOM_HSTS_INCLUDE_SUBDOMAINS": "true", "NEWSROOM_HSTS_PRELOAD": "true"}
WRONG = {
    "NEWSROOM_SECRET_KEY": ("short", "a" * 60, "django-insecure-" + "abcdefgh" * 8),
    "NEWSROOM_HOSTS": ("https://a.org", "a.org:80", "A.org"),
    "NEWSROOM_DESK_HOST": ("https://a.org", "b.org", "a.org,b.org", ".a.org"),
    "NEWSROOM_THREADS": ("0", "two"),
    "NEWSROOM_HTTPS": ("ture",),
    "NEWSROOM_DEBUG": ("maybe",),
    "NEWSROOM_PORT": ("http", "99999"),
    "DATABASE_URL": ("postgres", "nonsense://x", "postgres://u:hunter2@h:port/x", "mysql://u:hun/ter2@hunter2@h/x"),
    "CACHE_URL": ("redis", "foo://x"),
    "NEWSROOM_MAIL_URL": ("localhost", "http://x"),
    "NEWSROOM_MAIL_FROM": ("nobody",),
    "NEWSROOM_WORKER_LEASE": ("soon", "0", "nan"),
    "NEWSROOM_TRUSTED_PROXIES": ("10.0.0.0/99",),
    "NEWSROOM_EDGES": (
        "127.0.0.1:6083",
        "varnish://127.0.0.1",
        "varnish://127.0.0.1:http",
        "squid://127.0.0.1:3128",
        "varnish://a.org:6083/all",
        "varnish://a.org:1, varnish://a.org:1",
        "fastly://hunter2@",
        "fastly://@abc",
        "fastly://hunter2hunter2hunter2",
    ),
    "NEWSROOM_IMAGE_MAX_BYTES": ("30MB",),
    "NEWSROOM_IMAGE_MAX_PIXELS": ("-1",),
    "NEWSROOM_ENV_FILE": ("/nowhere/at/all",),
    "NEWSROOM_VAULT_PUBLIC_KEY": ("abc", "YWJj"),
    "NEWSROOM_VAR": ("/proc/no-folder",),
}
ASK_FOR_HSTS = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
django.setup()
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory
answer = SecurityMiddleware(lambda request: HttpResponse())(RequestFactory().get("/", secure=True))
print(answer["Strict-Transport-Security"])
"""
PRINT_SETTINGS = """
from newsroom import settings
plain = (bool, int, float, str, list, dict)
for name in sorted(filter(str.isupper, dir(settings))):
    if isinstance(getattr(settings, name), plain) and name not in ("LOGGING", "DJANGO_PROSE_EDITOR_EXTENSIONS"):
        print(name, getattr(settings, name))
"""


class ProductionStartTests(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.var = folder.name

    def manage(self, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return self.python("manage.py", *command, **environment)

    def python(self, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        own = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSROOM_", "DATABASE_URL"))}
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env={**own, "NEWSROOM_VAR": self.var, **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def test_it_refuses_with_sentences_that_say_what_to_set(self) -> None:
        self.manage("migrate", "-v0", NEWSROOM_DEMO="1")
        self.manage(
            "shell", "-v0", "-c",
            "from articles.demo import stage; stage.publications(stage.people())",
            NEWSROOM_DEMO="1",
        )  # fmt: skip
        bare = self.manage("serve", "--port", "1", NEWSROOM_SECRET_KEY=SECRET)
        self.assertNotEqual(bare.returncode, 0)
        for name in ("NEWSROOM_HOSTS", "NEWSROOM_DESK_HOST"):
            self.assertIn(name, bare.stderr)
        self.assertIn("demo --close-accounts", bare.stderr)
        # A site without its legal notice is held back alone: the notice is written at the desk, which has to start.
        self.assertIn("No legal notice is published on KultureGeek, iPhoneAddict", bare.stderr)
        self.assertIn("newsroom.W007", bare.stderr)

    def test_it_ends_on_each_wrong_setting_with_a_sentence_that_says_what_to_set(self) -> None:
        for name, values in WRONG.items():
            for value in values:
                with self.subTest(f"{name}={value}"):
                    sound = {"NEWSROOM_SECRET_KEY": SECRET, "NEWSROOM_HOSTS": "a.org", "NEWSROOM_DESK_HOST": "a.org"}
                    answer = self.manage("check", "--deploy", **{**sound, name: value})
                    self.assertNotEqual(answer.returncode, 0)
                    self.assertIn(name, answer.stderr)
                    self.assertRegex(answer.stderr, rf"(?s)[Ss]et (it to|{name} to)|Add it to NEWSROOM_HOSTS")
                    self.assertNotIn("Traceback", answer.stderr)
                    self.assertNotIn("hunter2", answer.stderr)

    def test_it_shows_the_demo_to_no_other_machine_unless_it_is_told_to(self) -> None:
        for mode in ("NEWSROOM_DEMO", "NEWSROOM_DEBUG"):
            for host in ("0.0.0.0", "::", "192.0.2.7", "desk.example.org"):
                answer = self.manage("serve", "--host", host, "--port", "1", **{mode: "1"})
                self.assertNotEqual(answer.returncode, 0)
                self.assertIn("--expose-demo", answer.stderr, host)

    def test_it_runs_no_command_without_a_secret_key_of_its_own(self) -> None:
        for command in ("serve", "worker", "migrate", "check", "createsuperuser", "rekey"):
            for key in ("", INSECURE_KEY):
                answer = self.manage(command, NEWSROOM_SECRET_KEY=key)
                self.assertNotEqual(answer.returncode, 0, command)
                self.assertIn("Set NEWSROOM_SECRET_KEY to 50 random characters", answer.stderr, command)
                self.assertEqual(len(answer.stderr.splitlines()), 1, answer.stderr)
        self.assertEqual(list(Path(self.var).iterdir()), [])
        self.assertEqual(self.manage("--version").returncode, 0)  # it needs no settings

    def test_the_example_of_settings_is_production_s_defaults_and_holds_no_key(self) -> None:
        example = {"NEWSROOM_ENV_FILE": str(ROOT / ".env.example")}
        answer = self.manage("check", **example)
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("Set NEWSROOM_SECRET_KEY", answer.stderr)
        with_key = {"NEWSROOM_SECRET_KEY": SECRET}
        with_file, without = (self.python("-c", PRINT_SETTINGS, **with_key, **more) for more in (example, {}))
        self.assertEqual(with_file.returncode, 0, with_file.stderr)
        self.assertEqual(with_file.stdout, without.stdout)

    def test_it_answers_no_request_without_a_secret_key_of_its_own(self) -> None:
        answer = self.python("-c", "import newsroom.wsgi")
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("ImproperlyConfigured: Set NEWSROOM_SECRET_KEY", answer.stderr)

    def test_it_refuses_the_public_key_among_those_that_were_replaced(self) -> None:
        answer = self.manage(
            "serve", "--port", "1",
            NEWSROOM_SECRET_KEY=SECRET, NEWSROOM_SECRET_KEY_FALLBACKS=INSECURE_KEY,
            NEWSROOM_HOSTS="a.org", NEWSROOM_DESK_HOST="a.org",
        )  # fmt: skip
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("NEWSROOM_SECRET_KEY_FALLBACKS", answer.stderr)

    def test_it_leaves_subdomains_and_preloading_to_the_owner_of_the_domain(self) -> None:
        for chosen, sent in (({}, "max-age=31536000"), (BOTH, "max-age=31536000; includeSubDomains; preload")):
            answer = self.python("-c", ASK_FOR_HSTS, NEWSROOM_SECRET_KEY=SECRET, NEWSROOM_HOSTS="a.org", **chosen)
            self.assertEqual(answer.stdout.strip(), sent, answer.stderr)

    def test_it_refuses_demo_mode_of_a_database_that_was_never_made(self) -> None:
        answer = self.manage(
            "serve", "--port", "1", NEWSROOM_SECRET_KEY=SECRET, NEWSROOM_HOSTS="a.org", NEWSROOM_DESK_HOST="a.org"
        )
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("manage.py migrate", answer.stderr)

    def test_it_passes_the_deployment_checks_under_production_settings(self) -> None:
        answer = self.manage(
            "check", "--deploy", "--fail-level", "WARNING",
            NEWSROOM_SECRET_KEY=SECRET, NEWSROOM_HOSTS="a.org", NEWSROOM_DESK_HOST="a.org",
        )  # fmt: skip
        self.assertEqual(answer.returncode, 0, answer.stderr)

    def test_it_starts_a_worker_beside_the_server_that_ends_with_it(self) -> None:
        copy_migrated(Path(self.var) / "newsroom.sqlite3")
        file, port = f"{self.var}/newsroom.sqlite3", str(free_port())

        def alive() -> int:
            with closing(sqlite3.connect(file)) as rows:
                return int(rows.execute("SELECT count(*) FROM worker_worker").fetchone()[0])

        own = {"NEWSROOM_DEMO": "1", "NEWSROOM_VAR": self.var, "NEWSROOM_PORT": port}
        with running(f"sqlite:///{file}", "serve", "--port", port, "--with-worker", **own) as server:
            wait_until(lambda: alive() == 1, 60, "a worker")
            reader = Reader(int(port), "localhost")
            wait_until(lambda: reader.read("/healthz")[0] == 200, 60, "a server that answers")
            server.terminate()
            server.wait(20)
            wait_until(lambda: alive() == 0, 20, "the worker's end")

    def test_it_refuses_an_impossible_number_of_threads(self) -> None:
        answer = self.manage("serve", "--threads", "0", NEWSROOM_DEMO="1")
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("--threads", answer.stderr)
