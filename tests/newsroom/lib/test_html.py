"""The one sanitiser: what stays of a body, and that nothing else ever does."""

import json
import re
from pathlib import Path

import lxml.html
from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.lib.html import ATTRIBUTES, PROSE, clean

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "xss"
LIVE = re.compile(r"[\s\x00-\x20]*(javascript|data|vbscript)[\s\x00-\x20]*:", re.IGNORECASE)
YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
KEPT = [
    "<p>H<sub>2</sub>O, m<sup>2</sup></p>",
    '<table><caption>Prix</caption><thead><tr><th scope="col" colspan="2">A</th></tr></thead>'
    '<tbody><tr><td rowspan="2">B</td><td>C</td></tr></tbody></table>',
    '<figure data-picture="42"><figcaption>Une <em>légende</em></figcaption></figure>',
    f'<figure data-embed="{YOUTUBE}"></figure>',
    '<figure data-source="https://e.org/x.jpg" data-attachment="7" data-alt="Un robot"></figure>',
    '<ol start="3"><li>trois</li></ol>',
    '<ol reversed=""><li>un</li></ol>',
    "<pre><code>if a &lt; b:\n    pass</code></pre>",
    '<p><a href="https://e.org/?a=1&amp;b=2" title="Là" hreflang="en">lien</a></p>',
    '<blockquote cite="https://e.org/"><p>Dit-il</p></blockquote>',
    "<h2>Un</h2><h3>Deux</h3><h4>Trois</h4><hr>",
    '<p><abbr title="Intelligence artificielle">IA</abbr> <kbd>Ctrl</kbd> <mark>m</mark> <s>s</s> <del>d</del></p>',
    '<p><a href="mailto:a@e.org">écrire</a> <a href="tel:+33100000000">appeler</a> <a href="/contact/">ici</a></p>',
]


def disallowed(html: str) -> list[str]:
    """Return what another parser finds in a body that may not be stored."""
    findings = []
    if not html.strip():
        return findings
    for element in lxml.html.fragment_fromstring(html, create_parent="main").iterdescendants():
        if not isinstance(element.tag, str) or element.tag not in PROSE:
            findings.append(f"<{element.tag}>")
            continue
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES.get(element.tag, set()):
                findings.append(f"{element.tag} {name}=")
            elif name in ("href", "cite", "data-source", "data-embed") and LIVE.match(value):
                findings.append(value)
    return findings


def corpus() -> list[str]:
    """Every attack of the three collections, whole files included."""
    vectors = (CORPUS / "html5sec" / "vectors.txt").read_text("utf-8")
    attacks = [vectors, *re.split(r"(?=<div id=\"\d+\">)", vectors)]
    attacks += json.loads((CORPUS / "blns" / "blns.json").read_text("utf-8"))
    attacks += [path.read_text("utf-8") for path in sorted((CORPUS / "bleach").glob("*.test"))]
    return attacks


# How long they take is tests/bench/hostile.py's to say.
UNITS = [
    "<b>",
    "<blockquote>",
    "<div>",
    "<p>",
    "<ul><li>",
    "<table><tr><td>",
    "<figure>",
    "<a href=/>",
    "<",
    '<a title="',
    "<!--",
    "<svg>",
    "<p></b>",
    "<b><p>x",
    "</p>",
    "<q><p>",
]


class VocabularyTests(SimpleTestCase):
    def test_it_keeps_what_may_be_stored_as_it_is(self) -> None:
        for html in KEPT:
            with self.subTest(html=html):
                self.assertEqual(clean(html).html, html)
                self.assertEqual(clean(html).removed, ())
                self.assertEqual(clean(html).html, html)

    def test_it_writes_synonyms_as_the_elements_that_may_be_stored(self) -> None:
        self.assertEqual(
            clean("<h1>A</h1><p><b>b</b><i>i</i></p>").html, "<h2>A</h2><p><strong>b</strong><em>i</em></p>"
        )

    def test_it_unwraps_what_carries_looks(self) -> None:
        dirty = '<div class="x"><p style="color:red"><span>Un <font size="7">mot</font></span></p></div>'
        self.assertEqual(clean(dirty), clean("<p>Un mot</p>"))

    def test_it_drops_the_content_of_what_is_not_prose(self) -> None:
        for tag in ("script", "style", "iframe", "svg", "math", "object", "template", "noscript", "textarea", "video"):
            with self.subTest(tag=tag):
                self.assertEqual(clean(f"<p>a</p><{tag}>alert(1)</{tag}><p>b</p>").html, "<p>a</p><p>b</p>")

    def test_it_removes_empty_shapes_to_the_last(self) -> None:
        self.assertEqual(
            clean("<p></p><ul><li><p>&nbsp;<br></p></li><li>a</li></ul><figure></figure>").html, "<ul><li>a</li></ul>"
        )

    def test_it_keeps_the_first_empty_line_of_code(self) -> None:
        once = clean("<pre>\n\nx</pre>").html
        self.assertEqual(lxml.html.fromstring(f"<div>{once}</div>").xpath("string(.//pre)").lstrip("\n"), "x")
        self.assertEqual(clean(clean(once).html).html, once)

    def test_it_refuses_an_embed_that_it_does_not_recognise(self) -> None:
        for url in (
            "https://evil.example/watch?v=dQw4w9WgXcQ",
            "javascript:alert(1)",
            "//youtube.com/x",
            "",
            "https://www.youtube.com@evil.example/",
        ):
            with self.subTest(url=url):
                self.assertEqual(clean(f'<p>a</p><figure data-embed="{url}"></figure>').html, "<p>a</p>")

    def test_it_refuses_attributes_of_the_wrong_shape(self) -> None:
        for html, expected in [
            ('<figure data-picture="42 or 1"></figure><p>a</p>', "<p>a</p>"),
            ('<figure data-picture="0"></figure><p>a</p>', "<p>a</p>"),
            (f'<figure data-picture="{"9" * 40}"></figure><p>a</p>', "<p>a</p>"),
            ('<figure data-source="file:///etc/passwd"></figure><p>a</p>', "<p>a</p>"),
            ('<ol start="1e9"><li>a</li></ol>', "<ol><li>a</li></ol>"),
            (
                '<table><tbody><tr><td colspan="99999">a</td></tr></tbody></table>',
                "<table><tbody><tr><td>a</td></tr></tbody></table>",
            ),
            ('<q cite="javascript:x">a</q>', "<q>a</q>"),
        ]:
            with self.subTest(html=html):
                self.assertEqual(clean(html).html, expected)


class RemovedTests(SimpleTestCase):
    def test_it_names_what_went(self) -> None:
        dirty = (
            '<p onclick="x()"><a href=" JavaScript:x">a</a><img src="data:x"></p><script src=y></script><form></form>'
        )
        self.assertEqual(clean(dirty).removed, ("onclick=", "javascript:", "<img>", "data:", "<script>", "<form>"))

    def test_it_names_each_once(self) -> None:
        self.assertEqual(clean("<img><img><IMG>").removed, ("<img>",))

    def test_it_names_a_figure_s_refused_attribute(self) -> None:
        self.assertEqual(clean('<figure data-embed="https://evil.example/"></figure>').removed, ("data-embed=",))

    def test_it_says_nothing_of_looks_and_synonyms(self) -> None:
        self.assertEqual(clean('<div class="a"><b>b</b><span style="x">c</span></div>').removed, ())

    def test_it_names_nothing_written_in_text_comments_or_attributes(self) -> None:
        self.assertEqual(clean('<p title="<img>">&lt;form&gt; <!-- <iframe> --></p>').removed, ())

    def test_it_shortens_an_endless_name(self) -> None:
        self.assertLess(len(clean(f"<{'x' * 10_000}>").removed[0]), 50)


class AttackTests(SimpleTestCase):
    def setUp(self) -> None:
        if not CORPUS.is_dir():
            self.skipTest(f"no corpus of attacks at {CORPUS}")

    def test_it_leaves_nothing_live_of_any_attack(self) -> None:
        attacks = corpus()
        self.assertGreater(len(attacks), 500)
        for attack in attacks:
            with self.subTest(attack=attack[:200]):
                self.assertEqual(disallowed(clean(attack).html), [])

    def test_it_leaves_nothing_live_of_an_attack_inside_prose(self) -> None:
        for attack in corpus():
            for frame in (
                "<p>a {} b</p>",
                '<p title="{}">a</p>',
                '<a href="{}">a</a>',
                "<pre>{}</pre>",
                "<svg>{}</svg>",
            ):
                with self.subTest(attack=attack[:200], frame=frame):
                    self.assertEqual(disallowed(clean(frame.format(attack[:5000])).html), [])

    def test_it_cleans_them_once_for_all(self) -> None:
        for attack in corpus():
            with self.subTest(attack=attack[:200]):
                once = clean(attack).html
                self.assertEqual(clean(once).html, once)


TAGS = st.sampled_from(
    [
        *sorted(PROSE),
        "div",
        "span",
        "b",
        "i",
        "h1",
        "font",
        "button",
        "form",
        "svg",
        "math",
        "script",
        "style",
        "title",
        "table",
        "select",
        "option",
        "template",
        "img",
        "center",
        "nobr",
        "textarea",
        "plaintext",
        "mtext",
        "annotation-xml",
        "frameset",
        "html",
        "head",
        "body",
        "x-y",
    ]
)
ATTRIBUTE = st.sampled_from(
    [
        "",
        ' href="/x"',
        ' title="<b>\' &gt; a"',
        " onclick=x",
        ' data-picture="3"',
        f' data-embed="{YOUTUBE}"',
        " a='",
        ' b="',
        ' href="java&#x09;script:x"',
        ' start="2"',
        " /",
        " title=a\"b'c",
        ' scope="row"',
    ]
)
OPEN = st.builds("<{}{}>".format, TAGS, ATTRIBUTE)
CLOSE = st.builds("</{}>".format, TAGS)
TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "\n",
            "\r",
            "&#13;",
            "&nbsp;",
            "\ufeff",
            "&#xFEFF;",
            "&",
            "&amp;lt;",
            "<",
            "<!--",
            "-->",
            "<![CDATA[",
            "\x00",
            "<!doctype x>",
            "<?php ?>",
            "\x0c",
            "&#0;",
            "\ud800",
        ]
    ),
)
MARKUP = st.lists(st.one_of(OPEN, OPEN, CLOSE, TEXT), max_size=25).map("".join)


class PropertyTests(SimpleTestCase):
    @settings(deadline=None, max_examples=400)
    @given(MARKUP)
    def test_cleaning_twice_is_cleaning_once(self, html: str) -> None:
        once = clean(html).html
        self.assertEqual(clean(once).html, once)

    @settings(deadline=None, max_examples=400)
    @given(MARKUP)
    def test_nothing_outside_the_vocabulary_comes_out(self, html: str) -> None:
        self.assertEqual(disallowed(clean(html).html), [])

    @settings(deadline=None)
    @given(st.lists(st.sampled_from(["mot", "é", "1 < 2", "a & b", "« oui »"]), min_size=1, max_size=8).map(" ".join))
    def test_text_is_never_lost(self, text: str) -> None:
        html = f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>"
        self.assertEqual(lxml.html.fromstring(clean(html).html).text_content(), text)


class HostileInputTests(SimpleTestCase):
    def test_a_paragraph_inside_another_settles(self) -> None:
        self.assertEqual(clean("<p><button><p>x</p></button></p>").html, "<p>x</p>")

    def test_half_a_character_is_no_text(self) -> None:
        self.assertEqual(clean("<p>a\ud800\x00b</p>").html, "<p>ab</p>")

    def test_a_long_row_of_tags_comes_out_clean(self) -> None:
        for unit in UNITS:
            with self.subTest(unit=unit):
                once = clean(unit * (50_000 // len(unit))).html
                self.assertEqual(disallowed(once[: once.rfind(">", 0, 20_000) + 1]), [])

    def test_formatting_left_open_is_not_copied_into_every_paragraph(self) -> None:
        html = "".join(f'<b id="{n}"><font a="{n}">' for n in range(2000)) + "<p>x" * 20_000
        self.assertLess(len(clean(html).html), 20 * len(html))

    def test_it_keeps_text_nested_deeper_than_anyone_writes(self) -> None:
        self.assertIn("au fond", clean("<div><blockquote>" * 5000 + "au fond").html)
