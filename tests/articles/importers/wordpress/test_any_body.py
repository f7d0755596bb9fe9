"""Bodies of strangers, and bodies that nobody wrote: no word is lost, and what comes out is well formed."""

import html
import json
import re
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from articles.importers.wordpress.body import convert
from articles.importers.wxr import Item, read
from newsroom.lib.cleaning import clean_text
from newsroom.lib.embeds import recognise
from tests.articles.importers.wordpress.test_body import VIDEO

CORPUS = Path(__file__).parents[5] / "shared" / "corpus" / "wxr"
FILES = (
    [
        name
        for name, expected in json.loads((CORPUS / "expectations.json").read_text()).items()
        if expected["verdict"] == "import"
    ]
    if CORPUS.exists()
    else []
)

VOCABULARY = set(
    "p h2 h3 h4 ul ol li blockquote pre code table thead tbody tr th td caption sub sup strong em "
    "s del ins mark kbd abbr q cite a br hr figure figcaption".split()
)

# The bodies of strangers


def visible(markup: str) -> str:
    """Return the text of markup without any space: blocks and inlines part words differently."""
    markup = re.sub(r"<!--.*?-->|<!\[[^>]*>", "", markup, flags=re.S)
    return "".join(html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", markup)).split())


def source_text(body: str) -> str:
    """Return the text that must survive of a corpus body: all but embeds and what is removed."""
    body = re.sub(r"<(script|style|form)\b.*?</\1\s*>", "", body, flags=re.S | re.I)
    body = re.sub(r"(?m)^\s*(https?://\S+)\s*$", lambda x: "" if recognise(x[1]) else x[0], body)
    # An old caption has its legend in an attribute.
    body = re.sub(r'\[caption [^\]]*caption="([^"]*)"[^\]]*\](.*?)\[/caption\]', r"\2\1", body)
    return visible(re.sub(r"\[/?(?:caption|gallery|audio)\b[^\[\]]*\]", "", body))


def result_text(markup: str, source: str) -> str:
    """Return the text of the result, without the links that stand for players."""
    link = r"<p><a href=[^<>]*>(https?://[^<>]*)</a></p>"
    return visible(re.sub(link, lambda x: x[0] if visible(x[1]) in source else "", markup))


@pytest.mark.skipif(not FILES, reason=f"no corpus at {CORPUS}")
def test_the_corpus_is_there() -> None:
    assert len(FILES) == 30


@pytest.mark.parametrize("name", FILES)
def test_no_word_of_a_real_body_is_lost(name: str) -> None:
    for item in read(CORPUS / name, time_zone=UTC):
        if not isinstance(item, Item):
            continue
        converted = convert(item.body)
        well_formed(converted.html)
        source = source_text(item.body)
        assert result_text(converted.html, source) == source, item.title


def well_formed(markup: str) -> etree._Element:
    """Check the result against XML's grammar and the vocabulary, and return it."""
    markup = re.sub(r"<(br|hr)>", r"<\1/>", markup)
    root = etree.fromstring(f"<body>{markup}</body>", etree.XMLParser(huge_tree=True))
    for element in root.iterdescendants():
        assert element.tag in VOCABULARY
    for paragraph in root.iter("p", "h2", "h3", "h4", "figcaption", "caption", "pre"):
        for inner in paragraph.iterdescendants():
            assert inner.tag not in ("p", "ul", "ol", "table", "figure", "blockquote", "pre", "hr")
    return root


# What nobody wrote

PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<>&[]"), max_size=30)

PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in sorted(VOCABULARY)),
        *(f"</{tag}>" for tag in sorted(VOCABULARY)),
        *"<div> </div> <span> </span> <b> </b> <center> </body> </html> <body> <o:p> <dl>".split(),
        *"<section> <noscript> </noscript> <frameset> <plaintext < > & &nbsp; &#0; &#1; İ".split(),
        *"[ ] [[ ]] [/caption] [[gallery]] [embed] [/embed] [code] [/code] <svg> <object>".split(),
        *"<!-- --> <!--more--> \ud800 \ufffe \0 ' \" <iframe".split(),
        "<!-- wp:paragraph -->", "<!-- wp:a /-->", "<!DOCTYPE html>", "<img src=a.jpg>",
        "<a href='x'>", '<a href="', "\n", "\n\n", " ", "\x0c", VIDEO, "[x a='b']",
        "[caption id='attachment_1']", "[gallery ids='1']", "<iframe src=a>", "<video src=a>",
        "<figure class='wp-block-embed'>", "<blockquote class='twitter-tweet'>",
        "https://a.example/&#1;", f"<figure data-attachment={'9' * 5000}>",
    ]
)  # fmt: skip


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    well_formed(convert(text).html)


@given(st.lists(PLAIN).map("\n\n".join))
@example("\ufdd0")
def test_plain_text_survives(text: str) -> None:
    assert visible(convert(text).html) == "".join(clean_text(text).split())  # noncharacters are no text


@given(st.lists(st.one_of(PIECES, PLAIN), max_size=40).map("".join))
def test_no_bits_of_markup_make_it_fail(body: str) -> None:
    well_formed(convert(body).html)


SHOWN_TAGS = sorted(VOCABULARY | set("div span b i center font section dl dt dd o:p body html".split()))


@given(
    st.lists(
        st.one_of(
            st.sampled_from([f"<{tag}>" for tag in SHOWN_TAGS] + [f"</{tag}>" for tag in SHOWN_TAGS]),
            st.sampled_from(["\n", "\n\n", "<img src=a.jpg>", "<img>", "<!-- wp:x -->", "[1]", "[x a='b']"]),
        ),
        max_size=40,
    )
)
@example(["<table>", "<caption>"])
@example(["<table>", "<caption>", "<ul>"])
@example(["<table>", "<caption>", "</caption>", "<tbody>", "</tbody>", "<thead>", "<tr>"])
@example(["<table>", "<caption>", "</caption>", "<caption>", "<tr>", "<td>"])
@example(["<figure>", "<img src=a.jpg>", "<figcaption>"])
@example(["<figure>", "<figcaption>", "<img src=a.jpg>"])
@example(["<figure>", "<img src=a.jpg>", "<figcaption>", "<ul>", "</ul>", "</figcaption>"])
@example(["<figure>", "<img>", "<figcaption>"])
def test_words_survive_any_markup(pieces: list[str]) -> None:
    words = [f"word{number}" for number in range(len(pieces))]
    body = "".join(f"{piece}{word}." for piece, word in zip(pieces, words, strict=True))
    found = re.findall(r"word\d+", convert(body).html)
    assert sorted(found) == sorted(words)
    # Only the text of a table outside its cells moves: before the table, as in browsers.
    if "<table>" not in pieces:
        assert found == words


# How long they take is measured by tests/bench/hostile.py.
REPEATED = [
    *("<div>", "<span>", "<b>", "<blockquote>", "<ul><li>", "<table><tr><td>", "<figure>"),
    *("<figure><img src=a>", "<li>", "<li>a</li>b", "<b><p>", "<noscript>", "<!--", "<a "),
    *("<!-- wp:a ", "<", '<a "', "<a '\"<a", "<pre>", "[", "[[b]", "[caption]", "[embed]"),
    *('[a b="', "[/a]", "\n", " ", "<br>", "&", "[x a='b']", "<object>", "<video src=a>"),
    "<blockquote class=mastodon-embed>",
]


@pytest.mark.parametrize("piece", REPEATED)
@pytest.mark.parametrize("around", ["{}", "<ul>{}</ul><!-- wp:a{}x -->"])
def test_hostile_repetition_loses_no_text(piece: str, around: str) -> None:
    result = convert(around.replace("{}", piece * 10_000) + " the end").html
    assert "the end" in result
