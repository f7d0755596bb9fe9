"""Comparison of two revisions of an article, word by word: of every field for the desk, of the text for readers."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from articles.models import Author, Image, Revision, Tag
from newsroom.lib import diff

TEXT_FIELDS = ("kicker", "headline", "standfirst")  # that readers read
DESK_FIELDS = ("slug", "sponsor", "sponsor_url", "seo_title", "seo_description", "canonical_url", "notice")
CHOICE_FIELDS = ("kind", "change")
DIFFERENCE_LIFETIME_SECONDS = 24 * 3600
_IMAGE = re.compile(r"^picture (\d+)")  # how newsroom/lib/diff.py names a figure with an image of the library
# What the desk calls a block, by its element.
BLOCK_LABELS = {
    "figure": gettext_lazy("Image or video"),
    "table": gettext_lazy("Table"),
    "blockquote": gettext_lazy("Quote"),
    "li": gettext_lazy("List"),
    "pre": gettext_lazy("Code"),
}


@dataclass(frozen=True)
class Compared:
    """A field of two revisions, compared. A body has `blocks`, any other field `pieces`; both are empty if it is."""

    label: str
    pieces: tuple[diff.Piece, ...] = ()
    blocks: tuple[diff.Block, ...] = ()
    separator: str = ""  # between pieces: " · " for a list of names, "" for words, which keep their own spaces

    @property
    def changed(self) -> bool:
        """Whether the two revisions differ in this field."""
        return any(piece.mark is not diff.Mark.SAME for piece in self.pieces) or any(
            block.changed for block in self.blocks
        )

    @property
    def is_empty(self) -> bool:
        """Whether the field is empty in both revisions."""
        return not self.pieces and not self.blocks

    @property
    def marked(self) -> SafeString:
        """The pieces as HTML, what was added and removed in <ins> and <del>."""
        return _marked(self.pieces, self.separator)

    @property
    def marked_blocks(self) -> list[tuple[str, SafeString]]:
        """The label and the marked HTML of each block."""
        return [(_block_label(block.kind), _marked_block(block)) for block in self.blocks]

    @property
    def around_changes(self) -> list[SafeString]:
        """The marked HTML of the blocks that changed and of their neighbours, with "…" in place of those left out."""
        near = {n + m for n, block in enumerate(self.blocks) if block.changed for m in (-1, 0, 1)}
        markup: list[SafeString] = []
        for n, block in enumerate(self.blocks):
            if n in near:
                markup.append(_marked_block(block))
            elif n - 1 in near or n == 0:
                markup.append(SafeString("…"))
        return markup


def _marked_block(block: diff.Block) -> SafeString:
    """A block as HTML. Where all of it was added or removed, changes of its formatting are not marked apart."""
    whole = block.mark is not diff.Mark.SAME and block.kind != "hr"
    return _marked([piece for piece in block.pieces if not (whole and piece.markup)])


def _block_label(path: str) -> str:
    """What the desk calls a block, by its elements: "blockquote p" is a quote. "" for a paragraph."""
    elements = path.split()
    if elements[-1] in ("h2", "h3", "h4"):
        return _("Heading")
    return next((str(BLOCK_LABELS[element]) for element in elements if element in BLOCK_LABELS), "")


def _marked(pieces: Iterable[diff.Piece], separator: str = "") -> SafeString:
    """Pieces as <ins>, <del> and plain text; formatting only where it changed."""
    visible = [piece for piece in pieces if piece.mark is not diff.Mark.SAME or not piece.markup]
    return format_html_join(separator, "{}", ((_marked_piece(piece),) for piece in visible))


def _marked_piece(piece: diff.Piece) -> str:
    if piece.mark is diff.Mark.SAME:
        return piece.text
    element = "ins" if piece.mark is diff.Mark.ADDED else "del"
    return format_html('<{0} class="{1}">{2}</{0}>', element, "markup" if piece.markup else "word", piece.text)


def seen_by_readers(old: Revision, new: Revision) -> list[Compared]:
    """Return the fields that readers see and that differ between two revisions. One query.

    Images are named by their alternative text or caption, never by their label, which is the library's only.
    """
    images = Image.objects.in_bulk({*old.image_ids, *new.image_ids})
    fields = [Compared(_label(name), diff.words(getattr(old, name), getattr(new, name))) for name in TEXT_FIELDS]
    blocks = diff.bodies(old.body, new.body)
    fields.append(Compared(_label("body"), blocks=tuple(_with_images_named(block, images) for block in blocks)))
    leads = ([_public_name(image)] if image else [] for image in (old.lead_image, new.lead_image))
    fields.append(_compared_names(_label("lead_image"), *leads))
    return [field for field in fields if field.changed]


@dataclass(frozen=True)
class Difference:
    """A field that changed, as readers see it: `marked` or `around` is filled."""

    label: str
    marked: SafeString  # a line of text, or of names
    around: list[SafeString]  # of a body: Compared.around_changes


def difference(key: str, old: Revision, new: Revision) -> list[Difference]:
    """Return the fields that readers see changed between two revisions.

    The result is kept in the cache under `key`, since comparing is slow and any reader may ask for it again and again.
    It is kept with a digest of the language and both texts, and made again if an expunging changed one of them.
    """
    texts = "\0".join(getattr(revision, name) for revision in (old, new) for name in (*TEXT_FIELDS, "body"))
    digest = hashlib.sha256(f"{get_language()}\0{texts}".encode()).hexdigest()
    cached = cache.get(key)
    if cached and cached[0] == digest:
        return list(cached[1])
    fields = [Difference(field.label, field.marked, field.around_changes) for field in seen_by_readers(old, new)]
    cache.set(key, (digest, fields), DIFFERENCE_LIFETIME_SECONDS)
    return fields


def _public_name(image: Image) -> str:
    return image.alt or image.caption or f"#{image.pk}"


def _with_images_named(block: diff.Block, images: dict[int, Image]) -> diff.Block:
    """A figure's block, its "picture 42" replaced by the image's public name."""
    if "figure" not in block.kind.split():
        return block

    def named(match: re.Match[str]) -> str:
        image = images.get(int(match[1]))
        return _public_name(image) if image else ""

    pieces = (replace(piece, text=_IMAGE.sub(named, piece.text)) for piece in block.pieces)
    return replace(block, pieces=tuple(pieces))


def compared(old: Revision, new: Revision) -> list[Compared]:
    """Return every field of two revisions, compared, for the desk."""
    fields = [Compared(_label(name), diff.words(getattr(old, name), getattr(new, name))) for name in TEXT_FIELDS]
    fields.append(Compared(_label("body"), blocks=diff.bodies(old.body, new.body)))
    fields.append(_compared_names(_label("section"), [str(old.section or "")], [str(new.section or "")]))
    images = [[_desk_name(image)] for image in (old.lead_image, new.lead_image)]
    fields.append(_compared_names(_label("lead_image"), *images))
    authors = Author.objects.in_bulk({*old.author_ids, *new.author_ids})
    bylines = (_names_by_id(authors, ids) for ids in (old.author_ids, new.author_ids))
    fields.append(_compared_names(_("Bylines"), *bylines))
    tags = Tag.objects.in_bulk({*old.tag_ids, *new.tag_ids})
    fields.append(_compared_names(_("Tags"), *(_names_by_id(tags, ids) for ids in (old.tag_ids, new.tag_ids))))
    for name in CHOICE_FIELDS:
        display = f"get_{name}_display"
        fields.append(_compared_names(_label(name), [getattr(old, display)()], [getattr(new, display)()]))
    fields.append(_compared_names(_label("noindex"), *([_("Yes") if row.noindex else ""] for row in (old, new))))
    return fields + [Compared(_label(name), diff.words(getattr(old, name), getattr(new, name))) for name in DESK_FIELDS]


def _label(name: str) -> str:
    return capfirst(str(Revision._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # a plain field's


def _compared_names(label: str, old: Iterable[str], new: Iterable[str]) -> Compared:
    pieces = diff.items([name for name in old if name], [name for name in new if name])
    return Compared(label, pieces, separator=" · ")


def _names_by_id(rows: dict[int, Any], ids: list[int]) -> list[str]:
    """Names in their order; "#42" for a row that is gone, so that two revisions still differ by it."""
    return [f"{rows[pk]}" if pk in rows else f"#{pk}" for pk in ids]


def _desk_name(image: Image | None) -> str:
    return f"{image.label} (#{image.pk})" if image else ""
