"""The heads of a publication's pages, on one page of the desk."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils import timezone

from articles.actions import editing, fronts, publishing
from articles.content import Content
from articles.models import Pin
from newsroom.publications.models import Membership, Role
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article
from tests.pages import headlines_in

URL = reverse("admin:articles_frontpageslot_changelist")


class HeadsTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.until = timezone.now() + dt.timedelta(hours=4)
        self.articles = [make_article(self.kg, f"Histoire {n}") for n in range(3)]
        self.pins = [fronts.pin(article, on=self.kg, by=SYSTEM, until=self.until) for article in self.articles]
        self.at_desk(self.ines)

    def order(self) -> list[str]:
        return headlines_in(self.read("/"))[:3]

    def post(self, **fields: Any) -> Any:
        answer = self.client.post(URL, {"publication": self.kg.pk, **fields})
        self.at_desk(self.ines)
        return answer

    def test_it_shows_each_head_in_its_order(self) -> None:
        ((slot, pins),) = self.client.get(URL).context["slots"]
        self.assertEqual([pin.article for pin in pins], self.articles[::-1])
        self.assertIsNone(slot.section)

    def test_it_moves_up_and_down_and_off(self) -> None:
        self.assertEqual(self.order(), ["Histoire 2", "Histoire 1", "Histoire 0"])
        self.at_desk(self.ines)
        self.post(_up=self.pins[0].pk)
        self.assertEqual(self.order(), ["Histoire 2", "Histoire 0", "Histoire 1"])
        self.at_desk(self.ines)
        self.post(_down=self.pins[2].pk)
        self.assertEqual(self.order(), ["Histoire 0", "Histoire 2", "Histoire 1"])
        self.at_desk(self.ines)
        self.post(_off=self.pins[0].pk)
        self.assertEqual(Pin.objects.count(), 2)

    def test_it_pins_a_sister_s_article_by_the_headline_that_its_readers_have(self) -> None:
        sister = publishing.place(make_article(self.ia, "Chez eux"), on=self.kg, by=SYSTEM)
        editing.save_draft(sister, replace(Content.of(sister.live), headline="Leur secret"), by=SYSTEM)
        page = self.client.get(URL)
        self.assertContains(page, "Chez eux (iPhoneAddict)")
        self.assertNotContains(page, "Leur secret")
        moment = f"{self.until.astimezone(self.kg.zone):%Y-%m-%dT%H:%M}"
        self.post(_pin="1", article=sister.pk, page=self.science.pk, until=moment)
        self.assertEqual(Pin.objects.get(article=sister).slot.section, self.science)
        page = self.client.get(URL)
        self.assertNotContains(page, reverse("admin:articles_article_change", args=[sister.pk]))
        self.assertNotContains(page, 'class="state state-draft"')  # what waits at the sister's desk is her own
        self.assertNotContains(self.client.get(URL), "Leur secret")

    def test_it_pins_where_the_page_was_opened_whatever_another_tab_switched_to(self) -> None:
        Membership.objects.create(user=self.ines, publication=self.ia, role=Role.EDITOR)
        self.at_desk(self.ines)
        self.client.post(reverse("admin:switch"), {"publication": self.ia.pk})
        self.kg.time_zone = "America/Montreal"
        self.kg.save()
        moment = (self.until + dt.timedelta(days=1)).replace(second=0, microsecond=0)
        typed = f"{moment.astimezone(self.kg.zone):%Y-%m-%dT%H:%M}"
        self.post(_pin="1", publication=self.kg.pk, article=self.articles[0].pk, page="", until=typed)
        self.assertEqual(Pin.objects.get(article=self.articles[0]).until, moment)

    def test_bad_input_gets_an_error_and_is_kept(self) -> None:
        answer = self.post(_pin="1", article=self.articles[0].pk, page="", until="2020-01-01T00:00")
        self.assertContains(answer, "2020-01-01T00:00")
        self.assertEqual(set(answer.context["form"].errors), {"until"})
        self.assertEqual(
            set(self.post(_pin="1", article="x", page="x", until="").context["form"].errors),
            {"article", "page", "until"},
        )
        for odd in ("x", "0", "9" * 40):
            self.assertEqual(self.post(_off=odd).status_code, 302)

    def test_it_is_for_editors_and_publishers_of_the_site(self) -> None:
        for nobody in (self.camille, self.sarah, self.zoe):
            self.at_desk(nobody)
            self.assertEqual(self.client.get(URL).status_code, 403)
            self.client.post(URL, {"_off": self.pins[0].pk})
        self.at_desk(self.julien)
        self.client.post(URL, {"_off": self.pins[0].pk})
        self.assertEqual(Pin.objects.count(), 3)
