"""The text of an exported post or page in our own HTML and fields, with what is lost on the way. Writes nothing."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.utils.translation import gettext as _

from articles.importers import wxr
from articles.importers.images import ImportedImages
from articles.importers.wordpress.body import convert
from articles.models import Image
from articles.presentation.body import figures_in
from newsroom.lib import html
from newsroom.lib.text import plain, teaser

MAX_HEADLINE_CHARACTERS, MAX_STANDFIRST_CHARACTERS, MAX_CANONICAL_CHARACTERS = 280, 1000, 500
MAX_EARLIER = 20  # slugs and dates that a post had before
_SOURCE = re.compile(r'<figure data-source="([^"]*)"')  # as the converter writes it


@dataclass
class ArticleText:
    """An article's text and images; `lost` has a sentence for each thing that could not be kept."""

    headline: str
    standfirst: str
    body: str
    lead_image: Image | None
    seo_description: str
    canonical_url: str = ""
    noindex: bool = False
    lost: list[str] = field(default_factory=list)

    def digest(self, *rest: object) -> str:
        """Return a digest that changes when anything written from the item does; `rest` is what is written besides."""
        lead = self.lead_image.pk if self.lead_image else None
        # Only where they are set, so that digests of earlier imports stay valid.
        engines = (self.canonical_url, self.noindex) if self.canonical_url or self.noindex else ()
        fields = (self.headline, self.standfirst, self.body, lead, self.seo_description, *engines, *rest)
        return hashlib.sha256(repr(fields).encode()).hexdigest()


def article_text_of(item: wxr.Item, images: ImportedImages) -> ArticleText:
    """Return the text of an item, converted and sanitised, with those images that the library has."""
    converted = convert(item.body)
    cleaned = html.clean(_with_absolute_sources(converted.html, images.source))
    lost = converted.losses + [_("%(what)s removed") % {"what": what} for what in cleaned.removed]
    body = _with_relative_links(images.insert_images(cleaned.html), images.source)
    lost += [
        _("image not held yet: %(address)s") % {"address": figure.source or figure.attachment}
        for figure in figures_in(body)
        if not figure.image and not figure.embed
    ]
    headline = plain(item.title)
    if not headline:
        headline = teaser(body, 80) or _("Untitled")
        lost.append(_("it had no headline: its first words stand in"))
    if len(headline) > MAX_HEADLINE_CHARACTERS:
        headline = headline[: MAX_HEADLINE_CHARACTERS - 1] + "…"
        lost.append(_("the headline was too long and is cut"))
    standfirst = plain(item.excerpt)
    if len(standfirst) > MAX_STANDFIRST_CHARACTERS:
        standfirst = standfirst[: MAX_STANDFIRST_CHARACTERS - 1] + "…"
        lost.append(_("the standfirst was too long and is cut"))
    thumbnail = item.meta.get("_thumbnail_id", "") if item.post_type == "post" else ""
    lead = images.by_attachment(thumbnail)
    if thumbnail and lead is None:
        lost.append(_("its lead image is not held yet"))
    seo_description = plain(item.meta.get("_yoast_wpseo_metadesc", ""))[:300]
    noindex = item.meta.get("_yoast_wpseo_meta-robots-noindex", "") == "1"
    return ArticleText(
        headline, standfirst, body, lead, seo_description, _canonical_url(item, images.source), noindex, lost
    )


def _canonical_url(item: wxr.Item, source: str) -> str:
    """Return the page of another site that Yoast names as the canonical one, "" for a page of the exported site."""
    address = item.meta.get("_yoast_wpseo_canonical", "").strip()
    with suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.netloc and len(address) <= MAX_CANONICAL_CHARACTERS:
            return address if parts.netloc != urlsplit(source).netloc else ""
    return ""


def _with_absolute_sources(body: str, source: str) -> str:
    """Return a body whose images have absolute addresses: some are paths of their own site, with spaces in them."""

    def with_absolute_source(match: re.Match[str]) -> str:
        address = unescape(match[1])
        with suppress(ValueError):
            address = urljoin(f"{source}/", address)
        return f'<figure data-source="{escape(address.replace(" ", "%20"))}"'

    return _SOURCE.sub(with_absolute_source, body)


def _with_relative_links(body: str, source: str) -> str:
    """Return a body whose links to its own site are paths: the old addresses are answered here."""
    parts = urlsplit(source)
    host = (parts.netloc or "").removeprefix("www.")
    if not host:
        return body
    base = parts.path.rstrip("/")
    own_link = re.compile(
        rf'(<a href=")(?:https?:)?//(?:www\.)?{re.escape(host)}({re.escape(base)})(?=[/?#"])(/?)', re.IGNORECASE
    )
    return own_link.sub(lambda match: f"{match[1]}{match[2]}/", body)


def source_paths(item: wxr.Item) -> list[str]:
    """Return every path at which the article was found at its source."""
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


def earlier_paths(item: wxr.Item) -> list[str]:
    """Return the paths from which WordPress redirects to an article: with a slug or date that it had before.

    Another article that has such a path for its own comes first.
    """
    with suppress(ValueError):
        segments = unquote(urlsplit(item.link).path).split("/")
        return _with_earlier(segments, item) if item.slug and item.slug in segments else []
    return []


def _with_earlier(segments: list[str], item: wxr.Item) -> list[str]:
    place, found = segments.index(item.slug), []
    dates = [date.split("-") for date in item.old_dates if re.fullmatch(r"\d{4}-\d\d-\d\d", date, re.ASCII)]
    for slug in (item.slug, *item.old_slugs[:MAX_EARLIER]):
        renamed = [*segments[:place], slug, *segments[place + 1 :]]
        found.append("/".join(renamed))
        for date in dates[:MAX_EARLIER]:
            dated = [n for n, part in enumerate(segments[:place]) if re.fullmatch(r"\d{4}|\d\d", part, re.ASCII)]
            moved = list(renamed)
            for n, part in zip(dated, date, strict=False):
                moved[n] = part
            found.append("/".join(moved))
    return [quote(earlier) for earlier in found if earlier != "/".join(segments)]
