"""What every test stands on: plain static files, media in a folder of its own, quick password hashes."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.migrated import begin_migrated

# Files that take half a minute or more, the longest first: begun last, one of them would keep one core at work alone.
LONG_FILES = (
    "test_killed.py", "test_rights_with_review.py", "test_never_stale.py", "test_living.py",
    "test_rights_without_review.py", "test_reading.py", "test_guessing.py", "test_crowd.py",
    "test_plain_words_migrations.py", "test_rights_elsewhere.py", "test_clock.py", "test_autosave.py", "test_desk.py",
    "test_serve.py", "test_trial.py", "test_routes.py", "test_slow_connections.py", "test_load_corpus.py",
    "test_day.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files."""
    place = {name: n for n, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONG_FILES)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Begin with a database that is migrated already: the migrations take 20 s, and each process has its own."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(begin_migrated())
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_hashes() -> Iterator[None]:
    """For the session: a class's people are made before any fixture of its tests, and slow ones cost minutes."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Uploads of a test stay the test's; static files need no collecting."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        "default": {"BACKEND": "newsroom.storage.WholeFileStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    yield
