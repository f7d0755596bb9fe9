"""Doors to what stands on front pages beside a site's own list.

Stories pinned by hand ("À la une"), each until an hour, at which it is simply gone; what is taken from sister sites.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions.base import locked, log, require
from articles.models import Article, Block, Pick, Section, Strip, Taken
from articles.models.strip import Source
from articles.presentation import cache_tags
from articles.workflow import Finding, Refused, Verb
from newsroom.pagecache.tags import touch
from newsroom.publications.models import Publication

MOST_PICKED = 12  # stories in a strip
MOST = 5  # pinned to one page at once: what the head of a front page holds


def head_of(publication: Publication, section: Section | None = None) -> Block:
    """The head of a publication's front page, or of one of its sections; made when it is first asked for."""
    return Block.objects.get_or_create(publication=publication, section=section)[0]


@transaction.atomic
def pin(article: Article, *, on: Publication, by: Any, until: dt.datetime, section: Section | None = None) -> Pick:
    """Puts a story first at the head of a page until an hour. Pinned again, it gets the new hour and stands first.

    It shows there while readers of that site have it: one that is scheduled appears at its hour. Raises Forbidden,
    Refused.
    """
    require(by, "article.pin", on)
    article, now = locked(article), timezone.now()
    if section is not None and section.publication_id != on.pk:
        raise Refused([Finding("page", _("“%(section)s” is a section of another publication.") % {"section": section})])
    if not article.placements.filter(publication=on).exists():
        message = _("%(site)s does not list this story: publish or schedule it first.")
        raise Refused([Finding("page", message % {"site": on.name})])
    if until <= now:
        raise Refused([Finding("until", _("This hour has passed."))])
    block = head_of(on, section)
    others = list(block.picks.exclude(article=article).standing(now))
    if len(others) >= MOST:
        message = _("%(n)d stories are pinned there already: take one off first.")
        raise Refused([Finding("page", message % {"n": len(others)})])
    pick, _new = Pick.objects.update_or_create(block=block, article=article, defaults={"until": until, "position": 0})
    _number([pick, *others])
    _touch(block, [*others, pick])
    log(Verb.PINNED, article, by, revision=article.live, note=f"{on.name} · {block} · {on.date(until)}")
    return pick


@transaction.atomic
def unpin(pick: Pick, *, by: Any) -> None:
    """Takes a story off the head of a page. Raises Forbidden."""
    block = pick.block
    require(by, "article.pin", block.publication)
    article = locked(pick.article)
    _touch(block, [])
    if Pick.objects.filter(pk=pick.pk).delete()[0]:
        log(Verb.UNPINNED, article, by, revision=article.live, note=f"{block.publication.name} · {block}")


@transaction.atomic
def arrange(block: Block, order: list[int], *, by: Any) -> None:
    """Puts the stories at the head of a page in the order of these ids of picks; what isn't named follows. Raises
    Forbidden."""
    require(by, "article.pin", block.publication)
    picks = list(block.picks.select_for_update().order_by("position", "pk"))
    place = {pk: n for n, pk in enumerate(order)}
    _number(sorted(picks, key=lambda pick: place.get(pick.pk, len(place))))
    _touch(block, picks)


def _number(picks: list[Pick]) -> None:
    for n, pick in enumerate(picks):
        pick.position = n
    Pick.objects.bulk_update(picks, ["position"])


def _touch(block: Block, picks: list[Pick]) -> None:
    """The page, now and at each hour at which a story leaves it by itself."""
    tags = {cache_tags.section(block.section) if block.section else cache_tags.publication(block.publication)}
    touch(tags)
    for hour in {pick.until for pick in picks if pick.until > timezone.now()}:
        touch(tags, due_at=hour)


@transaction.atomic
def take(publication: Publication, sister: Publication, section: Section | None = None, *, by: Any) -> Taken:
    """Mixes a sister's stories into a publication's latest ones: all, or a section's. Raises Forbidden, Refused."""
    require(by, "stream.change", publication)
    if sister.pk == publication.pk:
        raise Refused([Finding("sister", _("These are this site’s own already."))])
    if section is not None and section.publication_id != sister.pk:
        message = _("“%(section)s” is a section of another publication.")
        raise Refused([Finding("section", message % {"section": section})])
    taken = Taken.objects.filter(publication=publication, sister=sister)
    if section is not None and taken.filter(section=None).exists():
        raise Refused([Finding("section", _("All of %(site)s is taken already.") % {"site": sister})])
    if section is None:
        taken.exclude(section=None).delete()  # they go into the whole
    row, _is_new = Taken.objects.get_or_create(publication=publication, sister=sister, section=section)
    touch({cache_tags.publication(publication)})
    return row


@transaction.atomic
def leave(row: Taken, *, by: Any) -> None:
    """Takes no more from a sister site. Raises Forbidden."""
    require(by, "stream.change", row.publication)
    touch({cache_tags.publication(row.publication)})
    row.delete()


@transaction.atomic
def save_strip(strip: Strip, *, by: Any) -> Strip:
    """Writes a strip of cards; a new one stands last at its place. Raises Forbidden, Refused."""
    require(by, "stream.change", strip.publication)
    if strip.section is not None and strip.section.publication_id != strip.publication_id:
        message = _("“%(section)s” is a section of another publication.")
        raise Refused([Finding("section", message % {"section": strip.section})])
    _fill(strip)
    if strip.pk is None:
        strip.position = Strip.objects.filter(publication=strip.publication, place=strip.place).count() + 1
    strip.save()
    touch({cache_tags.publication(strip.publication)})
    return strip


def _fill(strip: Strip) -> None:
    """Keeps of what a strip is filled with what its source has, and forgets the rest. Raises Refused."""
    source = Source(strip.source)
    if source != Source.SITE:
        strip.of, strip.section_ids, strip.tag_ids = None, [], []
    elif strip.of is None:
        raise Refused([Finding("of", _("Say which site’s stories."))])
    else:
        strip.section_ids = list(strip.of.sections.filter(pk__in=strip.section_ids).values_list("pk", flat=True))
    feeds = strip.publication.partner_feeds.filter(pk__in=strip.feed_ids) if source == Source.PARTNERS else []
    strip.feed_ids = [feed.pk for feed in feeds]
    if source == Source.PARTNERS and not strip.feed_ids:
        raise Refused([Finding("feeds", _("Choose at least one partner."))])
    known = set(Article.objects.filter(pk__in=strip.story_ids).values_list("pk", flat=True))
    picked = source == Source.PICKED
    strip.story_ids = [pk for pk in dict.fromkeys(strip.story_ids) if pk in known] if picked else []
    if len(strip.story_ids) > MOST_PICKED:
        raise Refused([Finding("stories", _("At most %(n)d stories stand in a strip.") % {"n": MOST_PICKED})])
    if picked and not strip.story_ids:
        raise Refused([Finding("stories", _("Pick at least one story."))])


@transaction.atomic
def arrange_strips(publication: Publication, order: list[int], *, by: Any) -> None:
    """Puts a publication's strips in an order, by their ids; those not named keep theirs behind. Raises Forbidden."""
    require(by, "stream.change", publication)
    places = {pk: n for n, pk in enumerate(order)}
    for strip in Strip.objects.select_for_update().filter(publication=publication):
        Strip.objects.filter(pk=strip.pk).update(position=places.get(strip.pk, len(order) + strip.position))
    touch({cache_tags.publication(publication)})


@transaction.atomic
def drop_strip(strip: Strip, *, by: Any) -> None:
    """Takes a strip away. Raises Forbidden."""
    require(by, "stream.change", strip.publication)
    touch({cache_tags.publication(strip.publication)})
    strip.delete()
