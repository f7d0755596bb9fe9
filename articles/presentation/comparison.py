"""Two versions of an article side by side, what differs marked word by word: for the desk, and for readers."""

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

PLAIN = ("kicker", "headline", "standfirst")
REST = ("slug", "sponsor", "sponsor_url", "seo_title", "seo_description", "canonical_url", "notice")
CHOSEN = ("kind", "change")
KEPT = 24 * 3600  # seconds
_PICTURE = re.compile(r"^picture (\d+)")  # as newsroom/lib/diff.py tells a figure that holds one
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
        """Kind and words of each block."""
        return [(_kind(block.kind), _block(block)) for block in self.blocks]

    @property
    def around_changes(self) -> list[SafeString]:
        """The blocks that changed, each with its neighbours; "…" for what stands between and stayed as it was."""
        near = {n + m for n, block in enumerate(self.blocks) if block.changed for m in (-1, 0, 1)}
        shown: list[SafeString] = []
        for n, block in enumerate(self.blocks):
            if n in near:
                shown.append(_block(block))
            elif n - 1 in near or n == 0:
                shown.append(SafeString("…"))
        return shown


def _block(block: diff.Block) -> SafeString:
    """A block's words. Where the whole of one came or went, its formatting came and went with it."""
    whole = block.mark is not diff.Mark.SAME and block.kind != "hr"
    return _marked([piece for piece in block.pieces if not (whole and piece.markup)])


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


def seen_by_readers(old: Revision, new: Revision) -> list[Compared]:
    """What readers read of two versions: only what differs. Pictures by what they show: labels are the library's."""
    images = Image.objects.in_bulk({*old.image_ids, *new.image_ids})
    fields = [Compared(_label(name), diff.words(getattr(old, name), getattr(new, name))) for name in PLAIN]
    blocks = diff.bodies(old.body, new.body)
    fields.append(Compared(_label("body"), blocks=tuple(_with_pictures_named(block, images) for block in blocks)))
    shown = ([_shown_by(image)] if image else [] for image in (old.lead_image, new.lead_image))
    fields.append(_names(_label("lead_image"), *shown))
    return [field for field in fields if field.changed]


@dataclass(frozen=True)
class Difference:
    """One field that changed, as readers see it."""

    label: str
    marked: SafeString  # a line of text, or of names
    around: list[SafeString]  # a body: the blocks that changed, and their neighbours


def difference(key: str, old: Revision, new: Revision) -> list[Difference]:
    """The fields that readers see changed. Kept in the cache under `key`: comparing costs, and anybody may ask again
    and again. What is kept is looked at only while both versions say what they said."""
    texts = "\0".join(getattr(version, name) for version in (old, new) for name in (*PLAIN, "body"))
    digest = hashlib.sha256(f"{get_language()}\0{texts}".encode()).hexdigest()
    kept = cache.get(key)
    if kept and kept[0] == digest:
        return list(kept[1])
    found = [Difference(one.label, one.marked, one.around_changes) for one in seen_by_readers(old, new)]
    cache.set(key, (digest, found), KEPT)
    return found


def _shown_by(image: Image) -> str:
    return image.alt or image.caption or f"#{image.pk}"


def _with_pictures_named(block: diff.Block, images: dict[int, Image]) -> diff.Block:
    """A figure's block, "picture 42" said in words."""
    if "figure" not in block.kind.split():
        return block

    def named(match: re.Match[str]) -> str:
        image = images.get(int(match[1]))
        return _shown_by(image) if image else ""

    said = (replace(piece, text=_PICTURE.sub(named, piece.text)) for piece in block.pieces)
    return replace(block, pieces=tuple(said))


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
    fields.append(_names(_label("noindex"), *([_("Yes") if one.noindex else ""] for one in (old, new))))
    return fields + [Compared(_label(name), diff.words(getattr(old, name), getattr(new, name))) for name in REST]


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
