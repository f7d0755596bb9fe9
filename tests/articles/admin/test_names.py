"""Names on one line of a form."""

from typing import Any

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markupsafe import escape

from articles.actions import taxonomy
from articles.actions.taxonomy import tags_named
from articles.admin.article_form import ArticleForm
from articles.admin.fields import TagNamesField
from articles.admin.names import Names, line_of, names_in
from articles.content import Content
from articles.models import Article, Tag
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_tags

ODD = [
    ["Paris, Texas"], ["Arts, culture", "Apple"], ["Crosby, Stills & Nash"], ["10,000 BC"], ["Moi, Daniel Blake"],
    ["C++"], ["a; b"], ["AC/DC"], ['Écran 27"'], ['"Entre guillemets"'], ['"A", "B"'], ["🐒"], ["2026"], ["日本"],
    ["L" * 60], ["a'b", 'c"d,e'],
]  # fmt: skip


class NamesTests(SimpleTestCase):
    def test_it_reads_back_what_it_wrote(self) -> None:
        for names in ODD:
            with self.subTest(names=names):
                self.assertEqual(names_in(line_of(names)), names)

    def test_it_reads_what_people_type(self) -> None:
        for line, names in [
            ("Apple, Google", ["Apple", "Google"]),
            (" Apple ,, Google,", ["Apple", "Google"]),
            ('"Paris, Texas", Apple', ["Paris, Texas", "Apple"]),
            ('Écran 27", Apple', ['Écran 27"', "Apple"]),
            ('"sans fin, Apple', ['"sans fin', "Apple"]),
            ("", []),
        ]:
            with self.subTest(line=line):
                self.assertEqual(names_in(line), names)

    @given(st.lists(st.text(st.sampled_from('ab", é“”«»'), min_size=1, max_size=8), max_size=4))
    def test_it_reads_back_any_names(self, names: list[str]) -> None:
        names = list(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
        self.assertEqual(names_in(line_of(names)), names)


class ReportsTests(NewsroomTestCase):
    """Situations that people reported elsewhere."""

    def test_it_reads_the_names_that_were_meant(self) -> None:
        for line, names in [
            # jazzband/django-taggit#23, aehlke/tag-it#35
            ('"Paris, Texas",Lyon', ["Paris, Texas", "Lyon"]),
            ("“Paris, Texas”, Lyon", ["Paris, Texas", "Lyon"]),  # karakeep-app/karakeep#994
            ("Lyon, «\u202fParis, Texas\u202f»", ["Lyon", "Paris, Texas"]),
            ("« Le Mot », “Lyon”", ["« Le Mot »", "“Lyon”"]),
            ("« Le Mot, Lyon", ["« Le Mot", "Lyon"]),
            ('"McKay, John W., Jr.", Ada', ["McKay, John W., Jr.", "Ada"]),  # ms609/citation-bot#19
            ("mot1,mot1, mot1 ", ["mot1"]),  # svivian/q2a-tagging-tools#25
            ("Été\u00a0, Été", ["Été"]),  # Meeds-io/social#1439
        ]:
            with self.subTest(line):
                self.assertEqual(names_in(line), names)
        for names in (["“a", "b”"], ["«a", "b»", "c"], ["“a, b”"], ["« a, b »", "“c”"]):
            with self.subTest(names=names):
                self.assertEqual(names_in(line_of(names)), names)

    def test_names_that_look_alike_are_one_tag(self) -> None:
        (tag,) = tags_named(["Le\xad Mot\u200b"], by=SYSTEM)
        self.assertEqual(tag.name, "Le Mot")
        for name in ("Le Mot", "\ufeffle mot", "Le\u2060 Mot", "LE\u00a0MOT", "Le Mot\u200e", "Le Mot\ufe0f"):
            with self.subTest(ascii(name)):
                self.assertEqual(tags_named([name], by=SYSTEM), [tag])
        old = Tag.objects.create(name="Vieux\u200b", slug="vieux")  # as it was made before
        self.assertEqual(tags_named(["Vieux\u200b", "vieux\u200b"], by=SYSTEM), [old])

    def test_a_name_that_shows_nothing_is_none(self) -> None:
        for name in ("\u200b", "\u200b\u200b \u2060", "\u2800", "\u3164"):  # derpibooru/philomena#144
            with self.subTest(ascii(name)):
                self.assertEqual(tags_named([name], by=SYSTEM), [])
                with self.assertRaises(ValidationError):
                    TagNamesField(label="Tags").clean(Names(name))

    def test_names_of_one_slug_or_spelling(self) -> None:
        # wintermeyer/vutuv#1337, zestedesavoir/zds-site#3542, cartalyst/tags#6
        tags = tags_named(["C", "C++", "C#", "C/C++", "#C"], by=SYSTEM)
        self.assertEqual(len({tag.slug for tag in tags}), 5)
        # EsupPortail/pod#174, hcarvalhoalves/django-taggit#2
        self.assertEqual(len(tags_named(["Éteint", "ETEINT", "e\u0301teint"], by=SYSTEM)), 1)


class TagsOfTheFormTests(NewsroomTestCase):
    def test_editing_a_headline_splits_no_tag(self) -> None:
        article = make_article(self.kg, "Un film", tags=make_tags("Cinéma, séries", "Apple"))
        self.at_desk(self.thomas)
        page = f"/admin/articles/article/{article.pk}/change/"
        form = self.client.get(page).context["form"]
        self.assertIsInstance(form, ArticleForm)
        typed = {name: form[name].value() for name in form.fields}
        typed = {name: "" if value is None else value for name, value in typed.items() if value is not False}
        self.client.post(page, {**typed, "headline": "Un autre film", "change": "typo"})
        working = Article.objects.get(pk=article.pk).working
        self.assertEqual(working.headline, "Un autre film")
        self.assertEqual([tag.name for tag in Content.of(working).tags], ["Cinéma, séries", "Apple"])

    def open_form(self, article: Article) -> tuple[str, dict[str, Any]]:
        """Return the page of an article, and what its form sends as it stands."""
        page = f"/admin/articles/article/{article.pk}/change/"
        form = next(form for form in html.fromstring(self.client.get(page).content).forms if "headline" in form.fields)
        return page, {name: value for name, value in form.form_values() if not name.startswith("_")}

    def test_a_tag_that_is_renamed_or_merged_while_the_form_is_open_stays_the_same(self) -> None:
        renamed, merged, into = make_tags("Cinéma, séries", "Ciné", "Films")
        article = make_article(self.kg, "Un film", tags=[renamed, merged])
        self.at_desk(self.thomas)
        page, typed = self.open_form(article)
        renamed.name = "Séries / cinéma"
        taxonomy.save_tag(renamed, by=SYSTEM)
        taxonomy.merge_tags(merged, into, by=SYSTEM)
        self.client.post(page, {**typed, "headline": "Un autre film", "change": "typo"})
        working = Article.objects.get(pk=article.pk).working
        self.assertEqual(working.headline, "Un autre film")
        self.assertEqual(Content.of(working).tags, (renamed, into))
        self.assertEqual(Tag.objects.count(), 3)

    def test_a_byline_with_a_comma_and_namesakes_stay_who_they_are(self) -> None:
        authors = tuple(make_author(name) for name in ("Martin, Luther", "Camille Roussel", "Camille Roussel"))
        article = make_article(self.kg, "Un film", authors=authors)
        self.at_desk(self.thomas)
        page, typed = self.open_form(article)
        self.client.post(page, {**typed, "headline": "Un autre film", "change": "typo"})
        working = Article.objects.get(pk=article.pk).working
        self.assertEqual((working.headline, Content.of(working).authors), ("Un autre film", authors))

    def test_odd_names_are_saved_edited_and_lead_to_a_page(self) -> None:
        tags = tags_named([name for names in ODD for name in names], by=SYSTEM)
        article = make_article(self.kg, "Un film", tags=tags)
        self.at_desk(self.thomas)
        page, typed = self.open_form(article)
        self.client.post(page, {**typed, "headline": "Un autre film", "change": "typo"})
        self.assertEqual(list(Content.of(Article.objects.get(pk=article.pk).working).tags), tags)
        for tag in tags:
            self.assertContains(self.read(f"/tag/{tag.slug}/"), f"<h1>{escape(tag.name)}</h1>")

    def test_what_a_form_says_that_is_known_is_only_looked_up(self) -> None:
        for known in ("", "[]", "{", "null", '{"Apple": "1"}', '{"Apple": -1}', '{"Apple": 1e400}', "[" * 100_000,
                      '{"Apple": 99999999999999999999}', '{"Apple": true}', '{"Apple": 123456}'):  # fmt: skip
            with self.subTest(known=known[:30]):
                field = TagNamesField(label="Tags")
                data = {"tags": "Apple", "tags-known": known}
                self.assertEqual(field.clean(field.widget.value_from_datadict(data, {}, "tags")), ["Apple"])
