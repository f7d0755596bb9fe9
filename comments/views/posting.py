"""Posting, answering, editing, deleting: for readers, with and without JavaScript."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from articles.models import Article
from comments import forms, sources
from comments.actions import notifications, posting
from comments.models import Comment
from comments.policy import settings_of
from comments.refusals import Refused
from comments.states import GONE, Status
from comments.thread import ThreadEntry
from comments.views.pages import form_context, live_article, personal, visible, wants_json
from newsroom.lib.text import whole_number
from newsroom.requests import PublicRequest


@require_safe
def token(request: PublicRequest) -> HttpResponse:
    """A stamp for a form, when somebody begins to write."""
    return HttpResponse(forms.token(), content_type="text/plain", headers={"Cache-Control": "private, no-store"})


@require_safe
def reply(request: PublicRequest, pk: int) -> HttpResponse:
    """The form under a comment, on a page of its own: what the reply link is without JavaScript."""
    under = visible(request, pk)
    return personal(request, "comments/write.html", form_context(under.article, forms.FormInput(under=str(pk)), under))


@require_safe
def write(request: PublicRequest, pk: int) -> HttpResponse:
    """The form under an article, on a page of its own."""
    return personal(request, "comments/write.html", form_context(live_article(request, pk), forms.FormInput()))


def post(request: PublicRequest, article: Article) -> HttpResponse:
    """A comment for an article: posted, refused with a word, or asked to be sent once more from a page with a token."""
    typed = forms.FormInput.of(request.POST)
    under = _under(typed, article)
    stamp = forms.stamp(request.POST.get("token", ""))
    if stamp is None or not forms.is_from_here(request):
        if wants_json(request):
            return JsonResponse({"token": forms.renewed(request.POST.get("token", ""))}, status=409)
        return _form(request, article, typed, under)
    try:
        comment = posting.post(article, typed.draft(stamp.took), client=sources.client(request), under=under)
    except Refused as refused:
        if wants_json(request):
            return JsonResponse({"field": refused.field, "error": str(refused)}, status=422)
        if refused.field == "":  # what is answered may be what is gone: sent again, it goes under the article
            typed, under = replace(typed, under=""), None
        return _form(request, article, typed, under, refused)
    own = f"/c/{comment.pk}/own/{forms.own_key(comment)}/"
    if wants_json(request):
        return JsonResponse(_told(request, comment, own), status=201)
    return redirect(own)


def busy(request: PublicRequest) -> HttpResponse:
    """503 amid a flood: nothing is taken for the moment, nothing that was typed is lost. Asks the database nothing."""
    words = _("Too many comments arrive at once. Your text is still here: try again in a minute.")
    if wants_json(request):
        response: HttpResponse = JsonResponse({"field": "", "error": words}, status=503)
    else:
        context = {"words": words, "typed": forms.FormInput.of(request.POST)}
        response = personal(request, "comments/busy.html", context, status=503)
    response.headers["Retry-After"] = "60"
    return response


def _under(typed: forms.FormInput, article: Article) -> Comment | None:
    pk = whole_number(typed.under)
    return article.comments.filter(pk=pk).select_related("publication").first() if pk else None


def _form(
    request: PublicRequest,
    article: Article,
    typed: forms.FormInput,
    under: Comment | None,
    refused: Refused | None = None,
) -> HttpResponse:
    """The form again, with all that was typed, and a token."""
    context = form_context(article, typed, under)
    context |= {"refused": refused, "asks_again": refused is None, "token": forms.token(again=True)}
    return personal(request, "comments/write.html", context, status=422 if refused else 200)


@csrf_exempt  # whoever has the key is its author; the key is in the address, and no session is
def own(request: PublicRequest, pk: int, key: str) -> HttpResponse:
    """What became of one's own comment, and for some minutes its text to edit, or to delete."""
    rows = Comment.objects.select_related("article__live", "article__next", "publication")
    comment = rows.filter(pk=pk, publication=request.publication).first()
    if comment is None or not forms.is_own(comment, key):
        raise Http404
    comment.article.publication = comment.publication = request.publication
    refused, words = None, comment.text
    if request.method == "GET" and wants_json(request):
        return JsonResponse(_told(request, comment, request.path))
    if request.method == "POST":
        words = request.POST.get("text", comment.text)
        try:
            if "delete" in request.POST:
                comment = posting.delete(comment)
            else:
                comment = posting.edit(comment, words, client=sources.client(request))
        except Refused as error:
            refused = error
        if wants_json(request):
            return _answer(request, comment, refused)
        if refused is None:
            return redirect(request.path)
    settings, now = settings_of(comment.publication), timezone.now()
    context = {
        "comment": comment,
        "article": comment.article,
        "version": comment.article.version_at(now),
        "words": words,
        "refused": refused,
        "message": what_became(comment),
        "statement": notifications.statement(comment),
        "until": comment.may_be_changed_until(settings.edit_minutes),
        "may_change": not posting.why_not_editable(comment, settings, now),
        "is_gone": comment.status in GONE,
    }
    return personal(request, "comments/own.html", context, status=422 if refused else 200)


def what_became(comment: Comment) -> str:
    """What its author is told of a comment's status. Spam is told what any held comment is: the queue is the truth."""
    if comment.status in GONE:
        return _("Your comment is deleted.")
    if comment.status == Status.APPROVED:
        return _("Your comment is published.")
    if comment.status == Status.REJECTED:
        return _("Your comment is not published: it is against the rules of this site.")
    return _("Your comment awaits moderation: readers don’t see it yet.")


def _told(request: PublicRequest, comment: Comment, own: str) -> dict[str, Any]:
    """A comment for the script that posted it: drawn as its author sees it."""
    settings = settings_of(comment.publication)
    until = comment.may_be_changed_until(settings.edit_minutes)
    return {
        "id": comment.pk,
        "status": "approved" if comment.is_visible else "rejected" if comment.status == Status.REJECTED else "held",
        "message": what_became(comment),
        "html": _drawn(request, comment),
        "text": comment.text,
        "own": own,
        "until": until.isoformat(),
    }


def _drawn(request: PublicRequest, comment: Comment) -> str:
    shown = ThreadEntry(comment, comment.level)
    context = {
        "row": shown, "comment": comment, "publication": comment.publication, "is_own": True,
        "waits": not comment.is_visible, "message": what_became(comment),
    }  # fmt: skip
    return render_to_string("comments/parts/comment.html", context, request=request)


def _answer(request: PublicRequest, comment: Comment, refused: Refused | None) -> HttpResponse:
    if refused:
        return JsonResponse({"field": refused.field, "error": str(refused)}, status=422)
    return JsonResponse(_told(request, comment, request.path))
