"""Actions that pin articles to the head of a page, each until a set time."""

import datetime as dt

import time_machine
from django.utils import timezone

from articles.actions import fronts, publishing
from articles.models import Pin
from articles.workflow import Refused, Verb
from newsroom.pagecache.models import Purge
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft
from tests.pages import cards_in, headlines_in, next_in

HOUR = dt.timedelta(hours=1)


class PinTests(NewsroomTestCase):
    def setUp(self) -> None:
        now = timezone.now()
        self.until = now + 4 * HOUR
        self.old = make_article(self.kg, "Ancien", at=now - 100 * HOUR)
        self.new = [make_article(self.kg, f"Récent {n}", at=now - n * HOUR) for n in (1, 2)]

    def listed(self, path: str = "/") -> list[str]:
        return headlines_in(self.read(path))

    def pin(self, article: object = None, **params: object) -> Pin:
        return fronts.pin(article or self.old, on=self.kg, by=self.ines, **{"until": self.until, **params})  # type: ignore[arg-type]

    def test_it_is_listed_first_until_its_second_and_only_once(self) -> None:
        self.pin()
        self.assertEqual(self.listed(), ["Ancien", "Récent 1", "Récent 2"])
        self.assertContains(self.read("/"), '<span class="kind">À la une</span>', html=True)
        with time_machine.travel(self.until - dt.timedelta(seconds=1), tick=False):
            self.assertEqual(self.listed()[0], "Ancien")
        with time_machine.travel(self.until, tick=False):
            self.assertEqual(self.listed(), ["Récent 1", "Récent 2", "Ancien"])

    def test_it_pins_to_a_section_s_page_apart_from_the_front_page(self) -> None:
        self.pin(section=self.science)
        self.assertEqual((self.listed("/science-espace/")[0], self.listed()[0]), ("Ancien", "Récent 1"))

    def test_it_puts_the_last_pinned_first(self) -> None:
        self.pin()
        self.pin(self.new[1])
        self.assertEqual(self.listed(), ["Récent 2", "Ancien", "Récent 1"])
        self.pin()
        self.assertEqual(self.listed(), ["Ancien", "Récent 2", "Récent 1"])

    def test_it_arranges_them(self) -> None:
        first, second = self.pin(), self.pin(self.new[1])
        fronts.arrange(first.slot, [first.pk, second.pk], by=self.ines)
        self.assertEqual(self.listed(), ["Ancien", "Récent 2", "Récent 1"])
        fronts.arrange(first.slot, [0, 10**9], by=self.ines)
        self.assertEqual(self.listed(), ["Ancien", "Récent 2", "Récent 1"])

    def test_it_is_taken_off_and_both_are_logged(self) -> None:
        fronts.unpin(self.pin(), by=self.ines)
        self.assertEqual(self.listed()[0], "Récent 1")
        verbs = list(self.old.events.values_list("verb", flat=True)[:2])
        self.assertEqual(verbs, [Verb.UNPINNED, Verb.PINNED])

    def test_it_shows_no_article_that_is_not_live_and_a_scheduled_one_from_its_time(self) -> None:
        later = publishing.publish_imported(make_draft(self.kg, "À venir"), at=timezone.now() + HOUR)
        self.pin(later)
        self.assertNotIn("À venir", self.listed())
        with time_machine.travel(later.published_at, tick=False):
            self.assertEqual(self.listed()[0], "À venir")
        self.pin()
        publishing.withdraw(self.old, by=SYSTEM, notice="Une erreur.")
        self.assertNotIn("Ancien", self.listed())

    def test_it_pins_a_sister_s_article_where_it_is_placed(self) -> None:
        sister = make_article(self.ia, "De la sœur")
        with self.assertRaises(Refused):
            self.pin(sister)
        publishing.place(sister, on=self.kg, by=SYSTEM)
        self.pin(sister)
        card = cards_in(self.read("/"))[0]
        self.assertEqual((card.headline, card.over), ("De la sœur", ("iPhoneAddict", "À la une")))

    def test_it_invalidates_the_page_now_and_at_its_time(self) -> None:
        Purge.objects.all().delete()
        self.pin()
        self.pin(self.new[0], section=self.science)
        purges = set(Purge.objects.values_list("tag", "due_at"))
        pages = [cache_tags_of(self.read(path)) for path in ("/", self.science.path)]
        for due_now in (True, False):
            purged = {tag for tag, due in purges if (due < self.until if due_now else due == self.until)}
            for tags in pages:
                self.assertTrue(purged & tags)

    def test_it_refuses_a_sixth_on_one_page(self) -> None:
        for n in range(fronts.MAX_PINS):
            self.pin(make_article(self.kg, f"Une {n}"))
        with self.assertRaises(Refused):
            self.pin()
        self.pin(Pin.objects.first().article)  # one that is pinned already gets another time

    def test_it_wants_a_future_time_and_a_section_of_the_site(self) -> None:
        with self.assertRaises(Refused):
            self.pin(until=timezone.now() - HOUR)
        with self.assertRaises(Refused):
            self.pin(section=self.mac)

    def test_it_is_an_editor_s_to_decide(self) -> None:
        for nobody in (self.camille, self.sarah, self.julien):
            with self.assertRaises(Forbidden):
                fronts.pin(self.old, on=self.kg, by=nobody, until=self.until)

    def test_it_goes_on_with_the_second_page_where_the_first_ended(self) -> None:
        now = timezone.now()
        for n in range(40):
            make_article(self.kg, f"Histoire {n}", at=now - (n + 3) * HOUR)
        self.pin()
        first = self.read("/")
        rest = self.read(next_in(first))
        headlines = headlines_in(first) + headlines_in(rest)
        self.assertEqual(len(set(headlines) - {"Ancien"}), 42)
        self.assertEqual(len([name for name in headlines if name != "Ancien"]), 42)
