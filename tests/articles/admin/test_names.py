"""Names on one line of a form."""

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from articles.admin.article_form import ArticleForm
from articles.admin.names import line_of, names_in
from articles.content import Content
from articles.models import Article
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_tags

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

    @given(st.lists(st.text(st.sampled_from('ab", é'), min_size=1, max_size=8), max_size=4))
    def test_it_reads_back_any_names(self, names: list[str]) -> None:
        names = list(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
        self.assertEqual(names_in(line_of(names)), names)


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
