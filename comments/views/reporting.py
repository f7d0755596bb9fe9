"""Views by which readers report a comment, and confirm or end mails about comments."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from comments import forms
from comments.actions import reporting, subscriptions
from comments.refusals import Refused
from comments.states import Ground
from comments.views.pages import personal, visible
from newsroom.middleware import takes_post
from newsroom.requests import PublicRequest, client, is_from_here


@csrf_exempt  # it acts with nobody's authority, and checks by itself where it comes from
@takes_post
def report(request: PublicRequest, pk: int) -> HttpResponse:
    """Show the form of a report; report a comment with it."""
    stamp = forms.stamp(request.POST.get("token", "")) if is_from_here(request) else None
    if stamp and (made := reporting.made_by_form(stamp.form_key)):  # sent twice: the comment may be held since
        return redirect("comment-reported", made.comment.article_id)
    comment = visible(request, pk)
    notice, refused = reporting.Notice(ground=""), None
    if request.method == "POST":
        data = request.POST
        notice = reporting.Notice(
            data.get("ground", ""), data.get("text", ""), data.get("name", ""), data.get("email", ""),
            data.get("good_faith") == "1", stamp.form_key if stamp else "",
        )  # fmt: skip
        if stamp and not data.get(forms.HONEYPOT):
            try:
                reporting.report(comment, notice, client=client(request))
            except Refused as error:
                refused = error
            else:
                return redirect("comment-reported", comment.article_id)
    context = {
        "comment": comment,
        "article": comment.article,
        "notice": notice,
        "refused": refused,
        "asks_again": request.method == "POST" and refused is None,
        "grounds": Ground.choices,
        "token": forms.token(),
    }
    return personal(request, "comments/report.html", context, status=422 if refused else 200)


def reported(request: PublicRequest, article: int) -> HttpResponse:
    """Thank for a report."""
    return personal(request, "comments/reported.html", {"back": reverse("thread", args=[article])})


@csrf_exempt  # a mail program's one click (RFC 8058) has no token; the address itself is the key
@takes_post
def mails(request: PublicRequest, token: str) -> HttpResponse:
    """Show whether an address gets these mails; confirm them, or end them, which a POST without a field does too."""
    row = subscriptions.from_token(token, request.publication)
    if row is None:
        raise Http404
    if request.method == "POST":
        if "confirm" in request.POST:
            subscriptions.confirm(row)
        else:
            subscriptions.end(row)
        if not request.POST.keys() & {"confirm", "stop"}:  # a mail program, which follows no redirect (RFC 8058, 3.1)
            return HttpResponse(status=200, content_type="text/plain")
        return redirect(request.path)
    return personal(request, "comments/mails.html", {"subscription": row})
