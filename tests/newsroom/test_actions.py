import json
import logging
import sys
from typing import Any

from django.db import connection, transaction

from newsroom.actions import action
from newsroom.logs import JsonFormatter
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase

PREFIX = "tests.newsroom.test_actions"


@action
def rename(publication: Publication, *, by: Any, name: str, revision: int = 0) -> Publication:
    """A docstring."""
    publication.name = name
    publication.save()
    return publication


@action
def found(domain: str, *, by: Any) -> Publication:
    return Publication.objects.create(name="Été", domain=domain, position=9)


@action
def close(publication: Publication, *, by: Any) -> None:
    publication.delete()


@action
def rename_all(publications: list[Publication], *, by: Any, name: str) -> None:
    for publication in publications:
        rename(publication, by=by, name=f"{name} {publication.pk}")


@action
def refuse_after_writing(publication: Publication, *, by: Any) -> None:
    publication.name = "Written and rolled back"
    publication.save()
    raise Forbidden("secret@example.org may not")


class ActionTests(NewsroomTestCase):
    def lines(self, call: Any) -> list[str]:
        """The lines that a call logs, its transaction committed, without their durations."""
        with self.assertLogs("newsroom.actions", "INFO") as logs, self.captureOnCommitCallbacks(execute=True):
            call()
        return [" ".join(w for w in r.getMessage().split() if not w.startswith("ms=")) for r in logs.records]

    def test_it_logs_the_ids_of_what_an_action_was_given(self) -> None:
        lines = self.lines(lambda: rename(self.kg, by=self.thomas, name="KG", revision=3))
        self.assertEqual(
            lines,
            [f"action={PREFIX}.rename publication={self.kg.pk} by={self.thomas.pk} revision=3 outcome=done"],
        )

    def test_it_names_the_system(self) -> None:
        lines = self.lines(lambda: rename(self.kg, by=SYSTEM, name="KG"))
        self.assertEqual(lines, [f"action={PREFIX}.rename publication={self.kg.pk} by=system outcome=done"])

    def test_it_logs_the_id_of_what_an_action_made(self) -> None:
        (line,) = self.lines(lambda: found("new.localhost", by=self.alix))
        made = Publication.objects.get(domain="new.localhost")
        self.assertEqual(line, f"action={PREFIX}.found publication={made.pk} by={self.alix.pk} outcome=done")

    def test_it_logs_the_id_of_what_an_action_saved_for_the_first_time(self) -> None:
        unsaved = Publication(name="Été", domain="new.localhost", position=9)
        (line,) = self.lines(lambda: rename(unsaved, by=SYSTEM, name="Hiver"))
        self.assertIn(f"publication={unsaved.pk} ", line)

    def test_it_logs_the_id_of_what_an_action_deleted(self) -> None:
        spare = Publication.objects.create(name="Été", domain="new.localhost", position=9)
        pk = spare.pk
        (line,) = self.lines(lambda: close(spare, by=SYSTEM))
        self.assertIn(f"publication={pk} ", line)

    def test_it_logs_nothing_that_was_typed(self) -> None:
        (line,) = self.lines(lambda: rename(self.kg, by=self.thomas, name="someone@example.org"))
        self.assertNotIn("someone", line)

    def test_it_logs_milliseconds(self) -> None:
        with self.assertLogs("newsroom.actions", "INFO") as logs, self.captureOnCommitCallbacks(execute=True):
            rename(self.kg, by=SYSTEM, name="KG")
        fields = logs.records[0].fields  # type: ignore[attr-defined]
        self.assertIsInstance(fields["ms"], float)
        self.assertGreaterEqual(fields["ms"], 0)

    def test_it_rolls_back_and_names_the_exception_but_not_its_message(self) -> None:
        with (
            self.assertLogs("newsroom.actions", "INFO") as logs,
            self.assertRaisesMessage(Forbidden, "secret@example.org may not"),
        ):
            refuse_after_writing(self.kg, by=self.camille)
        self.assertEqual(Publication.objects.get(pk=self.kg.pk).name, "KultureGeek")
        (line,) = [record.getMessage() for record in logs.records]
        self.assertTrue(line.endswith("outcome=Forbidden"), line)
        self.assertNotIn("secret", line)

    def test_it_logs_no_action_as_done_that_an_outer_transaction_rolled_back(self) -> None:
        with self.assertNoLogs("newsroom.actions", "INFO"), self.captureOnCommitCallbacks(execute=True):
            try:
                with transaction.atomic():
                    rename(self.kg, by=SYSTEM, name="KG")
                    raise ValueError
            except ValueError:
                pass

    def test_it_logs_an_action_that_another_calls_on_a_line_of_its_own(self) -> None:
        lines = self.lines(lambda: rename_all([self.kg, self.ia], by=SYSTEM, name="Same"))
        self.assertEqual(
            [line.split()[0] for line in lines], [f"action={PREFIX}.{n}" for n in ("rename", "rename", "rename_all")]
        )

    def test_it_opens_a_transaction_and_keeps_name_and_docstring(self) -> None:
        depths: list[int] = []
        before = len(connection.savepoint_ids)
        action(lambda: depths.append(len(connection.savepoint_ids)))()
        self.assertEqual(depths, [before + 1])
        self.assertEqual((rename.__name__, rename.__doc__), ("rename", "A docstring."))


class JsonFormatterTests(NewsroomTestCase):
    def test_it_writes_an_action_as_one_line_of_json(self) -> None:
        with self.assertLogs("newsroom.actions", "INFO") as logs, self.captureOnCommitCallbacks(execute=True):
            rename(self.kg, by=self.thomas, name="KG")
        line = JsonFormatter().format(logs.records[0])
        entry = json.loads(line)
        self.assertNotIn("\n", line)
        self.assertEqual(
            (entry["action"], entry["publication"], entry["by"], entry["outcome"], entry["level"], entry["logger"]),
            (f"{PREFIX}.rename", self.kg.pk, self.thomas.pk, "done", "INFO", "newsroom.actions"),
        )

    def test_it_writes_an_exception_and_values_that_json_does_not_know(self) -> None:
        try:
            raise ValueError("é\nà")
        except ValueError:
            record = logging.LogRecord("x", logging.ERROR, "f", 1, "Failed: %s", (object,), sys.exc_info())
        record.fields = {"path": object}
        entry = json.loads(JsonFormatter().format(record))
        self.assertEqual((entry["message"], entry["path"]), (f"Failed: {object}", str(object)))
        self.assertIn("ValueError: é", entry["exception"])
