"""Strips of cards: of a site, of sections, of tags; where they are shown, in which order, in how many queries."""

import datetime as dt
from dataclasses import replace
from typing import Any

import lxml.html
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from articles.actions import editing, fronts, publishing, taxonomy
from articles.content import Content
from articles.models import Article, CardStrip, PartnerFeed, PartnerItem
from articles.partners import actions as partner_actions
from articles.workflow import Refused
from newsroom.audience import writing as visits
from newsroom.audience.models import Span
from newsroom.pagecache.models import Purge
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft, make_feed, make_headline, make_section, make_tags, publish
from tests.pages import next_in, strips_in

TITLE = "Les dernières actus Apple sur iPhoneAddict"


class StripTestCase(NewsroomTestCase):
    def strip(self, **fields: Any) -> CardStrip:
        values = {"publication": self.kg, "title": TITLE, "source_publication": self.ia, "is_live": True, **fields}
        return fronts.save_strip(CardStrip(**values), by=self.thomas)

    def article(self, headline: str, hours_ago: float = 1, publication: Any = None, **fields: Any) -> Article:
        at = timezone.now() - dt.timedelta(hours=hours_ago)
        return make_article(publication or self.ia, headline, at=at, **fields)

    def shown(self, path: str = "/") -> dict[str, list[str]]:
        """Return the headlines of each strip of a page, by its title."""
        return strips_in(self.read(path))

    def purged(self) -> set[str]:
        return set(Purge.objects.values_list("tag", flat=True))


class SourceTests(StripTestCase):
    def test_it_shows_a_sisters_newest_articles_under_her_name_and_address(self) -> None:
        article = self.article("Un Mac")
        self.strip()
        page = self.read("/")
        self.assertContains(page, TITLE)
        self.assertContains(page, f'<a href="{article.get_absolute_url()}">Un Mac</a>', html=True)
        self.assertContains(page, '<span class="origin">iPhoneAddict</span>', html=True)

    def test_it_shows_the_sections_and_tags_that_are_named(self) -> None:
        watches = make_section(self.ia, "Montres", "montres")
        (battery, other) = make_tags("Batterie", "Autre")
        self.article("Un Mac", 1, section=self.mac, tags=(battery,))
        self.article("Une montre", 2, section=watches, tags=(other,))
        self.article("Une autre montre", 3, section=watches, tags=(battery,))
        self.strip(title="Montres", section_ids=[watches.pk])
        self.strip(title="Batterie", tag_ids=[battery.pk])
        self.strip(title="Les deux", section_ids=[watches.pk], tag_ids=[battery.pk])
        expected = {
            "Montres": ["Une montre", "Une autre montre"], "Batterie": ["Un Mac", "Une autre montre"],
            "Les deux": ["Une autre montre"],
        }  # fmt: skip
        self.assertEqual(self.shown(), expected)

    def test_it_shows_as_many_as_its_count(self) -> None:
        for n in range(6):
            self.article(f"S{n}", n)
        self.strip(count=3)
        self.assertEqual(self.shown(), {TITLE: ["S0", "S1", "S2"]})

    def test_it_follows_a_merged_tag(self) -> None:
        old, new = make_tags("Batteries", "Batterie")
        self.article("Un Mac", tags=(old,))
        self.strip(tag_ids=[old.pk])
        taxonomy.merge_tags(old, new, by=SYSTEM)
        self.assertEqual(self.shown(), {TITLE: ["Un Mac"]})

    def test_it_shows_no_article_that_its_site_withdrew(self) -> None:
        self.strip()
        article = self.article("Un Mac")
        self.assertEqual(self.shown(), {TITLE: ["Un Mac"]})
        publishing.withdraw(article, by=self.alix, notice="Retiré.")
        self.assertEqual(self.shown(), {})

    def test_it_is_not_shown_while_it_is_empty_or_not_live(self) -> None:
        self.strip()
        self.assertNotContains(self.read("/"), TITLE)
        self.article("Un Mac")
        self.strip(title="Pas encore", is_live=False)
        self.assertEqual(list(self.shown()), [TITLE])


class PlaceTests(StripTestCase):
    def test_it_is_shown_in_its_area(self) -> None:
        self.article("Un Mac")
        own = self.article("Le nôtre", publication=self.kg)
        for area in ("home", "section", "beside", "after"):
            self.strip(title=area, area=area)
        self.assertEqual(list(self.shown("/")), ["home"])
        self.assertEqual(list(self.shown(self.science.path)), ["section"])
        self.assertEqual(list(self.shown(own.path)), ["beside", "after"])

    def test_it_is_shown_on_one_section_s_page_if_it_has_one(self) -> None:
        self.article("Un Mac")
        self.strip(area="section", section=self.games)
        self.assertEqual(list(self.shown(self.games.path)), [TITLE])
        self.assertEqual(list(self.shown(self.science.path)), [])

    def test_it_does_not_repeat_the_article_of_the_page(self) -> None:
        self.strip(area="after", source_publication=self.kg)
        first, _second = (self.article(name, publication=self.kg) for name in ("Un", "Deux"))
        self.assertEqual(self.shown(first.path), {TITLE: ["Deux"]})

    def test_it_is_not_shown_on_further_pages_of_a_list(self) -> None:
        for n in range(30):
            self.article(f"S{n}", n, publication=self.kg)
        self.strip(source_publication=self.kg)
        first = self.read("/")
        self.assertEqual(list(strips_in(first)), [TITLE])
        self.assertEqual(strips_in(self.read(next_in(first))), {})


class ActionTests(StripTestCase):
    def test_it_arranges_them(self) -> None:
        self.article("Un Mac")
        one, two, three = (self.strip(title=name) for name in ("A", "B", "C"))
        fronts.arrange_strips(self.kg, [three.pk, one.pk], by=self.thomas)
        self.assertEqual(list(self.shown()), ["C", "A", "B"])
        self.assertEqual(two.title, "B")

    def test_it_takes_a_publisher(self) -> None:
        strip = self.strip()
        for person in (self.camille, self.ines, self.sarah, self.julien):
            for action in (
                lambda by: fronts.save_strip(strip, by=by),
                lambda by: fronts.arrange_strips(self.kg, [], by=by),
                lambda by: fronts.delete_strip(strip, by=by),
            ):
                with self.assertRaises(Forbidden):
                    action(person)

    def test_it_refuses_another_site_s_page_and_drops_another_site_s_sections(self) -> None:
        with self.assertRaises(Refused):
            self.strip(section=self.mac)
        self.assertEqual(self.strip(section_ids=[self.mac.pk, self.science.pk]).section_ids, [self.mac.pk])

    def test_it_invalidates_the_pages_that_show_it_and_those_that_could(self) -> None:
        own = self.article("Le nôtre", publication=self.kg)
        self.article("Un Mac")
        for area, path in (("home", "/"), ("section", self.science.path), ("beside", own.path), ("after", own.path)):
            Purge.objects.all().delete()
            tags = cache_tags_of(self.read(path))  # of a page without it
            strip = self.strip(area=area)
            with self.subTest(area):
                self.assertTrue(tags & self.purged())
                self.assertEqual(list(self.shown(path)), [TITLE])
                for change in (
                    lambda strip=strip: fronts.arrange_strips(self.kg, [strip.pk], by=self.thomas),
                    lambda strip=strip: fronts.delete_strip(strip, by=self.thomas),
                ):
                    tags = cache_tags_of(self.read(path))
                    Purge.objects.all().delete()
                    change()
                    self.assertTrue(tags & self.purged())

    def test_its_page_has_the_tags_of_what_fills_it(self) -> None:
        (battery,) = make_tags("Batterie")
        article = self.article("Un Mac", tags=(battery,))
        own = self.article("Le nôtre", publication=self.kg)
        for source, lists in (
            ({}, {f"list:publication:{self.ia.pk}"}),
            ({"section_ids": [self.mac.pk]}, {f"list:section:{self.mac.pk}"}),
            ({"tag_ids": [battery.pk]}, {f"list:tag:{battery.pk}"}),
            (
                {"section_ids": [self.mac.pk], "tag_ids": [battery.pk]},
                {f"list:section:{self.mac.pk}", f"list:tag:{battery.pk}"},
            ),
        ):
            for area, path in (("home", "/"), ("section", self.science.path), ("after", own.path)):
                strip = self.strip(area=area, **source)
                with self.subTest((source, area)):
                    self.assertLessEqual({*lists, f"article:{article.pk}"}, cache_tags_of(self.read(path)))
                fronts.delete_strip(strip, by=self.thomas)

    def test_an_article_that_enters_or_leaves_it_invalidates_its_page(self) -> None:
        battery, other = make_tags("Batterie", "Autre")
        watches = make_section(self.ia, "Montres", "montres")
        article = self.article("Un Mac", tags=(battery,), section=self.mac)
        for source in ({}, {"section_ids": [self.mac.pk]}, {"section_ids": [self.mac.pk], "tag_ids": [battery.pk]}):
            strip = self.strip(**source)
            for content, is_shown in (
                ({"section": watches, "tags": (other,)}, not source), ({"section": self.mac, "tags": (battery,)}, True),
            ):  # fmt: skip
                tags = cache_tags_of(self.read("/"))
                Purge.objects.all().delete()
                content = replace(Content.of(article.working), **content)
                article = publish(editing.save_draft(article, content, by=SYSTEM, change="update"))
                with self.subTest((source, is_shown)):
                    self.assertTrue(tags & self.purged())
                    self.assertEqual(bool(self.shown()), is_shown)
            fronts.delete_strip(strip, by=self.thomas)

    def test_its_page_has_the_cache_tags_of_the_names_that_cards_show(self) -> None:
        (battery, other) = make_tags("Batterie", "Autre")
        self.article("Un Mac", tags=(battery, other))
        self.strip(tag_ids=[battery.pk])
        tags = cache_tags_of(self.read("/"))
        self.assertLessEqual({f"tag:{battery.pk}", f"tag:{other.pk}", self.ia.cache_tag}, tags)
        Purge.objects.all().delete()
        taxonomy.merge_tags(battery, into=make_tags("Pile")[0], by=self.alix)
        self.assertTrue(tags & self.purged())
        self.assertContains(self.read("/"), "Pile")

    def test_it_names_the_site_of_an_advertisement_too(self) -> None:
        self.article("Une offre", kind="sponsored", sponsor="Aéroclub")
        self.strip()
        self.assertContains(self.read("/"), '<span class="origin">iPhoneAddict</span>', html=True)
        self.assertContains(self.read("/"), "Aéroclub")

    def test_it_costs_thirteen_queries_on_a_front_page_with_five_however_many_articles(self) -> None:
        (battery,) = make_tags("Batterie")
        fronts.subscribe(self.kg, self.ia, by=self.thomas)
        feed = make_feed(self.kg)
        self.strip(title="Tout")
        self.strip(title="Mac", section_ids=[self.mac.pk])
        self.strip(title="Batterie", tag_ids=[battery.pk])
        self.strip(title="Choisies", source="picked", article_ids=[self.article("Choisie", 50).pk])
        self.strip(title="Partenaires", source="partners", feed_ids=[feed.pk])
        self.read("/")
        for more in (8, 16):
            for n in range(more):
                self.article(f"S{more}-{n}", n, tags=(battery,))
                self.article(f"K{more}-{n}", n, publication=self.kg)
                make_headline(feed, f"P{more}-{n}")
            with self.assertNumQueries(13):
                self.assertEqual(len(self.shown()), 5)


class PickedTests(StripTestCase):
    def test_it_shows_them_in_the_order_they_were_picked_from_any_site(self) -> None:
        theirs, ours = self.article("La leur", 1), self.article("La nôtre", 2, publication=self.kg)
        self.strip(source="picked", article_ids=[ours.pk, theirs.pk])
        self.assertEqual(self.shown(), {TITLE: ["La nôtre", "La leur"]})

    def test_it_shows_all_that_were_picked(self) -> None:
        articles = [self.article(f"Histoire {n}") for n in range(6)]
        self.strip(source="picked", article_ids=[article.pk for article in articles], count=4)
        self.assertEqual(len(self.shown()[TITLE]), 6)

    def test_it_refuses_more_than_the_limit(self) -> None:
        articles = [self.article(f"Histoire {n}").pk for n in range(fronts.MAX_HANDPICKED + 1)]
        with self.assertRaises(Refused):
            self.strip(source="picked", article_ids=articles)

    def test_it_leaves_out_one_that_is_withdrawn(self) -> None:
        one, two = self.article("Une"), self.article("Deux")
        self.strip(source="picked", article_ids=[one.pk, two.pk])
        publishing.withdraw(one, by=self.alix, notice="Retiré.")
        self.assertEqual(self.shown(), {TITLE: ["Deux"]})
        self.assertIn(f"article:{one.pk}", cache_tags_of(self.read("/")))  # and it may come back

    def test_it_refuses_articles_that_do_not_exist(self) -> None:
        with self.assertRaises(Refused):
            self.strip(source="picked", article_ids=[999_999])


class PartnersTests(StripTestCase):
    def test_it_shows_their_newest_headlines_as_cards_that_lead_to_them(self) -> None:
        feed = make_feed(self.kg, "Le Partenaire")
        make_headline(feed, "La leur", teaser="Leur chapô.", subjects=["Apple", "iPhone"], hours_ago=1)
        make_headline(feed, "D’hier", hours_ago=30)
        self.strip(source="partners", feed_ids=[feed.pk])
        self.assertEqual(self.shown(), {TITLE: ["La leur", "D’hier"]})
        page = self.read("/")
        self.assertContains(page, 'rel="external noopener">La leur</a>')
        for words in ('<span class="origin elsewhere">Le Partenaire</span>', "Leur chapô.", "Apple · iPhone"):
            self.assertContains(page, words)
        self.assertIn(f"partner:{feed.pk}", cache_tags_of(page))

    def test_it_shows_an_article_in_two_feeds_once_on_a_page(self) -> None:
        one, two = make_feed(self.kg), make_feed(self.kg)
        make_headline(one, "Chez l’un", url="https://www.x.example/a/?utm_source=rss", hours_ago=1)
        make_headline(two, "Chez l’autre", url="http://x.example/a", hours_ago=2)
        make_headline(two, "Une autre", hours_ago=3)
        self.strip(title="A", source="partners", feed_ids=[one.pk, two.pk])
        self.strip(title="B", source="partners", feed_ids=[two.pk])
        self.assertEqual(self.shown(), {"A": ["Chez l’un", "Une autre"]})

    def test_it_goes_on_with_the_headlines_that_earlier_strips_left(self) -> None:
        feed = make_feed(self.kg)
        for n in range(40):
            make_headline(feed, f"Titre {n}", hours_ago=n)
        for n in range(4):
            self.strip(title=f"Bande {n}", source="partners", feed_ids=[feed.pk], count=10)
        self.assertEqual([len(titles) for titles in self.shown().values()], [10, 10, 10, 10])

    def test_it_shows_no_headline_that_the_desk_hid(self) -> None:
        feed = make_feed(self.kg)
        partner_actions.hide_item(make_headline(feed, "Cachée"), by=self.thomas)
        self.strip(source="partners", feed_ids=[feed.pk])
        self.assertEqual(self.shown(), {})
        self.assertIn(f"partner:{feed.pk}", cache_tags_of(self.read("/")))

    def test_it_refuses_another_site_s_feed(self) -> None:
        with self.assertRaises(Refused):
            self.strip(source="partners", feed_ids=[make_feed(self.ia).pk])

    def test_it_shows_an_image_and_its_credit_where_the_licence_allows_it(self) -> None:
        feed = make_feed(self.kg, shows_images=True, credit="Photo : Le Partenaire")
        item = make_headline(feed, "En image")
        columns = {"image_digest": "ab" * 32, "image_width": 640, "image_height": 360}
        PartnerItem.objects.filter(pk=item.pk).update(**columns)
        self.strip(source="partners", feed_ids=[feed.pk])
        page = self.read("/")
        self.assertContains(page, f"renditions/ab/{'ab' * 7}-640.jpg")
        self.assertContains(page, '<small class="credit" dir="auto">Photo : Le Partenaire</small>')
        PartnerFeed.objects.update(shows_images=False)
        self.assertNotContains(self.read("/"), "renditions/ab")


class DeskTests(StripTestCase):
    URL = "/admin/articles/cardstrip/"

    def setUp(self) -> None:
        self.at_desk(self.thomas)
        make_tags("Batterie")

    def form(self, **changes: Any) -> dict[str, Any]:
        values = {
            "title": TITLE, "area": "home", "section": "", "source": "site", "source_publication": self.ia.pk,
            "sections": [self.mac.pk], "tags": "batterie", "count": "4",
        }  # fmt: skip
        return {**values, **changes}

    def test_it_is_made_and_previewed_before_readers_see_it(self) -> None:
        self.article("Un Mac", tags=make_tags("Batterie"))
        page = self.client.post(f"{self.URL}add/", self.form(), follow=True)
        strip = CardStrip.objects.get()
        self.assertEqual((strip.publication, strip.section_ids, strip.is_live), (self.kg, [self.mac.pk], False))
        self.assertContains(page, "Ce qu’elle montre maintenant")
        self.assertContains(page, "Un Mac")
        self.assertEqual(self.shown(), {})

    def test_it_names_bad_input_and_keeps_what_was_typed(self) -> None:
        changes = {"tags": "Batterie, Rien", "sections": [self.science.pk], "count": "99"}
        page = self.client.post(f"{self.URL}add/", self.form(**changes))
        self.assertContains(page, "Rien")
        self.assertContains(page, 'value="Batterie, Rien"')
        self.assertEqual(page.content.decode().count('class="errorlist"'), 3)
        self.assertFalse(CardStrip.objects.exists())

    def test_it_shows_what_is_read_most_over_the_time_that_is_chosen(self) -> None:
        article = self.article("Le nôtre", publication=self.kg)
        visits.add({article.pk: 3}, timezone.now() - dt.timedelta(days=4), Span.DAY)
        form = self.form(source="most_read", period="week")
        page = self.client.post(f"{self.URL}add/", form, follow=True)
        strip = CardStrip.objects.get()
        self.assertEqual((strip.source, strip.period, strip.source_publication), ("most_read", "week", None))
        self.assertEqual((strip.section_ids, strip.tag_ids), ([], []))
        self.assertContains(page, "Le nôtre")
        self.assertContains(self.client.get(self.URL), "ce qui est le plus lu depuis sept jours")
        page = self.client.post(f"{self.URL}{strip.pk}/change/", self.form(source="most_read", period="year"))
        self.assertContains(page, "errorlist")

    def test_it_moves_them_by_buttons(self) -> None:
        one, two = self.strip(title="A"), self.strip(title="B")
        data = {"publication": self.kg.pk, "order": [one.pk, two.pk], "_down": one.pk}
        self.client.post(f"{self.URL}arrange/", data)
        self.assertEqual([row.title for row in CardStrip.objects.all()], ["B", "A"])
        page = self.client.get(self.URL).content.decode()
        self.assertLess(page.index(">B<"), page.index(">A<"))
        self.assertEqual(LogEntry.objects.get().object_repr, "A")

    def test_it_keeps_the_focus_of_who_moves_by_keyboard(self) -> None:
        one, two, three = (self.strip(title=title) for title in "ABC")
        data = {"publication": self.kg.pk, "order": [one.pk, two.pk, three.pk]}
        for button, focused in (("_up", "_down"), ("_down", "_down")):  # at the top there is no way up
            page = self.client.post(f"{self.URL}arrange/", {**data, button: two.pk}, follow=True)
            (button_at,) = lxml.html.fromstring(page.content).xpath("//button[@autofocus]")
            row = [two.pk, one.pk, three.pk] if button == "_up" else [one.pk, three.pk, two.pk]
            at_end = row.index(two.pk) == 2
            expected = ("_up" if at_end else focused, str(two.pk))
            self.assertEqual((button_at.get("name"), button_at.get("value")), expected)

    def test_it_takes_a_whole_order_from_a_drag(self) -> None:
        one, two = self.strip(title="A"), self.strip(title="B")
        data = {"publication": self.kg.pk, "order": [two.pk, one.pk], "moved": two.pk}
        self.assertContains(self.client.post(f"{self.URL}arrange/", data, follow=True), "B\u00a0» a changé de place")
        self.assertEqual([row.title for row in CardStrip.objects.all()], ["B", "A"])

    def test_it_refuses_all_but_publishers(self) -> None:
        one, two = self.strip(title="A"), self.strip(title="B")
        order = {"publication": self.kg.pk, "order": [two.pk, one.pk], "moved": two.pk}
        for person in (self.ines, self.sarah, self.camille):
            self.at_desk(person)
            self.assertNotContains(self.client.get(self.URL), ">A<", status_code=403)
            self.assertEqual(self.client.post(f"{self.URL}arrange/", order).status_code, 403)
            self.client.post(f"{self.URL}add/", self.form())
        self.assertEqual([row.title for row in CardStrip.objects.all()], ["A", "B"])

    def test_it_takes_picked_articles_by_address_or_number_in_their_order(self) -> None:
        theirs, ours = self.article("La leur", 1), self.article("La nôtre", 2, publication=self.kg)
        lines = f"{ours.path}\r\n\r\n{theirs.get_absolute_url()}\n{ours.pk} · La nôtre"
        changes = {"source": "picked", "source_publication": "", "sections": [], "tags": "", "articles": lines}
        self.client.post(f"{self.URL}add/", self.form(**changes))
        strip = CardStrip.objects.get()
        self.assertEqual((strip.article_ids, strip.source_publication), ([ours.pk, theirs.pk], None))
        page = self.client.get(f"{self.URL}{strip.pk}/change/")
        self.assertContains(page, f"{ours.pk} · La nôtre\n{theirs.pk} · La leur")

    def test_it_shows_nothing_that_a_sister_s_desk_has_in_work(self) -> None:
        theirs = self.article("Ce qu’ont les lecteurs")
        editing.save_draft(theirs, replace(Content.of(theirs.working), headline="Un secret"), by=SYSTEM)
        strip = self.strip(source="picked", article_ids=[theirs.pk])
        page = self.client.get(f"{self.URL}{strip.pk}/change/")
        self.assertContains(page, f"{theirs.pk} · Ce qu’ont les lecteurs")
        self.assertNotContains(page, "Un secret")

    def test_it_names_the_line_of_an_article_that_readers_do_not_have(self) -> None:
        draft = make_draft(self.ia, "Un secret")
        changes = {"source": "picked", "articles": f"{draft.pk}\n/nulle-part/\nhttp://[\n{'9' * 30}"}
        page = self.client.post(f"{self.URL}add/", self.form(**changes))
        self.assertContains(page, f"{draft.pk}, /nulle-part/, http://[, {'9' * 30}")
        self.assertNotContains(page, "Un secret")
        self.assertFalse(CardStrip.objects.exists())

    def test_it_keeps_the_line_of_an_article_that_was_withdrawn_or_is_to_come(self) -> None:
        theirs = self.article("La leur")
        ours = make_article(self.kg, "À venir", at=timezone.now() + dt.timedelta(days=1))
        strip = self.strip(source="picked", article_ids=[theirs.pk, ours.pk])
        publishing.withdraw(theirs, by=SYSTEM, notice="Retiré.")
        page = self.client.get(f"{self.URL}{strip.pk}/change/")
        lines = f"{theirs.pk} · La leur (pas en ligne)\n{ours.pk} · À venir (pas en ligne)"
        self.assertContains(page, lines)
        changes = {
            "title": "Autre",
            "source": "picked",
            "source_publication": "",
            "sections": [],
            "tags": "",
            "articles": lines,
        }
        self.client.post(f"{self.URL}{strip.pk}/change/", self.form(**changes))
        strip.refresh_from_db()
        self.assertEqual((strip.title, strip.article_ids), ("Autre", [theirs.pk, ours.pk]))

    def test_it_names_the_limit_of_picked_articles(self) -> None:
        articles = [self.article(f"Histoire {n}") for n in range(13)]
        changes = {"source": "picked", "articles": "\n".join(str(article.pk) for article in articles)}
        self.assertContains(self.client.post(f"{self.URL}add/", self.form(**changes)), "12 articles au plus")

    def test_it_offers_this_site_s_own_partner_feeds_only(self) -> None:
        own, other = make_feed(self.kg, "Le nôtre"), make_feed(self.ia, "Le leur")
        page = self.client.get(f"{self.URL}add/", follow=True)
        self.assertContains(page, "Le nôtre")
        self.assertNotContains(page, "Le leur")
        for feeds, saved in (([other.pk], 0), ([], 0), ([own.pk], 1)):
            changes = {"source": "partners", "source_publication": "", "sections": [], "feeds": feeds}
            self.client.post(f"{self.URL}add/", self.form(**changes))
            self.assertEqual(CardStrip.objects.count(), saved)

    def test_it_is_seen_on_its_page_before_readers_see_it(self) -> None:
        self.article("Un Mac")
        self.article("Le nôtre", publication=self.kg)
        for area in ("home", "section", "beside", "after"):
            strip = self.strip(title=f"Bande {area}", area=area, is_live=False)
            self.assertContains(self.client.get(f"{self.URL}{strip.pk}/preview/"), f"{strip.pk}/frame/")
            with self.subTest(area):
                frame = self.client.get(f"{self.URL}{strip.pk}/frame/")
                self.assertContains(frame, f"Bande {area}")
                self.assertContains(frame, f'href="{self.kg.origin}/')
                self.assertIn("no-store", frame.headers["Cache-Control"])
                self.assertEqual(frame.headers["X-Frame-Options"], "SAMEORIGIN")
        self.assertEqual(self.shown(), {})
        self.at_desk(self.julien)
        self.assertNotEqual(self.client.get(f"{self.URL}{strip.pk}/frame/").status_code, 200)
