"""What an article still lacks, by the checks that it meets on its way to readers, while it is typed."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.utils import timezone

from articles.actions import checks
from articles.actions.autosaving import Form
from articles.admin.article_form import ArticleForm
from articles.content import Content
from articles.models import Revision, Tag

# The field of the form that a check is about, where it is not its own name.
FIELDS = {
    "alt": "lead_image", "licence": "lead_image", "dead_link": "body", "hidden_link": "body", "byline": "authors",
    "headline_length": "headline", "notice": "correction",
}  # fmt: skip


def missing(form: Form, typed: Mapping[str, str], user: Any) -> list[dict[str, Any]]:
    """Return what is missing in what was typed, what blocks first: {"field", "label", "message", "blocks"} each.

    `field` is the id of the field that it leads to, "" for none. About ten queries; none writes: no tag is made.
    """
    now, article = timezone.now(), form.article
    posted = ArticleForm(
        typed, publication=form.publication, revision=None, user=user,
        had_by_readers=bool(article and article.was_published_by(now)),
    )  # fmt: skip
    found = [
        {"field": posted[name].id_for_label, "label": str(posted[name].label), "message": error, "blocks": True}
        for name, errors in posted.errors.items()
        if name in posted.fields and typed.get(name)
        for error in errors
    ]
    data: dict[str, Any] = {"headline": "", **posted.cleaned_data}
    keys = [Tag.key(name) for name in data.get("tags", ())]
    data["tags"] = sorted(Tag.objects.filter(folded__in=keys), key=lambda tag: keys.index(tag.folded))
    content = Content(**{field.name: data[field.name] for field in fields(Content) if field.name in data})
    prepared = content.prepared(form.publication.language, form.publication.names_kept)
    change = Revision(change=data.get("change", ""), notice=data.get("correction", ""))
    for finding in checks.findings(prepared, article, now, change=change):
        name = FIELDS.get(finding.check, finding.check)
        field = posted[name].id_for_label if name in posted.fields else ""
        label = str(finding.label)
        found.append({"field": field, "label": label, "message": finding.message, "blocks": finding.blocks})
    return sorted(found, key=lambda row: not row["blocks"])
