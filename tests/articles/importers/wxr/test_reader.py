"""Reading WordPress export files: what is found in them, and which are refused with what reason."""

import json
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from articles.importers.wxr import (
    Category,
    Item,
    NotAnExport,
    Record,
    Site,
    TagTerm,
    Term,
    WxrAuthor,
    check,
    read,
)

PARIS = ZoneInfo("Europe/Paris")
CORPUS = Path(__file__).parents[5] / "shared" / "corpus" / "wxr"
EXPECTATIONS: dict[str, dict[str, Any]] = (
    json.loads((CORPUS / "expectations.json").read_text()) if CORPUS.exists() else {}
)
ACCEPTED = [name for name, expected in EXPECTATIONS.items() if expected["verdict"] == "import"]
REFUSED = [name for name in EXPECTATIONS if name not in ACCEPTED]

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>KultureGeek</title>
<link>https://kulturegeek.example</link>
<language>fr-FR</language>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://network.example</wp:base_site_url>
<wp:base_blog_url>https://kulturegeek.example/blog</wp:base_blog_url>
"""
TAIL = "</channel>\n</rss>"
ARTICLE = """<item>
<title> Un été\n</title>
<link>https://kulturegeek.example/un-ete/</link>
<pubDate>Thu, 05 Jan 2012 14:30:46 +0000</pubDate>
<dc:creator>&gt;themereviewteam</dc:creator>
<guid isPermaLink="false">https://kulturegeek.example/?p=7</guid>
<content:encoded><![CDATA[
 <p>Bonjour ]]]]><![CDATA[> vous</p>
]]></content:encoded>
<excerpt:encoded>Court</excerpt:encoded>
<wp:post_id>7
</wp:post_id>
<wp:post_date>2012-07-05 16:30:46</wp:post_date>
<wp:post_date_gmt>2012-07-05 14:30:46</wp:post_date_gmt>
<wp:comment_status>open</wp:comment_status>
<wp:post_name>un-%C3%A9t%C3%A9</wp:post_name>
<wp:status>publish</wp:status>
<wp:post_parent>3</wp:post_parent>
<wp:menu_order>2</wp:menu_order>
<wp:post_type>post</wp:post_type>
<wp:post_password>secret</wp:post_password>
<wp:is_sticky>1</wp:is_sticky>
<category domain="category" nicename="cin%C3%A9ma">Cinéma</category>
<category domain="post_tag" nicename="ete">été</category>
<category domain="post_format" nicename="post-format-video">Video</category>
<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>1</wp:meta_value></wp:postmeta>
<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta>
<wp:comment>
<wp:comment_id>4</wp:comment_id>
<wp:comment_author>Ada</wp:comment_author>
<wp:comment_author_email>ada@example.net</wp:comment_author_email>
<wp:comment_author_url>https://ada.example</wp:comment_author_url>
<wp:comment_author_IP>192.0.2.1</wp:comment_author_IP>
<wp:comment_date>2012-07-06 10:00:00</wp:comment_date>
<wp:comment_date_gmt>2012-07-06 08:00:00</wp:comment_date_gmt>
<wp:comment_content>Bien\nvu</wp:comment_content>
<wp:comment_approved>1</wp:comment_approved>
<wp:comment_type></wp:comment_type>
<wp:comment_parent>2</wp:comment_parent>
<wp:comment_user_id>5</wp:comment_user_id>
<wp:commentmeta><wp:meta_key>akismet</wp:meta_key><wp:meta_value>ham</wp:meta_value></wp:commentmeta>
</wp:comment>
</item>
"""

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences are compared in their source language."""
    with translation.override("en"):
        yield


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes an export file of the texts or bytes given."""

    def write_file(*parts: str | bytes) -> Path:
        path = tmp_path / "export.xml"
        path.write_bytes(b"".join(x if isinstance(x, bytes) else x.encode() for x in parts))
        return path

    return write_file


def records(path: Path) -> list[Record]:
    return list(read(path, time_zone=PARIS))


def items(path: Path) -> list[Item]:
    return [record for record in records(path) if isinstance(record, Item)]


# The files of strangers


@pytest.mark.skipif(not EXPECTATIONS, reason=f"no corpus at {CORPUS}")
def test_the_corpus_is_there() -> None:
    assert len(ACCEPTED) == 30
    assert len(REFUSED) == 6


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_real_file_holds_what_two_other_readers_counted(name: str) -> None:
    expected = EXPECTATIONS[name]
    found = records(CORPUS / name)
    read_items = [record for record in found if isinstance(record, Item)]
    comments = [(item, comment) for item in read_items for comment in item.comments]
    articles = [item for item in read_items if item.post_type in ("post", "page")]
    categories = {record.slug for record in found if isinstance(record, Category)}
    tags = {record.slug for record in found if isinstance(record, TagTerm)}
    authors = [record.login for record in found if isinstance(record, WxrAuthor)]
    used = {category.slug for item in read_items for category in item.categories}
    used_tags = {tag.slug for item in read_items for tag in item.tags}
    creators = {item.creator for item in read_items if item.creator}
    site = found[0]
    assert isinstance(site, Site)
    actual: dict[str, Any] = {
        "wxr_version": site.wxr_version,
        "items": len(read_items),
        "items_by_type": Counter(item.post_type or "(none)" for item in read_items),
        "posts": sum(item.post_type == "post" for item in read_items),
        "pages": sum(item.post_type == "page" for item in read_items),
        "attachments": sum(item.post_type == "attachment" for item in read_items),
        "posts_by_status": statuses(read_items, "post"),
        "pages_by_status": statuses(read_items, "page"),
        "published_posts": statuses(read_items, "post")["publish"],
        "missing_post_id": sum(item.post_id is None for item in read_items),
        "empty_slugs_posts_pages": sum(not item.slug for item in articles),
        "empty_titles_posts_pages": sum(not item.title for item in articles),
        "non_ascii_slugs": sum(not item.slug.isascii() for item in articles),
        "sticky": sum(item.sticky for item in read_items),
        "password_protected": sum(bool(item.password) for item in read_items),
        "with_featured_image": sum("_thumbnail_id" in item.meta for item in articles),
        "authors_declared": len(authors),
        "authors_declared_distinct": len(set(authors)),
        "creators_distinct": len(creators),
        "creators_not_declared": sorted(creators - set(authors)),
        "categories_declared": sum(isinstance(record, Category) for record in found),
        "category_children": sum(isinstance(x, Category) and bool(x.parent) for x in found),
        "categories_used": len(used),
        "categories_used_not_declared": sorted(used - categories),
        "categories_union": len(used | categories),
        "tags_declared": sum(isinstance(record, TagTerm) for record in found),
        "tags_used": len(used_tags),
        "tags_used_not_declared": sorted(used_tags - tags),
        "tags_union": len(used_tags | tags),
        "terms_declared": sum(isinstance(record, Term) for record in found),
        "terms_by_taxonomy": Counter(x.taxonomy for x in found if isinstance(x, Term)),
        "comments": len(comments),
        "comments_by_type": Counter(comment.type for _, comment in comments),
        "comments_by_approved": Counter(comment.approved or "(none)" for _, comment in comments),
        "comments_on": Counter(item.post_type or "(none)" for item, _ in comments),
        "comment_replies": sum(comment.parent_id != 0 for _, comment in comments),
    }
    assert actual == {key: expected[key] for key in actual}
    bodies = "".join(item.body for item in read_items)
    assert {"chars": len(bodies), "img": bodies.lower().count("<img")} == {
        key: expected["body"][key] for key in ("chars", "img")
    }


def statuses(items: list[Item], post_type: str) -> Counter[str]:
    return Counter(item.status for item in items if item.post_type == post_type)


@pytest.mark.parametrize("name", ACCEPTED)
def test_checking_counts_the_same_without_keeping_anything(name: str) -> None:
    expected = EXPECTATIONS[name]
    summary = check(CORPUS / name, time_zone=PARIS)
    assert {kind or "(none)": n for kind, n in summary.items_by_type.items()} == expected["items_by_type"]
    for key in ("items", "posts_by_status", "pages_by_status", "comments", "attachments", "bytes"):
        assert getattr(summary, key) == expected[key], key
    for key in ("authors", "categories", "tags"):
        assert getattr(summary, key) == expected[f"{key}_declared"], key


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_export_is_refused_with_the_line(name: str) -> None:
    with pytest.raises(NotAnExport) as refusal:
        check(CORPUS / name, time_zone=PARIS)
    assert refusal.value.line
    wanted = EXPECTATIONS[name].get("xml_error")
    if wanted:
        assert f"line {refusal.value.line}" in wanted


# What is read


def test_the_site_comes_first_with_the_blogs_own_address(write: Write) -> None:
    assert records(write(HEAD, TAIL)) == [Site("KultureGeek", "https://kulturegeek.example/blog", "1.2", "fr-FR")]


def test_records_come_in_the_order_of_the_file(write: Write) -> None:
    path = write(
        HEAD,
        "<wp:author><wp:author_id>1</wp:author_id><wp:author_login>alice\n</wp:author_login>"
        "<wp:author_email>a@example.net</wp:author_email>"
        "<wp:author_display_name>Alice</wp:author_display_name></wp:author>"
        "<wp:category><wp:category_nicename>films</wp:category_nicename>"
        "<wp:category_parent>culture</wp:category_parent>"
        "<wp:cat_name>Films</wp:cat_name></wp:category>"
        "<wp:tag><wp:tag_slug>ete</wp:tag_slug><wp:tag_name>été</wp:tag_name></wp:tag>"
        "<wp:term><wp:term_taxonomy>nav_menu</wp:term_taxonomy>"
        "<wp:term_slug>haut</wp:term_slug><wp:term_name>Haut</wp:term_name></wp:term>",
        ARTICLE,
        ARTICLE,
        TAIL,
    )
    found = records(path)
    assert found[1:5] == [
        WxrAuthor("alice", "a@example.net", "Alice", 1),
        Category("films", "Films", "culture"),
        TagTerm("ete", "été"),
        Term("nav_menu", "haut", "Haut"),
    ]
    assert [item.position for item in found[5:] if isinstance(item, Item)] == [0, 1]


def test_an_article_is_read_whole(write: Write) -> None:
    [item] = items(write(HEAD, ARTICLE, TAIL))
    assert item.post_id == 7
    assert item.title == "Un été"
    assert item.slug == "un-été"
    assert item.creator == ">themereviewteam"
    assert item.published == datetime(2012, 7, 5, 14, 30, 46, tzinfo=UTC)
    assert item.body == "\n <p>Bonjour ]]> vous</p>\n"
    assert item.excerpt == "Court"
    assert item.categories == (Category("cinéma", "Cinéma"),)
    assert item.tags == (TagTerm("ete", "été"),)
    assert item.terms == (Term("post_format", "post-format-video", "Video"),)
    assert (item.parent_id, item.menu_order, item.sticky, item.password) == (3, 2, True, "secret")
    assert item.meta == {"_thumbnail_id": "9"}
    [comment] = item.comments
    assert (comment.id, comment.parent_id, comment.user_id) == (4, 2, 5)
    assert (comment.author, comment.author_email) == ("Ada", "ada@example.net")
    assert (comment.author_url, comment.author_ip) == ("https://ada.example", "192.0.2.1")
    assert comment.published == datetime(2012, 7, 6, 8, tzinfo=UTC)
    assert (comment.content, comment.approved, comment.type) == ("Bien\nvu", "1", "comment")
    assert comment.meta == {"akismet": "ham"}


@pytest.mark.parametrize(
    ("dates", "published"),
    [
        ("<wp:post_date_gmt>2020-01-02 03:04:05</wp:post_date_gmt>", (2020, 1, 2, 3, 4, 5)),
        (
            "<wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt><wp:post_date>2020-07-02 03:04:05</wp:post_date>",
            (2020, 7, 2, 1, 4, 5),
        ),
        ("<pubDate>Thu, 02 Jan 2020 03:04:05 +0100</pubDate>", (2020, 1, 2, 2, 4, 5)),
        ("<pubDate>Thu, 02 Jan 2020 03:04:05 -0000</pubDate>", (2020, 1, 2, 3, 4, 5)),
        ("<pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate>", None),
        ("<pubDate>yesterday</pubDate><wp:post_date>soon</wp:post_date>", None),
        ("<wp:post_date>0000-00-00 00:00:00</wp:post_date>", None),
        ("<wp:post_date>0001-01-01 00:00:00</wp:post_date>", None),
        ("<wp:post_date_gmt>9999-12-31 23:59:59</wp:post_date_gmt>", None),
        ("", None),
    ],
)
def test_the_best_date_given_is_taken(
    write: Write, dates: str, published: tuple[int, int, int, int, int, int] | None
) -> None:
    [item] = items(write(HEAD, f"<item>{dates}</item>", TAIL))
    assert item.published == (datetime(*published, tzinfo=UTC) if published else None)


def test_an_item_may_lack_everything(write: Write) -> None:
    [item] = items(write(HEAD, "<item><wp:post_id>many</wp:post_id></item>", TAIL))
    assert (item.post_id, item.title, item.post_type, item.comments) == (None, "", "", ())


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_namespace_that_wordpress_has_used_is_read(write: Write, scheme: str, version: str) -> None:
    head = HEAD.replace("http://wordpress.org/export/1.2/", f"{scheme}://wordpress.org/export/{version}/")
    [item] = items(write(head, ARTICLE, TAIL))
    assert (item.post_id, item.excerpt) == (7, "Court")


def test_elements_of_a_namespace_that_only_looks_like_wordpress_are_not_read(write: Write) -> None:
    fake = '<wp:post_id xmlns:wp="http://wordpress.org.example/export/1.2/">1</wp:post_id>'
    [item] = items(write(HEAD, f"<item>{fake}</item>", TAIL))
    assert item.post_id is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
def test_the_declared_encoding_is_honoured(write: Write, encoding: str) -> None:
    text = (HEAD + ARTICLE + TAIL).replace("UTF-8", encoding.removesuffix("-sig"))
    [item] = items(write(text.encode(encoding)))
    assert item.title == "Un été"


# What is refused


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        (b"", "empty", None),
        (b" \n\t ", "empty", None),
        (b"PK\x03\x04\0\0", "binary", None),
        (b"Dear editor,", "not XML", 1),
        (b"<rss><channel><item></rss>", "not well-formed", 1),
        (b"<!-- a -->\n<html><body/></html>", "not RSS", 2),
        (b"<rss/>", "no channel", 1),
        (b"<rss>\n<item/></rss>", "no channel", 2),
        (HEAD.encode() + b"\n<item>", "cut short", 15),
        (b"<rss><channel><title>A feed</title><item/></channel></rss>", "no WXR version", 1),
        (
            HEAD.replace("1.2</wp:wxr", "abc</wp:wxr").encode() + b"<item/>",
            "“abc” is not valid",
            14,
        ),
        (b'<?xml version="1.0"?>\n<!DOCTYPE rss>\n<rss/>', "document type", 2),
        (
            b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<rss version="&b;"/>',
            "document type",
            1,
        ),
        (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><rss/>', "document type", 1),
        ('<rss\n xmlns:x="http://ë.example/"/>'.encode(), "not a valid address", 1),
        (b"<rss>\n<channel>&nbsp;</channel></rss>", "not well-formed", 2),
        (b"<rss>\n\xff</rss>", "not well-formed", 2),
        (b'<?xml version="1.0" encoding="klingon"?><rss/>', "", 1),
        (b'<?xml version="1.0" encoding="shift_jis"?><rss/>', "", 1),
    ],
)
def test_a_file_is_refused_with_a_reason(write: Write, content: bytes, reason: str, line: int | None) -> None:
    with pytest.raises(NotAnExport) as refusal:
        check(write(content), time_zone=PARIS)
    assert reason in str(refusal.value)
    assert refusal.value.line == line
    assert line is None or str(refusal.value).startswith(f"Line {line}: ")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAnExport, match="directory"):
        check(tmp_path, time_zone=PARIS)


def test_a_missing_file_is_the_systems_own_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check(tmp_path / "none.xml", time_zone=PARIS)


def test_a_record_too_large_for_the_memory_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.importers.wxr.stream.RECORD_LIMIT", 100_000)
    check(write(HEAD, ARTICLE * 100, TAIL), time_zone=PARIS)
    for bomb in ("<item>" + "a" * 100_000 + "</item>", "<item>" + "<a>" * 2_000):
        with pytest.raises(NotAnExport, match="too large"):
            check(write(HEAD, bomb, TAIL), time_zone=PARIS)


def test_a_file_cut_short_anywhere_is_refused(write: Write) -> None:
    whole = (HEAD + ARTICLE + TAIL).encode()
    check(write(whole), time_zone=PARIS)
    for length in range(len(whole)):
        with pytest.raises(NotAnExport):
            check(write(whole[:length]), time_zone=PARIS)


# How it is read


def test_the_reported_progress_ends_at_the_size_of_the_file(write: Write) -> None:
    path = write(HEAD, ARTICLE * 200, TAIL)
    positions: list[int] = []
    summary = check(path, time_zone=PARIS, progress=positions.append)
    assert positions == sorted(positions)
    assert len(positions) > 1
    assert positions[-1] == path.stat().st_size == summary.bytes


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    article = ARTICLE.replace("Bonjour", "Bonjour " * 4_000)
    count = 60_000_000 // len(article.encode()) + 1
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(article for _ in range(count))
        file.write(TAIL)
    assert path.stat().st_size > 60_000_000
    tracemalloc.start()
    try:
        summary = check(path, time_zone=PARIS)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert summary.items == count
    assert peak < 30_000_000
