"""Autosave at the desk: the addresses that the form of an article sends what is typed to, and what it offers later."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.actions import autosaving
from articles.actions.autosaving import Form, OtherTab
from articles.admin.article_form import ArticleForm
from articles.admin.missing import missing
from articles.models import Article, Autosave, Image
from articles.presentation.comparison import Compared
from articles.workflow import Refused
from newsroom.desk.current import posted_publication
from newsroom.desk.sending import FIELD, key_of, was_done
from newsroom.lib import diff, html
from newsroom.lib.text import row_id, whole_number
from newsroom.publications.permissions import Forbidden, require

# What is kept of a form: its fields, and which row each known name means (fields.py, NamesWidget).
KEPT = {*ArticleForm.base_fields, "tags-known", "authors-known"} - {"publication"}
MAX_TAB_CHARACTERS = 40
MOST_BEGUN = 5
TAKE_UP = "autosave"  # in the address of the form: with what was typed


def autosave(request: HttpRequest, article: Article | None = None) -> HttpResponse:
    """Keep what the form of an article posts, or one that adds an article; forget it where it posts `drop`.

    Return JSON: {"number": 3, "at": "15:04", "missing": [...]}; what is missing alone, and keep nothing, where it posts
    `checks`; {"saved": true} where the form whose key is `sent` was done.

    409 with {"other_tab": true, "at": …} where another tab saved since; 400 and 403 with {"error": …}.
    """
    try:
        return JsonResponse(_answer(request, article))
    except OtherTab as other:
        return JsonResponse({"error": str(other), "other_tab": True, "at": _hour(other.autosave)}, status=409)
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    except Forbidden as forbidden:
        return JsonResponse({"error": str(forbidden)}, status=403)


def _answer(request: HttpRequest, article: Article | None) -> dict[str, Any]:
    posted, publication = request.POST, article.publication if article else posted_publication(request)
    if publication is None:
        raise PermissionDenied
    form = Form(publication, article, key_of(request))
    require(request.user, form.verb, form.target)
    if "drop" in posted:
        autosaving.drop(form, by=request.user)
        return {}
    if (sent := posted.get("sent")) and was_done(request, sent):  # the browser still has what its form had sent
        return {"saved": True}
    values = {name: posted[name] for name in posted if name in KEPT}
    if "checks" in posted:
        return {"missing": missing(form, values, request.user)}
    row = autosaving.keep(
        form, values, by=request.user, tab=posted.get("tab", "")[:MAX_TAB_CHARACTERS],
        number=whole_number(posted.get("number", "")) or 0, takes_over="takes_over" in posted,
    )  # fmt: skip
    return {"number": row.number, "at": _hour(row), "missing": missing(form, row.values, request.user)}


def begun(form: Form, person: Any) -> list[tuple[Autosave, str]]:
    """Return the articles that a person began and never saved, the last first, each with the query of its page."""
    rows = Autosave.objects.filter(person=person, publication=form.publication, article=None)
    others = rows.exclude(form_key=form.key).order_by("-saved_at")[:MOST_BEGUN]
    return [(row, urlencode({FIELD: row.form_key})) for row in others]


def differences(row: Autosave, form: ArticleForm) -> list[Compared]:
    """Return the fields in which what was typed differs from a form that shows what the desk works on."""
    after = form.read(row.values)
    fields = (_compared(form[name], value) for name, value in after.items() if name != "base")
    return [field for field in fields if field.changed]


def _compared(before: BoundField, after: Any) -> Compared:
    label, old, new = capfirst(str(before.label)), before.value(), after
    if before.name == "body":
        return Compared(label, blocks=diff.bodies(*(html.clean(str(body or "")).html for body in (old, new))))
    if isinstance(before.field, forms.ChoiceField):
        names = {str(value): str(name) for value, name in before.field.widget.choices}
        old, new = (names.get(str(getattr(value, "pk", value) or ""), "") for value in (old, new))
    elif before.name == "lead_image":
        images = Image.objects.in_bulk([pk for value in (old, new) if (pk := row_id(str(value or "")))])
        old, new = (str(images.get(row_id(str(value or "")), "")) for value in (old, new))
    elif isinstance(before.field, forms.BooleanField):
        old, new = (_("Yes") if value else "" for value in (old, new))
    return Compared(label, diff.words(*(" ".join(str(value or "").split()) for value in (old, new))))


def _hour(row: Autosave) -> str:
    return f"{timezone.localtime(row.saved_at):%H:%M}"
