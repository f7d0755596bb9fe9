"""Actions on what front pages show beside the publication's own list: pins, sources of the stream, card strips.

A pin ends by itself at its time. Rows are locked in this order: article, slot, pins.
"""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import most_read
from articles.actions.base import locked, log
from articles.models import Article, CardStrip, FrontPageSlot, Pin, Section, StreamSource
from articles.models.card_strip import Period, StripSource
from articles.presentation import cache_tags
from articles.workflow import Finding, Refused, Verb
from newsroom.actions import action
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Publication
from newsroom.publications.permissions import require

MAX_HANDPICKED = 12  # articles in a strip
# What an editor may change of a strip: its position among the others may have been changed since its form was opened.
STRIP_FIELDS = tuple(
    field.name
    for field in CardStrip._meta.concrete_fields
    if field.name not in ("id", "publication", "position", "created_at")
)
MAX_PINS = 5  # at once in one slot: what the head of a front page has room for


def _locked_slot(publication: Publication, section: Section | None) -> FrontPageSlot:
    """Return the slot of a publication's front page, or of a section's, locked; made when it is first needed."""
    rows = FrontPageSlot.objects.select_for_update()
    slot = rows.filter(publication=publication, section=section).first()
    return slot or rows.get_or_create(publication=publication, section=section)[0]


@action
def pin(article: Article, *, on: Publication, by: Any, until: dt.datetime, section: Section | None = None) -> Pin:
    """Pin an article first in the slot of a page until a set time. Pinned again, it gets the new time and comes first.

    It is shown while readers of that publication have it: a scheduled one appears at its time. Raises Forbidden,
    Refused.
    """
    require(by, "article.pin", on)
    article, now = locked(article), timezone.now()
    if section is not None and section.publication_id != on.pk:
        raise Refused([Finding("page", _("“%(section)s” is a section of another publication.") % {"section": section})])
    if not article.placements.filter(publication=on).exists():
        message = _("%(site)s does not list this article: publish or schedule it first.")
        raise Refused([Finding("page", message % {"site": on.name})])
    if until <= now:
        raise Refused([Finding("until", _("This time has passed."))])
    slot = _locked_slot(on, section)  # before its pins are counted: two editors pin two articles at once
    others = list(slot.pins.exclude(article=article).current(now))
    if len(others) >= MAX_PINS:
        message = _("%(n)d articles are pinned there already: take one off first.")
        raise Refused([Finding("page", message % {"n": len(others)})])
    new_pin, _is_new = Pin.objects.update_or_create(
        slot=slot, article=article, defaults={"until": until, "position": 0}
    )
    _renumber([new_pin, *others])
    _invalidate_slot(slot, [*others, new_pin])
    log(Verb.PINNED, article, by, revision=article.live, note=f"{on.name} · {slot} · {on.date(until)}")
    return new_pin


@action
def unpin(pin: Pin, *, by: Any) -> None:
    """Take an article out of a slot. Unpinning twice is unpinning once. Raises Forbidden."""
    slot = pin.slot
    require(by, "article.pin", slot.publication)
    article = locked(pin.article)
    _invalidate_slot(slot, [])
    if Pin.objects.filter(pk=pin.pk).delete()[0]:
        log(Verb.UNPINNED, article, by, revision=article.live, note=f"{slot.publication.name} · {slot}")


@action
def arrange(slot: FrontPageSlot, order: list[int], *, by: Any) -> None:
    """Put the pins of a slot in the order of these ids; those not named come behind. Raises Forbidden."""
    require(by, "article.pin", slot.publication)
    _locked_slot(slot.publication, slot.section)
    pins = list(slot.pins.select_for_update().order_by("position", "pk"))
    position = {pk: n for n, pk in enumerate(order)}
    _renumber(sorted(pins, key=lambda pin: position.get(pin.pk, len(position))))
    _invalidate_slot(slot, pins)


def _renumber(pins: list[Pin]) -> None:
    for n, pin in enumerate(pins):
        pin.position = n
    Pin.objects.bulk_update(pins, ["position"])


def _invalidate_slot(slot: FrontPageSlot, pins: list[Pin]) -> None:
    """Invalidate the page of a slot now, and at each time at which a pin ends by itself."""
    tags = {cache_tags.front(slot.publication)}
    invalidate(tags)
    for moment in {pin.until for pin in pins if pin.until > timezone.now()}:
        invalidate(tags, due_at=moment)


@action
def subscribe(
    publication: Publication, sister: Publication, section: Section | None = None, *, by: Any
) -> StreamSource:
    """Mix a sister site's articles into a publication's latest ones: all, or a section's. Raises Forbidden, Refused."""
    require(by, "stream.change", publication)
    if sister.pk == publication.pk:
        raise Refused([Finding("sister", _("These are this site’s own already."))])
    if section is not None and section.publication_id != sister.pk:
        message = _("“%(section)s” is a section of another publication.")
        raise Refused([Finding("section", message % {"section": section})])
    sources = StreamSource.objects.select_for_update().filter(publication=publication, sister=sister)
    if section is not None and sources.filter(section=None).exists():
        raise Refused([Finding("section", _("All of %(site)s is taken already.") % {"site": sister})])
    if section is None:
        sources.exclude(section=None).delete()  # contained in the whole
    source, _is_new = StreamSource.objects.get_or_create(publication=publication, sister=sister, section=section)
    invalidate({cache_tags.front(publication)})
    return source


@action
def unsubscribe(source: StreamSource, *, by: Any) -> None:
    """Stop mixing in what a source brings. Raises Forbidden."""
    require(by, "stream.change", source.publication)
    invalidate({cache_tags.front(source.publication)})
    source.delete()


@action
def save_strip(strip: CardStrip, *, by: Any) -> CardStrip:
    """Add a card strip, last in its area, or change one; its position stays. Raises Forbidden, Refused."""
    require(by, "stream.change", strip.publication)
    if strip.section is not None and strip.section.publication_id != strip.publication_id:
        message = _("“%(section)s” is a section of another publication.")
        raise Refused([Finding("section", message % {"section": strip.section})])
    _normalise_source(strip)
    if strip.pk is None:
        strip.position = CardStrip.objects.filter(publication=strip.publication, area=strip.area).count() + 1
        strip.save()
    else:
        strip.save(update_fields=STRIP_FIELDS)
    if strip.source == StripSource.MOST_READ:
        most_read.renew(strip.publication, Period(strip.period))
    invalidate({cache_tags.front(strip.publication)})
    return strip


def _normalise_source(strip: CardStrip) -> None:
    """Clear the fields that belong to another source, and keep only rows that exist. Raises Refused."""
    source = StripSource(strip.source)
    if source != StripSource.SITE:
        strip.source_publication, strip.section_ids, strip.tag_ids = None, [], []
    elif strip.source_publication is None:
        raise Refused([Finding("source_publication", _("Say which site’s articles."))])
    else:
        strip.section_ids = list(
            strip.source_publication.sections.filter(pk__in=strip.section_ids).values_list("pk", flat=True)
        )
    if source != StripSource.MOST_READ:
        strip.period = Period.DAY
    elif strip.period not in Period.values:
        raise Refused([Finding("period", _("Say over which time."))])
    feeds = strip.publication.partner_feeds.filter(pk__in=strip.feed_ids) if source == StripSource.PARTNERS else []
    strip.feed_ids = [feed.pk for feed in feeds]
    if source == StripSource.PARTNERS and not strip.feed_ids:
        raise Refused([Finding("feeds", _("Choose at least one partner."))])
    known = set(Article.objects.filter(pk__in=strip.article_ids).values_list("pk", flat=True))
    picked = source == StripSource.PICKED
    strip.article_ids = [pk for pk in dict.fromkeys(strip.article_ids) if pk in known] if picked else []
    if len(strip.article_ids) > MAX_HANDPICKED:
        raise Refused([Finding("articles", _("At most %(n)d articles stand in a strip.") % {"n": MAX_HANDPICKED})])
    if picked and not strip.article_ids:
        raise Refused([Finding("articles", _("Pick at least one article."))])


@action
def arrange_strips(publication: Publication, order: list[int], *, by: Any) -> None:
    """Put a publication's strips in the order of these ids; those not named come behind. Raises Forbidden."""
    require(by, "stream.change", publication)
    positions = {pk: n for n, pk in enumerate(order)}
    for strip in CardStrip.objects.select_for_update().filter(publication=publication):
        CardStrip.objects.filter(pk=strip.pk).update(position=positions.get(strip.pk, len(order) + strip.position))
    invalidate({cache_tags.front(publication)})


@action
def delete_strip(strip: CardStrip, *, by: Any) -> None:
    """Delete a strip. Raises Forbidden."""
    require(by, "stream.change", strip.publication)
    invalidate({cache_tags.front(strip.publication)})
    strip.delete()
