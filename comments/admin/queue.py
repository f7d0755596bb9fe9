"""The moderators' desk: what waits, in its context; decided by keyboard, one by one or all that match; undone."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from articles.models import Article
from comments import queue, screening
from comments.actions import moderation
from comments.actions.moderation import Outcome, SeenVersion
from comments.admin.comment import CommentPage
from comments.admin.rows import rows_of, with_context
from comments.models import Comment, ModerationBatch
from comments.policy import settings_of
from comments.queue import TABS, Question
from comments.refusals import Refused
from comments.states import Decision
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import posted_publication
from newsroom.lib.cleaning import clean_line
from newsroom.lib.text import row_id, whole_number
from newsroom.publications.models import Publication
from newsroom.publications.permissions import may

PAGE = 40
MAX_RESTORED = 500  # rows that a page can have shown
OFFERED = [decision for decision in Decision if decision != Decision.UNDO]
FOR_ALL = (Decision.APPROVE, Decision.REJECT, Decision.SPAM)


def question_of(data: Any) -> Question:
    """The question that an address or a form asks; what is no question of ours counts as none."""
    tab = data.get("tab", "")
    return Question(
        tab=tab if tab in TABS else "new",
        words=clean_line(data.get("words", "")).strip()[:100],
        article=row_id(data.get("article", "")),
        reader=row_id(data.get("reader", "")),
        rule=data.get("rule", "") if data.get("rule", "") in screening.BY_NAME else "",
    )


MODERATORS_TABS = ("reported",)


def _for_others(question: Question) -> Question:
    """What the rest of the staff may ask: not who was reported, nor who wrote what by e-mail or source."""
    return replace(question, tab="new" if question.tab in MODERATORS_TABS else question.tab, reader=0, by_email=False)


ASKED = ("tab", "words", "article", "reader", "rule")  # of a question, what an address says


def address(question: Question) -> str:
    """Where a question is asked at the desk."""
    query = {name: value for name, value in question.as_json.items() if value and name in ASKED}
    return f"{reverse('admin:comments_comment_changelist')}?{urlencode(query)}"


def tabs(publication: Publication, question: Question) -> list[dict[str, Any]]:
    """Return the tabs with their addresses and counts, at most 1000+.

    Addresses keep all filters; counts ignore the search words, because no index answers them.
    """
    counted = replace(question, words="")
    return [
        {
            "name": tab.name,
            "label": tab.label,
            "count": queue.capped(replace(counted, tab=tab.name).rows(publication)),
            "url": address(replace(question, tab=tab.name)),
            "is_current": tab.name == question.tab,
        }
        for tab in TABS.values()
    ]


@admin.register(Comment)
class CommentAdmin(CommentPage, DeskAdmin):
    view_verb = "comment.view"
    add_verb = change_verb = "comment.moderate"
    scoped = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # readers write; the staff answers on a comment's page

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        name = "comments_comment"
        return [
            path("decide/", wrap(require_POST(self.decide_view)), name=f"{name}_decide"),
            path("decide-all/", wrap(require_POST(self.decide_all_view)), name=f"{name}_decide_all"),
            path("<int:pk>/row/", wrap(self.row_view), name=f"{name}_row"),
            path("undo/", wrap(require_POST(self.undo_view)), name=f"{name}_undo"),
            path("<int:pk>/answer/", wrap(require_POST(self.answer_view)), name=f"{name}_answer"),
            path("<int:pk>/unseal/", wrap(require_POST(self.unseal_view)), name=f"{name}_unseal"),
            *super().get_urls(),
        ]

    # -- looking ---------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """A tab of the queue, from one comment on. About fifteen queries, however long it is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        publication = posted_publication(request)
        assert publication is not None, "has_view_permission asks for one"
        may_moderate = may(request.user, "comment.moderate", publication)
        question, now = question_of(request.GET), timezone.now()
        if not may_moderate:
            question = _for_others(question)
        everything = Comment.objects.filter(publication=publication)
        rows = question.ordered_rows(publication)
        if after := whole_number(request.GET.get("after", "")):
            rows = rows.filter(**{"pk__gt" if TABS[question.tab].oldest_first else "pk__lt": after})
        found = list(with_context(rows)[: PAGE + 1])
        more = len(found) > PAGE
        found = found[:PAGE]
        next_url = f"{address(question)}&after={found[-1].pk}" if more else ""
        context: dict[str, Any] = {
            "rows": rows_of(found, now),
            "question": question,
            "next_url": next_url,
            "may_moderate": may_moderate,
            "as_of": now.isoformat(),
            "up_to": next(iter(everything.order_by("-pk").values_list("pk", flat=True)[:1]), ""),
        }
        if request.GET.get("part"):
            return TemplateResponse(request, "admin/comments/part.html", {**context, "desk_publication": publication})
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Moderation"),
            "tabs": [tab for tab in tabs(publication, question) if may_moderate or tab["name"] not in MODERATORS_TABS],
            "matching": queue.capped(question.rows(publication)),
            "article": Article.objects.filter(pk=question.article, publication=publication).first()
            if question.article
            else None,
            "rules": [(rule.name, rule.label) for rule in screening.RULES if rule.name != "trusted"],
            "rule_label": screening.label(question.rule),
            "reasons": settings_of(publication).posted_rules,
            "last_batch": ModerationBatch.objects.filter(
                publication=publication, by=request.user.pk, undoes=None, undone_by=None
            ).first(),
            "words": _words(),
            "for_all": [(decision.value, decision.label) for decision in FOR_ALL],
        }
        return TemplateResponse(request, "admin/comments/queue.html", context)

    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One row as it is now: what the script shows where another was faster."""
        comment = self._comment(request, pk)
        context = {
            "rows": rows_of([comment], timezone.now()),
            "question": question_of(request.GET),
            "may_moderate": may(request.user, "comment.moderate", comment.publication),
            "desk_publication": comment.publication,
        }
        return TemplateResponse(request, "admin/comments/part.html", context)

    # -- acting ----------------------------------------------------------------------------------------------------

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """A decision about chosen comments, each by the version that was seen."""
        publication = self._acting_on(request)
        decision, seen = request.POST.get("decision", ""), [_seen(text) for text in request.POST.getlist("seen")]
        chosen = [one for one in seen if one]
        if decision not in OFFERED or not chosen:
            return self._answer(request, Outcome(), publication)
        outcome = moderation.decide(
            publication, chosen, Decision(decision), by=request.user, reason=request.POST.get("reason", "")
        )
        return self._answer(request, outcome, publication)

    def decide_all_view(self, request: HttpRequest) -> HttpResponse:
        """A decision about all that match the question at hand."""
        publication, question = self._acting_on(request), question_of(request.POST)
        question = replace(question, as_of=_time(request.POST.get("as_of", "")))
        decision = request.POST.get("decision", "")
        if decision not in FOR_ALL:
            raise PermissionDenied
        try:
            batch = moderation.decide_all(
                publication, question, Decision(decision), by=request.user,
                reason=request.POST.get("reason", ""), tells="tells" in request.POST,
                up_to=whole_number(request.POST.get("up_to", "")),
            )  # fmt: skip
        except Refused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, progress(batch))
        return redirect(address(question))

    def undo_view(self, request: HttpRequest) -> HttpResponse:
        """Undo a batch of this publication, whoever's it was."""
        publication = self._acting_on(request)
        rows = ModerationBatch.objects.select_related("publication").filter(publication=publication)
        batch = get_object_or_404(rows, pk=row_id(request.POST.get("batch", "")))
        try:
            undoing = moderation.undo(batch, by=request.user)
        except Refused as refused:
            return self._respond(request, {"error": str(refused)}, str(refused), messages.WARNING)
        restored = dict(batch.actions.values_list("comment", "comment__version")[:MAX_RESTORED])
        payload = {
            "restored": restored,
            "skipped": undoing.skipped,
            "message": progress(undoing),
            **_counts(request, publication),
        }
        return self._respond(request, payload, progress(undoing), messages.SUCCESS)

    def _acting_on(self, request: HttpRequest) -> Publication:
        publication = posted_publication(request)
        if publication is None or not may(request.user, "comment.moderate", publication):
            raise PermissionDenied
        return publication

    def _answer(self, request: HttpRequest, outcome: Outcome, publication: Publication) -> HttpResponse:
        done = len(outcome.done)
        words = ngettext("%(n)d comment decided.", "%(n)d comments decided.", done) % {"n": done} if done else ""
        payload = {
            "done": [row.pk for row in outcome.done],
            "refused": outcome.refused,
            "batch": outcome.batch.pk if outcome.batch else None,
            **_counts(request, publication),
        }
        left = " ".join(dict.fromkeys(outcome.refused.values()))
        level = messages.WARNING if left else messages.SUCCESS
        return self._respond(request, payload, " ".join(filter(None, (words, left))) or _("Nothing was chosen."), level)

    def _respond(self, request: HttpRequest, payload: dict[str, Any], words: str, level: int) -> HttpResponse:
        """What was done, to the script that asked, or as a message on the page it was asked from."""
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse(payload)
        messages.add_message(request, level, words)
        back = question_of(request.POST)
        if comment := whole_number(request.POST.get("back", "")):
            return redirect("admin:comments_comment_change", comment)
        if request.POST.get("back") == "acts":
            return redirect("admin:comments_moderationbatch_changelist")
        return redirect(address(back))


def progress(batch: ModerationBatch) -> str:
    """How far a batch has come, in words."""
    if batch.undoes_id:
        words = ngettext("%(n)d comment put back.", "%(n)d comments put back.", batch.done) % {"n": batch.done}
        return words + _left(batch)
    params = {"what": batch.get_decision_display(), "n": batch.done}
    words = ngettext("%(what)s: %(n)d comment.", "%(what)s: %(n)d comments.", batch.done) % params
    return words + _left(batch)


def _left(batch: ModerationBatch) -> str:
    """What a batch left, and what it has not reached yet."""
    words = ""
    if batch.skipped:
        params = {"left": batch.skipped}
        words += " " + ngettext("%(left)d left as it is.", "%(left)d left as they are.", batch.skipped) % params
    if batch.finished_at is None:
        words += " " + _("The worker goes on with the rest.")
    return words


def _time(text: str) -> str:
    """A time that a page of ours wrote; "" for anything else."""
    moment = parse_datetime(text) if len(text) < 50 else None
    return moment.isoformat() if moment and moment.tzinfo else ""


def _seen(text: str) -> SeenVersion | None:
    """ "12:3": version 3 of comment 12."""
    pk, _colon, version = text.partition(":")
    numbers = whole_number(pk), whole_number(version)
    return SeenVersion(numbers[0], numbers[1]) if numbers[0] is not None and numbers[1] is not None else None


def _counts(request: HttpRequest, publication: Publication) -> dict[str, Any]:
    """What the page counts, for its script: each tab, and all that match its question."""
    tabs = {tab.name: queue.capped(Question(tab=tab.name).rows(publication)) for tab in TABS.values()}
    return {"tabs": tabs, "matching": queue.capped(question_of(request.POST).rows(publication))}


def _words() -> dict[str, Any]:
    """What the script says of what was done."""
    return {
        "done": {
            "approve": pgettext("comment", "Approved"),
            "reject": pgettext("comment", "Rejected"),
            "spam": pgettext("comment", "Spam"),
            "block": pgettext("comment", "Blocked"),
            "hold": _("Held"),
            "feature": pgettext("comment", "Featured"),
            "unfeature": pgettext("comment", "No longer featured"),
        },
        "undone": _("Undone"),
        "nothing": _("Nothing to undo here."),
        "failed": _("The desk did not answer: nothing was decided."),
        "empty": _("Nothing here. Well done."),
    }
