"""Autosave: what is typed is kept beside the article, and goes with it."""

from articles.actions import autosaving, editing, expunging
from articles.actions.autosaving import Form, OtherTab
from articles.content import Content
from articles.models import Article, Autosave
from articles.workflow import Refused
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft

TYPED = {"headline": "Un casque", "body": "<p>Un secret bien gardé.</p>"}


class KeepTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.article = make_draft(self.kg, "Un casque", by=self.camille)
        self.form = Form(self.kg, self.article)

    def test_it_is_one_row_of_a_person_and_an_article_and_no_revision(self) -> None:
        before = Article.objects.values().get()
        first = autosaving.keep(self.form, TYPED, by=self.camille, tab="a")
        second = autosaving.keep(
            self.form, {**TYPED, "headline": "Deux"}, by=self.camille, tab="a", number=first.number
        )
        autosaving.keep(self.form, TYPED, by=self.ines, tab="b")
        self.assertEqual((first.pk, first.number, second.number), (second.pk, 1, 2))
        self.assertEqual(Autosave.objects.filter(person=self.camille).get().values["headline"], "Deux")
        self.assertEqual(Autosave.objects.count(), 2)
        self.assertEqual(Article.objects.values().get(), before)
        self.assertEqual(self.article.revisions.count(), 1)

    def test_an_article_that_is_not_saved_yet_is_known_by_its_form(self) -> None:
        for key in ("premiere-cle", "seconde-cle", "premiere-cle"):
            autosaving.keep(Form(self.kg, key=key), {"headline": key}, by=self.camille, tab="a")
        self.assertEqual(Autosave.objects.filter(article=None).count(), 2)
        autosaving.drop(Form(self.kg, key="premiere-cle"), by=self.camille)
        self.assertEqual(Autosave.objects.get().form_key, "seconde-cle")

    def test_another_tab_replaces_nothing_unless_it_takes_over(self) -> None:
        autosaving.keep(self.form, TYPED, by=self.camille, tab="a")
        with self.assertRaises(OtherTab) as raised:
            autosaving.keep(self.form, {"headline": "Autre"}, by=self.camille, tab="b")
        self.assertEqual(raised.exception.autosave.values, TYPED)
        self.assertEqual(Autosave.objects.get().values, TYPED)
        autosaving.keep(self.form, {"headline": "Autre"}, by=self.camille, tab="b", takes_over=True)
        self.assertEqual(Autosave.objects.get().values, {"headline": "Autre"})

    def test_it_is_for_who_may_save(self) -> None:
        theirs = make_draft(self.kg, "D’un autre", by=self.ines)
        for form, person in (
            (Form(self.kg, theirs), self.camille), (Form(self.ia, key="une-cle-ici"), self.camille),
        ):  # fmt: skip
            with self.assertRaises(Forbidden):
                autosaving.keep(form, TYPED, by=person, tab="a")
        self.assertFalse(Autosave.objects.exists())

    def test_it_refuses_too_much_and_cleans_the_rest(self) -> None:
        with self.assertRaises(Refused):
            autosaving.keep(self.form, {"body": "x" * 2_000_001}, by=self.camille, tab="a")
        autosaving.keep(self.form, {"headline": "Un\x00 casque\ud800"}, by=self.camille, tab="a")
        self.assertEqual(Autosave.objects.get().values, {"headline": "Un casque"})


class ExpungedTests(NewsroomTestCase):
    def test_what_was_ordered_removed_is_in_no_autosave_and_comes_back_in_none(self) -> None:
        article = make_article(self.kg, "Un casque", body="<p>Un secret bien gardé.</p>")
        form = Form(self.kg, article)
        autosaving.keep(form, TYPED, by=self.ines, tab="a")
        self.assertIn("sans l’enregistrer", str(expunging.find_passage(article, "secret bien gardé")))
        expunging.expunge_passage(article, "secret bien gardé", by=self.alix, order="TJ Paris")
        self.assertNotIn("secret", str(Autosave.objects.get().values))
        with self.assertRaises(Refused):
            autosaving.keep(form, TYPED, by=self.ines, tab="a", number=1)
        article = Article.objects.get()
        editing.save_draft(article, Content.of(article.working), by=SYSTEM)
