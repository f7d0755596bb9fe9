"""The matrix of docs/rights.md, cell by cell, through the desk's own pages.

Every role (and none) × every state of an article × one's own or another's × every action; the tests beside it do so on
a publication with review, on one without, and on one where the person has no role.
"""

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.cache import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from articles.actions import editing, publishing, scheduling
from articles.admin.article_page import ArticlePage
from articles.content import Content
from articles.models import Article, Event, Revision
from articles.roles import TABLE
from articles.workflow import MAY_BE_PENDING, STATES, TRANSITIONS, Need, Pending, Stage, Standing, Verb
from newsroom.publications.models import Publication, Role
from newsroom.publications.permissions import SYSTEM, Scope
from tests.base import NewsroomTestCase, mark_signed_in
from tests.factories import make_author, make_draft, make_image

ROLES: tuple[Role | None, ...] = (*Role, None)
BUTTON = re.compile(r'<button[^>]*? name="_step" value="(\w+)"([^>]*)>')
OPENER = re.compile(r'data-opens="step-(\w+)"([^>]*)>')
ANSWERS = {Need.NOTE: "À revoir.", Need.NOTICE: "Une erreur.", Need.TIME: "2031-01-01T09:00"}


MUCH_LATER = dt.datetime(2031, 6, 1, tzinfo=dt.UTC)  # than what is said to be the time of a step
# What waits opens and bars the same whatever is in work: asked beside an approved draft, and beside none.
BESIDE_WHAT_WAITS = (Stage.APPROVED, Stage.PUBLISHED)
State = tuple[Stage, Standing, Pending | None]


class Undo(Exception):
    """Ends a cell: what it wrote is rolled back."""


class RightsTestCase(NewsroomTestCase):
    """One publication's part of the matrix."""

    works_on: str  # the publication where the people have their roles, by its name here
    visits: str  # the one whose articles they meet

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        home: Publication = getattr(cls, cls.works_on)
        cls.there: Publication = getattr(cls, cls.visits)
        cls.people = {role: cls.person(f"p-{role}", *([(home, role)] if role else [])) for role in ROLES}
        cls.other = cls.person("other")
        whole = {"standfirst": "Un chapô.", "lead_image": make_image(), "authors": (make_author("Une signature"),)}
        cls.articles = {
            (*state, waiting): cls.make(*state, waiting, **whole)
            for state in STATES
            for waiting in (None, *(MAY_BE_PENDING.get(state[1], ()) if state[0] in BESIDE_WHAT_WAITS else ()))
        }

    @classmethod
    def make(cls, stage: Stage, standing: Standing, waiting: Pending | None, **fields: Any) -> Article:
        """An article in a state, through the actions, by SYSTEM."""
        article = make_draft(cls.there, f"{stage} {standing} {waiting}", **fields)
        now = timezone.now()
        if standing != Standing.UNPUBLISHED:
            ahead = dt.timedelta(days=1 if standing == Standing.SCHEDULED else -1)
            article = publishing.publish_imported(article, at=now + ahead)
        if standing == Standing.UNREVIEWED:
            Article.objects.filter(pk=article.pk).update(unreviewed=True)
        if waiting == Pending.CHANGE:
            article = cls.reworked(article, "Un chapô à venir.")
            article = publishing.approve(article, by=SYSTEM, revision=article.draft_id)
            article = scheduling.schedule_change(
                article, by=SYSTEM, revision=article.draft_id, at=now + dt.timedelta(days=2)
            )
        if waiting == Pending.WITHDRAWAL:
            article = scheduling.schedule_withdrawal(article, by=SYSTEM, at=MUCH_LATER, notice="Caduc.")
        if standing == Standing.WITHDRAWN:
            article = publishing.withdraw(article, by=SYSTEM, notice="Une erreur.")
        if stage != Stage.PUBLISHED and article.draft_id is None:
            article = cls.reworked(article, "Un autre chapô.")
        draft = article.draft_id
        if stage in (Stage.IN_REVIEW, Stage.CHANGES):
            article = publishing.submit(article, by=SYSTEM)
        if stage == Stage.CHANGES:
            article = publishing.request_changes(article, by=SYSTEM, revision=draft, note="À revoir.")
        if stage == Stage.APPROVED:
            article = publishing.approve(article, by=SYSTEM, revision=draft)
        article.refresh_from_db()
        assert (article.stage, article.standing(timezone.now())) == (stage, standing)
        assert article.pending(timezone.now()) - {Pending.PUBLICATION} == ({waiting} if waiting else set())
        return article

    @classmethod
    def reworked(cls, article: Article, standfirst: str) -> Article:
        return editing.save_draft(
            article, replace(Content.of(article.working), standfirst=standfirst), by=SYSTEM, change="typo"
        )

    def holds(self, right: str, role: Role | None, own: bool) -> bool:
        """What the table of roles says, read without the code that obeys it."""
        scope = TABLE[right].get(role) if role and self.works_on == self.visits else None
        return scope is Scope.ANY or (scope is Scope.OWN and own)

    def opens(self, name: str, role: Role | None, own: bool, state: State) -> bool:
        """What the table of transitions says."""
        row, (stage, standing, waiting) = TRANSITIONS[name], state
        waits = {waiting} | ({Pending.PUBLICATION} if standing == Standing.SCHEDULED else set())
        return (
            all(self.holds(right, role, own) for right in row.rights)
            and stage in row.stages
            and standing in row.standings
            and not row.blocked_by_pending & waits
            and (not row.requires_pending or bool(row.requires_pending & waits))
            and not (row.only_without_review and self.there.review_required)
        )

    def test_it_shows_exactly_the_steps_that_are_open(self) -> None:
        self.in_each_cell(self.buttons)

    def test_it_takes_exactly_the_steps_that_are_open(self) -> None:
        # A refusal shows the form again: buttons() draws it, once for each cell.
        with patch.object(ArticlePage, "_render", lambda view: HttpResponse()):
            self.in_each_cell(self.steps)

    def test_it_lets_exactly_those_save_restore_read_and_expunge_who_may(self) -> None:
        self.in_each_cell(self.the_rest, [state for state in self.articles if state[2] is None])  # asks not what waits

    def in_each_cell(self, check: Callable[..., None], states: Iterable[State] | None = None) -> None:
        """Calls a check with an article, its state, a role, and whether it is that person’s; undoes what it wrote."""
        for state, role, own in itertools.product(states or self.articles, ROLES, (True, False)):
            article = self.articles[state]
            with self.subTest(state=state, role=role, own=own), self.undone():
                Article.objects.filter(pk=article.pk).update(created_by=self.people[role] if own else self.other)
                check(article, state, role, own)

    @contextmanager
    def undone(self) -> Iterator[None]:
        with suppress(Undo), transaction.atomic():
            yield
            raise Undo

    def buttons(self, article: Article, state: State, role: Role | None, own: bool) -> None:
        """A person sees exactly the steps that are open to them, and can type exactly where they may save."""
        self.at_desk(self.people[role])
        page = self.client.get(reverse("admin:articles_article_change", args=[article.pk]))
        if not self.holds("article.view", role, own):
            self.assertEqual((page.status_code, page.headers["Location"]), (302, "/admin/"))
            return
        text = page.content.decode()
        shown = {name for name, rest in [*BUTTON.findall(text), *OPENER.findall(text)] if "when-typed" not in rest}
        self.assertEqual(shown, {name for name in TRANSITIONS if self.opens(name, role, own, state)})
        may_save = self.holds("article.save", role, own)
        self.assertEqual('name="_save"' in text, may_save)
        self.assertEqual("is-read-only" in text, not may_save)
        self.assertEqual("/expunge/" in text, self.holds("article.expunge", role, own))

    def steps(self, article: Article, state: State, role: Role | None, own: bool) -> None:
        """A step is taken exactly where the tables open it, with its events; else nothing moves, whichever is asked."""
        before, person = self.standing_of(article), self.people[role]
        is_open = {name: self.opens(name, role, own, state) for name in TRANSITIONS}
        closed = [name for name in TRANSITIONS if not is_open[name]]
        for name in closed:
            self.send(article, name, person)
        with self.subTest(closed=closed):
            self.assertEqual(self.standing_of(article), before)
        for name in TRANSITIONS:
            if is_open[name]:
                with self.subTest(step=name), self.undone():
                    self.take(article, before, name, person)

    def standing_of(self, article: Article) -> tuple[int, dict[str, Any]]:
        return Event.objects.count(), Article.objects.filter(pk=article.pk).values().get()

    def ask(self, person: Any, name: str, article: Article, posted: dict[str, Any] | None = None) -> int:
        """The status of what a page of the desk answers, asked without the middleware and not drawn: buttons() does
        that, once for each cell."""
        address = reverse(f"admin:articles_article_{name}", args=[article.pk])
        factory = RequestFactory(headers={"host": "localhost"})
        request: Any = factory.get(address) if posted is None else factory.post(address, posted)
        request.user, request.session, request.is_desk = person, SessionStore(), True
        request.csp_nonce, request._dont_enforce_csrf_checks = "", True
        request._messages = default_storage(request)
        mark_signed_in(request.session, person)
        view = resolve(address)
        try:
            answer: HttpResponse = view.func(request, *view.args, **view.kwargs)
        except PermissionDenied:
            return 403
        finally:
            timezone.deactivate()
        return answer.status_code

    def send(self, article: Article, name: str, person: Any) -> None:
        answers = {f"{name}-{need.value}": ANSWERS[need] for need in TRANSITIONS[name].needs}
        posted = {"_step": name, "base": article.working.pk, "live": article.live_id or "", **answers}
        self.ask(person, "change", article, posted)

    def take(self, article: Article, before: tuple[int, dict[str, Any]], name: str, person: Any) -> None:
        row = TRANSITIONS[name]
        self.send(article, name, person)
        after = self.standing_of(article)
        events = 2 if name == "approve_and_publish" else 1
        self.assertEqual(after[0], before[0] + events)
        self.assertEqual(article.events.first().verb, row.verb)
        now = Article.objects.get(pk=article.pk)
        if row.to is None:  # what readers have stays as it was
            self.assertEqual(now.standing(timezone.now()), article.standing(timezone.now()))
            return
        reached = now.stage if isinstance(row.to, Stage) else now.standing(timezone.now())
        # A change to a withdrawn article waits with it; what somebody approved is not unreviewed.
        allowed = {row.to, Standing.WITHDRAWN, Standing.LIVE} if row.goes_live else {row.to}
        self.assertIn(reached, allowed if isinstance(row.to, Standing) else {row.to})

    def the_rest(self, article: Article, state: State, role: Role | None, own: bool) -> None:
        """Save, take an old revision up again, read revisions and timeline, compare, expunge: by their rights alone."""
        may_see, may_save = self.holds("article.view", role, own), self.holds("article.save", role, own)
        person = self.people[role]
        for name in ("revisions", "compare", "history"):
            self.assertEqual(self.ask(person, name, article), 200 if may_see else 302, name)
        may_expunge = self.holds("article.expunge", role, own)
        self.assertEqual(self.ask(person, "expunge", article), 200 if may_expunge else 403 if may_see else 302)
        typed = {"headline": "Un autre titre", "kind": "news", "base": article.working.pk, "_save": "1"}
        self.assertEqual(self.adds_a_revision(person, article, "change", typed), may_save)
        if article.working.number > 1:
            chosen = {"number": 1, "base": article.working.pk}
            self.assertEqual(self.adds_a_revision(person, article, "restore", chosen), may_save)

    def adds_a_revision(self, person: Any, article: Article, page: str, posted: dict[str, Any]) -> bool:
        rows = Revision.objects.filter(article=article)
        before = rows.count()
        with self.undone():
            self.ask(person, page, article, posted)
            after = rows.count()
        return after > before

    def test_it_lets_exactly_those_begin_an_article_who_may(self) -> None:
        """An article is begun where one has a role that may."""
        for role in ROLES:
            with self.subTest(role=role):
                self.at_desk(self.people[role])
                posted = {"headline": "Un début", "kind": "news", "publication": self.there.pk, "_save": "1"}
                self.client.post(reverse("admin:articles_article_add"), posted)
                begun = Event.objects.filter(verb=Verb.CREATED, actor=self.people[role]).exists()
                self.assertEqual(begun, self.holds("article.create", role, own=True))
