"""What each person reads of KultureGeek, on every page of the desk: one row, one verb, wherever it is shown.

Everything that the desk keeps is there once, with a word of its own (planted.py). Every person asks for every page; who
lacks a word's verb must find it nowhere, who has it somewhere. Comments and reports have a test of their own:
tests/comments/admin/test_reading.py.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from articles.admin.filters import StateFilter
from comments.queue import TABS
from newsroom.desk.current import SESSION_KEY
from newsroom.publications.models import Publication, Role
from tests.articles.admin.planted import SEARCHED, Planted, plant
from tests.base import NewsroomTestCase
from tests.newsroom.desk.test_routes import OPEN, routes

pytestmark = pytest.mark.matrix
# What a list may be asked beside its address; all of them are searched.
STATES = [name for name, _words in StateFilter.lookups(None, None, None)]  # type: ignore[arg-type]
QUESTIONS = {
    "articles_article_changelist": [f"?state={state}" for state in STATES],
    "articles_article_compare": ["?from=1&to=2"],
    "articles_article_preview": ["?revision=1"],
    "comments_comment_changelist": [f"?tab={tab}" for tab in TABS],
}
ELSEWHERE = {"comments_comment", "comments_report", "comments_vaultopening"}  # tests/comments/admin/test_reading.py
SEARCHES = [f"?q={SEARCHED}", f"?q={SEARCHED}&_popup=1&_to_field=id"]


class ReadingTests(NewsroomTestCase):
    planted: Planted

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.paul = cls.person("paul", (cls.ia, Role.PUBLISHER))
        cls.nadia = cls.person("nadia", (cls.kg, Role.WRITER), (cls.ia, Role.PUBLISHER))
        cls.people = [
            cls.camille, cls.ines, cls.thomas, cls.sarah, cls.julien, cls.paul, cls.nadia, cls.zoe, cls.alix
        ]  # fmt: skip

    def setUp(self) -> None:
        self.planted = plant(self, self.people)

    def pages(self) -> Iterator[str]:
        """The address of every route of the desk, of every row that was planted, with what may be asked of it."""
        rows: dict[str, list[Any]] = {}
        for row in self.planted.rows:
            rows.setdefault(_name(type(row)), []).append(row.pk)
        for name, path in routes(admin.site.get_urls()):
            if name is None or name in OPEN or name == "autocomplete":
                continue
            model, places = "_".join(name.split("_")[:2]), path.count("<")
            if name == "app_list":
                choices = [[label] for label in {model._meta.app_label for model in admin.site._registry}]
            elif "<uuid" in path:
                choices = [[pk] for pk in rows["django_tasks_database_dbtaskresult"]] if places else []
            else:
                choices = [[pk, *[1] * (places - 1)] for pk in rows.get(model, [1])] if places else [[]]
            for args in choices:
                address = reverse(f"admin:{name}", args=args)
                yield address
                yield from (address + question for question in QUESTIONS.get(name, []))
                if name.endswith(("_changelist", "_complete", "_picker")):
                    yield from (address + question for question in SEARCHES)
        yield from self.completions()

    def completions(self) -> Iterator[str]:
        """Django's own completion, of every relation of every model of the desk."""
        for model in admin.site._registry:
            for field in model._meta.get_fields():
                if field.many_to_one and field.concrete:
                    query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}"
                    yield f"{reverse('admin:autocomplete')}?{query}&field_name={field.name}&term={SEARCHED}"

    def texts(self, person: Any, publication: Publication | None) -> dict[str, str]:
        """Return what a person finds at each address while they work for a publication, redirects followed."""
        self.at_desk(person)
        texts: dict[str, str] = {}
        waiting = sorted(set(self.pages()), reverse=True)
        while waiting:
            path = waiting.pop()
            if publication is not None and self.client.session.get(SESSION_KEY) != publication.pk:
                self.client.post(reverse("admin:switch"), {"publication": publication.pk})  # an article's page switches
            answer: Any = self.client.get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            texts[path] = f"{answer.headers.get('Location', '')} {body.decode(errors='replace')}".lower()
            if answer.status_code in (301, 302) and answer.headers["Location"] not in texts:
                waiting.append(answer.headers["Location"])
        return texts

    def test_every_model_of_the_desk_has_a_row_here(self) -> None:
        planted = {_name(type(row)) for row in self.planted.rows}
        self.assertEqual({_name(model) for model in admin.site._registry} - planted, ELSEWHERE)

    def test_each_finds_what_their_verbs_allow_and_nothing_else_on_any_page(self) -> None:
        for person in self.people:
            person = get_user_model().objects.get(pk=person.pk)
            works_for = list(Publication.objects.for_user(person)) or [None]
            if person.is_superuser:
                works_for = works_for[:1]  # who reads all needs not read all twice
            texts = [(path, text) for site in works_for for path, text in self.texts(person, site).items()]
            for secret in self.planted.secrets:
                found = sorted({path for path, text in texts if secret.word in text})
                with self.subTest(person=person.username, word=secret.word, verb=secret.verb):
                    if secret.is_for(person):
                        self.assertTrue(found, "is found nowhere")
                    else:
                        self.assertEqual(found, [])


def _name(model: Any) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"
