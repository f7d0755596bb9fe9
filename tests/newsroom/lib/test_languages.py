import datetime as dt
from dataclasses import replace
from unittest.mock import patch

from django.conf import settings
from django.core.checks import Warning
from django.test import SimpleTestCase, override_settings

from newsroom.lib.languages import LANGUAGES, Language, Words, language_of
from newsroom.lib.typography import typeset
from newsroom.publications.checks import check_catalogues
from newsroom.publications.models import Publication
from newsroom.timestamps import DateStyle, house_date, month_name

NOON = dt.datetime(2025, 2, 10, 12, 0, tzinfo=dt.UTC)
GERMAN = Language(
    name="Deutsch",
    words=Words(
        tag="tag", author="autor", archive="archiv", search="suche", compare="vergleich", contact="kontakt",
        corrections="berichtigungen", changes="aenderungen",
    ),
    legal_notice_slug="impressum",
    short_months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    long_months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    long_date=lambda moment, month: f"{moment.day}. {month} {moment.year}, {moment:%H:%M} Uhr",
)  # fmt: skip


class LanguageTests(SimpleTestCase):
    def test_it_offers_the_languages_of_the_table(self) -> None:
        self.assertEqual(settings.LANGUAGES, [(code, language.name) for code, language in LANGUAGES.items()])

    def test_it_finds_a_language_by_its_primary_subtag_and_falls_back_to_english(self) -> None:
        self.assertIs(language_of("fr"), LANGUAGES["fr"])
        self.assertIs(language_of("fr-CA"), LANGUAGES["fr"])
        self.assertIs(language_of("pt_BR"), LANGUAGES["en"])

    def test_it_needs_one_entry_for_a_third_language(self) -> None:
        with patch.dict(LANGUAGES, {"de": GERMAN}):  # type: ignore[arg-type]
            self.assertEqual(Publication(language="de").word("author"), "autor")
            self.assertEqual(month_name(2025, 2, "de"), "Februar 2025")
            for style, date in (
                (DateStyle.BULLET, "10 Feb. 2025 • 13:00"),
                (DateStyle.LONG, "10. Februar 2025, 13:00 Uhr"),
            ):
                self.assertEqual(house_date(NOON, style=style, language="de", time_zone="Europe/Berlin"), date)
            self.assertEqual(typeset('"Ja" ...', "de"), '"Ja" ...')

    def test_it_refuses_a_language_without_twelve_months_or_with_one_word_twice(self) -> None:
        with self.assertRaisesMessage(ValueError, "twelve months"):
            replace(GERMAN, long_months=GERMAN.long_months[1:])
        with self.assertRaisesMessage(ValueError, "one word for two"):
            replace(GERMAN, words=replace(GERMAN.words, changes="tag"))

    def test_it_warns_of_a_language_without_translations(self) -> None:
        self.assertEqual(check_catalogues(None), [])
        with override_settings(LANGUAGES=[*settings.LANGUAGES, ("xx", "Test")]):
            (message,) = check_catalogues(None)
        self.assertIsInstance(message, Warning)
        self.assertIn("xx", message.msg)
