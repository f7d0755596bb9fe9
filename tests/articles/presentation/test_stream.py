"""The latest articles (« Les derniers articles »): own and a sister's, by time, each once; and who may subscribe."""

import datetime as dt
from typing import Any

from django.utils import timezone

from articles.actions import fronts, publishing
from articles.models import Article, StreamSource
from articles.presentation.stream import stream_of
from articles.workflow import Refused
from newsroom.lib.keyset import Cursor, Page
from newsroom.pagecache.models import Purge
from newsroom.pagecache.parts import Making, Reading
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.models import Publication
from newsroom.publications.permissions import Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft, make_section

HOUR = dt.timedelta(hours=1)


class StreamTestCase(NewsroomTestCase):
    def article(self, publication: Any, headline: str, hours_ago: float, **fields: Any) -> Article:
        return make_article(publication, headline, at=timezone.now() - hours_ago * HOUR, **fields)

    def headlines(self, size: int = 50, after: Cursor | None = None) -> list[str]:
        return self.of(self.page(size, after).rows)

    def page(self, size: int, after: Cursor | None = None) -> Page[Any]:
        return stream_of(Making(Reading()), self.kg.pk).live(timezone.now()).page(size, after)

    def of(self, rows: list[Any]) -> list[str]:
        by_id = Article.objects.in_bulk([row.article_id for row in rows])
        return [by_id[row.article_id].desk_headline for row in rows]


class StreamTests(StreamTestCase):
    def test_it_lists_a_site_s_own_until_it_subscribes_to_a_sister(self) -> None:
        self.article(self.kg, "Le nôtre", 1)
        self.article(self.ia, "Le leur", 2)
        self.assertEqual(self.headlines(), ["Le nôtre"])
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        self.assertEqual(self.headlines(), ["Le nôtre", "Le leur"])

    def test_it_mixes_by_time(self) -> None:
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        for n in range(3):
            self.article(self.kg, f"K{n}", 2 * n + 1)
            self.article(self.ia, f"I{n}", 2 * n + 2)
        self.assertEqual(self.headlines(), ["K0", "I0", "K1", "I1", "K2", "I2"])

    def test_it_lists_the_sections_that_are_named(self) -> None:
        watches = make_section(self.ia, "Montres", "montres")
        self.article(self.ia, "Un Mac", 1, section=self.mac)
        self.article(self.ia, "Une montre", 2, section=watches)
        fronts.subscribe(self.kg, self.ia, watches, by=self.thomas)
        self.assertEqual(self.headlines(), ["Une montre"])
        fronts.subscribe(self.kg, self.ia, self.mac, by=self.thomas)
        self.assertEqual(self.headlines(), ["Un Mac", "Une montre"])

    def test_it_lists_an_article_that_was_placed_by_hand_once(self) -> None:
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        publishing.place(self.article(self.ia, "Le leur", 1), on=self.kg, by=self.alix)
        self.assertEqual(self.headlines(), ["Le leur"])

    def test_it_lists_no_own_article_again_that_was_placed_on_the_sister(self) -> None:
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        publishing.place(self.article(self.kg, "Le nôtre", 1), on=self.ia, by=self.alix)
        self.assertEqual(self.headlines(), ["Le nôtre"])

    def test_it_pages_through_all_of_it_once(self) -> None:
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        moment = timezone.now() - HOUR
        for n in range(7):  # all at one time: the article's id decides
            make_article((self.kg, self.ia)[n % 2], f"S{n}", at=moment)
        seen: list[str] = []
        after = None
        while True:
            page = self.page(3, after)
            seen += self.of(page.rows)
            if page.next is None:
                break
            after = page.next
        self.assertEqual(sorted(seen), [f"S{n}" for n in range(7)])

    def test_it_lists_no_article_that_its_site_withdrew(self) -> None:
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        article = self.article(self.ia, "Le leur", 1)
        self.assertContains(self.read("/"), "Le leur")
        publishing.withdraw(article, by=self.alix, notice="Retiré.")
        self.assertNotContains(self.read("/"), "Le leur")


class FrontPageTests(StreamTestCase):
    def test_it_names_the_sister_of_an_article_and_leads_to_her_site(self) -> None:
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        article = self.article(self.ia, "Le leur", 1)
        page = self.read("/")
        self.assertContains(page, '<span class="origin">iPhoneAddict</span>', html=True)
        self.assertContains(page, f'<a href="{article.get_absolute_url()}">Le leur</a>', html=True)

    def test_it_is_shown_beside_an_article_too(self) -> None:
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        self.article(self.ia, "Le leur", 1)
        self.assertContains(self.read(self.article(self.kg, "Le nôtre", 2).path), "Le leur")

    def test_it_has_the_cache_tag_of_the_sister_s_list_which_her_articles_invalidate(self) -> None:
        own = self.article(self.kg, "Le nôtre", 2)
        for section, tag in ((None, f"list:publication:{self.ia.pk}"), (self.mac, f"list:section:{self.mac.pk}")):
            StreamSource.objects.all().delete()
            fronts.subscribe(self.kg, self.ia, section, by=self.thomas)
            for path in ("/", own.path):
                self.assertIn(tag, cache_tags_of(self.read(path)), path)
            Purge.objects.all().delete()
            self.article(self.ia, "Le leur", 1)
            self.assertIn(tag, Purge.objects.values_list("tag", flat=True))

    def test_its_queries_grow_neither_with_sisters_nor_with_articles(self) -> None:
        self.read("/")
        third = Publication.objects.create(name="Troisième", domain="troisieme.localhost", position=3)
        for sister in (self.ia, third):
            make_section(sister, "Tout", "tout")
            fronts.subscribe(self.kg, sister, by=self.thomas)
            for n in range(5):
                self.article(sister, f"{sister} {n}", n)
                self.article(self.kg, f"K{n}", n)
            with self.assertNumQueries(QUERIES):
                self.read("/")


class SubscriptionTests(StreamTestCase):
    def test_it_takes_a_publisher(self) -> None:
        for person in (self.camille, self.ines, self.sarah, self.julien):
            with self.assertRaises(Forbidden):
                fronts.subscribe(self.kg, self.ia, by=person)
        row = fronts.subscribe(self.kg, self.ia, by=self.thomas)
        with self.assertRaises(Forbidden):
            fronts.unsubscribe(row, by=self.ines)
        fronts.unsubscribe(row, by=self.thomas)
        self.assertFalse(StreamSource.objects.exists())

    def test_it_subscribes_twice_as_once_and_invalidates_the_front_page(self) -> None:
        Purge.objects.all().delete()
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        self.assertEqual(StreamSource.objects.count(), 1)
        for path in ("/", make_article(self.kg).path):
            self.assertTrue(
                cache_tags_of(self.read(path)) & set(Purge.objects.values_list("tag", flat=True)),
            )

    def test_it_refuses_its_own_articles_and_anothers_section(self) -> None:
        for sister, section in ((self.kg, None), (self.ia, self.science)):
            with self.assertRaises(Refused):
                fronts.subscribe(self.kg, sister, section, by=self.thomas)

    def test_it_replaces_sections_by_the_whole_of_a_sister(self) -> None:
        fronts.subscribe(self.kg, self.ia, self.mac, by=self.thomas)
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        self.assertEqual([row.section for row in StreamSource.objects.all()], [None])
        with self.assertRaises(Refused):
            fronts.subscribe(self.kg, self.ia, self.mac, by=self.thomas)

    def test_it_places_one_article_by_hand_and_takes_it_off(self) -> None:
        self.at_desk(self.thomas)
        article = make_article(self.ia, "Un Mac")
        url = "/admin/articles/streamsource/"
        for typed in (article.get_absolute_url(), f"{article.pk} "):
            page = self.client.post(url, {"publication": self.kg.pk, "_place": "1", "article": typed}, follow=True)
            self.assertContains(page, "Un Mac\u00a0» figure aussi sur KultureGeek")
            self.assertTrue(article.placements.filter(publication=self.kg).exists())
            off = {"publication": self.kg.pk, "back": "1"}
            page = self.client.post(f"/admin/articles/article/{article.pk}/unplace/", off, follow=True)
            self.assertEqual(page.redirect_chain[-1][0], url)
            self.assertFalse(article.placements.filter(publication=self.kg).exists())

    def test_it_refuses_what_cannot_be_placed_and_keeps_what_was_typed(self) -> None:
        self.at_desk(self.thomas)
        for typed in ("/nulle-part/", str(make_draft(self.ia).pk), str(make_article(self.kg).pk), "http://["):
            page = self.client.post(
                "/admin/articles/streamsource/", {"publication": self.kg.pk, "_place": "1", "article": typed}
            )
            with self.subTest(typed):
                self.assertContains(page, "errorlist")
                self.assertContains(page, f'value="{typed}"')

    def test_it_has_a_page_at_the_desk(self) -> None:
        self.at_desk(self.thomas)
        url = "/admin/articles/streamsource/"
        self.client.post(url, {"_take": "1", "what": f"{self.ia.pk}:{self.mac.pk}", "publication": self.kg.pk})
        self.assertContains(self.client.get(url), "iPhoneAddict · Mac")
        self.client.post(url, {"_leave": StreamSource.objects.get().pk, "publication": self.kg.pk})
        self.assertContains(self.client.get(url), "Rien n’est repris")
        page = self.client.post(url, {"_take": "1", "what": "nonsense", "publication": self.kg.pk})
        self.assertContains(page, "errorlist")
        self.at_desk(self.ines)
        self.assertEqual(self.client.get(url).status_code, 403)


QUERIES = 9
