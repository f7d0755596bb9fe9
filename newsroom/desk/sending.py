"""A form of the desk that is sent twice is done once: by a key in the form, whatever the network or the browser does.

1. A form has a key: `{% form_key %}` writes it in, and the page of a form that adds has it in its address.
2. The same form with the same content (pressed twice, sent again by the browser) leads where the first one led.
3. A form that adds, come back to after it was sent: its page leads to the row that it made, and what is sent from it
   again is a change of that row.

Forms that a script sends wait for their answer by themselves, and are not noted here.
"""

import datetime as dt
import hashlib
import re
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.actions import actions_done
from newsroom.desk.models import SentForm

FIELD = "form_key"
NOT_CONTENT = {FIELD, "csrfmiddlewaretoken"}
LEASE = dt.timedelta(minutes=2)  # after it, a sending that never ended was of a process that died
WAIT_SECONDS, STEP_SECONDS = 10.0, 0.1  # for the first of two sendings
KEPT_FOR = dt.timedelta(days=7)
View = Callable[..., HttpResponse]


def new_key() -> str:
    """Return a key for one form."""
    return secrets.token_urlsafe(12)


def key_of(request: HttpRequest) -> str:
    """Return the key of the form that a request sends, or whose page it asks for; "" where it has none."""
    key = request.POST.get(FIELD) or request.GET.get(FIELD, "")
    return key if re.fullmatch(r"[\w-]{8,32}", key, re.ASCII) else ""


def done_once(view: View) -> View:
    """Wrap a view of the desk: what was done already, or is being done, is not done again.

    A sending counts as done when an action was done and the answer is a redirect: what was refused can be sent again.
    """

    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = key_of(request) if request.method == "POST" else ""
        if not key or "text/html" not in request.headers.get("Accept", "text/html"):
            return view(request, *args, **kwargs)
        sent = _begin(request, key)
        if sent is None:
            return _still_being_done()
        if sent.location:
            messages.info(request, _("This was sent twice; it was done once."))
            return HttpResponseRedirect(sent.location)
        request.sent_form = sent  # type: ignore[attr-defined]  # read by note_made
        before = actions_done()
        try:
            response = view(request, *args, **kwargs)
        except BaseException:
            sent.delete()
            raise
        if response.status_code == 302 and actions_done() > before:
            SentForm.objects.filter(pk=sent.pk).update(location=response.headers["Location"])
        else:
            sent.delete()
        return response

    return once


def note_made(request: HttpRequest, pk: Any) -> None:
    """Note which row a form made. To be called in the transaction that makes it."""
    if sent := getattr(request, "sent_form", None):
        SentForm.objects.filter(pk=sent.pk).update(made=str(pk))


def made_by_form(request: HttpRequest) -> str:
    """Return the id of the row that this person's form has made, as text; "" where it made none yet."""
    key = key_of(request)
    if not key:
        return ""
    rows = SentForm.objects.filter(user=request.user.pk, key=key).exclude(made="")
    return rows.values_list("made", flat=True).first() or ""


def was_done(request: HttpRequest, key: str) -> bool:
    """Return whether a form of this person, by its key, was sent and done."""
    return SentForm.objects.filter(user=request.user.pk, key=key).exclude(location="").exists()


def with_key(request: HttpRequest) -> HttpResponse:
    """Redirect to the same page with a key in its address."""
    query = [(name, value) for name, values in request.GET.lists() for value in values if name != FIELD]
    return HttpResponseRedirect(f"{request.path}?{urlencode([*query, (FIELD, new_key())])}")


def _begin(request: HttpRequest, key: str) -> SentForm | None:
    """Return the sending: a new one, or the one that was done. None while another is being done."""
    fields = {"user_id": request.user.pk, "key": key, "digest": _digest(request)}
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with transaction.atomic():
                return SentForm.objects.create(**fields, at=timezone.now())
        except IntegrityError:
            row = SentForm.objects.filter(**fields).first()
        if row is None:  # the first was refused meanwhile
            continue
        if row.location or _take_over(row):
            return row
        if time.monotonic() > deadline:
            return None
        time.sleep(STEP_SECONDS)


def _take_over(row: SentForm) -> bool:
    """Whether a sending was left behind by a process that died, and is ours now."""
    now = timezone.now()
    return row.at < now - LEASE and SentForm.objects.filter(pk=row.pk, at=row.at, location="").update(at=now) == 1


def _digest(request: HttpRequest) -> str:
    """A hash of where the form is sent to and of what it says; of a file, of its name and size."""
    digest = hashlib.sha256(request.path.encode())
    for name, values in sorted(request.POST.lists()):
        if name not in NOT_CONTENT:
            digest.update(repr((name, values)).encode("utf-8", "surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        digest.update(repr((name, [(file.name, file.size) for file in files])).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _still_being_done() -> HttpResponse:
    words = _("This was sent twice, and the first is still being done: look again in a moment.")
    return HttpResponse(words, status=409, content_type="text/plain; charset=utf-8", headers={"Retry-After": "5"})


class AddsOnce:
    """A model page whose form adds one row, however often it is sent. Stands before Django's classes."""

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        page: Any = super()
        admin: Any = self
        if request.method in ("GET", "HEAD") and not key_of(request) and admin.has_add_permission(request):
            return with_key(request)
        if made := made_by_form(request):
            address = f"admin:{admin.opts.app_label}_{admin.opts.model_name}_change"
            if request.method != "POST":
                return redirect(address, made)
            return admin.change_view(request, made, form_url, extra_context)
        return page.add_view(request, form_url, extra_context)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Note what was made: Django calls this in the transaction that made it."""
        page: Any = super()
        note_made(request, obj.pk)
        return page.log_addition(request, obj, message)
