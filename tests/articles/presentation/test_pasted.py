"""Addresses as people paste them, and what they lead to."""

import datetime as dt

from django.utils import timezone

from articles.actions import publishing
from articles.models import Address
from articles.presentation.pasted import NotHere, resolve_pasted
from newsroom.publications.models import Host
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft


class PastedTests(NewsroomTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.article = make_article(self.kg, "Un casque qui voit loin")
        self.path = self.article.path

    def test_it_finds_an_article_however_its_address_is_pasted(self) -> None:
        host = "kulturegeek.localhost"
        Host.objects.create(publication=self.kg, domain="kg.example")
        for pasted in (
            f"https://{host}{self.path}",
            f"http://{host}:8000{self.path}",
            f"{host}{self.path}",
            f"www.{host}{self.path}",
            f"  {host}{self.path}?utm_source=mail#comments ",
            f"https://kg.example{self.path}",  # an alias
            self.path,
            self.path.strip("/"),
            f"//{host}{self.path.upper()}",
            f"https://{host}{self.path}).",  # as a mail leaves it
        ):
            self.assertEqual(resolve_pasted(pasted, self.kg).article, self.article, pasted)

    def test_it_finds_it_by_an_address_that_it_had_before(self) -> None:
        Address.objects.create(publication=self.kg, path="/2019/un-vieux-titre/", article=self.article)
        Address.objects.create(publication=self.kg, path="/?p=12", article=self.article)
        for pasted in ("kulturegeek.localhost/2019/un-vieux-titre", "https://kulturegeek.localhost/?p=12"):
            self.assertEqual(resolve_pasted(pasted, self.kg).article, self.article, pasted)

    def test_it_finds_what_was_withdrawn(self) -> None:
        publishing.withdraw(self.article, by=SYSTEM, notice="Retiré.")
        self.assertEqual(resolve_pasted(self.path, self.kg).article, self.article)

    def test_it_tells_nothing_of_what_readers_never_had(self) -> None:
        later = make_article(self.kg, "Demain", at=timezone.now() + dt.timedelta(hours=1))
        with self.assertRaises(NotHere):
            resolve_pasted(later.path, self.kg)
        make_draft(self.kg, "Un brouillon", slug="un-brouillon")
        with self.assertRaises(NotHere):
            resolve_pasted("/science-espace/un-brouillon/", self.kg)

    def test_it_finds_pages_that_are_no_article(self) -> None:
        for pasted, path in (
            ("kulturegeek.localhost", "/"),
            ("https://kulturegeek.localhost/jeux-video/", "/jeux-video/"),
            ("/rectificatifs", "/rectificatifs/"),
        ):
            found = resolve_pasted(pasted, self.kg)
            self.assertEqual((found.path, found.article), (path, None), pasted)

    def test_it_finds_nothing_at_other_addresses(self) -> None:
        for pasted in (
            "https://example.org/un-casque/",
            "kulturegeek.localhost/rien/de/tel",
            "un casque qui voit loin",
            "http://[",
            "x" * 7000,
            "/%00",
        ):
            with self.assertRaises(NotHere) as raised:
                resolve_pasted(pasted, self.kg)
            self.assertIsNone(raised.exception.elsewhere, pasted[:40])

    def test_it_names_the_sister_whose_page_it_is(self) -> None:
        theirs = make_article(self.ia, "Un Mac")
        with self.assertRaises(NotHere) as raised:
            resolve_pasted(theirs.get_absolute_url(), self.kg)
        self.assertEqual(raised.exception.elsewhere, self.ia)

    def test_it_asks_two_queries_at_most_without_a_www(self) -> None:
        with self.assertNumQueries(2):
            resolve_pasted(f"kulturegeek.localhost{self.path}", self.kg)
