"""The page of one message at the desk, and what its buttons do: each calls one action, and loses nothing typed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import text
from comments.actions import inbox, replies
from comments.models import Message, RightOfReply
from comments.refusals import Refused
from comments.screening import label
from comments.states import MessageState, MessageVerb, Subject
from newsroom.desk.current import publications_of, switch
from newsroom.lib.text import row_id, whole_number
from newsroom.publications.models import Membership
from newsroom.publications.permissions import may, require

User = get_user_model()
Act = Callable[[Message, Any, Any, int | None], object]
# What a button of the page is called → what it does with the message, the form's data, who presses it, and the version
# that they saw; and what it says when that is done.
ACTS: dict[str, tuple[Act, Any]] = {
    "take": (lambda row, data, by, version: inbox.take(row, by=by, version=version), gettext_lazy("It is yours.")),
    "give": (
        lambda row, data, by, version: inbox.give(row, colleague(data, row), by=by, version=version),
        gettext_lazy("Given, and mailed to them."),
    ),
    "subject": (
        lambda row, data, by, version: inbox.put_under(row, data.get("subject", ""), by=by, version=version),
        gettext_lazy("It is under its subject now."),
    ),
    "note": (lambda row, data, by, version: inbox.add_note(row, data.get("note", ""), by=by), gettext_lazy("Noted.")),
    "answer": (
        lambda row, data, by, version: inbox.answer(
            row, data.get("answer", ""), by=by, closes="closes" in data, version=version
        ),
        gettext_lazy("Your answer is on its way, and kept below."),
    ),
    "correct": (
        lambda row, data, by, version: inbox.begin_correction(row, by=by, thanks="thanks" in data, version=version),
        gettext_lazy("Correct the article here: once readers have the correction, the message is closed by it."),
    ),
    "close": (
        lambda row, data, by, version: inbox.close(
            row, by=by, correction=whole_number(data.get("correction", "")), thanks="thanks" in data, version=version
        ),
        gettext_lazy("Closed."),
    ),
    "refuse": (
        lambda row, data, by, version: inbox.refuse(
            row, data.get("reason", ""), by=by, tells="tells" in data, version=version
        ),
        gettext_lazy("Refused."),
    ),
    "spam": (
        lambda row, data, by, version: inbox.mark_spam(row, by=by, version=version), gettext_lazy("Marked as spam."),
    ),
    "reopen": (lambda row, data, by, version: inbox.reopen(row, by=by, version=version), gettext_lazy("Open again.")),
}  # fmt: skip
DECISIONS: dict[str, tuple[Act, Any]] = {
    "insert": (
        lambda row, data, by, version: replies.insert(
            row, data.get("signature", ""), by=by, tells="tells" in data, version=version
        ),
        gettext_lazy("The reply is published under its article."),
    ),
    "take_down": (
        lambda row, data, by, version: replies.take_down(row, data.get("down_reason", ""), by=by, version=version),
        gettext_lazy("The reply is taken down."),
    ),
}


def colleague(data: Any, message: Message) -> Any:
    """Return the colleague whom a form names. Raises Refused for nobody of this publication."""
    people = User.objects.filter(memberships__publication=message.publication_id, is_active=True)
    person = people.filter(pk=row_id(data.get("to", ""))).first()
    if person is None:
        raise Refused("to", _("Choose a colleague."))
    return person


def countdown(message: Message) -> str:
    """Return what is left of the three days of an open right of reply, as HTML: red when they are over."""
    if message.due_at is None or not message.is_open:
        return ""
    now = timezone.now()
    if message.due_at <= now:
        words, state = _("over for %(time)s") % {"time": timesince(message.due_at, now, depth=1)}, "over"
    else:
        words, state = _("%(time)s left") % {"time": timeuntil(message.due_at, now)}, "running"
    return format_html('<span class="countdown countdown-{}">{}</span>', state, words)


class MessagePage:
    """A message's page; mixed into its admin."""

    admin_site: Any
    opts: Any

    def _message(self, request: HttpRequest, pk: int) -> Message | None:
        """Return a message of any of this person's publications that they may see, whose publication becomes the
        current one; None for no such."""
        rows = Message.objects.filter(publication__in=publications_of(request)).select_related(
            "publication", "assigned_to", "article__publication", "article__live", "article__next", "article__draft"
        )
        message = rows.filter(pk=pk).first()
        if message is None or not may(request.user, "message.view", message):
            return None
        switch(request, str(message.publication_id))
        timezone.activate(message.publication.zone)
        return message

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        message = self._message(request, row_id(object_id))
        admin: Any = self
        if message is None:
            return admin.missing(request)
        return self._page(request, message)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Redirect to the message's page, which shows its log."""
        return redirect("admin:comments_message_change", row_id(object_id))

    def act_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what a button of the page names."""
        return self._do(request, pk, ACTS)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish a right of reply, or take it down."""
        return self._do(request, pk, DECISIONS)

    def _do(self, request: HttpRequest, pk: int, acts: dict[str, tuple[Act, Any]]) -> HttpResponse:
        message, admin = self._message(request, pk), self
        name = request.POST.get("act", "")
        if message is None:
            return admin.missing(request)  # type: ignore[attr-defined,no-any-return]  # DeskAdmin's
        require(request.user, "message.decide" if acts is DECISIONS else "message.handle", message)
        if name not in acts:
            raise PermissionDenied
        act, done = acts[name]
        try:
            act(message, request.POST, request.user, whole_number(request.POST.get("version", "")))
        except Refused as refused:
            message = self._message(request, pk)
            assert message is not None, "a refusal takes no right away"
            return self._page(request, message, typed=request.POST, refused=refused, status=422)
        messages.success(request, str(done))
        if name == "correct":
            return redirect("admin:articles_article_change", message.article_id)
        if not self._message(request, pk):  # given away, it may no longer be theirs to see
            return redirect("admin:comments_message_changelist")
        return redirect("admin:comments_message_change", pk)

    def _page(self, request: HttpRequest, message: Message, status: int = 200, **more: Any) -> HttpResponse:
        user = request.user
        may_decide = may(user, "message.decide", message)
        is_undecided = message.subject == Subject.REPLY and message.is_open
        reply = RightOfReply.objects.filter(message=message).first()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{capfirst(message.get_subject_display())} · {message.name or '#' + str(message.pk)}",
            "message": message,
            "html": text.render(message.text),
            "headline": message.article.revision_at(timezone.now()).headline if message.article else "",
            "countdown": countdown(message),
            "why": label(message.rule) if message.rule else "",
            "events": message.events.select_related("actor"),
            "corrections": inbox.corrections_since(message) if message.is_open else [],
            "reply": reply,
            "is_undecided": is_undecided,
            "may_handle": may(user, "message.handle", message),
            "may_assign": may(user, "message.assign", message),
            "may_decide": may_decide,
            "may_close": message.is_open and not is_undecided,
            "may_refuse": message.is_open and (message.subject != Subject.REPLY or may_decide),
            "may_spam": message.allows(MessageVerb.SPAM) and (not is_undecided or may_decide or bool(message.rule)),
            "may_reopen": message.allows(MessageVerb.REOPENED),
            "may_insert": is_undecided and may_decide and message.article is not None,
            "may_answer": bool(message.email) and message.state != MessageState.SPAM,
            "may_correct": message.is_open and not is_undecided and message.article is not None
            and may(user, "article.save", message.article),
            "subjects": [
                (value, name) for value, name in Subject.choices
                if value != message.subject and (may_decide or Subject.REPLY not in (value, message.subject))
                and (value != Subject.REPLY or message.article)
            ],
            "colleagues": self._colleagues(message) if may(user, "message.assign", message) else [],
            "list_url": reverse("admin:comments_message_changelist"),
            "typed": {},
            "refused": None,
            **more,
        }  # fmt: skip
        return TemplateResponse(request, "admin/comments/message.html", context, status=status)

    def _colleagues(self, message: Message) -> list[Any]:
        """The people of the publication, each once, by name."""
        rows = Membership.objects.filter(publication=message.publication_id, user__is_active=True)
        people = {row.user_id: row.user for row in rows.select_related("user")}
        return sorted(people.values(), key=lambda user: (user.get_full_name() or user.get_username()).casefold())
