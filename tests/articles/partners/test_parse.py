"""Partners' feeds as bytes → headlines: every format and encoding that the world uses, and what is no feed at all."""

import datetime as dt
import json
import pickle
from pathlib import Path
from tempfile import NamedTemporaryFile
from unittest import TestCase, skipUnless

from hypothesis import given, settings
from hypothesis import strategies as st

from articles.partners.parse import Feed, Headline, Unreadable, parse, plain

URL = "https://partner.example/blog/feed/"
CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "feeds"
JULY = dt.datetime(2026, 7, 14, 8, 30, tzinfo=dt.UTC)


def rss(items: str, *, version: str = "2.0", more: str = "") -> bytes:
    return (
        f'<rss version="{version}" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Le Partenaire</title>'
        f"<link>https://partner.example/</link>{more}{items}</channel></rss>"
    ).encode()


def item(title: str = "Un titre", link: str = "https://partner.example/1", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


class ParseTestCase(TestCase):
    def read(self, body: bytes | str, content_type: str = "application/rss+xml") -> Feed:
        return parse(body.encode() if isinstance(body, str) else body, url=URL, content_type=content_type)

    def one(self, body: bytes | str, content_type: str = "application/rss+xml") -> Headline:
        (headline,) = self.read(body, content_type).headlines
        return headline

    def refused(self, body: bytes | str, content_type: str = "application/rss+xml") -> str:
        with self.assertRaises(Unreadable) as caught:
            self.read(body, content_type)
        return caught.exception.code


class FormatTests(ParseTestCase):
    def test_it_reads_rss_of_all_ages(self) -> None:
        for version in ("0.90", "0.91", "0.92", "0.93", "0.94", "2.0"):
            with self.subTest(version):
                found = self.read(rss(item(), version=version))
                self.assertEqual((found.title, found.site_url), ("Le Partenaire", "https://partner.example/"))
                self.assertEqual(found.headlines[0].title, "Un titre")

    def test_it_reads_an_item_whole(self) -> None:
        headline = self.one(
            rss(
                item(
                    more="<guid isPermaLink='false'>abc-1</guid><pubDate>Tue, 14 Jul 2026 10:30:00 +0200</pubDate>"
                    "<description>&lt;p&gt;Le &lt;b&gt;chapô&lt;/b&gt;.&lt;/p&gt;</description>"
                    "<category>Apple</category><category>iPhone</category>"
                    '<media:content url="/photo.jpg" medium="image"/>'
                )
            )
        )
        expected = Headline(
            "abc-1", "https://partner.example/1", "Un titre", "Le chapô.", JULY, "https://partner.example/photo.jpg",
            ("Apple", "iPhone"),
        )  # fmt: skip
        self.assertEqual(headline, expected)

    def test_it_reads_atom(self) -> None:
        entry = self.one(
            """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://partner.example/"><title>P</title>
            <entry><id>urn:1</id><title type="html">R&amp;amp;D &lt;i&gt;vite&lt;/i&gt;</title>
            <link rel="alternate" href="un/"/><link rel="enclosure" type="image/png" href="/un.png"/>
            <published>2026-07-14T08:30:00Z</published><updated>2026-07-15T00:00:00Z</updated>
            <summary>Court.</summary><category term="ia" label="IA"/></entry></feed>""",
            "application/atom+xml",
        )
        self.assertEqual((entry.guid, entry.url, entry.title), ("urn:1", "https://partner.example/un/", "R&D vite"))
        self.assertEqual((entry.published_at, entry.image), (JULY, "https://partner.example/un.png"))
        self.assertEqual((entry.teaser, entry.subjects), ("Court.", ("IA",)))

    def test_it_reads_rdf(self) -> None:
        headline = self.one(
            """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
            xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://p.example/"><title>P</title></channel>
            <item rdf:about="https://p.example/1"><title>Un</title><link>https://p.example/1</link>
            <dc:date>2026-07-14T10:30:00+02:00</dc:date></item></rdf:RDF>"""
        )
        self.assertEqual((headline.title, headline.published_at), ("Un", JULY))

    def test_it_reads_json_feed(self) -> None:
        body = {
            "version": "https://jsonfeed.org/version/1.1", "title": "P", "home_page_url": "https://p.example/",
            "items": [
                {"id": "1", "url": "/un", "title": "R&D", "content_html": "<p>A <img src='/b.png'></p>",
                 "date_published": "2026-07-14T10:30:00+02:00", "tags": ["IA", 3]},
                {"id": 2, "external_url": "https://x.example/", "content_text": "a < b", "image": "https://x.example/i.jpg"},
                {"id": "3", "title": "Sans adresse"}, "rien",
            ],
        }  # fmt: skip
        found = self.read(json.dumps(body), "application/feed+json")
        first, second = found.headlines
        self.assertEqual((first.title, first.url, first.published_at), ("R&D", "https://partner.example/un", JULY))
        self.assertEqual((first.image, first.subjects), ("https://partner.example/b.png", ("IA",)))
        self.assertEqual((second.title, second.image), ("a < b", "https://x.example/i.jpg"))
        self.assertEqual(
            [(one.reason, one.what) for one in found.skipped], [("address", "Sans adresse"), ("item", "rien")]
        )

    def test_it_knows_json_by_its_look_and_xml_by_its_own(self) -> None:
        self.assertEqual(
            self.read('\ufeff {"version":"https://jsonfeed.org/version/1","items":[]}', "text/plain").headlines, ()
        )
        self.assertEqual(self.one(rss(item()), "text/html").title, "Un titre")


class TextTests(ParseTestCase):
    def test_it_makes_plain_text_of_whatever_stands_in_a_title(self) -> None:
        for title, expected in {
            "<![CDATA[Un <b>titre</b> &amp; demi]]>": "Un titre & demi",
            "Caf&amp;eacute; &amp;amp;amp; th&amp;#233;": "Café & thé",
            "L&#8217;iPhone\n\t  pliant": "L’iPhone pliant",
            "<![CDATA[<script>alert(1)</script>Titre]]>": "Titre",
            "R&amp;D": "R&D",
            "a &lt; b": "a < b", "x&lt;y et z": "x<y et z", "&amp;lt;b&amp;gt;Gras&amp;lt;/b&amp;gt; ici": "Gras ici",
            "&#55192; ou &#xD798;": "\ud798 ou \ud798",
            "\u202eesrever\u200b": "esrever",
            "moiti&#xD83D;&#xDE00;": "moiti",
            "x" * 400: "x" * 299 + "…",
        }.items():  # fmt: skip
            with self.subTest(title):
                self.assertEqual(self.one(rss(item(title))).title, expected)

    def test_it_takes_atom_at_its_word(self) -> None:
        texts = {
            '<title type="text">La balise &lt;canvas&gt;</title><summary>La &lt;b&gt; aussi</summary>': "La <b> aussi",
            '<title>La balise &lt;canvas&gt;</title><summary type="html">La &lt;b&gt;aussi</summary>': "La aussi",
            '<title type="html">La balise &amp;lt;canvas&amp;gt;</title><content type="text">&lt;a></content>': "<a>",
        }  # fmt: skip
        for elements, teaser in texts.items():
            body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/1"/>{elements}</entry></feed>'
            with self.subTest(elements):
                self.assertEqual((self.one(body).title, self.one(body).teaser), ("La balise <canvas>", teaser))

    def test_half_a_character_costs_half_a_character(self) -> None:
        body = {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [
                {"id": "\ud83d", "url": "https://x.example/1", "title": "caf\ud83d", "content_html": "\udc00 noir"},
                {"url": "https://x.example/\ud800", "title": "sans adresse"},
                {"url": "javascript:\x00\ud800", "title": "non plus"},
            ],
        }
        found = self.read(json.dumps(body), "application/feed+json")
        self.assertEqual((found.headlines[0].title, found.headlines[0].teaser), ("caf", "noir"))
        self.assertEqual([one.what for one in found.skipped], ["https://x.example/", "javascript:"])

    def test_it_cuts_a_teaser_at_a_words_end(self) -> None:
        self.assertEqual(plain("un deux, trois", 10), "un deux…")
        self.assertEqual(plain("<p>un</p><p>deux</p>", 50), "un deux")
        self.assertEqual(plain("H<sub>2</sub>O<pre>x</pre>y <b>z</b>, 5 < 6", 50), "H2O x y z, 5 < 6")

    def test_captions_and_tables_are_no_teaser(self) -> None:
        text = (
            "<figure><img src='p.jpg'><figcaption>Crédit : AFP</figcaption></figure><p>Le CO<sub>2</sub>.</p>"
            "<table><tr><td>9 €</td></tr></table>"
        )
        found = self.one(rss(item(more=f"<description><![CDATA[{text}]]></description>")))
        self.assertEqual((found.teaser, found.image), ("Le CO2.", "https://partner.example/blog/feed/p.jpg"))

    def test_it_takes_a_title_from_the_text_where_there_is_none(self) -> None:
        headline = self.one(rss(item("", more="<description>Juste ceci.</description>")))
        self.assertEqual((headline.title, headline.teaser), ("Juste ceci.", ""))

    def test_it_encodes_what_people_leave_in_a_link_as_it_is(self) -> None:
        for link, url in [
            ("https://x.example/un titre avec espaces/", "https://x.example/un%20titre%20avec%20espaces/"),
            ("/chemin relatif", "https://partner.example/chemin%20relatif"),
            ("https://x.example/d\u00a0ici", "https://x.example/d%C2%A0ici"),
            ("https://x.example/d%20ici?q=&quot;mot&quot;", "https://x.example/d%20ici?q=%22mot%22"),
        ]:
            with self.subTest(link=link):
                self.assertEqual(self.one(rss(item(link=link))).url, url)

    def test_it_tells_items_of_one_guid_apart(self) -> None:
        for guid in (
            "N/A", "null", "https://x.example/feed", "https://x.example/", "http://www.x.example", "2026-11-29",
            "guid", "undefined", "0", "-", "actualites", "",
        ):  # fmt: skip
            items = [(f"Titre {n}", f"https://x.example/{n}", guid) for n in range(4)]
            with self.subTest(guid=guid):
                self.assertEqual(self.told_apart(items), ([f"Titre {n}" for n in range(4)], []))
        sections = [(f"Titre {n}", f"https://x.example/{n}", ("jeux", "web")[n % 2]) for n in range(4)]
        self.assertEqual(len(self.told_apart(sections)[0]), 4)

    def test_it_tells_items_of_no_guid_and_one_link_apart_by_their_titles(self) -> None:
        items = [(f"Titre {n}", "https://x.example/direct", "N/A") for n in range(3)]
        self.assertEqual(self.told_apart(items), (["Titre 0", "Titre 1", "Titre 2"], []))
        items = [(f"Titre {n}", "https://x.example/", "") for n in range(3)]
        self.assertEqual(self.told_apart(items), (["Titre 0", "Titre 1", "Titre 2"], []))

    def test_it_says_which_items_are_there_twice(self) -> None:
        for guid in ("g1", "N/A"):
            items = [("Titre", "https://x.example/1", guid), ("Titre", "https://x.example/1?utm_source=rss", guid)]
            self.assertEqual(self.told_apart(items), (["Titre"], [("repeated", "Titre")]))

    def test_it_knows_an_item_again_by_its_guid_where_that_is_one(self) -> None:
        for guid in ("g1", "https://x.example/?p=12", "tag:x.example,2026:1", "12"):
            known = self.one(rss(item(more=f'<guid isPermaLink="false">{guid}</guid>'))).guid
            self.assertEqual(known, guid)
        alone = self.one(rss(item(more="<guid>N/A</guid>")))
        self.assertEqual(alone.guid, alone.url)

    def test_it_says_how_many_items_it_does_not_read(self) -> None:
        found = self.read(rss("".join(item(f"Titre {n}", link=f"https://x.example/{n}") for n in range(103))))
        self.assertEqual([(one.reason, one.what) for one in found.skipped], [("beyond", "3")])

    def told_apart(self, items: list[tuple[str, str, str]]) -> tuple[list[str], list[tuple[str, str]]]:
        """Return the titles of a feed of these items (title, link, guid), and what was skipped."""
        found = self.read(
            rss("".join(item(title, link=link, more=f"<guid>{guid}</guid>") for title, link, guid in items))
        )
        return [one.title for one in found.headlines], [(one.reason, one.what) for one in found.skipped]

    def test_it_skips_what_leads_nowhere_and_says_so(self) -> None:
        found = self.read(
            rss(
                item(link="") + item(link="javascript:alert(1)") + item(link="http://a b/")
                + item(link="https://:www.lemonde.fr@evil.example/") + item("", more="") + item()
            )
        )  # fmt: skip
        self.assertEqual(len(found.headlines), 1)
        reasons = [one.reason for one in found.skipped]
        self.assertEqual(reasons, ["address", "address", "address", "address", "title"])

    def test_it_makes_relative_addresses_whole_by_the_feeds(self) -> None:
        self.assertEqual(self.one(rss(item(link="../a?b=1"))).url, "https://partner.example/blog/a?b=1")

    def test_it_finds_an_image_in_the_text(self) -> None:
        text = "<description>&lt;p&gt;&lt;img alt='' src='p.jpg?a=1&amp;amp;b=2'&gt;&lt;/p&gt;</description>"
        self.assertEqual(self.one(rss(item(more=text))).image, "https://partner.example/blog/feed/p.jpg?a=1&b=2")

    def test_it_reads_no_time_where_there_is_none(self) -> None:
        for date in ("", "hier", "Tue, 99 Jul 2026 10:30:00", "0000-00-00"):
            with self.subTest(date):
                self.assertIsNone(self.one(rss(item(more=f"<pubDate>{date}</pubDate>"))).published_at)


class EncodingTests(ParseTestCase):
    TITLE = {
        "utf-8": "Été à Œrsted", "utf-16": "Été", "utf-16-le": "Été", "utf-32": "Été", "iso-8859-1": "Été",
        "iso-8859-15": "Œuf à 5 €",
        "windows-1252": "L’œuf « frais »", "koi8-r": "Новости", "windows-1251": "Новости", "shift_jis": "新しい記事",
        "euc-jp": "新しい記事", "big5": "新的文章", "gb2312": "新的文章", "euc-kr": "새로운 기사",
    }  # fmt: skip

    def test_it_reads_what_the_declaration_says(self) -> None:
        for name, title in self.TITLE.items():
            body = f'<?xml version="1.0" encoding="{name}"?>' + rss(item(title)).decode()
            with self.subTest(name):
                self.assertEqual(self.one(body.encode(name), "application/xml").title, title)

    def test_it_reads_what_the_server_says(self) -> None:
        for name, title in self.TITLE.items():
            if not name.startswith("utf"):
                with self.subTest(name):
                    headline = self.one(rss(item(title)).decode().encode(name), f"application/rss+xml; charset={name}")
                    self.assertEqual(headline.title, title)

    def test_it_guesses_where_the_declared_encoding_is_missing_or_wrong(self) -> None:
        lied = '<?xml version="1.0" encoding="utf-8"?>' + rss(item("L’été « très » chaud, déjà")).decode()
        self.assertEqual(self.one(lied.encode("windows-1252")).title, "L’été « très » chaud, déjà")


class RefusalTests(ParseTestCase):
    def test_it_refuses_any_dtd_however_it_is_dressed(self) -> None:
        doctype = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">]>'
        for body in (
            doctype.encode() + rss(item("&a;")),
            b'<?xml version="1.0"?>\n<!-- <rss> -->' + doctype.encode() + rss(item()),
            b"\xef\xbb\xbf  " + doctype.lower().encode() + rss(item()),
            ('<?xml version="1.0" encoding="utf-16"?>' + doctype + rss(item()).decode()).encode("utf-16"),
            b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AFs-' + rss(item()),
            b"?>" + doctype.encode() + rss(item()), b"<" + doctype.encode() + rss(item("&a;")),
            b"<3 " + doctype.encode() + rss(item("&a;")), rss(item("&a;"), more=doctype), b"<!-- " + rss(doctype),
            doctype.replace("!", "&#xD800;!").encode() + rss(item("&a;")),
            b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://n.example/rss.dtd">' + rss(item()),
        ):  # fmt: skip
            with self.subTest(body[:60]):
                self.assertEqual(self.refused(body, "application/xml"), "dtd")

    def test_it_knows_a_web_page_and_the_feed_that_it_names(self) -> None:
        for kind in (
            "",
            ' PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"',
        ):
            self.named(kind)

    def named(self, kind: str) -> None:
        page = f'<!doctype html{kind}><link rel=alternate type="application/rss+xml" href="/feed.xml?a&amp;b">'
        with self.assertRaises(Unreadable) as caught:
            self.read(page, "text/html")
        self.assertEqual(
            (caught.exception.code, caught.exception.detail), ("web_page", "https://partner.example/feed.xml?a&b")
        )

    def test_it_opens_no_file_that_a_body_names(self) -> None:
        with NamedTemporaryFile(suffix=".xml") as secret:
            secret.write(rss(item("Brouillon")))
            secret.flush()
            for named in (secret.name, f"file://{secret.name}"):
                self.assertEqual(self.refused(named), "not_a_feed")

    def test_it_says_what_is_no_feed(self) -> None:
        codes = {
            b"": "not_a_feed", b"bonjour": "not_a_feed", b"<a><b/></a>": "not_a_feed",
            b"\x89PNG\r\n\x1a\n\0\0": "not_a_feed", b'{"items": []}': "not_a_feed", b"{": "malformed",
            b"[" * 100_000: "not_a_feed", b'{"a":' * 100_000: "malformed",
        }  # fmt: skip
        for body, code in codes.items():
            with self.subTest(body[:20]):
                self.assertEqual(self.refused(body), code)

    def test_it_reads_what_came_before_a_feed_broke_off(self) -> None:
        broken = rss(item("Un") + item("Deux", link="https://partner.example/2"))[:-23]
        self.assertEqual([one.title for one in self.read(broken).headlines], ["Un", "Deux"])

    def test_its_complaint_survives_the_way_out_of_a_process(self) -> None:
        error = pickle.loads(pickle.dumps(Unreadable("dtd", "<!DOCTYPE")))
        self.assertEqual((error.code, error.detail), ("dtd", "<!DOCTYPE"))

    @settings(max_examples=150, deadline=None)
    @given(st.binary(max_size=200), st.sampled_from(["", "application/json", "text/xml; charset=utf-16"]))
    def test_whatever_bytes_end_in_a_feed_or_in_a_named_complaint(self, noise: bytes, content_type: str) -> None:
        for body in (noise, rss("<item><title>").replace(b"</channel>", noise)):
            try:
                self.assertIsInstance(parse(body, url=URL, content_type=content_type), Feed)
            except Unreadable as error:
                self.assertTrue(error.code)


@skipUnless(CORPUS.is_dir(), "the corpus of feeds is not here")
class CorpusTests(ParseTestCase):
    def test_every_file_ends_in_a_feed_or_in_a_named_complaint(self) -> None:
        codes: dict[str, list[str]] = {}
        for path in sorted(CORPUS.rglob("*.*")):
            try:
                found = parse(path.read_bytes(), url=URL)
                code = "read"
                for one in found.headlines:
                    self.assertNotRegex(one.title + one.teaser, r"<script|</?b>", path.name)
                    self.assertRegex(one.url, r"\Ahttps?://", path.name)
            except Unreadable as error:
                code = error.code
            codes.setdefault(code, []).append(path.name)
        self.assertEqual(codes.pop("dtd"), ["always_strip_doctype.xml"])
        # A feed without anything in it, and Microsoft's Channel Definition Format, of 1997.
        self.assertEqual(codes.pop("not_a_feed"), ["rss_empty_document.xml", "channel_abstract_map_description.xml"])
        self.assertEqual(list(codes), ["read"])

    def test_it_reads_the_encodings_that_nobody_declared(self) -> None:
        big5 = parse((CORPUS / "feedparser/illformed/chardet/big5.xml").read_bytes(), url=URL)
        self.assertIn("我希望", big5.title)
        for name in ("u16", "utf16", "utf_32", "utf-16be-autodetect", "utf-32le-autodetect"):
            parse((CORPUS / f"feedparser/encoding/{name}.xml").read_bytes(), url=URL)
