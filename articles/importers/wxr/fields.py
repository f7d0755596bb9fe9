"""From an XML element of an export to its record."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from articles.importers.wxr.records import Category, Comment, Item, Site, TagTerm, Term, WxrAuthor


class _Fields:
    """The fields of a record: ``line`` for short ones, ``text`` for those kept as they are."""

    def __init__(self, element: Element) -> None:
        # Of two of a name the first counts, as in WordPress's own importer.
        self._texts = {child.tag: child.text or "" for child in reversed(element)}

    def text(self, name: str) -> str:
        return self._texts.get(name, "")

    def line(self, *names: str) -> str:
        """Return the first of these fields that is not blank, without surrounding space."""
        return next((value for name in names if (value := self.text(name).strip())), "")

    def number(self, name: str) -> int | None:
        value = self.line(name)
        return int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else None


def site_of(channel: Element) -> Site:
    """Return the site that the fields of an export's channel describe."""
    fields = _Fields(channel)
    return Site(
        title=fields.line("title"),
        base_url=fields.line("wp:base_blog_url", "wp:base_site_url", "link"),
        wxr_version=fields.line("wp:wxr_version"),
        language=fields.line("language"),
    )


def declaration_of(element: Element) -> WxrAuthor | Category | TagTerm | Term:
    """Return the author, category, tag or term that an element of the channel declares."""
    fields = _Fields(element)
    match element.tag:
        case "wp:author":
            return WxrAuthor(
                login=fields.line("wp:author_login"),
                email=fields.line("wp:author_email"),
                display_name=fields.line("wp:author_display_name"),
                id=fields.number("wp:author_id"),
            )
        case "wp:category":
            return Category(
                slug=unquote(fields.line("wp:category_nicename")),
                name=fields.line("wp:cat_name"),
                parent=unquote(fields.line("wp:category_parent")),
            )
        case "wp:tag":
            return TagTerm(unquote(fields.line("wp:tag_slug")), fields.line("wp:tag_name"))
        case _:
            return Term(
                taxonomy=fields.line("wp:term_taxonomy"),
                slug=unquote(fields.line("wp:term_slug")),
                name=fields.line("wp:term_name"),
            )


def item_of(element: Element, position: int, zone: tzinfo) -> Item:
    """Return an item; `position` is its place in the file, `zone` that of dates given only locally."""
    fields = _Fields(element)
    labels = _labels(element)
    return Item(
        position=position,
        post_id=fields.number("wp:post_id"),
        post_type=fields.line("wp:post_type"),
        status=fields.line("wp:status"),
        title=fields.line("title"),
        slug=unquote(fields.line("wp:post_name")),
        link=fields.line("link"),
        guid=fields.line("guid"),
        creator=fields.line("dc:creator"),
        published=_published(fields, "wp:post_date", zone) or _rfc_date(fields.line("pubDate")),
        body=fields.text("content:encoded"),
        excerpt=fields.text("excerpt:encoded"),
        categories=tuple(Category(x.slug, x.name) for x in labels if x.taxonomy == "category"),
        tags=tuple(TagTerm(x.slug, x.name) for x in labels if x.taxonomy in ("post_tag", "tag")),
        terms=tuple(x for x in labels if x.taxonomy not in ("", "category", "post_tag", "tag")),
        parent_id=fields.number("wp:post_parent") or 0,
        menu_order=fields.number("wp:menu_order") or 0,
        sticky=fields.line("wp:is_sticky") == "1",
        password=fields.line("wp:post_password"),
        comment_status=fields.line("wp:comment_status"),
        attachment_url=fields.line("wp:attachment_url"),
        meta=_meta(element, "wp:postmeta"),
        comments=tuple(_comment(each, zone) for each in element if each.tag == "wp:comment"),
        old_slugs=tuple(unquote(slug) for slug in _values_of(element, "_wp_old_slug")),
        old_dates=_values_of(element, "_wp_old_date"),
    )


def _labels(item: Element) -> list[Term]:
    """Return the terms of all taxonomies that the item has."""
    labels = [
        Term(
            taxonomy=label.get("domain", ""),
            slug=unquote(label.get("nicename", "").strip()),
            name=(label.text or "").strip(),
        )
        for label in item.iterfind("category")
    ]
    # WXR 1.0 gives each label twice, once without its slug.
    complete = {(label.taxonomy, label.name) for label in labels if label.slug}
    return [x for x in labels if x.slug or (x.taxonomy, x.name) not in complete]


def _comment(element: Element, zone: tzinfo) -> Comment:
    fields = _Fields(element)
    return Comment(
        id=fields.number("wp:comment_id"),
        author=fields.line("wp:comment_author"),
        author_email=fields.line("wp:comment_author_email"),
        author_url=fields.line("wp:comment_author_url"),
        author_ip=fields.line("wp:comment_author_IP"),
        published=_published(fields, "wp:comment_date", zone),
        content=fields.text("wp:comment_content"),
        approved=fields.line("wp:comment_approved"),
        # WordPress before 5.5 left the type of ordinary comments empty.
        type=fields.line("wp:comment_type") or "comment",
        parent_id=fields.number("wp:comment_parent") or 0,
        user_id=fields.number("wp:comment_user_id") or 0,
        meta=_meta(element, "wp:commentmeta"),
    )


def _meta(element: Element, tag: str) -> dict[str, str]:
    """Return the custom fields of a post or comment; of a repeated key the last value."""
    pairs = (_Fields(child) for child in element if child.tag == tag)
    return {pair.line("wp:meta_key"): pair.text("wp:meta_value") for pair in pairs}


def _values_of(element: Element, key: str) -> tuple[str, ...]:
    """Return all values of one custom field, which a post may have several times."""
    pairs = (_Fields(child) for child in element if child.tag == "wp:postmeta")
    return tuple(value for pair in pairs if pair.line("wp:meta_key") == key and (value := pair.line("wp:meta_value")))


def _published(fields: _Fields, name: str, zone: tzinfo) -> datetime | None:
    """Return the date that a pair of fields gives, in UTC: the GMT one, else the local one."""
    return _date(fields.line(f"{name}_gmt"), UTC) or _date(fields.line(name), zone)


def _date(text: str, zone: tzinfo) -> datetime | None:
    # WordPress writes "0000-00-00 00:00:00" for no date, which is no date for Python either.
    try:
        return _sane(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone))
    except (ValueError, OverflowError):
        return None


def _rfc_date(text: str) -> datetime | None:
    """Return a feed's date, in UTC; None for none, as WordPress writes the year -0001 for a draft's."""
    if "-0001" in text:
        return None
    try:
        date = parsedate_to_datetime(text)
        return _sane(date if date.tzinfo else date.replace(tzinfo=UTC))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _sane(date: datetime) -> datetime | None:
    """Return the date in UTC; None for one that another time zone would push out of the calendar."""
    return date.astimezone(UTC) if MINYEAR < date.year < MAXYEAR else None
