"""How the suite runs: with the demo's permissive hosts and key, plain static files, and media in a folder of its own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ["NEWSROOM_DEMO"] = "1"
os.environ.setdefault("NEWSROOM_VAR", tempfile.mkdtemp(prefix="newsroom-tests-"))
(Path(os.environ["NEWSROOM_VAR"]) / "static").mkdir(exist_ok=True)  # WhiteNoise warns where there is none

import pytest  # noqa: E402  (the environment comes first)


@pytest.fixture(autouse=True)
def own_files(settings: object, tmp_path: Path) -> Iterator[None]:
    """Uploads of a test stay the test's; static files need no collecting; passwords are hashed quickly."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    yield
