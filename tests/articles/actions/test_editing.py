"""Actions of the desk on drafts: articles begun, drafts saved."""

from dataclasses import replace

from articles.actions import editing
from articles.content import Content
from articles.models import Article, Event, Revision
from articles.workflow import Conflict, Stage, Verb
from newsroom.publications.models import Role
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_image, make_tags


def columns(revision: Revision) -> dict[str, object]:
    return Revision.objects.filter(pk=revision.pk).values().get()


class CreateTests(NewsroomTestCase):
    def test_it_begins_an_article_with_its_first_draft(self) -> None:
        article = editing.create(self.kg, Content(headline="Un robot", section=self.games), by=self.camille)
        self.assertEqual(
            (article.stage, article.live, article.path, article.published_at), (Stage.DRAFT, None, "", None)
        )
        self.assertEqual((article.draft.number, article.draft.created_by), (1, self.camille))
        self.assertEqual(
            (article.desk_headline, article.desk_section, article.created_by), ("Un robot", self.games, self.camille)
        )
        self.assertEqual(article.events.get().verb, Verb.CREATED)

    def test_it_allows_staff_of_that_publication(self) -> None:
        rights = {self.camille: True, self.ines: True, self.thomas: True, self.alix: True, SYSTEM: True,
                  None: False,
                  self.sarah: False, self.zoe: False, self.julien: False}  # fmt: skip
        for person, may in rights.items():
            with self.subTest(person=str(person)):
                before = Article.objects.count()
                if may:
                    editing.create(self.kg, Content(headline="Un robot"), by=person)
                else:
                    with self.assertRaises(Forbidden):
                        editing.create(self.kg, Content(headline="Un robot"), by=person)
                self.assertEqual(Article.objects.count(), before + may)

    def test_it_typesets_in_the_publication_s_language(self) -> None:
        content = Content(
            headline='Le "robot" ?', kicker="L'essai", standfirst="Oui ! 5 km...", body="<p>L'iPhone : oui ?</p>"
        )
        draft = editing.create(self.kg, content, by=self.ines).draft
        self.assertEqual(draft.headline, "Le «\u202frobot\u202f»\u202f?")
        self.assertEqual(draft.kicker, "L’essai")
        self.assertIn("Oui\u202f!", draft.standfirst)
        self.assertIn("L’iPhone\u202f: oui\u202f?", draft.body)
        self.ia.language = "en"
        self.assertEqual(editing.create(self.ia, content, by=SYSTEM).draft.headline, "Le “robot” ?")

    def test_it_keeps_the_names_of_the_house_as_they_are_typed(self) -> None:
        self.kg.kept_names = "Yahoo!\r\n\n Panic! at the Disco \n"
        self.kg.save()
        fields = {
            "kicker": "Yahoo!",
            "standfirst": "Yahoo! et Bing!",
            "body": "<p>Panic! at the <b>Disco</b>, Yahoo!</p>",
        }
        draft = make_draft(self.kg, "Yahoo! ouvre", by=self.camille, **fields).draft
        self.assertEqual(
            (draft.headline, draft.kicker, draft.standfirst), ("Yahoo! ouvre", "Yahoo!", "Yahoo! et Bing\u202f!")
        )
        self.assertEqual(draft.body, "<p>Panic! at the <strong>Disco</strong>, Yahoo!</p>")
        article = draft.article
        again = editing.save_draft(article, Content.of(draft), by=self.camille)
        self.assertEqual(again.draft_id, draft.pk)

    def test_it_makes_a_slug_of_the_headline_or_of_the_one_given(self) -> None:
        self.assertEqual(make_draft(self.kg, "L’œuvre d'été : 3 mots !").draft.slug, "l-oeuvre-d-ete-3-mots")
        self.assertEqual(make_draft(self.kg, slug="Mon Slug/../x").draft.slug, "mon-slug-x")
        self.assertEqual(make_draft(self.kg, "日本").draft.slug, "")
        self.assertLessEqual(len(make_draft(self.kg, "mot " * 70).draft.slug), 80)

    def test_it_sanitises_the_body_and_counts_its_words(self) -> None:
        image = make_image()
        body = f'<p onclick="x">un deux <script>x</script>trois</p><figure data-picture="{image.pk}"></figure>' * 100
        draft = make_draft(self.kg, body=body).draft
        self.assertNotIn("script", draft.body)
        self.assertEqual((draft.word_count, draft.reading_minutes, draft.image_ids), (300, 2, [image.pk]))

    def test_it_keeps_tags_and_authors_in_order_each_once(self) -> None:
        robot, energy = make_tags("Robot", "Énergie")
        hugo = make_author("Hugo")
        draft = make_draft(self.kg, tags=(energy, robot, energy), authors=(hugo, hugo)).draft
        self.assertEqual((draft.tag_ids, draft.author_ids), ([energy.pk, robot.pk], [hugo.pk]))

    def test_it_gives_back_the_content_that_was_saved(self) -> None:
        content = Content(
            headline="Un robot", kicker="Essai", standfirst="Il marche.", body="<p>Oui.</p>", section=self.games,
            lead_image=make_image(), slug="robot", authors=(make_author("Hugo"),), tags=make_tags("Robot"),
            kind="sponsored", sponsor="Acme", sponsor_url="https://e.org/", seo_title="R", seo_description="D",
        )  # fmt: skip
        self.assertEqual(Content.of(editing.create(self.kg, content, by=self.ines).draft), content)


class SaveTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.article = make_draft(self.kg, by=self.camille)
        self.content = Content.of(self.article.draft)

    def test_it_adds_a_revision_and_changes_none(self) -> None:
        first = self.article.draft
        before = columns(first)
        article = editing.save_draft(self.article, replace(self.content, headline="Deux"), by=self.camille)
        self.assertEqual((article.draft.number, article.draft.headline, article.desk_headline), (2, "Deux", "Deux"))
        self.assertEqual(columns(first), before)

    def test_it_numbers_on_from_what_was_saved_whichever_copy_is_given(self) -> None:
        copies = [Article.objects.get(pk=self.article.pk) for _ in range(3)]
        for n, copy in enumerate(copies):
            editing.save_draft(copy, replace(self.content, headline=f"Titre {n}"), by=self.ines)
        self.assertEqual(list(self.article.revisions.values_list("number", flat=True)), [4, 3, 2, 1])

    def test_it_says_so_when_somebody_saved_meanwhile_and_writes_nothing(self) -> None:
        base = self.article.draft.pk
        editing.save_draft(self.article, replace(self.content, headline="D’Inès"), by=self.ines, base=base)
        with self.assertRaises(Conflict) as conflict:
            editing.save_draft(self.article, replace(self.content, headline="De Camille"), by=self.camille, base=base)
        self.assertIn("ines", str(conflict.exception))
        self.article.refresh_from_db()
        self.assertEqual((self.article.desk_headline, self.article.revisions.count()), ("D’Inès", 2))

    def test_it_adds_nothing_where_nothing_changed(self) -> None:
        events = Event.objects.count()
        article = editing.save_draft(self.article, self.content, by=self.camille)
        self.assertEqual((article.draft, article.revisions.count()), (self.article.draft, 1))
        self.assertEqual(Event.objects.count(), events)

    def test_it_begins_no_draft_with_what_readers_have(self) -> None:
        article = make_article(self.kg)
        article = editing.save_draft(article, Content.of(article.live), by=self.ines)
        self.assertEqual((article.draft, article.stage), (None, Stage.PUBLISHED))

    def test_it_leaves_readers_their_revision_of_a_live_article(self) -> None:
        article = make_article(self.kg)
        article = editing.save_draft(article, replace(Content.of(article.live), headline="En chantier"), by=self.ines)
        self.assertEqual((article.stage, article.live.headline), (Stage.DRAFT, "Un casque qui voit loin"))
        self.assertEqual((article.draft.headline, article.events.first().from_state), ("En chantier", Stage.PUBLISHED))

    def test_it_lets_each_role_save_what_it_may(self) -> None:
        hugo = self.person("hugo", (self.kg, Role.WRITER))
        rights = {self.camille: True, self.ines: True, self.thomas: True, self.alix: True,
                  hugo: False, self.sarah: False, self.julien: False, self.zoe: False}  # fmt: skip
        for person, may in rights.items():
            with self.subTest(person=person.username):
                content = replace(self.content, headline=f"De {person.username}")
                if may:
                    self.assertEqual(editing.save_draft(self.article, content, by=person).draft.created_by, person)
                else:
                    with self.assertRaises(Forbidden):
                        editing.save_draft(self.article, content, by=person)
                    self.assertFalse(self.article.revisions.filter(headline=content.headline).exists())

    def test_it_refuses_an_editor_of_a_sister_site(self) -> None:
        editor = self.person("lea", (self.ia, Role.EDITOR))
        with self.assertRaises(Forbidden):
            editing.save_draft(self.article, replace(self.content, headline="X"), by=editor)

    def test_it_refuses_somebody_who_left(self) -> None:
        self.camille.is_active = False
        with self.assertRaises(Forbidden):
            editing.save_draft(self.article, replace(self.content, headline="X"), by=self.camille)

    def test_it_saves_a_huge_body_whole(self) -> None:
        body = "<p>Un mot, puis un autre.</p>" * 8000
        article = editing.save_draft(self.article, replace(self.content, body=body), by=self.ines)
        self.assertEqual((article.draft.body, article.draft.word_count), (body, 40_000))
