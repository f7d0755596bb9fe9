"""Every template of the project compiles, and none sets style= or runs an inline script."""

import re
from pathlib import Path

from django.template.loader import get_template
from django.test import SimpleTestCase

ROOT = Path(__file__).parent.parent / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))


class TemplateTests(SimpleTestCase):
    def test_it_compiles_every_template(self) -> None:
        self.assertGreater(len(TEMPLATES), 20)
        for path in TEMPLATES:
            get_template(str(path.relative_to(ROOT)))

    def test_it_keeps_to_the_content_security_policy(self) -> None:
        for path in TEMPLATES:
            text = path.read_text(encoding="utf-8")
            self.assertNotRegex(text, r"\sstyle=", path.name)
            self.assertNotRegex(text, r"\son\w+=", path.name)
            for script in re.findall(r"<script[^>]*>", text):
                self.assertIn("src=", script, path.name)
