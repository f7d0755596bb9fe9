"""What a post or page of an export says, in the house's terms, and what is lost on the way. Writes nothing."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _

from articles.importers import wxr
from articles.importers.pictures import HeldPictures
from articles.importers.wordpress.body import convert
from articles.models import Image
from articles.presentation.body import figures_in
from newsroom.lib import html
from newsroom.lib.text import plain

LONGEST_HEADLINE, LONGEST_STANDFIRST, LONGEST_CANONICAL = 280, 1000, 500
_SOURCE = re.compile(r'<figure data-source="([^"]*)"')  # as the converter writes it


@dataclass
class Words:
    """An article's text and pictures. `lost` holds a sentence for each thing that could not be kept."""

    headline: str
    standfirst: str
    body: str
    lead_image: Image | None
    seo_description: str
    canonical_url: str = ""
    noindex: bool = False
    lost: list[str] = field(default_factory=list)

    def digest(self, *rest: object) -> str:
        """What tells this reading of an item from another. `rest` is what else of it is written."""
        lead = self.lead_image.pk if self.lead_image else None
        found = (self.canonical_url, self.noindex) if self.canonical_url or self.noindex else ()
        said = (self.headline, self.standfirst, self.body, lead, self.seo_description, *found, *rest)
        return hashlib.sha256(repr(said).encode()).hexdigest()


def words_of(item: wxr.Item, pictures: HeldPictures) -> Words:
    """The text of an item, converted and clean, with the pictures that the library holds."""
    converted = convert(item.body)
    cleaned = html.clean(_with_whole_sources(converted.html, pictures.source))
    lost = converted.losses + [_("%(what)s removed") % {"what": what} for what in cleaned.removed]
    body = _with_own_links(pictures.place(cleaned.html), pictures.source)
    lost += [
        _("picture not held yet: %(address)s") % {"address": figure.source or figure.attachment}
        for figure in figures_in(body)
        if not figure.picture and not figure.embed
    ]
    headline = plain(item.title)
    if not headline:
        headline = plain(body)[:80].strip() or _("Untitled")
        lost.append(_("it had no headline: its first words stand in"))
    if len(headline) > LONGEST_HEADLINE:
        headline = headline[: LONGEST_HEADLINE - 1] + "…"
        lost.append(_("the headline was too long and is cut"))
    standfirst = plain(item.excerpt)
    if len(standfirst) > LONGEST_STANDFIRST:
        standfirst = standfirst[: LONGEST_STANDFIRST - 1] + "…"
        lost.append(_("the standfirst was too long and is cut"))
    thumbnail = item.meta.get("_thumbnail_id", "") if item.post_type == "post" else ""
    lead = pictures.by_attachment(thumbnail)
    if thumbnail and lead is None:
        lost.append(_("its lead picture is not held yet"))
    description = plain(item.meta.get("_yoast_wpseo_metadesc", ""))[:300]
    noindex = item.meta.get("_yoast_wpseo_meta-robots-noindex", "") == "1"
    return Words(headline, standfirst, body, lead, description, _original(item, pictures.source), noindex, lost)


def _original(item: wxr.Item, source: str) -> str:
    """Another site's page that Yoast names as the original; a page of the site's own gets its address from here."""
    named = item.meta.get("_yoast_wpseo_canonical", "").strip()
    with suppress(ValueError):
        parts = urlsplit(named)
        if parts.scheme in ("http", "https") and parts.netloc and len(named) <= LONGEST_CANONICAL:
            return named if parts.netloc != urlsplit(source).netloc else ""
    return ""


def _with_whole_sources(body: str, source: str) -> str:
    """Pictures by their whole addresses: a body may give them as its own site's paths, with spaces in them."""

    def whole(match: re.Match[str]) -> str:
        given = unescape(match[1])
        with suppress(ValueError):
            given = urljoin(f"{source}/", given)
        return f'<figure data-source="{escape(given.replace(" ", "%20"))}"'

    return _SOURCE.sub(whole, body)


def _with_own_links(body: str, source: str) -> str:
    """Links to the site that is moving here become paths, which old addresses answer."""
    parts = urlsplit(source)
    host = (parts.netloc or "").removeprefix("www.")
    if not host:
        return body
    base = parts.path.rstrip("/")
    own = re.compile(
        rf'(<a href=")(?:https?:)?//(?:www\.)?{re.escape(host)}({re.escape(base)})(?=[/?#"])(/?)', re.IGNORECASE
    )
    return own.sub(lambda match: f"{match[1]}{match[2]}/", body)


def old_paths(item: wxr.Item) -> list[str]:
    """Every path under which the article was found at its source."""
    paths = []
    if item.post_id:
        paths.append(f"/?p={item.post_id}")
        if item.post_type == "page":
            paths.append(f"/?page_id={item.post_id}")
    for address in (item.link, item.guid):
        try:
            parts = urlsplit(address)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.path.strip("/") and not parts.query:
            paths.append(parts.path)
    return list(dict.fromkeys(paths))
