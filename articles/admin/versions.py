"""The versions of a story: listed, compared word by word, taken up again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import editing
from articles.models import Article, Author, Image, Revision, Tag
from articles.workflow import Refused
from newsroom.lib import diff
from newsroom.lib.text import row_id, whole_number
from newsroom.publications.permissions import Forbidden, may

A_PAGE = 50
PLAIN = ("kicker", "headline", "standfirst")
REST = ("slug", "sponsor", "sponsor_url", "seo_title", "seo_description", "notice")
CHOSEN = ("kind", "change")
# A block's element, in a person's words.
KINDS = {
    "figure": gettext_lazy("Picture or video"),
    "table": gettext_lazy("Table"),
    "blockquote": gettext_lazy("Quote"),
    "li": gettext_lazy("List"),
    "pre": gettext_lazy("Code"),
}


@dataclass(frozen=True)
class Compared:
    """One field of two versions. Exactly one of pieces and blocks holds something."""

    label: str
    pieces: tuple[diff.Piece, ...] = ()
    blocks: tuple[diff.Block, ...] = ()
    between: str = ""  # pieces: names stand apart, words as they were typed

    @property
    def changed(self) -> bool:
        marked = any(piece.mark is not diff.Mark.SAME for piece in self.pieces)
        return marked or any(block.changed for block in self.blocks)

    @property
    def is_empty(self) -> bool:
        return not self.pieces and not self.blocks

    @property
    def marked(self) -> SafeString:
        return _marked(self.pieces, self.between)

    @property
    def marked_blocks(self) -> list[tuple[str, SafeString]]:
        """Kind and words of each block. Where the whole of one came or went, its formatting came and went with it."""
        shown = []
        for block in self.blocks:
            whole = block.mark is not diff.Mark.SAME and block.kind != "hr"
            shown.append(
                (_kind(block.kind), _marked([piece for piece in block.pieces if not (whole and piece.markup)]))
            )
        return shown


def _kind(path: str) -> str:
    """A block's kind in a person's words: "blockquote p" is a quote. A paragraph needs none."""
    steps = path.split()
    if steps[-1] in ("h2", "h3", "h4"):
        return _("Heading")
    return next((str(KINDS[step]) for step in steps if step in KINDS), "")


def _marked(pieces: Iterable[diff.Piece], between: str = "") -> SafeString:
    """Pieces as <ins>, <del> and plain text; formatting only where it changed."""
    shown = [piece for piece in pieces if piece.mark is not diff.Mark.SAME or not piece.markup]
    return format_html_join(between, "{}", ((_one(piece),) for piece in shown))


def _one(piece: diff.Piece) -> str:
    if piece.mark is diff.Mark.SAME:
        return piece.text
    element = "ins" if piece.mark is diff.Mark.ADDED else "del"
    return format_html('<{0} class="{1}">{2}</{0}>', element, "markup" if piece.markup else "word", piece.text)


def versions(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Every version, newest first: read one, compare two, take one up again."""
    rows = article.revisions.select_related("created_by").defer("body", "standfirst")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("p", "1"))
    context |= {
        "versions": page,
        "may_restore": may(request.user, "article.save", article),
        "newest": article.working,
    }
    return TemplateResponse(request, "admin/articles/article/versions.html", context)


def compare(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Two versions, `from` and `to` by their numbers; by default what readers have and what is in work."""
    newest = article.working
    old = _version(article, request.GET.get("from", "")) or article.live or newest
    new = _version(article, request.GET.get("to", "")) or newest
    fields = compared(old, new)
    context |= {
        "old": old,
        "new": new,
        "changed": [one for one in fields if one.changed],
        "unchanged": [one for one in fields if not one.changed and not one.is_empty],
        "may_restore": may(request.user, "article.save", article),
        "newest": newest,
    }
    return TemplateResponse(request, "admin/articles/article/compare.html", context)


def restore(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Makes a draft of an old version."""
    number, base = (whole_number(request.POST.get(name, "")) for name in ("number", "base"))
    if number is None or base is None:
        raise PermissionDenied
    try:
        story = editing.restore(article, number, by=request.user, base=base)
    except Forbidden as error:
        raise PermissionDenied(str(error)) from error
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(reverse("admin:articles_article_versions", args=[article.pk]))
    if story.working.pk == base:
        messages.info(request, _("What is in work says just that already."))
    else:
        said = {"n": number, "m": story.working.number}
        messages.success(request, _("Version %(n)s is taken up again, as version %(m)d.") % said)
    return redirect("admin:articles_article_change", article.pk)


def compared(old: Revision, new: Revision) -> list[Compared]:
    """Every field of two versions, what differs marked word by word."""
    fields = [Compared(_label(name), diff.words(getattr(old, name), getattr(new, name))) for name in PLAIN]
    fields.append(Compared(_label("body"), blocks=diff.bodies(old.body, new.body)))
    fields.append(_names(_label("section"), [str(old.section or "")], [str(new.section or "")]))
    fields.append(_names(_label("lead_image"), [_picture(old.lead_image)], [_picture(new.lead_image)]))
    people = Author.objects.in_bulk({*old.author_ids, *new.author_ids})
    fields.append(_names(_("Bylines"), *(_by_id(people, ids) for ids in (old.author_ids, new.author_ids))))
    tags = Tag.objects.in_bulk({*old.tag_ids, *new.tag_ids})
    fields.append(_names(_("Tags"), *(_by_id(tags, ids) for ids in (old.tag_ids, new.tag_ids))))
    for name in CHOSEN:
        label = f"get_{name}_display"
        fields.append(_names(_label(name), [getattr(old, label)()], [getattr(new, label)()]))
    return fields + [Compared(_label(name), diff.words(getattr(old, name), getattr(new, name))) for name in REST]


def _version(article: Article, number: str) -> Revision | None:
    rows = article.revisions.select_related("created_by", "section", "lead_image")
    return rows.filter(number=row_id(number)).first()


def _label(name: str) -> str:
    return capfirst(str(Revision._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _names(label: str, old: Iterable[str], new: Iterable[str]) -> Compared:
    pieces = diff.items([name for name in old if name], [name for name in new if name])
    return Compared(label, pieces, between=" · ")


def _by_id(rows: dict[int, Any], ids: list[int]) -> list[str]:
    """Names in their order; an id whose row is gone still tells two versions apart."""
    return [f"{rows[pk]}" if pk in rows else f"#{pk}" for pk in ids]


def _picture(image: Image | None) -> str:
    return f"{image.label} (#{image.pk})" if image else ""
