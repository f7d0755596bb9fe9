"""The environment of readers' templates: what it escapes, what it refuses, in which language it speaks."""

import datetime as dt

from django.template import engines
from django.test import SimpleTestCase, override_settings
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from jinja2 import UndefinedError

from newsroom.pagecache.parts import Making, Reading, part

SCRIPT = """<script>alert("it's")</script>"""
ESCAPED = "&lt;script&gt;alert(&#34;it&#39;s&#34;)&lt;/script&gt;"


@part
def _nothing(making: Making) -> None:
    """A part that is placed, and never made."""


def rendered(template: str, **context: object) -> str:
    return str(engines["jinja2"].from_string(template).render(context))


class EscapingTests(SimpleTestCase):
    def test_it_escapes_texts_and_attributes(self) -> None:
        self.assertEqual(rendered('<a title="{{ x }}">{{ x }}</a>', x=SCRIPT), f'<a title="{ESCAPED}">{ESCAPED}</a>')

    def test_it_escapes_what_stands_in_a_sentence_and_not_the_sentence(self) -> None:
        template = '{{ _("in answer to <bdi>%(who)s</bdi>")|format(who=who) }}'
        with translation.override("en"):
            self.assertEqual(rendered(template, who=SCRIPT), f"in answer to <bdi>{ESCAPED}</bdi>")

    def test_it_escapes_what_its_filters_are_given(self) -> None:
        self.assertEqual(rendered("{{ x|paragraphs }}", x="<b>\na\n\nb"), "<p>&lt;b&gt;<br>a</p>\n\n<p>b</p>")
        self.assertEqual(rendered("{{ x|linebreaksbr }}", x="<b>\na"), "&lt;b&gt;<br>a")
        self.assertEqual(rendered("{{ x|truncatechars(4) }}", x="<b>abc"), "&lt;b&gt;…")
        self.assertEqual(rendered("{{ x|capfirst }}", x="é<b>"), "É&lt;b&gt;")
        self.assertEqual(rendered('{{ [x, "b"]|join(" · ") }}', x="<a>"), "&lt;a&gt; · b")

    def test_it_leaves_what_is_safe_and_what_stands_for_a_part(self) -> None:
        marker = Making(Reading()).place(_nothing)  # type: ignore[arg-type]
        self.assertEqual(rendered("{{ x }}{{ y }}", x=mark_safe("<b>"), y=marker), "<b>\ufdd00\ufdd1")

    @override_settings(USE_THOUSAND_SEPARATOR=True)
    def test_it_writes_numbers_as_addresses_need_them(self) -> None:
        with translation.override("fr"):
            self.assertEqual(rendered('{{ n }} {{ url("thread", n) }}', n=12345), "12345 /c/article/12345/")


class EnvironmentTests(SimpleTestCase):
    def test_it_refuses_a_name_and_an_attribute_that_are_not_there(self) -> None:
        for template in (
            "{{ hedline }}",
            "{% if hedline %}{% endif %}",
            "{{ x.hedline }}",
            "{% for y in x.z %}{% endfor %}",
        ):
            with self.assertRaises(UndefinedError, msg=template):
                rendered(template, x=dt.UTC)

    def test_it_asks_the_language_at_each_rendering(self) -> None:
        template = engines["jinja2"].from_string('{{ language() }} {{ _("Comments") }} {{ by_label }}')
        for language, words in (("fr", "fr Commentaires Par"), ("en", "en Comments By")):
            with translation.override(language):
                self.assertEqual(template.render({}), words)

    def test_it_writes_a_moment_for_machines_in_the_active_time_zone(self) -> None:
        moment = dt.datetime(2025, 2, 10, 10, 30, tzinfo=dt.UTC)
        with timezone.override("Europe/Paris"):
            self.assertEqual(rendered("{{ x|iso }}", x=moment), "2025-02-10T11:30:00+01:00")
