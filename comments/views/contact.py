"""The page by which readers write to the desk: shown, sent, and shown again with all that was typed."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from articles.models import Article
from articles.presentation.pasted import NotHere, resolve_pasted
from articles.views.pages import moved
from comments import forms
from comments.actions import messages
from comments.actions.messages import NewMessage
from comments.links import contact_url
from comments.models.message import MAX_MESSAGE_CHARACTERS, MAX_NAME_CHARACTERS
from comments.policy import settings_of
from comments.refusals import Refused
from comments.states import Subject
from newsroom.lib.text import row_id
from newsroom.middleware import takes_post
from newsroom.requests import PublicRequest, client, is_from_here

FIELDS = ("subject", "text", "name", "email", "address")


@dataclass(frozen=True)
class Typed:
    """What a reader typed, as it can be shown again: nothing is lost."""

    subject: str = ""
    text: str = ""
    name: str = ""
    email: str = ""
    address: str = ""

    def new_message(self, stamp: forms.Stamp, honeypot: str) -> NewMessage:
        """Return what the action takes."""
        return NewMessage(
            self.subject, self.text, self.name, self.email, self.address, honeypot, stamp.took, stamp.form_key
        )


@csrf_exempt  # it acts with nobody's authority, and checks by itself where it comes from
@takes_post
def contact(request: PublicRequest) -> HttpResponse:
    """Show the form, filled in with the article of `?article=` and the subject of `?subject=`; send what it says.

    After a message, it thanks (`?sent=` and the message's subject). The form has its token: no cache keeps the page. A
    post without one, too old or from elsewhere, is shown again on a page that asks once more.
    """
    if request.method == "POST":
        return _send(request)
    address = contact_url(request.publication)
    if request.path != address:
        return moved(request, address)
    if (sent := request.GET.get("sent", "")) in Subject.values:
        return _uncached(render(request, "comments/contact_sent.html", {"subject": sent, "noindex": True}))
    article = _article(request)
    subject = request.GET.get("subject", Subject.CORRECTION if article else "")
    typed = Typed(
        subject=subject if subject in Subject.values else "",
        address=article.get_absolute_url() if article else "",
    )
    return _form(request, typed, article)


def _send(request: PublicRequest) -> HttpResponse:
    typed = Typed(**{name: request.POST.get(name, "") for name in FIELDS})
    stamp = forms.stamp(request.POST.get("token", ""))
    if messages.is_flooded(request.publication, timezone.now()):
        message = _("Too many messages arrive at once. Your text is still here: try again in a minute.")
        response = _form(request, typed, None, Refused("", message), status=503)
        response.headers["Retry-After"] = "60"
        return response
    if stamp is None or not is_from_here(request):
        return _form(request, typed, _pasted(request, typed), asks_again=True)
    try:
        sent = messages.receive(
            request.publication, typed.new_message(stamp, request.POST.get(forms.HONEYPOT, "")), client=client(request)
        )
    except messages.FormUsed:
        return _form(request, typed, _pasted(request, typed), asks_again=True)
    except Refused as refused:
        return _form(request, typed, _pasted(request, typed), refused, status=422)
    return redirect(contact_url(request.publication, sent=sent.subject))


def _article(request: PublicRequest) -> Article | None:
    """Return the article of this site that the address names, if readers have or had it."""
    pk, publication = row_id(request.GET.get("article", "")), request.publication
    rows = Article.objects.filter(publication=publication, pk=pk).select_related("live", "next")
    article = rows.defer("live__body", "next__body").first() if pk else None
    if article is None or not article.was_published_by(timezone.now()):
        return None
    article.publication = publication
    return article


def _pasted(request: PublicRequest, typed: Typed) -> Article | None:
    """Return the article that the typed address leads to, for its headline on the form that is shown again."""
    try:
        return resolve_pasted(typed.address, request.publication).article if typed.address.strip() else None
    except NotHere:
        return None


def _form(
    request: PublicRequest,
    typed: Typed,
    article: Article | None,
    refused: Refused | None = None,
    *,
    asks_again: bool = False,
    status: int = 200,
) -> HttpResponse:
    is_plain = request.method != "POST" and not request.GET
    context: dict[str, Any] = {
        "typed": typed,
        "article": article,
        "headline": article.revision_at(timezone.now()).headline if article else "",
        "refused": refused,
        "wrong": refused.field if refused else "",
        "asks_again": asks_again,
        "subjects": Subject.choices,
        "longest": MAX_MESSAGE_CHARACTERS,
        "longest_name": MAX_NAME_CHARACTERS,
        "days": settings_of(request.publication).message_days,
        "token": forms.token(again=asks_again),
        "action": contact_url(request.publication),
        "noindex": not is_plain,
        "canonical": request.publication.origin + contact_url(request.publication),
    }
    return _uncached(render(request, "comments/contact.html", context, status=status))


def _uncached(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response
