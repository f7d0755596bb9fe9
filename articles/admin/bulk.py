"""A step of the workflow on several articles: first a page that says what will happen to each, then the action.

Each article is a transaction of its own. Those that one request has no time for wait on the page, as they were
confirmed; its script sends it again (newsroom/static/desk/desk.js), and who has none presses the button again.
"""

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

MAX_ARTICLES = 50  # of one page, as many as the list shows: the checks of more would take longer than 0.2 s
MAX_TAKEN = 6  # in one request: to publish one takes up to 0.03 s


@dataclass
class Line:
    """One chosen article: the revision at hand, and why its step can't be taken, or what must be accepted first."""

    article: Article
    revision: Revision | None
    reason: str = ""
    to_confirm: list[Finding] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)  # keys of findings
    waits: bool = False  # confirmed, and not reached yet
    seen: tuple[str, str] = ("", "")  # the revision and the stage that the page showed, by which it was confirmed

    @property
    def badges(self) -> str:
        return state_badges(self.article)


def respond(admin: Any, request: HttpRequest, queryset: QuerySet[Article], *, step: Transition) -> HttpResponse | None:
    """Return the page of a bulk step. Once confirmed, take the step; return None when every article went through.

    The articles are those that were chosen, even if they have left the list's filter or publication meanwhile.
    """
    chosen = [pk for value in request.POST.getlist(ACTION_CHECKBOX_NAME) if (pk := whole_number(value)) is not None]
    rows = Article.objects.visible_to(request.user).filter(pk__in=chosen[: MAX_ARTICLES + 1])
    found = rows.select_related("publication", "live", "draft", "approved", "next").in_bulk()
    articles = [found[pk] for pk in dict.fromkeys(chosen) if pk in found]
    if len(chosen) > MAX_ARTICLES:
        messages.error(request, _("At most %(n)d articles at once.") % {"n": MAX_ARTICLES})
        return None
    lines = [Line(article, revision_for_step(step, article)) for article in articles]
    confirmed = "confirmed" in request.POST
    form = steps.StepForm(request.POST if confirmed else None)
    done = 0
    if confirmed and form.is_valid():
        lines, done = _take(step, lines, request, form)
        if not lines:
            return None
    waiting = [line for line in lines if line.waits]
    for line in lines:
        if not line.waits:
            _check(step, line, request.user)
    context = {
        **admin.context_of(request, None),
        "title": step.name_in_words,
        "step": step,
        "lines": lines,
        "ready": [line for line in lines if not line.reason],
        "done": done,
        "waiting": waiting,
        "goes_on": bool(waiting) and not form.errors,
        "fields": form.fields_of(step),
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/articles/article/bulk.html", context)


def _check(step: Transition, line: Line, user: Any) -> None:
    """Fill in why the step of a line can't be taken, or what must be accepted, unless its action said so already."""
    now = timezone.now()
    if not line.reason:
        line.reason = str(why_not_open(step, line.article, user, now) or "")
    if line.revision and step.goes_live and not line.reason and not line.to_confirm:
        try:
            line.to_confirm = warnings_to_confirm(line.article, Content.of(line.revision), now)
        except Refused as refused:
            line.reason = str(refused)


def _take(step: Transition, lines: list[Line], request: HttpRequest, form: steps.StepForm) -> tuple[list[Line], int]:
    """Take the step on each of the next articles by itself.

    Return the lines that were refused, need an answer, or wait; and how many articles went through, those of earlier
    requests of the same page included. `form` is the page's; a finding about one of its fields is written there once
    for all articles.
    """
    waiting = set(request.POST.getlist("waiting")) or {str(line.article.pk) for line in lines}
    done, number = whole_number(request.POST.get("done", "")) or 0, 0
    remaining: list[Line] = []
    for line in lines:
        line.accepted = request.POST.getlist(f"accept-{line.article.pk}")
        line.seen = _seen(request, line)
        if str(line.article.pk) not in waiting:  # refused or asked about by an earlier request: a person answers
            line.reason = request.POST.get(f"reason-{line.article.pk}", "")
            remaining.append(line)
            continue
        number += 1
        if number > MAX_TAKEN:
            line.waits = True
            remaining.append(line)
            continue
        try:
            _take_one(step, line, request)
        except Unconfirmed as unconfirmed:
            line.to_confirm = unconfirmed.findings  # may be others than those that the page showed
            remaining.append(line)
        except (Forbidden, Refused) as refusal:
            name = refusal.findings[0].check if isinstance(refusal, Refused) else ""
            if name not in {need.value for need in step.needs}:
                line.reason = str(refusal)
            elif name not in form.errors:
                form.add_error(name, str(refusal))
            remaining.append(line)
        else:
            done += 1
    if done and number <= MAX_TAKEN:
        message = ngettext("“%(step)s”: %(n)d article", "“%(step)s”: %(n)d articles", done)
        messages.success(request, message % {"n": done, "step": step.name_in_words})
    return remaining, done


def _seen(request: HttpRequest, line: Line) -> tuple[str, str]:
    """Return the revision and the stage that the page showed of an article."""
    pk = line.article.pk
    return request.POST.get(f"revision-{pk}", ""), request.POST.get(f"stage-{pk}", line.article.stage)


def _take_one(step: Transition, line: Line, request: HttpRequest) -> None:
    """Take the step on the revision that the page showed. Raises Forbidden, Unconfirmed, Refused."""
    article = line.article
    with timezone.override(article.publication.zone):  # a time is read in the zone of the article's own site
        form = steps.StepForm(request.POST)
        form.is_valid()
        arguments = form.arguments_for(step)
    seen_revision, seen_stage = line.seen
    if seen_stage != article.stage:
        raise Refused([Finding("stage", _("This article has moved on meanwhile: look at it first."))])
    revision = whole_number(seen_revision)
    steps.take(step, article, by=request.user, revision=revision, arguments=arguments, accept=line.accepted)
