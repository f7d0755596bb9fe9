"""A step of the workflow taken on several articles: first a page that says what will happen to each, then the doors."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.actions.base import revision_for_step, why_not_open
from articles.actions.checks import warnings_to_confirm
from articles.admin import steps
from articles.admin.states import state_badges
from articles.content import Content
from articles.models import Article, Revision
from articles.workflow import Finding, Refused, Transition, Unconfirmed
from newsroom.lib.text import whole_number
from newsroom.publications.permissions import Forbidden

MOST = 100  # articles at once: each is a transaction of its own


@dataclass
class Line:
    """One article of the selection: the version at hand, and why its step can't be taken or what must be accepted."""

    article: Article
    version: Revision | None
    reason: str = ""
    asked: list[Finding] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    @property
    def badges(self) -> str:
        return state_badges(self.article)


def act(admin: Any, request: HttpRequest, queryset: QuerySet[Article], *, step: Transition) -> HttpResponse | None:
    """What the list's action menu does: asks, then goes through the doors.

    The articles are those that were chosen, even if they have left the list's filter or publication meanwhile.
    """
    chosen = [pk for value in request.POST.getlist(ACTION_CHECKBOX_NAME) if (pk := whole_number(value)) is not None]
    rows = Article.objects.visible_to(request.user).filter(pk__in=chosen[: MOST + 1])
    articles = list(rows.select_related("publication", "live", "draft", "approved", "next"))
    if len(chosen) > MOST:
        messages.error(request, _("At most %(n)d articles at once.") % {"n": MOST})
        return None
    lines = [Line(article, revision_for_step(step, article)) for article in articles]
    confirmed = "confirmed" in request.POST
    say = steps.StepForm(request.POST if confirmed else None)
    if confirmed and say.is_valid():
        lines = _go(step, lines, request, say)
        if not lines:
            return None
    for line in lines:
        _look(step, line, request.user)
    context = {
        **admin.context_of(request, None),
        "title": step.name_in_words,
        "step": step,
        "lines": lines,
        "ready": [line for line in lines if not line.reason],
        "fields": say.fields_of(step),
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/articles/article/bulk.html", context)


def _look(step: Transition, line: Line, user: Any) -> None:
    """Says of a line that is shown why its step can't be taken, or what must be accepted; doors may have said it."""
    now = timezone.now()
    if not line.reason:
        line.reason = str(why_not_open(step, line.article, user, now) or "")
    if line.version and step.goes_live and not line.reason and not line.asked:
        try:
            line.asked = warnings_to_confirm(line.article, Content.of(line.version), now)
        except Refused as refused:
            line.reason = str(refused)


def _go(step: Transition, lines: list[Line], request: HttpRequest, say: steps.StepForm) -> list[Line]:
    """Takes the step on each article by itself; returns the lines of those that still need an answer or a mend."""
    rest, done = [], 0
    for line in lines:
        line.accepted = request.POST.getlist(f"accept-{line.article.pk}")
        try:
            with timezone.override(line.article.publication.zone):  # an hour is read where the article is
                own = steps.StepForm(request.POST)
                own.is_valid()
                said = own.for_step(step)
            if request.POST.get(f"stage-{line.article.pk}", line.article.stage) != line.article.stage:
                raise Refused([Finding("stage", _("This article has moved on meanwhile: look at it first."))])
            seen = whole_number(request.POST.get(f"revision-{line.article.pk}", ""))
            steps.go(step, line.article, request.user, revision=seen, said=said, accept=line.accepted)
        except Unconfirmed as unconfirmed:
            line.asked = unconfirmed.findings  # what was asked on the page can have changed
            rest.append(line)
        except (Forbidden, Refused) as refused:
            asked = refused.findings[0].rule if isinstance(refused, Refused) else ""
            if asked not in {need.value for need in step.needs}:
                line.reason = str(refused)
            elif asked not in say.errors:  # one field speaks for all
                say.add_error(asked, str(refused))
            rest.append(line)
        else:
            done += 1
    if done:
        message = ngettext("“%(step)s”: %(n)d article", "“%(step)s”: %(n)d articles", done)
        messages.success(request, message % {"n": done, "step": step.name_in_words})
    return rest
