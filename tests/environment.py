"""What the settings read, set before Django reads them: pytest loads this first (`-p tests.environment`)."""

import os
import tempfile
from pathlib import Path

os.environ["NEWSROOM_DEMO"] = "1"
os.environ.setdefault("NEWSROOM_VAR", tempfile.mkdtemp(prefix="newsroom-tests-"))
(Path(os.environ["NEWSROOM_VAR"]) / "static").mkdir(exist_ok=True)  # WhiteNoise warns where there is none
