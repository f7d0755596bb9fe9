"""The form of an article keeps what is typed, offers it, and forgets it once it is saved."""

from typing import Any

from django.urls import reverse

from articles.models import Article, Autosave
from tests.base import NewsroomTestCase
from tests.factories import make_draft, make_section, make_tags

ADD = reverse("admin:articles_article_add")
ADD_AUTOSAVE = reverse("admin:articles_article_autosave_new")


class AutosaveTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.article = make_draft(self.kg, "Un casque", by=self.camille, tags=make_tags("Audio"))
        self.change = reverse("admin:articles_article_change", args=[self.article.pk])
        self.url = reverse("admin:articles_article_autosave", args=[self.article.pk])
        self.at_desk(self.camille)

    def send(self, url: str = "", **posted: str) -> Any:
        return self.client.post(url or self.url, {"tab": "a", **posted}, headers={"accept": "application/json"})

    def test_it_answers_with_its_number_and_the_time_of_day_where_the_site_is(self) -> None:
        answer = self.send(headline="Deux casques", _step="publish", csrfmiddlewaretoken="x", publication="7")
        self.assertEqual(answer.json()["number"], 1)
        self.assertRegex(answer.json()["at"], r"^\d\d:\d\d$")
        self.assertEqual(Autosave.objects.get().values, {"headline": "Deux casques"})

    def test_the_form_offers_what_differs_and_goes_on_with_it(self) -> None:
        section = make_section(self.kg, "Son", "son")
        self.send(
            headline="Deux casques", body="<p>Un paragraphe neuf.</p>", section=str(section.pk), kind="news",
            tags="Audio, Hi-Fi", base=str(self.article.working.pk),
        )  # fmt: skip
        page = self.client.get(self.change)
        changed = [field.label for field in page.context["typed_before"]]
        self.assertEqual(changed, ["Titre", "Texte", "Rubrique", "Étiquettes"])
        self.assertContains(page, '<textarea name="headline"', count=1)
        self.assertEqual(page.context["form"]["headline"].value(), "Un casque")
        page = self.client.get(self.change, {"autosave": "1"})
        self.assertFalse(page.context["typed_before"])
        self.assertContains(page, ">\nDeux casques</textarea>")
        self.assertContains(page, f'<option value="{section.pk}" selected>Son</option>', html=True)
        self.assertContains(page, 'value="Audio, Hi-Fi"')
        self.assertContains(page, "data-typed")

    def test_what_differs_in_nothing_is_not_offered(self) -> None:
        form = self.client.get(self.change).context["form"]
        values = {name: str(form[name].value() or "") for name in form.fields if name not in ("publication", "noindex")}
        self.send(**{**values, "section": str(self.article.working.section_id)})
        self.assertEqual(self.client.get(self.change).context["typed_before"], [])

    def test_saving_forgets_what_went_with_the_form_and_nothing_newer(self) -> None:
        self.send(headline="Deux casques")
        self.send(headline="Trois casques", number="1")
        saved = {"headline": "Un casque rouge", "kind": "news", "_save": "1"}
        for known in ("", "0", "1", "x"):  # it was offered and not taken up, or another tab went on
            self.client.post(self.change, {**saved, "headline": f"Un casque {known}", "autosave": known})
            self.assertEqual(Autosave.objects.get().values["headline"], "Trois casques", known)
        page = self.client.get(self.change)
        self.assertTrue(page.context["typed_before"])
        self.assertEqual(page.context["known_autosave"], 0)
        self.assertEqual(self.client.get(self.change, {"autosave": "1"}).context["known_autosave"], 2)
        self.client.post(self.change, {**saved, "base": page.context["form"]["base"].value(), "autosave": "2"})
        self.assertFalse(Autosave.objects.exists())

    def test_saving_forgets_ones_own_only(self) -> None:
        self.send(headline="Deux casques")
        Autosave.objects.create(
            person=self.ines, publication=self.kg, article=self.article, tab="z", values={},
            saved_at=self.article.saved_at,
        )  # fmt: skip
        saved = {"headline": "Deux", "kind": "news", "base": self.article.working.pk, "_save": "1", "autosave": "1"}
        self.assertEqual(self.client.post(self.change, saved).status_code, 302)
        self.assertEqual([row.person for row in Autosave.objects.all()], [self.ines])

    def test_what_is_refused_is_kept(self) -> None:
        self.send(headline="Deux casques")
        self.client.post(self.change, {"headline": "", "kind": "news", "_save": "1"})
        self.assertEqual(Autosave.objects.count(), 1)

    def test_a_new_article_is_kept_by_the_key_of_its_form(self) -> None:
        key = {"form_key": "cle-de-ce-formulaire", "publication": str(self.kg.pk)}
        self.assertEqual(self.send(ADD_AUTOSAVE, headline="Un début", **key).status_code, 200)
        self.assertContains(self.client.get(ADD, key), "Un début")
        posted = {"headline": "Un début", "kind": "news", "_save": "1", "autosave": "1", **key}
        self.client.post(f"{ADD}?form_key={key['form_key']}", posted)
        self.assertFalse(Autosave.objects.exists())
        self.assertEqual(Article.objects.count(), 2)
        self.assertEqual(self.send(ADD_AUTOSAVE, headline="Sans clé").status_code, 400)

    def test_another_new_article_leads_to_what_was_begun_before(self) -> None:
        key = {"form_key": "cle-de-ce-formulaire", "publication": str(self.kg.pk)}
        self.send(ADD_AUTOSAVE, headline="Un début", **key)
        self.send(ADD_AUTOSAVE, headline="", form_key="une-autre-cle-ici", publication=str(self.kg.pk))
        page = self.client.get(ADD, {"form_key": "cle-toute-neuve"})
        self.assertContains(page, '<a href="?form_key=cle-de-ce-formulaire">Un début</a>', html=True)
        self.assertContains(page, "Sans titre")
        self.assertTrue(self.client.get(ADD, key).context["typed_before"], "it may be thrown away there")
        self.assertContains(self.client.get(ADD, {**key, "autosave": "1"}), ">\nUn début</textarea>")
        self.at_desk(self.ines)
        self.assertNotContains(self.client.get(ADD, {"form_key": "cle-toute-neuve"}), "Un début")

    def test_it_drops_what_is_thrown_away(self) -> None:
        self.send(headline="Deux casques")
        self.assertEqual(self.send(drop="1").json(), {})
        self.assertFalse(Autosave.objects.exists())

    def test_what_its_form_had_sent_is_not_kept_again(self) -> None:
        key = "cle-de-ce-formulaire"
        saved = {"headline": "Deux casques", "kind": "news", "base": self.article.working.pk, "_save": "1"}
        self.assertEqual(self.send(headline="Deux casques", sent=key).json()["number"], 1)
        self.client.post(self.change, {**saved, "form_key": key, "autosave": "1"})
        self.assertEqual(self.send(headline="Deux casques", sent=key).json(), {"saved": True})
        self.assertFalse(Autosave.objects.exists())

    def test_another_tab_is_told(self) -> None:
        self.send(headline="Deux casques")
        answer = self.send(headline="Trois", tab="b")
        self.assertEqual((answer.status_code, answer.json()["other_tab"]), (409, True))
        self.assertEqual(self.send(headline="Trois", tab="b", takes_over="1").status_code, 200)

    def test_it_is_nobody_elses(self) -> None:
        self.send(headline="Deux casques")
        self.at_desk(self.ines)
        self.assertNotContains(self.client.get(self.change), "Deux casques")
        sisters = make_draft(self.ia, "Chez la sœur")
        self.at_desk(self.camille)
        url = reverse("admin:articles_article_autosave", args=[sisters.pk])
        self.assertEqual(self.send(url, headline="Deux").status_code, 302)
        self.assertEqual(
            self.send(ADD_AUTOSAVE, form_key="cle-d-ailleurs", publication=str(self.ia.pk)).status_code, 403
        )
        self.assertEqual(Autosave.objects.count(), 1)

    def test_hostile_values_are_text(self) -> None:
        self.send(
            headline="<script>1</script>", body="<p onclick=x><script>2</script>Oui", section="x" * 400, kind="nothing",
            lead_image="99999999999999999999", base="-1", authors="[", **{"authors-known": "[[["},
        )  # fmt: skip
        for query in ({}, {"autosave": "1"}):
            page = self.client.get(self.change, query)
            self.assertEqual(page.status_code, 200)
            self.assertNotContains(page, "<script>1")
            self.assertNotContains(page, "<script>2")

    def test_its_token_can_be_renewed_by_who_is_signed_in(self) -> None:
        answer = self.client.get(reverse("admin:token")).json()
        self.assertEqual(answer["person"], self.camille.pk)
        self.assertEqual(len(answer["token"]), 64)
        self.client.logout()
        self.assertEqual(self.client.get(reverse("admin:token")).status_code, 302)
