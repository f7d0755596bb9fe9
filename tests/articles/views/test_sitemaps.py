"""Sitemaps, robots, and what an article says of itself to machines."""

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone
from lxml import etree

from articles.actions import base, editing, fronts, publishing, scheduling
from articles.content import Content
from articles.presentation import links
from articles.views import sitemaps
from newsroom.pagecache.models import Purge
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import LONG_AGO, make_article, make_author, make_draft, make_image, make_tags, map_of, publish

NS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
}
HOST = "http://kulturegeek.localhost:8000"


class SitemapTestCase(NewsroomTestCase):
    def xml(self, path: str, publication: Any = None) -> Any:
        response = self.read(path, publication)
        self.assertEqual(response.status_code, 200, path)
        return etree.fromstring(response.content)

    def locations(self, path: str, publication: Any = None) -> dict[str, str]:
        """Each address of a map, with its lastmod."""
        rows = self.xml(path, publication)
        return {row.findtext("s:loc", "", NS): row.findtext("s:lastmod", "", NS) for row in rows}

    def changed(self, article: Any, **fields: Any) -> Any:
        draft = editing.save_draft(article, replace(Content.of(article.working), **fields), by=self.ines)
        return publish(draft, by=self.thomas)


class MapTests(SitemapTestCase):
    def test_the_index_leads_to_every_map_and_those_to_every_article(self) -> None:
        article = make_article(self.kg, "Un casque", at=LONG_AGO, lead_image=make_image())
        page = make_article(self.kg, "Mentions légales", kind="page", at=LONG_AGO)
        self.assertEqual(set(self.locations("/sitemap.xml")), {f"{HOST}/sitemap-lists.xml", HOST + map_of(article)})
        found = self.locations(map_of(article))
        self.assertEqual(set(found), {HOST + article.path, HOST + page.path})
        self.assertEqual(found[HOST + article.path], "2025-02-10T11:30:00+01:00")
        image = self.xml(map_of(article)).findtext(".//image:loc", "", NS)
        self.assertTrue(image.startswith(f"{HOST}/media/renditions/"))
        self.assertEqual(set(self.locations("/sitemap-lists.xml")), {f"{HOST}/", f"{HOST}/science-espace/"})

    def lastmod_of(self, article: Any) -> str:
        """When the index says that the map of an article changed: the hour and minute in Paris, where "" is never."""
        return self.locations("/sitemap.xml").get(HOST + map_of(article), "")[11:16]

    def test_the_index_says_when_each_map_changed(self) -> None:
        """By sitemaps.org, the time at which the file changed, whatever the times of the articles in it."""

        def at(time: str) -> Any:
            return time_machine.travel(f"2031-03-10T{time}:00+01:00", tick=False)

        with at("09:00"):
            article = make_article(self.kg, "Un casque", at=LONG_AGO)
            self.assertEqual(self.lastmod_of(article), "09:00")
        for time, change, freshens in (("09:10", "typo", False), ("09:20", "update", True)):
            with at(time):
                content = replace(Content.of(article.working), standfirst=f"Un chapô : {change}.")
                draft = editing.save_draft(article, content, by=self.ines, change=change)
                article = publish(draft, by=self.thomas)
                self.assertEqual(self.lastmod_of(article), time if freshens else "09:00", change)
        with at("09:30"):
            article = self.changed(article, noindex=True)
            self.assertEqual(self.lastmod_of(article), "09:30")
        with at("09:40"):
            article = self.changed(article, noindex=False)
            self.assertEqual(self.lastmod_of(article), "09:40")
        with at("09:50"):
            gone = publishing.withdraw(article, by=self.thomas, notice="Retiré.")
            self.assertEqual(self.lastmod_of(article), "09:50")
        with at("10:00"):
            publishing.reinstate(gone, by=self.thomas)
            self.assertEqual(self.lastmod_of(article), "10:00")
        with at("10:10"):
            make_article(self.ia, "De la sœur")
            publishing.place(article, on=self.ia, by=self.alix)
            self.assertEqual(self.lastmod_of(article), "10:00")

    def test_the_clock_changes_maps_too_with_or_without_a_worker(self) -> None:
        def at(time: str) -> Any:
            return time_machine.travel(f"2031-03-10T{time}:00+01:00", tick=False)

        moment = dt.datetime(2031, 3, 10, 10, tzinfo=dt.UTC)  # 11:00
        with at("09:00"):
            article = publishing.publish_imported(make_draft(self.kg), at=moment)
            scheduling.schedule_withdrawal(article, by=SYSTEM, at=moment + dt.timedelta(hours=1), notice="Fini.")
            self.assertEqual(self.lastmod_of(article), "")
        for time, lastmod in (("10:59", ""), ("11:00", "11:00"), ("11:30", "11:00"), ("12:30", "12:00")):
            with at(time):
                self.assertEqual(self.lastmod_of(article), lastmod)
        with at("12:30"):
            self.assertTrue(base.apply_due(article, timezone.now()))
        with at("13:00"):
            self.assertEqual(self.lastmod_of(article), "12:00")
            publishing.reinstate(article, by=self.thomas)
        with at("13:30"):
            self.assertEqual(self.lastmod_of(article), "13:00")

    def test_a_scheduled_update_changes_a_map_at_its_time_and_a_typo_does_not(self) -> None:
        for change, lastmod in (("typo", "09:00"), ("update", "11:00")):
            with time_machine.travel("2031-03-10T08:00:00+00:00", tick=False):
                article = make_article(self.kg, f"Un casque : {change}", at=LONG_AGO)
                content = replace(Content.of(article.working), standfirst="Un autre chapô.")
                draft = editing.save_draft(article, content, by=self.ines, change=change)
                draft = publishing.approve(draft, by=self.ines, revision=draft.draft_id)
                moment = timezone.now() + dt.timedelta(hours=2)
                scheduling.schedule_change(draft, by=self.thomas, revision=draft.draft_id, at=moment)
            for applied in (False, True):
                with time_machine.travel("2031-03-10T10:30:00+00:00", tick=False):
                    if applied:
                        base.apply_due(article, timezone.now())
                    self.assertEqual(self.lastmod_of(article), lastmod, (change, applied))

    def test_a_map_that_all_have_left_holds_the_front_page(self) -> None:
        gone = publishing.withdraw(make_article(self.kg, "Un casque"), by=self.thomas, notice="Retiré.")
        self.assertIn(HOST + map_of(gone), self.locations("/sitemap.xml"))
        self.assertEqual(self.locations(map_of(gone)), {f"{HOST}/": ""})  # the schema wants an address

    def test_the_front_page_changes_with_what_it_takes_from_sisters(self) -> None:
        make_article(self.kg, "Un casque", at=LONG_AGO)
        theirs = make_article(self.ia, "Un Mac")
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        moment = timezone.localtime(theirs.published_at, self.kg.zone).isoformat(timespec="seconds")
        locations = self.locations("/sitemap-lists.xml")
        self.assertEqual(locations[f"{HOST}/"], moment)
        self.assertEqual(locations[f"{HOST}/science-espace/"], "2025-02-10T11:30:00+01:00")
        self.assertGreaterEqual(self.locations("/sitemap.xml")[f"{HOST}/sitemap-lists.xml"], moment)
        self.assertIn(f"list:publication:{self.ia.pk}", cache_tags_of(self.read("/sitemap-lists.xml")))

    def test_what_readers_get_or_lose_invalidates_every_map(self) -> None:
        article = make_article(self.kg, "Un casque", lead_image=make_image())
        for change in (
            lambda: make_article(self.kg, "Un autre"),
            lambda: publish(
                editing.save_draft(article, replace(Content.of(article.working), headline="Mieux"), by=self.ines,
                                   change="update"), by=self.thomas,
            ),
            lambda: publishing.withdraw(article, by=self.thomas, notice="Retiré."),
        ):  # fmt: skip
            pages = {
                path: cache_tags_of(self.read(path))
                for path in ("/sitemap.xml", map_of(article), "/sitemap-lists.xml", "/sitemap-news.xml")
            }
            Purge.objects.all().delete()
            change()
            purged = set(Purge.objects.values_list("tag", flat=True))
            for path, tags in pages.items():
                with self.subTest(path):
                    self.assertTrue(tags & purged)

    def test_articles_are_split_by_their_ids(self) -> None:
        links.IDS_PER_SITEMAP, before = 2, links.IDS_PER_SITEMAP
        self.addCleanup(setattr, links, "IDS_PER_SITEMAP", before)
        articles = [make_article(self.kg, f"Histoire {n}") for n in range(5)]
        maps = [url for url in self.locations("/sitemap.xml") if "lists" not in url]
        found = [url for name in maps for url in self.locations(name.removeprefix(HOST))]
        self.assertEqual(found, [HOST + article.path for article in articles])
        self.assertGreaterEqual(len(maps), 3)
        self.assertEqual(self.read("/sitemap-9999.xml").status_code, 404)

    def test_no_map_keeps_a_thread_of_readers_busy_for_long(self) -> None:
        self.assertLessEqual(links.IDS_PER_SITEMAP, 2_000)

    def test_lastmod_tells_the_truth(self) -> None:
        article = make_article(self.kg, "Un casque", at=LONG_AGO)
        for change, freshens in (("typo", False), ("correction", False), ("update", True)):
            content = replace(Content.of(article.working), standfirst=f"Un chapô : {change}.")
            notice = {"notice": "C’est dix."} if change == "correction" else {}
            article = publish(
                editing.save_draft(article, content, by=self.ines, change=change, **notice), by=self.thomas
            )
            lastmod = self.locations(map_of(article))[HOST + article.path]
            self.assertEqual(lastmod != "2025-02-10T11:30:00+01:00", freshens, change)

    def test_a_placed_article_stands_on_its_own_sites_map_alone(self) -> None:
        article = make_article(self.kg, "Un casque")
        publishing.place(article, on=self.ia, by=self.alix)
        self.assertEqual(self.read(map_of(article), self.ia).status_code, 404)
        self.assertEqual(set(self.locations(map_of(article))), {HOST + article.path})

    def test_withdrawn_articles_drafts_and_what_waits_are_in_none(self) -> None:
        make_draft(self.kg, "Un brouillon")
        make_article(self.kg, "Demain", at=timezone.now() + dt.timedelta(days=1))
        self.assertEqual(set(self.locations("/sitemap.xml")), {f"{HOST}/sitemap-lists.xml"})
        gone = make_article(self.kg, "Retiré")
        publishing.withdraw(gone, by=self.thomas, notice="Retiré.")
        self.assertEqual(set(self.locations(map_of(gone))), {f"{HOST}/"})
        self.assertEqual(set(self.locations("/sitemap-news.xml")), {f"{HOST}/"})  # the schema wants an address

    def test_their_queries_dont_grow(self) -> None:
        for number in (1, 5):
            for n in range(number):
                article = make_article(self.kg, f"Histoire {number} {n}", lead_image=make_image())
            for path, queries in (
                ("/sitemap.xml", 6),
                (map_of(article), 2),
                ("/sitemap-lists.xml", 4),
                ("/sitemap-news.xml", 2),
            ):
                with self.assertNumQueries(queries):
                    self.read(path)


class NewsTests(SitemapTestCase):
    def test_it_holds_two_days_and_nothing_sponsored(self) -> None:
        now = timezone.now()
        new = make_article(self.kg, "Un casque & plus", at=now - dt.timedelta(hours=47))
        make_article(self.kg, "Trop vieux", at=now - dt.timedelta(hours=49))
        make_article(self.kg, "Une offre", kind="sponsored", sponsor="Aéroclub")
        make_article(self.kg, "Mentions légales", kind="page")
        root = self.xml("/sitemap-news.xml")
        self.assertEqual([row.findtext("s:loc", "", NS) for row in root], [HOST + new.path])
        self.assertEqual(root.findtext(".//news:title", "", NS), "Un casque & plus")
        self.assertEqual(root.findtext(".//news:name", "", NS), "KultureGeek")
        self.assertEqual(root.findtext(".//news:language", "", NS), "fr")

    def test_it_holds_a_thousand_at_most(self) -> None:
        sitemaps.MAX_NEWS, before = 2, sitemaps.MAX_NEWS
        self.addCleanup(setattr, sitemaps, "MAX_NEWS", before)
        for n in range(4):
            make_article(self.kg, f"Histoire {n}")
        self.assertEqual(len(self.locations("/sitemap-news.xml")), 2)


class RobotsTests(SitemapTestCase):
    def test_it_names_the_sitemaps_of_its_own_site(self) -> None:
        text = self.read("/robots.txt").content.decode()
        self.assertIn(f"Sitemap: {HOST}/sitemap.xml", text)
        self.assertNotIn("GPTBot", text)
        self.assertNotIn("products", text)

    def test_a_publication_can_reserve_text_and_data_mining(self) -> None:
        self.kg.mining_reserved = True
        self.kg.save()
        text = self.read("/robots.txt").content.decode()
        self.assertRegex(text, r"User-agent: GPTBot\n(User-agent: [\w-]+\n)+Disallow: /\n")
        self.assertIn("User-agent: *\nDisallow: /c/", text)
        self.assertEqual(json.loads(self.read("/.well-known/tdmrep.json").content)[0]["tdm-reservation"], 1)
        self.assertEqual(json.loads(self.read("/.well-known/tdmrep.json", self.ia).content)[0]["tdm-reservation"], 0)


class CardTests(SitemapTestCase):
    def test_lists_show_their_first_image_to_who_shares_them(self) -> None:
        make_article(self.kg, "Un casque", lead_image=make_image(alt="Un casque"))
        for path in ("/", "/science-espace/"):
            page = self.read(path)
            self.assertContains(page, f'<meta property="og:url" content="{HOST}{path}">', html=True)
            self.assertContains(page, '<meta property="og:image:alt" content="Un casque">', html=True)


class KeptFromEnginesTests(SitemapTestCase):
    def is_mapped(self, article: Any) -> list[bool]:
        """Whether the map of articles and that of news name it."""
        other = make_article(self.kg, f"Un voisin {timezone.now()}")  # a map of nothing is none
        maps = [self.locations(path) for path in (map_of(other), "/sitemap-news.xml")]
        self.assertIn(HOST + other.path, maps[0])
        return [HOST + article.path in locations for locations in maps]

    def test_an_article_that_is_kept_from_them_leaves_every_map_and_comes_back(self) -> None:
        article = make_article(self.kg, "Un secret de Polichinelle")
        self.assertEqual(self.is_mapped(article), [True, True])
        article = self.changed(article, noindex=True)
        self.assertEqual(self.is_mapped(article), [False, False])
        self.assertContains(self.read(article.path), '<meta name="robots" content="noindex">', html=True)
        self.assertContains(self.read("/"), "Un secret de Polichinelle")  # readers find it
        article = self.changed(article, noindex=False)
        self.assertEqual(self.is_mapped(article), [True, True])
        self.assertNotContains(self.read(article.path), 'name="robots"')

    def test_a_text_that_another_site_had_first_says_so_and_is_mapped_there_alone(self) -> None:
        original = "https://agence.example/depeche/12/"
        article = make_article(self.kg, "Une dépêche", canonical_url=original)
        page = self.read(article.path)
        self.assertContains(page, f'<link rel="canonical" href="{original}">', html=True)
        self.assertContains(page, f'<meta property="og:url" content="{original}">', html=True)
        self.assertEqual(self.is_mapped(article), [False, False])
        (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.content.decode())
        self.assertEqual(json.loads(data)["@graph"][0]["url"], original)
        for same in (article.get_absolute_url(), article.get_absolute_url().rstrip("/")):
            own = self.changed(article, canonical_url=same)
            self.assertEqual(self.is_mapped(own), [True, True], same)

    def test_a_static_page_is_kept_from_them_too(self) -> None:
        page = make_article(self.kg, "Mentions légales", kind="page", noindex=True, standfirst="Qui nous sommes.")
        shown = self.read(page.path)
        self.assertContains(shown, '<meta name="robots" content="noindex">', html=True)
        for name, content in (("og:url", page.get_absolute_url()), ("og:description", "Qui nous sommes.")):
            self.assertContains(shown, f'<meta property="{name}" content="{content}">', html=True)


class StructuredDataTests(SitemapTestCase):
    def data(self, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
        page = self.read(path).content.decode()
        found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        self.assertEqual(len(found), 1)
        article, crumbs = json.loads(found[0])["@graph"]
        return article, crumbs

    def test_an_article_says_what_it_is(self) -> None:
        article = make_article(
            self.kg, "Un casque qui voit loin", at=LONG_AGO, standfirst="Le chapô.",
            lead_image=make_image(credit="Nous"), authors=(make_author("Camille Roussel"),), tags=make_tags("Essonne"),
        )  # fmt: skip
        data, crumbs = self.data(article.path)
        self.assertEqual((data["@type"], data["headline"]), ("NewsArticle", "Un casque qui voit loin"))
        self.assertEqual(data["datePublished"], data["dateModified"])
        self.assertEqual(
            data["author"], [{"@type": "Person", "name": "Camille Roussel", "url": f"{HOST}/auteur/camille-roussel/"}]
        )
        self.assertEqual((data["publisher"]["name"], data["keywords"]), ("KultureGeek", ["Essonne"]))
        shapes = [(one["width"], one["height"], one["creditText"]) for one in data["image"]]
        self.assertEqual(shapes, [(640, 360, "Nous"), (480, 360, "Nous"), (360, 360, "Nous")])
        for one in data["image"]:
            self.assertTrue(default_storage.exists(one["url"].partition("/media/")[2]))
        self.assertEqual(
            [item["name"] for item in crumbs["itemListElement"]],
            ["Accueil", "Science & Espace", "Un casque qui voit loin"],
        )

    def test_corrections_are_named_and_freshen_nothing(self) -> None:
        article = make_article(self.kg, "Un casque", at=LONG_AGO)
        content = replace(Content.of(article.working), standfirst="Dix, et non cent.")
        draft = editing.save_draft(article, content, by=self.ines, change="correction", notice="C’est dix.")
        data, _crumbs = self.data(publish(draft, by=self.thomas).path)
        self.assertEqual([row["text"] for row in data["correction"]], ["C’est dix."])
        self.assertEqual(data["dateModified"], "2025-02-10T11:30:00+01:00")

    def test_each_kind_has_its_own_type(self) -> None:
        review = make_article(self.kg, "Un test", kind="review")
        paid = make_article(self.kg, "Une offre", kind="sponsored", sponsor="Aéroclub")
        self.assertEqual(self.data(review.path)[0]["@type"], "ReviewNewsArticle")
        data = self.data(paid.path)[0]
        self.assertEqual((data["@type"], data["sponsor"]["name"]), ("AdvertiserContentArticle", "Aéroclub"))

    def test_hostile_words_end_no_element(self) -> None:
        article = make_article(self.kg, "</script><script>alert(1)</script>")
        self.assertEqual(self.data(article.path)[0]["headline"], "</script><script>alert(1)</script>")
        self.assertNotContains(self.read(article.path), "<script>alert")
