"""What is missing is told with each autosave, by the checks that the article will meet."""

from typing import Any

from django.urls import reverse

from articles.content import Content
from articles.models import Autosave, Tag
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft, make_image, make_tags


class MissingTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.article = make_draft(self.kg, "Un casque", by=self.camille)
        self.url = reverse("admin:articles_article_autosave", args=[self.article.pk])
        self.at_desk(self.camille)

    def missing(self, url: str = "", **typed: str) -> Any:
        answer = self.client.post(url or self.url, {"checks": "1", "kind": "news", **typed})
        return [(row["field"], row["message"], row["blocks"]) for row in answer.json()["missing"]]

    def test_it_names_each_check_with_its_field_what_blocks_first(self) -> None:
        image = make_image(alt="")
        found = self.missing(headline="Un casque", lead_image=str(image.pk), body='<p><a href="/rien/">x</a></p>')
        self.assertEqual(
            found,
            [
                ("id_section", "Il manque une rubrique.", True),
                ("id_lead_image", f"L’image «\u202f{image.label}\u202f» n’a pas de texte alternatif.", True),
                ("id_body", "Ce lien ne mène nulle part\xa0: /rien/", True),
                ("id_standfirst", "Il manque un chapô.", False),
                ("id_authors", "Il manque une signature.", False),
            ],
        )

    def test_an_article_that_lacks_nothing_has_an_empty_list(self) -> None:
        image, author = make_image(), self.kg.sections.first()
        found = self.missing(
            headline="Un casque", standfirst="Léger.", body="<p>Un.</p>", section=str(author.pk), kind="page",
            lead_image=str(image.pk),
        )  # fmt: skip
        self.assertEqual(found, [])

    def test_it_tells_of_what_a_field_can_not_hold(self) -> None:
        found = self.missing(headline="Un casque", sponsor_url="pas une adresse", authors="Personne d’ici")
        self.assertIn(("id_sponsor_url", "Saisissez une URL valide.", True), found)
        self.assertIn("id_authors", [field for field, _message, blocks in found if blocks])

    def test_it_comes_with_what_is_kept_and_keeps_nothing_by_itself(self) -> None:
        self.missing(headline="Un casque", tags="Une étiquette de plus")
        self.assertFalse(Autosave.objects.exists())
        answer = self.client.post(self.url, {"headline": "", "kind": "news", "tab": "a", "tags": "Encore une"})
        self.assertIn("Il manque un titre.", [row["message"] for row in answer.json()["missing"]])
        self.assertFalse(Tag.objects.exists(), "checking makes no tags")

    def test_a_change_that_readers_will_see_says_what_it_is(self) -> None:
        live = make_article(self.kg)
        self.at_desk(self.ines)
        url = reverse("admin:articles_article_autosave", args=[live.pk])
        found = self.missing(url, headline="Tout autre chose", body="<p>Rien de ce qui était.</p>")
        self.assertIn("id_change", [field for field, _message, _blocks in found])

    def test_what_readers_have_lacks_nothing_while_nothing_is_changed(self) -> None:
        live = make_article(self.kg, tags=make_tags("Audio", "Robot"), standfirst="Un chapô.")
        self.at_desk(self.ines)
        form = self.client.get(reverse("admin:articles_article_change", args=[live.pk])).context["form"]
        url = reverse("admin:articles_article_autosave", args=[live.pk])
        typed = {name: value for name, value in form.posted_of(Content.of(live.working)).items() if name != "noindex"}
        self.assertEqual([field for field, _message, blocks in self.missing(url, **typed) if blocks], [])

    def test_a_new_article_is_checked_too(self) -> None:
        url = reverse("admin:articles_article_autosave_new")
        found = self.missing(url, form_key="cle-de-ce-formulaire", headline="Un début")
        self.assertIn(("id_body", "Le texte est vide.", True), found)
