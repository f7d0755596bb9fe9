"""The French translations: complete, compiled, with their placeholders."""

import gettext
from pathlib import Path
from unittest import TestCase

import polib

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "newsroom/locale/fr/LC_MESSAGES"


class TranslationTests(TestCase):
    def setUp(self) -> None:
        self.po = polib.pofile(str(FOLDER / "django.po"))

    def test_it_leaves_no_string_without_french(self) -> None:
        self.assertEqual([entry.msgid for entry in self.po.untranslated_entries() + self.po.fuzzy_entries()], [])

    def test_it_ships_the_mo_of_this_po(self) -> None:
        with (FOLDER / "django.mo").open("rb") as file:
            compiled = gettext.GNUTranslations(file)
        for entry in self.po:
            if not entry.msgid_plural:
                text = compiled.pgettext(entry.msgctxt, entry.msgid) if entry.msgctxt else compiled.gettext(entry.msgid)
                self.assertEqual(text, entry.msgstr, "run make messages")

    def test_it_keeps_every_placeholder(self) -> None:
        for entry in self.po:
            for text in entry.msgstr_plural.values() or [entry.msgstr]:
                for mark in ("%(", "{"):
                    self.assertEqual(entry.msgid.count(mark), text.count(mark), entry.msgid)
