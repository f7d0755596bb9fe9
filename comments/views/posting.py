"""Views by which readers post, answer, edit and delete, with and without JavaScript."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from articles.models import Article
from comments import forms, screening
from comments.actions import notifications, posting
from comments.models import Comment
from comments.policy import settings_of
from comments.refusals import Refused
from comments.states import GONE, Status
from comments.thread import ThreadEntry, thread_title
from comments.views.pages import form_context, live_article, personal, visible, wants_json
from newsroom.lib.text import whole_number
from newsroom.middleware import takes_post
from newsroom.requests import PublicRequest, client, is_from_here


@require_safe
def token(request: PublicRequest) -> HttpResponse:
    """Answer a token for a form, when somebody begins to write."""
    return HttpResponse(forms.token(), content_type="text/plain", headers={"Cache-Control": "private, no-store"})


@require_safe
def reply(request: PublicRequest, pk: int) -> HttpResponse:
    """Show the form under a comment, on a page of its own: where the reply link leads without JavaScript."""
    under = visible(request, pk)
    return personal(request, "comments/write.html", form_context(under.article, forms.FormInput(under=str(pk)), under))


@require_safe
def write(request: PublicRequest, pk: int) -> HttpResponse:
    """Show the form under an article, on a page of its own."""
    return personal(request, "comments/write.html", form_context(live_article(request, pk), forms.FormInput()))


def post(request: PublicRequest, article: Article) -> HttpResponse:
    """Post a comment under an article; show the form again with the refusal, or with a token where there was none.

    JSON for a script: 201 with the comment, 422 with the field and the error, 409 with a token.
    """
    typed = forms.FormInput.of(request.POST)
    under = _under(typed, article)
    stamp = forms.stamp(request.POST.get("token", ""))
    if stamp is None or not is_from_here(request):
        if wants_json(request):
            return JsonResponse({"token": forms.renewed(request.POST.get("token", ""))}, status=409)
        return _form(request, article, typed, under)
    try:
        comment = posting.post(article, typed.new_comment(stamp), client=client(request), under=under)
    except posting.FormUsed:
        if wants_json(request):
            return JsonResponse({"token": forms.renewed(request.POST["token"])}, status=409)
        return _form(request, article, typed, under)
    except Refused as refused:
        if wants_json(request):
            return JsonResponse({"field": refused.field, "error": str(refused)}, status=422)
        if refused.field == "":  # the comment that is answered may be gone: sent again, it goes under the article
            typed, under = replace(typed, under=""), None
        return _form(request, article, typed, under, refused)
    own = reverse("comment-own", args=[comment.pk, forms.own_key(comment)])
    if wants_json(request):
        return JsonResponse(_payload(request, comment, own), status=201)
    return redirect(own)


def busy(request: PublicRequest) -> HttpResponse:
    """Answer 503 during a flood: nothing is stored for the moment, nothing that was typed is lost. No query."""
    message = _("Too many comments arrive at once. Your text is still here: try again in a minute.")
    if wants_json(request):
        response: HttpResponse = JsonResponse({"field": "", "error": message}, status=503)
    else:
        context = {"message": message, "typed": forms.FormInput.of(request.POST)}
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
    """The form again, with all that was typed and a token."""
    context = form_context(article, typed, under)
    context |= {"refused": refused, "asks_again": refused is None, "token": forms.token(again=True)}
    return personal(request, "comments/write.html", context, status=422 if refused else 200)


@csrf_exempt  # whoever has the key is its author; the key is in the address, and no session is
@takes_post
def own(request: PublicRequest, pk: int, key: str) -> HttpResponse:
    """Show one's own comment and its status; by POST, for some minutes, edit or delete it. 404 without its key."""
    rows = Comment.objects.select_related("article__live", "article__next", "publication")
    comment = rows.filter(pk=pk, publication=request.publication).first()
    if comment is None or not forms.is_own(comment, key):
        raise Http404
    comment.article.publication = comment.publication = request.publication
    refused, typed = None, comment.text
    if request.method == "GET" and wants_json(request):
        return JsonResponse(_payload(request, comment, request.path))
    if request.method == "POST":
        typed = request.POST.get("text", comment.text)
        try:
            if "delete" in request.POST:
                comment = posting.delete(comment)
            else:
                comment = posting.edit(comment, typed, client=client(request))
        except Refused as error:
            refused = error
        if wants_json(request):
            return _json_answer(request, comment, refused)
        if refused is None:
            return redirect(request.path)
    settings, now = settings_of(comment.publication), timezone.now()
    context = {
        "comment": comment,
        "article": comment.article,
        "revision": comment.article.revision_at(now),
        "typed": typed,
        "refused": refused,
        "message": status_message(comment),
        "statement": notifications.statement(comment),
        "until": comment.may_be_changed_until(settings.edit_minutes),
        "may_change": not posting.why_not_editable(comment, settings, now),
        "is_gone": comment.status in GONE,
    }
    return personal(request, "comments/own.html", context, status=422 if refused else 200)


def status_message(comment: Comment) -> str:
    """Return the words for its author about a comment's status, and why it waits where it does."""
    if comment.status in GONE:
        return _("Your comment is deleted.")
    if comment.status == Status.APPROVED:
        return _("Your comment is published.")
    if comment.status == Status.REJECTED:
        return _("Your comment is not published: it is against the posted rules of this site.")
    awaits = _("Your comment awaits moderation: readers don’t see it yet.")
    # Spam is told what a held comment is told, so that it learns nothing.
    return f"{awaits} {screening.told(comment.rule if not comment.reviewed else '')}"


def _payload(request: PublicRequest, comment: Comment, own: str) -> dict[str, Any]:
    """A comment for the script that posted it: its status, its HTML as its author sees it, the article's counts."""
    settings = settings_of(comment.publication)
    count = Article.objects.values_list("comment_count", flat=True).get(pk=comment.article_id)
    until = comment.may_be_changed_until(settings.edit_minutes)
    return {
        "id": comment.pk,
        "status": _status_for_author(comment),
        "message": status_message(comment),
        "html": _html(comment),
        "count": count,
        "title": thread_title(count),
        "text": comment.text,
        "own": own,
        "until": until.isoformat(),
    }


def _status_for_author(comment: Comment) -> str:
    """Return approved, rejected, gone or held, which spam is called too."""
    if comment.is_visible:
        return "approved"
    if comment.status in GONE:
        return "gone"
    return "rejected" if comment.status == Status.REJECTED else "held"


def _html(comment: Comment) -> str:
    context = {
        "row": ThreadEntry(comment, comment.level), "comment": comment, "publication": comment.publication,
        "waits": not comment.is_visible, "message": status_message(comment),
        "statement": notifications.statement(comment),
    }  # fmt: skip
    return render_to_string("comments/parts/own_comment.html", context)


def _json_answer(request: PublicRequest, comment: Comment, refused: Refused | None) -> HttpResponse:
    if refused:
        return JsonResponse({"field": refused.field, "error": str(refused)}, status=422)
    return JsonResponse(_payload(request, comment, request.path))
