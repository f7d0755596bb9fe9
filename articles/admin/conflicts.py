"""Two people saved the same article: what of it goes together, and what a person has to choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.admin.article_form import ArticleForm
from articles.content import Content
from articles.merging import Clash, Merge, merged
from articles.models import Article
from newsroom.lib.text import plain


@dataclass(frozen=True)
class Choice:
    """What both changed, in words. `value`: what the form's field takes if theirs is chosen; "" where it has none."""

    label: str
    field: str
    common: str
    mine: str
    theirs: str
    value: str


def merge_of(article: Article, base: int, newest: int | None, content: Content) -> Merge | None:
    """Return what a person typed, who began from one revision, with what is newer; None where either is not there.

    Eight queries, more for tags that were merged.
    """
    rows = {
        row.pk: row for row in article.revisions.filter(pk__in=[base, newest]).select_related("section", "lead_image")
    }
    if newest is None or rows.keys() != {base, newest}:
        return None
    site = article.publication
    prepared = content.prepared(site.language, site.names_kept)
    return merged(Content.of(rows[base]), prepared, Content.of(rows[newest]))


def posted(merge: Merge, form: ArticleForm) -> dict[str, str]:
    """Return the fields that are not as this person typed them, as a form posts them."""
    clashing = {"body"} & {clash.field for clash in merge.clashes}
    values = form.posted_of(merge.content)
    names = {*merge.taken, *clashing}
    return {name: value for name, value in values.items() if name.removesuffix("-known") in names}


def choices(merge: Merge, form: ArticleForm) -> list[Choice]:
    """Return what both changed."""
    return [_choice(clash, form) for clash in merge.clashes]


def fields_in_words(names: Iterable[str], form: ArticleForm) -> str:
    """Return the labels of fields; of what is none, nothing."""
    return ", ".join(str(form.fields[name].label) for name in names if name in form.fields)


def _choice(clash: Clash, form: ArticleForm) -> Choice:
    return Choice(
        label=capfirst(str(form.fields[clash.field].label)),
        field=clash.field,
        common=_in_words(clash.common),
        mine=_in_words(clash.mine),
        theirs=_in_words(clash.theirs),
        value="" if clash.field == "body" else form.posted_of_field(clash.field, clash.theirs),
    )


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return plain(str(value)) if value else "–"
