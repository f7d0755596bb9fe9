"""The front page shows an article once: at its head, in a strip or in the stream, unless an editor picked it."""

import datetime as dt
import re
from collections import Counter

from django.utils import timezone

from articles.actions import fronts
from articles.models import CardStrip, Revision
from articles.models.card_strip import StripArea, StripSource
from articles.views.lists import FRONT_PAGE_SIZE
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article
from tests.pages import headlines_in, next_in, strips_in


class FrontPageTests(NewsroomTestCase):
    def setUp(self) -> None:
        now = timezone.now()
        for number in range(12):
            make_article(self.ia, f"Sœur {number:02}", at=now - dt.timedelta(hours=number, minutes=30))
        self.own = [make_article(self.kg, f"Ici {n:02}", at=now - dt.timedelta(hours=n + 1)) for n in range(8)]
        fronts.subscribe(self.kg, self.ia, by=SYSTEM)

    def strip(self, **fields: object) -> CardStrip:
        values = {
            "title": "Chez la sœur",
            "source_publication": self.ia,
            "count": 4,
            "area": StripArea.HOME,
            "is_live": True,
            **fields,
        }
        return fronts.save_strip(CardStrip(publication=self.kg, **values), by=SYSTEM)

    def headlines(self) -> Counter[str]:
        page = self.read("/").content.decode()
        return Counter(re.findall(r"(?:Sœur|Ici) \d\d", re.sub(r"<[^>]*>", " ", page)))

    def test_it_shows_each_once_and_its_strip_whole(self) -> None:
        self.strip()
        shown = self.headlines()
        self.assertEqual(set(shown.values()), {1}, shown)
        self.assertEqual(len(shown), 20)
        self.assertEqual([len(headlines) for headlines in strips_in(self.read("/")).values()], [4])

    def test_it_is_as_long_as_ever_and_the_next_page_goes_on_where_it_ends(self) -> None:
        now = timezone.now()
        for number in range(20):
            make_article(self.kg, f"Suite {number:02}", at=now - dt.timedelta(days=1, hours=number))
        self.strip()
        first = self.read("/")
        self.assertEqual(len(headlines_in(first)), FRONT_PAGE_SIZE)
        (in_strips,) = strips_in(first).values()
        following = self.read(next_in(first))
        read = headlines_in(first) + headlines_in(following)
        self.assertEqual(next_in(following), "")
        self.assertEqual(sorted({*read, *in_strips}), sorted(Revision.objects.values_list("headline", flat=True)))
        self.assertEqual(len(read), len(set(read)))

    def test_an_editors_pick_is_shown_where_they_want_it_too(self) -> None:
        self.strip(source=StripSource.PICKED, source_publication=None, article_ids=[self.own[0].pk])
        self.assertEqual(self.headlines()["Ici 00"], 2)
