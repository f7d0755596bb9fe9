"""The desk's templates are Django's, readers' are Jinja2's. All compile; none sets style= or runs an inline script."""

import re
from pathlib import Path

from django.template import TemplateDoesNotExist, engines
from django.test import SimpleTestCase
from django.utils.translation.template import templatize
from jinja2.ext import extract_from_ast
from jinja2.meta import find_undeclared_variables

ROOT = Path(__file__).parent.parent / "templates"
PUBLIC = ROOT / "public"
OF_READERS = sorted(path for path in PUBLIC.rglob("*.*"))
OF_THE_DESK = sorted(path for path in ROOT.rglob("*.html") if PUBLIC not in path.parents)
# What views and parts give readers' templates. All other names are the environment's (newsroom/templating.py).
GIVEN = set(
    """
    action address after alert archive_url article asks_again author authors back beside best_url body brief
    caption card cards chart comment corrected_at corrections corrections_url count criterion currency days
    description earlier edition editions embed entries every featured fields filters first footer footer_pages
    form_url grounds has_thread headline headlines host how_many image is_any_paid is_first is_first_page is_gone
    is_list is_long is_open kind_label later latest lead level list_url loading longest longest_name lowest maps
    may_change meant menu merchants message month n new newest_url next_url notice number offers page page_number
    pieces pingbacks pinned plain_caption points previous_url product products publication refused related replies
    results row second_hand section sections settings sizes statement strip structured subject subjects
    subscription tag tags thread title token typed under until updated_at waits wanted why_closed wrong
    """.split()
)


def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


class TemplateTests(SimpleTestCase):
    def test_it_compiles_every_template_of_the_desk_and_finds_no_other(self) -> None:
        self.assertGreater(len(OF_THE_DESK), 20)
        for path in OF_THE_DESK:
            name = str(path.relative_to(ROOT))
            engines["django"].get_template(name)
            with self.assertRaises(TemplateDoesNotExist, msg=name):
                engines["jinja2"].get_template(name)

    def test_it_compiles_every_template_of_readers_and_finds_no_other(self) -> None:
        self.assertGreater(len(OF_READERS), 40)
        for path in OF_READERS:
            name = str(path.relative_to(PUBLIC))
            engines["jinja2"].get_template(name)
            with self.assertRaises(TemplateDoesNotExist, msg=name):
                engines["django"].get_template(name)

    def test_it_uses_no_name_that_nothing_gives(self) -> None:
        env = engines["jinja2"].env
        used = {str(path): find_undeclared_variables(env.parse(source(path))) for path in OF_READERS}
        for name, names in used.items():
            self.assertLessEqual(names, GIVEN | env.globals.keys(), name)
        self.assertLessEqual(GIVEN, set().union(*used.values()))

    def test_it_lets_makemessages_find_what_is_translated(self) -> None:
        env, found = engines["jinja2"].env, 0
        for path in OF_READERS:
            collected = templatize(source(path))
            for _line, _function, message in extract_from_ast(env.parse(source(path)), ("_",)):
                self.assertIn(f'_("{message}")', collected, path.name)
                found += 1
        self.assertGreater(found, 100)

    def test_it_keeps_to_the_content_security_policy(self) -> None:
        for path in [*OF_THE_DESK, *OF_READERS]:
            text = source(path)
            self.assertNotRegex(text, r"\sstyle=", path.name)
            self.assertNotRegex(text, r"\son\w+=", path.name)
            for script in re.findall(r"<script[^>]*>", text):
                self.assertIn("src=", script, path.name)
