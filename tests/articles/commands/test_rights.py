"""docs/rights.md is what the command prints."""

import io
from pathlib import Path
from unittest import TestCase

from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from articles.management.commands.rights import who
from articles.workflow import STATES, TRANSITIONS, Stage, Standing


class RightsTests(TestCase):
    def printed(self) -> str:
        out = io.StringIO()
        call_command("rights", stdout=out)
        return out.getvalue()

    def test_the_page_is_what_the_tables_say(self) -> None:
        kept = (Path(settings.BASE_DIR) / "docs/rights.md").read_text(encoding="utf-8")
        self.assertEqual(kept, self.printed(), "run: manage.py rights > docs/rights.md")

    def test_it_is_in_english_whatever_the_desk_speaks(self) -> None:
        with translation.override("fr"):
            self.assertIn("## Published unreviewed", self.printed())

    def test_it_names_every_step_and_every_state(self) -> None:
        page = self.printed()
        for name in TRANSITIONS:
            self.assertIn(f"| `{name}` |", page)
        self.assertEqual(len(STATES), len(Stage) * len(Standing) - 1)

    def test_capitals_are_ones_own_and_small_letters_anybodys(self) -> None:
        self.assertEqual(who(("article.save",)), "W Ee Pp")
        self.assertEqual(who(("article.expunge",)), "Pp")
