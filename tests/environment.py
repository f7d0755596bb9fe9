"""What the settings read, set before Django reads them: pytest loads this first (`-p tests.environment`)."""

import os
import tempfile
from pathlib import Path

os.environ["NEWSROOM_DEMO"] = "1"
# Each process of the suite has files and a cache of its own: what one empties is another's count of guesses.
if worker := os.environ.get("PYTEST_XDIST_WORKER", ""):
    os.environ["NEWSROOM_VAR"] = tempfile.mkdtemp(prefix=f"newsroom-tests-{worker}-")
    address, slash, number = os.environ.get("CACHE_URL", "").rpartition("/")
    if slash and number.isdigit():
        os.environ["CACHE_URL"] = f"{address}/{(int(number) + int(worker.removeprefix('gw'))) % 16}"
os.environ.setdefault("NEWSROOM_VAR", tempfile.mkdtemp(prefix="newsroom-tests-"))
(Path(os.environ["NEWSROOM_VAR"]) / "static").mkdir(exist_ok=True)  # WhiteNoise warns where there is none
