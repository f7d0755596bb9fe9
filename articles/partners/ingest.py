"""What a poll of a feed brought → rows: the door by which partners' headlines come in, and when it is asked next."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db import transaction

from articles.models import PartnerFeed, PartnerItem
from articles.models.partner import Trouble
from articles.partners.parse import Feed, Headline
from articles.partners.pictures import forget
from articles.presentation import cache_tags
from newsroom.pagecache.tags import invalidate

KEPT = 200  # headlines of a feed; older ones go
JITTER = 0.1  # of the interval, either way: a hundred feeds are not asked in the same second
LONGEST_PAUSE = dt.timedelta(days=1)  # after failures
LONGEST_WAIT = dt.timedelta(days=7)  # that a server may ask for
OLDEST = dt.datetime(1995, 1, 1, tzinfo=dt.UTC)  # an hour before feeds were is no hour
CAMPAIGN = ("utm_", "at_", "xtor", "fbclid", "gclid", "mc_")  # query names that say who links, not to what


@dataclass(frozen=True)
class Fresh:
    """A feed that was read; `feed` is None where the server says that nothing changed (304)."""

    feed: Feed | None
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Failed:
    """A poll that brought nothing, and why; `wait` is what the server asks for (Retry-After)."""

    trouble: str  # Trouble
    detail: str = ""
    wait: dt.timedelta | None = None


@dataclass(frozen=True)
class Ingested:
    """What a poll changed."""

    new: int = 0
    changed: int = 0


@transaction.atomic
def ingest(feed: PartnerFeed, outcome: Fresh | Failed, now: dt.datetime, *, by_hand: bool = False) -> Ingested:
    """Writes how a poll ended, and the headlines that it brought. A feed that failed keeps what it had; one that says
    that nothing changed costs no write of content, and touches no page. A failure that somebody asked for by hand
    makes no pause longer."""
    held = PartnerFeed.objects.select_for_update().filter(pk=feed.pk).first()
    if held is None or held.url != feed.url:  # dropped meanwhile, or another feed is asked since
        return Ingested()
    held.tried_at = now
    if isinstance(outcome, Failed):
        held.trouble, held.detail = outcome.trouble, _storable(outcome.detail[:300])
        if not by_hand:
            held.failures += 1
            held.due_at = now + _pause(held, outcome.wait)
        if outcome.trouble == Trouble.GONE:
            held.is_polled = False
        held.save()
        return Ingested()
    held.failures, held.trouble, held.detail, held.good_at = 0, "", "", now
    held.due_at = now + _interval(held)
    found = Ingested()
    if outcome.feed is not None:
        # A piece of one would never be sent back as it came.
        held.etag = outcome.etag if len(outcome.etag) <= 500 else ""
        held.last_modified = outcome.last_modified if len(outcome.last_modified) <= 100 else ""
        held.skipped = [[one.rule, one.what] for one in outcome.feed.skipped]
        found = _take(held, outcome.feed.headlines, now)
    held.save()
    return found


def would_be(headlines: Sequence[Headline], now: dt.datetime) -> list[Headline]:
    """What a first poll would keep of a feed's headlines: each guid once, an hour to come or none as of now."""
    once = {PartnerItem.hashed(one.guid): one for one in reversed(headlines)}
    return [replace(one, published_at=_believed(one, now) or now) for one in reversed(once.values())]


def _believed(one: Headline, seen: dt.datetime) -> dt.datetime | None:
    """The hour that a feed tells, unless it is later than the first sight: no article came out after it was read."""
    told = one.published_at
    return told if told and OLDEST < told <= seen else None


def _take(feed: PartnerFeed, headlines: Sequence[Headline], now: dt.datetime) -> Ingested:
    keyed = {PartnerItem.hashed(one.guid): one for one in reversed(headlines)}  # the first of a guid stands
    links = _links(keyed)
    rows = list(feed.items.filter(key__in=keyed) | feed.items.filter(link_key__in=links.values()))
    by_key = {row.key: row for row in rows}
    by_link = {row.link_key: row for row in rows if row.key not in keyed}  # whose guid is no longer in the feed
    new, changed, dropped = [], [], set()
    for key, one in keyed.items():
        row = by_key.get(key) or by_link.pop(links[key], None)
        if row is None:
            row = PartnerItem(feed=feed, published_at=now)
            new.append(row)
        held = row.picture_digest
        if _say(row, key, links[key], one, now) and row.pk:
            changed.append(row)
        if held != row.picture_digest:
            dropped.add(held)
    if new:
        _hide_what_is_hidden_elsewhere(feed, new)
    PartnerItem.objects.bulk_create(new)  # the last first, as `keyed` has them: the feed's own order among equal hours
    PartnerItem.objects.bulk_update(changed, [*_SAID, "picture_asked", "picture_digest", "changed_at"])
    if new or changed:
        invalidate({cache_tags.partner(feed)})
        dropped |= _forget_the_old(feed, keyed)
        forget(dropped)
    return Ingested(len(new), len(changed))


_SAID = ("key", "link_key", "url", "title", "teaser", "subjects", "published_at", "picture_url")


def _links(keyed: dict[str, Headline]) -> dict[str, str]:
    """By which key a headline is known in another feed, or under another guid: its address, where that is its own. One
    that many share, or the front page of a site, is nobody's."""
    addresses = {key: link(one.url) for key, one in keyed.items()}
    often = Counter(addresses.values())
    return {
        key: PartnerItem.hashed(address if often[address] == 1 and not _is_front(address) else f"{address} {key}")
        for key, address in addresses.items()
    }


def _hide_what_is_hidden_elsewhere(feed: PartnerFeed, new: list[PartnerItem]) -> None:
    """What the desk hid of one feed does not come back by another."""
    twins = PartnerItem.objects.filter(feed__publication=feed.publication_id, is_hidden=True)
    hidden = set(twins.filter(link_key__in=[row.link_key for row in new]).values_list("link_key", flat=True))
    for row in new:
        row.is_hidden = row.link_key in hidden


def _say(row: PartnerItem, key: str, link_key: str, one: Headline, now: dt.datetime) -> bool:
    """Makes a row say what the feed says; whether that is news. Where no hour can be believed, that of first sight
    stands."""
    said: dict[str, Any] = {
        "key": key, "link_key": link_key, "url": one.url, "title": one.title, "teaser": one.teaser,
        "subjects": list(one.subjects), "picture_url": one.picture,
        "published_at": _believed(one, row.created_at if row.pk else now) or row.published_at,
    }  # fmt: skip
    if one.picture != row.picture_url:
        row.picture_asked = False
        if not one.picture:
            row.picture_digest = ""  # they took it back: so do we
    is_news = any(getattr(row, name) != value for name, value in said.items())
    for name, value in said.items():
        setattr(row, name, value)
    row.changed_at = now
    return is_news


def _forget_the_old(feed: PartnerFeed, listed: Collection[str]) -> set[str]:
    """Lets go of what is beyond KEPT, unless the feed still lists it: it would come back as new. Returns the pictures
    that they had."""
    rows = feed.items.order_by("-published_at", "-pk").values_list("pk", "key", "picture_digest")[KEPT:]
    gone = {pk: digest for pk, key, digest in rows if key not in listed}
    if gone:
        PartnerItem.objects.filter(pk__in=gone).delete()
    return set(gone.values())


def link(url: str) -> str:
    """What two addresses of one page have in common: no scheme, no www, no campaign, no end that says nothing. A
    fragment is one of the page's own addresses where it begins with ! or /."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    asked = [(name, value) for name, value in asked if not name.lower().startswith(CAMPAIGN)]
    host = parts.netloc.lower().removeprefix("www.")
    page = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return f"{host}{parts.path.rstrip('/')}?{urlencode(sorted(asked))}{page}"


def _is_front(address: str) -> bool:
    return address.endswith("?") and "/" not in address


def _storable(text: str) -> str:
    """Without what no database takes."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def _interval(feed: PartnerFeed) -> dt.timedelta:
    return dt.timedelta(minutes=feed.every) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311


def _pause(feed: PartnerFeed, wait: dt.timedelta | None) -> dt.timedelta:
    """Twice as long after each failure, up to a day; longer only if the server asks for it."""
    doubled: dt.timedelta = _interval(feed) * 2 ** min(feed.failures, 10)
    longest = LONGEST_PAUSE * random.uniform(1 - JITTER, 1)  # noqa: S311
    return max(min(doubled, longest), min(wait or dt.timedelta(0), LONGEST_WAIT))
