"""Feeds out: RSS, Atom and JSON of each list, the same for all, valid, absolute, and 304 when nothing changed."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from django.utils import timezone
from lxml import etree

from articles.actions import editing, publishing, taxonomy
from articles.content import Content
from newsroom.pagecache.tags import cache_tags_of
from tests.base import NewsroomTestCase
from tests.factories import LONG_AGO, make_article, make_author, make_draft, make_image, make_tags, publish

NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
HOST = "http://kulturegeek.localhost:8000"


class FeedTestCase(NewsroomTestCase):
    def rss(self, path: str = "/feed/", publication: Any = None) -> Any:
        response = self.read(path, publication)
        self.assertEqual(
            (response.status_code, response.headers["Content-Type"]), (200, "application/rss+xml; charset=utf-8")
        )
        return etree.fromstring(response.content)

    def titles(self, path: str, publication: Any = None) -> list[str]:
        return self.rss(path, publication).xpath("//item/title/text()")


class FeedTests(FeedTestCase):
    def setUp(self) -> None:
        self.article = make_article(
            self.kg,
            "Un casque qui voit loin",
            at=LONG_AGO,
            standfirst="Le chapô.",
            body='<p>Le texte, avec <a href="/science-espace/">un lien</a> &amp; plus.</p>'
            '<figure data-embed="https://www.youtube.com/watch?v=aqz-KE-bpKQ"></figure>',
            lead_image=make_image(alt="Un casque", credit="La rédaction"),
            authors=(make_author("Camille Roussel"), make_author("Hugo Lemaire")),
            tags=make_tags("Essonne"),
        )

    def test_the_channel_has_its_description_escaped_once(self) -> None:
        type(self.kg).objects.filter(pk=self.kg.pk).update(description="R&D <et> plus")
        self.assertIn(b"<description>R&amp;D &lt;et&gt; plus</description>", self.read("/feed/").content)

    def test_rss_holds_what_readers_of_feeds_expect(self) -> None:
        item = self.rss().find("channel/item")
        self.assertEqual(item.findtext("title"), "Un casque qui voit loin")
        self.assertEqual(item.findtext("link"), self.article.get_absolute_url())
        self.assertEqual(item.findtext("pubDate"), "Mon, 10 Feb 2025 11:30:00 +0100")
        self.assertEqual([e.text for e in item.findall("dc:creator", NS)], ["Camille Roussel", "Hugo Lemaire"])
        self.assertEqual([e.text for e in item.findall("category")], ["Science & Espace", "Essonne"])
        guid = item.find("guid")
        self.assertEqual(
            (guid.text, guid.get("isPermaLink")),
            (f"tag:kulturegeek.localhost,2026-01-01:article-{self.article.pk}", "false"),
        )
        image = item.find("media:content", NS)
        self.assertTrue(image.get("url").startswith(f"{HOST}/media/renditions/"))
        self.assertEqual((image.get("width"), image.findtext("media:description", "", NS)), ("640", "Un casque"))

    def test_its_text_is_whole_with_addresses_that_lead_somewhere_and_nothing_that_acts(self) -> None:
        html = self.rss().findtext("channel/item/content:encoded", "", NS)
        self.assertIn(f'<a href="{HOST}/science-espace/"', html)
        self.assertIn("https://www.youtube.com/watch?v=aqz-KE-bpKQ", html)
        for part in ("<script", "<iframe", "srcset", 'class="', "<svg", "data-player"):
            self.assertNotIn(part, html)

    def test_a_publication_can_give_the_teaser_only(self) -> None:
        self.kg.feeds_whole = False
        self.kg.save()
        item = self.rss().find("channel/item")
        self.assertIsNone(item.find("content:encoded", NS))
        self.assertEqual(item.findtext("description"), "Le chapô.")

    def test_atom_and_json_say_the_same(self) -> None:
        atom = etree.fromstring(self.read("/feed/atom/").content)
        entry = atom.find("atom:entry", NS)
        self.assertEqual(entry.findtext("atom:title", "", NS), "Un casque qui voit loin")
        self.assertEqual(entry.findtext("atom:published", "", NS), "2025-02-10T11:30:00+01:00")
        self.assertIn("Le texte", entry.findtext("atom:content", "", NS))
        self.assertEqual(atom.find("atom:link[@rel='self']", NS).get("href"), f"{HOST}/feed/atom/")
        feed = json.loads(self.read("/feed/json/").content)
        self.assertEqual(
            (feed["version"], feed["feed_url"]), ("https://jsonfeed.org/version/1.1", f"{HOST}/feed/json/")
        )
        item = feed["items"][0]
        self.assertEqual([a["name"] for a in item["authors"]], ["Camille Roussel", "Hugo Lemaire"])
        self.assertEqual(
            (item["date_published"], item["tags"]), ("2025-02-10T11:30:00+01:00", ["Science & Espace", "Essonne"])
        )

    def test_each_list_has_its_own(self) -> None:
        make_article(self.kg, "Un autre", section=self.games)
        for path in ("/science-espace/feed/", "/tag/essonne/feed/", "/auteur/camille-roussel/feed/"):
            self.assertEqual(self.titles(path), ["Un casque qui voit loin"], path)
            for format_ in ("atom/", "json/"):
                feed = self.read(path + format_)
                self.assertContains(feed, "Un casque qui voit loin")
                self.assertNotContains(feed, "Un autre")
        self.assertEqual(self.titles("/feed/"), ["Un autre", "Un casque qui voit loin"])

    def test_pages_say_where_their_feeds_are(self) -> None:
        self.assertContains(self.read("/"), 'type="application/rss+xml" title="KultureGeek" href="/feed/"')
        for path in ("/science-espace/", "/tag/essonne/", "/auteur/camille-roussel/"):
            for form in ("", "atom/", "json/"):
                self.assertContains(self.read(path), f'href="{path}feed/{form}"')

    def test_asked_twice_it_is_304(self) -> None:
        for path in ("/feed/", "/feed/atom/", "/feed/json/"):
            first = self.read(path)
            again = self.client.get(path, headers={"host": self.kg.domain, "If-None-Match": first.headers["ETag"]})
            self.assertEqual((again.status_code, again.headers["Vary"]), (304, "Accept-Encoding"), path)

    def test_what_was_withdrawn_is_not_unchanged(self) -> None:
        self.assertNotIn("Last-Modified", self.read("/feed/").headers)
        headers = {"host": self.kg.domain, "If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"}
        publishing.withdraw(self.article, by=self.thomas, notice="Retiré.")
        self.assertEqual(self.client.get("/feed/", headers=headers).status_code, 200)

    def test_an_update_freshens_it_and_a_typo_does_not(self) -> None:
        before = self.rss().findtext("channel/lastBuildDate")
        for change, freshens in (("typo", False), ("update", True)):
            content = replace(Content.of(self.article.working), standfirst=f"Un chapô : {change}.")
            draft = editing.save_draft(self.article, content, by=self.ines, change=change)
            self.article = publish(draft, by=self.thomas)
            feed = self.rss()
            self.assertIn(change, feed.findtext("channel/item/description"))
            self.assertEqual(feed.findtext("channel/lastBuildDate") != before, freshens, change)

    def test_a_placed_article_is_listed_under_its_own_address_without_its_text(self) -> None:
        publishing.place(self.article, on=self.ia, by=self.alix)
        item = self.rss("/feed/", self.ia).find("channel/item")
        self.assertEqual(item.findtext("link"), self.article.get_absolute_url())
        self.assertIsNone(item.find("content:encoded", NS))
        self.assertIn("KultureGeek", [e.text for e in item.findall("category")])
        author_url = json.loads(self.read("/feed/json/", self.ia).content)["items"][0]["authors"][0]["url"]
        self.assertEqual(author_url, f"{HOST}/auteur/camille-roussel/")  # where there is such a page

    def test_withdrawn_articles_drafts_and_what_waits_are_in_none(self) -> None:
        make_draft(self.kg, "Un brouillon")
        make_article(self.kg, "Demain", at=timezone.now() + dt.timedelta(days=1))
        make_article(self.kg, "Mentions légales", kind="page")
        publishing.withdraw(self.article, by=self.thomas, notice="Retiré.")
        self.assertEqual(self.titles("/feed/"), [])
        self.assertEqual(self.read("/tag/essonne/feed/").status_code, 404)

    def test_an_advertisement_says_so(self) -> None:
        make_article(self.kg, "Une offre", kind="sponsored", sponsor="Aéroclub")
        self.assertIn("Publicité · Une offre", self.titles("/feed/"))

    def test_hostile_words_stay_words(self) -> None:
        make_article(self.kg, "A < B & C ]]> \x0b<script>alert(1)</script>")
        self.assertIn("A < B & C ]]> <script>alert(1)</script>", self.titles("/feed/"))
        json.loads(self.read("/feed/json/").content)
        etree.fromstring(self.read("/feed/atom/").content)

    def test_what_a_word_processor_leaves_in_an_images_words_spoils_no_feed(self) -> None:
        make_article(self.kg, "Un autre", lead_image=make_image(alt="Une photo\x0bdu casque", credit="\x02Nous"))
        self.assertIn("Un autre", self.titles("/feed/"))

    def test_titles_are_marked_as_plain_text(self) -> None:
        make_article(self.kg, "Une balise", standfirst="La balise <canvas> arrive & reste.", at=timezone.now())
        described = self.rss().findtext("channel/item/description")
        self.assertEqual(described, "La balise &lt;canvas&gt; arrive &amp; reste.")
        entry = etree.fromstring(self.read("/feed/atom/").content).find("atom:entry/atom:summary", NS)
        self.assertEqual((entry.get("type"), entry.text), ("text", "La balise <canvas> arrive & reste."))

    def test_prose_about_markup_stays_and_every_address_is_whole(self) -> None:
        prose = '<code>tabindex="0" href="/x" et c’est tout</code>'
        links = '<a href="autre">a</a> <a href="#fin">b</a> <a href="//cdn.example/x?a=1&amp;b=2">c</a>'
        article = make_article(self.kg, "Du balisage", body=f"<p>{prose}. {links}</p>", at=timezone.now())
        html = self.rss().findtext("channel/item/content:encoded", "", NS)
        self.assertIn(prose, html)
        for address in (f"{HOST}/science-espace/du-balisage/autre", f"{article.get_absolute_url()}#fin",
                        "http://cdn.example/x?a=1&amp;b=2"):  # fmt: skip
            self.assertIn(f'href="{address}"', html)

    def test_a_list_that_moved_takes_its_subscribers_along(self) -> None:
        self.science.slug = "espace"
        taxonomy.save_section(self.science, by=self.thomas)
        for form in ("", "atom/", "json/"):
            answer = self.read(f"/science-espace/feed/{form}")
            self.assertEqual((answer.status_code, answer.headers["Location"]), (301, f"/espace/feed/{form}"))
        self.assertEqual(self.read(f"{self.article.path}feed/").status_code, 404)

    def test_it_is_found_by_the_one_spelling_of_its_address(self) -> None:
        self.assertEqual(
            self.read("/author/camille-roussel/feed/").headers["Location"], "/auteur/camille-roussel/feed/"
        )
        for path in ("/nulle-part/feed/", "/feed/xml/", "/tag/rien/feed/"):
            self.assertEqual(self.read(path).status_code, 404, path)

    def test_it_has_the_cache_tags_of_what_it_was_made_from(self) -> None:
        tags = cache_tags_of(self.read("/tag/essonne/feed/"))
        self.assertLessEqual({f"article:{self.article.pk}", self.kg.cache_tag}, tags)

    def test_it_has_the_cache_tags_of_whatever_it_names(self) -> None:
        drawn, (tag,), author = make_image(), make_tags("Fusée"), make_author("Jeanne")
        body = f'<figure data-picture="{drawn.pk}"></figure>'
        theirs = make_article(self.ia, "Un Mac", section=self.mac)
        publishing.place(theirs, on=self.kg, by=self.ines)
        article = make_article(self.kg, "Une fusée", body=body, lead_image=make_image(), tags=(tag,), authors=(author,))
        named = {
            f"article:{article.pk}", f"image:{drawn.pk}", f"image:{article.live.lead_image_id}", f"tag:{tag.pk}",
            f"author:{author.pk}", f"section:{self.science.pk}", f"section:{self.mac.pk}", self.ia.cache_tag,
        }  # fmt: skip
        self.assertLessEqual(named, cache_tags_of(self.read("/feed/")))

    def test_its_queries_dont_grow(self) -> None:
        def asked(number: int) -> None:
            for n in range(number):
                make_article(
                    self.kg, f"Histoire {number} {n}", lead_image=make_image(), tags=make_tags(f"Sujet {n}"),
                    body=f'<figure data-picture="{make_image().pk}"></figure>',
                    authors=(make_author(f"Auteur {number} {n}"),),
                )  # fmt: skip
            with self.assertNumQueries(5):
                self.read("/feed/")

        asked(1)
        asked(6)
