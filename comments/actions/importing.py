"""Actions that import the comments and pingbacks of a WordPress export. Idempotent."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from html import unescape

from django.utils import timezone
from lxml import html

from articles.importers.load import Load
from articles.importers.wxr import Comment as Imported
from articles.importers.wxr import Item
from articles.models import Article
from comments import sources, text
from comments.actions import counts, vault
from comments.models import Comment, Kind
from comments.models.comment import MAX_PSEUDONYM_CHARACTERS
from comments.policy import settings_of
from comments.states import Status
from newsroom.lib.client import Client, client_of

STATUSES = {
    "1": Status.APPROVED,
    "approve": Status.APPROVED,
    "0": Status.HELD,
    "hold": Status.HELD,
    "": Status.HELD,  # nobody said
    "spam": Status.SPAM,
}
LINKS = {"pingback", "trackback"}
IMPORTED_TYPES = {"", "comment", *LINKS}  # "review", "order_note"…: shops' notes, no reader's word
_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|cite|code|del|div|em|font|h\d|hr|i|img|ins|li|ol|p|pre|q|s|script|small|span|strike|"
    r"strong|style|sub|sup|table|t[dhr]|u|ul)(?:\s+[\w-]+\s*=[^<>]*|\s*/?)>",
    re.IGNORECASE,
)
BLOCKS = set("p div li ul ol dl dt dd pre h1 h2 h3 h4 h5 h6 hr table tr caption figure figcaption".split())
CELLS = {"td", "th"}


def import_comments(item: Item, article: Article | None, load: Load) -> None:
    """Import an item's comments under its article: those that are new since the last import, parents first."""
    if article is None or not item.comments:
        return
    settings = settings_of(load.publication)
    known = {row.imported_from: row for row in article.comments.filter(imported_from__isnull=False)}
    keys = {_key(load, item, found)[:400] for found in item.comments}
    elsewhere = Comment.objects.filter(publication=article.publication_id, imported_from__in=keys).exclude(
        article=article
    )
    keys_elsewhere = set(elsewhere.values_list("imported_from", flat=True))  # an export that names one comment twice
    for found in _parents_first(item.comments):
        if found.type not in IMPORTED_TYPES:
            load.report.skipped[found.type] += 1
            continue
        key = _key(load, item, found)
        if key in known or key[:400] in keys_elsewhere:
            continue
        parent = known.get(_key(load, item, found, found.parent_id)) if found.parent_id else None
        row = _row(found, article, key)
        row.set_position(parent, settings.depth)
        client = _client_to_seal(row, found, settings.vault_days)
        if client:
            row.source = sources.key(client.network)
        row.save(force_insert=True)
        if client:
            vault.seal(row, client, row.posted_at, days=settings.vault_days)
        counts.update_counts([(row, None)])
        known[key] = row
        load.report.created["comment" if row.kind == Kind.COMMENT else "pingback"] += 1


def _parents_first(comments: Sequence[Imported]) -> Iterator[Imported]:
    """Yield comments in order of time, each after its parent. A loop of parents is cut."""
    by_id = {row.id: row for row in comments if row.id}
    done: set[int] = set()
    for row in sorted(comments, key=lambda row: (row.published is None, row.published, row.id or 0)):
        chain: dict[int, Imported] = {}
        above: Imported | None = row
        while above and id(above) not in done and id(above) not in chain:
            chain[id(above)] = above
            above = by_id.get(above.parent_id)
        done |= chain.keys()
        yield from reversed(chain.values())


def _key(load: Load, item: Item, found: Imported, number: int | None = None) -> str:
    """The key of a comment at its source."""
    number = found.id if number is None else number
    if number:
        return f"{load.source}#{number}"
    return f"{load.source}#{item.post_id}:{text.digest(repr((found.published, found.author, found.content)))}"


def _row(found: Imported, article: Article, key: str) -> Comment:
    kind = Kind.PINGBACK if found.type in LINKS else Kind.COMMENT
    row = Comment(
        publication=article.publication,
        article=article,
        kind=kind,
        pseudonym=text.clean_line(unescape(found.author))[:MAX_PSEUDONYM_CHARACTERS] or "?",
        email=found.author_email.strip().lower()[:254],
        url=found.author_url[:500] if kind == Kind.PINGBACK and found.author_url.startswith("http") else "",
        status=STATUSES.get(found.approved, Status.REJECTED),
        reviewed=found.approved not in ("0", "hold", ""),
        posted_at=found.published or article.published_at or timezone.now(),
        imported_from=key[:400],
    )
    row.set_text(text.clean(plain_text(found.content)))
    return row


def _client_to_seal(row: Comment, found: Imported, days: int) -> Client | None:
    """The client that WordPress kept of a comment, if it is one and its `days` in the vault are not over."""
    if not found.author_ip or row.posted_at < timezone.now() - dt.timedelta(days=days):
        return None
    client = client_of({"REMOTE_ADDR": found.author_ip}, ())
    return client if client.address else None


def plain_text(markup: str) -> str:
    """Return a comment's HTML as a reader would type it here: links by their addresses, quotes with ">"."""
    if not _TAG.search(markup):  # "if a<b then c>d" is no markup
        return unescape(markup)
    try:
        parser = html.HTMLParser(huge_tree=True)  # else what is nested deeper than 256 is lost
        root = html.fragment_fromstring(markup.replace("\x00", ""), create_parent="div", parser=parser)
    except (ValueError, html.etree.ParserError):
        return markup
    try:
        return "".join(_plain_parts(root))
    except RecursionError:  # tags nested too deep: its words alone
        return str(root.text_content())


def _plain_parts(node: html.HtmlElement) -> list[str]:
    parts = [node.text or ""]
    for child in node:
        if isinstance(child.tag, str) and child.tag not in ("script", "style"):
            inner = "".join(_plain_parts(child))
            parts.append(_as_typed(child, inner))
        parts.append(child.tail or "")
    return parts


def _as_typed(node: html.HtmlElement, inner: str) -> str:
    if node.tag == "br":
        return "\n"
    if node.tag == "a":
        href = (node.get("href") or "").strip()
        if href.startswith(("http://", "https://")) and href not in inner:
            return f"{inner} ({href})"
        return inner
    if node.tag == "blockquote":
        lines = inner.strip().splitlines()
        return "\n" + "\n".join(f"> {line}" for line in lines) + "\n"
    if node.tag in CELLS:
        return f"{inner} "
    return f"\n{inner}\n" if node.tag in BLOCKS else inner
