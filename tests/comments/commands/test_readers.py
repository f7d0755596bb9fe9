"""export_reader and erase_reader."""

import io
import json
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.management import CommandError, call_command

from comments.models import Comment
from comments.states import Status
from tests.comments.base import CommentsTestCase


class ReaderCommandTests(CommentsTestCase):
    def run_it(self, *args: Any, **options: Any) -> str:
        out = io.StringIO()
        call_command(*args, stdout=out, stderr=io.StringIO(), **options)
        return out.getvalue()

    def test_it_exports_as_json(self) -> None:
        self.post()
        export = json.loads(self.run_it("export_reader", "ZOE@example.org"))
        self.assertEqual(export["comments"][0]["text"], "Très bon article, merci.")

    def test_it_writes_a_file_and_never_over_one(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "zoe.json"
            self.run_it("export_reader", "zoe@example.org", output=file)
            self.assertEqual(json.loads(file.read_text())["comments"], [])
            with self.assertRaises(CommandError):
                self.run_it("export_reader", "zoe@example.org", output=file)

    def test_it_erases_and_says_how_much(self) -> None:
        self.post()
        self.assertIn("Erased: 1 comments", self.run_it("erase_reader", "zoe@example.org", yes=True))
        self.assertEqual(Comment.objects.get().status, Status.ERASED)
        self.assertIn("nothing was held", self.run_it("erase_reader", "zoe@example.org", yes=True))

    def test_a_dry_run_erases_nothing(self) -> None:
        self.post()
        self.assertIn("Would erase: 1 comments", self.run_it("erase_reader", "zoe@example.org", dry_run=True))
        self.assertEqual(self.count(), 1)

    def test_it_asks_before_it_erases(self) -> None:
        self.post()
        with patch("builtins.input", return_value="no"), self.assertRaises(CommandError):
            self.run_it("erase_reader", "zoe@example.org")
        with patch("builtins.input", return_value="erase"):
            self.run_it("erase_reader", "zoe@example.org")
        self.assertEqual(self.count(), 0)

    def test_it_refuses_what_is_no_e_mail(self) -> None:
        for command in ("export_reader", "erase_reader"):
            with self.assertRaises(CommandError):
                self.run_it(command, "zoe")
