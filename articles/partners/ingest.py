"""What a poll of a feed brought → rows: the door by which partners' headlines come in, and when it is asked next."""

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db import transaction

from articles import cachetags
from articles.models import PartnerFeed, PartnerItem
from articles.models.partner import Trouble
from articles.partners.parse import Feed, Headline
from articles.partners.pictures import forget
from newsroom.pagecache.tags import touch

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
def ingest(feed: PartnerFeed, outcome: Fresh | Failed, now: dt.datetime) -> Ingested:
    """Writes how a poll ended, and the headlines that it brought. A feed that failed keeps what it had; one that says
    that nothing changed costs no write of content, and touches no page."""
    held = PartnerFeed.objects.select_for_update().filter(pk=feed.pk).first()
    if held is None or held.url != feed.url:  # dropped meanwhile, or another feed is asked since
        return Ingested()
    held.tried_at = now
    if isinstance(outcome, Failed):
        held.failures += 1
        held.trouble, held.detail = outcome.trouble, outcome.detail[:300].replace("\x00", "")
        held.due_at = now + _pause(held, outcome.wait)
        if outcome.trouble == Trouble.GONE:
            held.is_polled = False
        held.save()
        return Ingested()
    held.failures, held.trouble, held.detail, held.good_at = 0, "", "", now
    held.due_at = now + _interval(held)
    found = Ingested()
    if outcome.feed is not None:
        held.etag, held.last_modified = outcome.etag[:500], outcome.last_modified[:100]
        held.skipped = [[one.rule, one.what] for one in outcome.feed.skipped]
        found = _take(held, outcome.feed.headlines, now)
    held.save()
    return found


def _take(feed: PartnerFeed, headlines: Iterable[Headline], now: dt.datetime) -> Ingested:
    keyed = {PartnerItem.hashed(one.guid): one for one in reversed(list(headlines))}  # the first of a guid stands
    links = {key: PartnerItem.hashed(link(one.url)) for key, one in keyed.items()}
    rows = list(feed.items.filter(key__in=keyed) | feed.items.filter(link_key__in=links.values()))
    by_key = {row.key: row for row in rows}
    by_link = {row.link_key: row for row in rows if row.key not in keyed}  # whose guid is no longer in the feed
    new, changed = [], []
    for key, one in keyed.items():
        row = by_key.get(key) or by_link.pop(links[key], None)
        if row is None:
            row = PartnerItem(feed=feed, published_at=now)
            new.append(row)
        if _say(row, key, links[key], one, now) and row.pk:
            changed.append(row)
    PartnerItem.objects.bulk_create(reversed(new))
    PartnerItem.objects.bulk_update(changed, [*_SAID, "picture_asked", "changed_at"])
    if new or changed:
        touch({cachetags.partner(feed)})
        _forget_the_old(feed)
    return Ingested(len(new), len(changed))


_SAID = ("key", "link_key", "url", "title", "teaser", "subjects", "published_at", "picture_url")


def _say(row: PartnerItem, key: str, link_key: str, one: Headline, now: dt.datetime) -> bool:
    """Makes a row say what the feed says; whether that is news. An hour to come, or none, is that of first sight."""
    told = one.published_at
    said: dict[str, Any] = {
        "key": key, "link_key": link_key, "url": one.url, "title": one.title, "teaser": one.teaser,
        "subjects": list(one.subjects), "picture_url": one.picture,
        "published_at": told if told and OLDEST < told <= now else row.published_at,
    }  # fmt: skip
    if one.picture != row.picture_url:
        row.picture_asked = False
    is_news = any(getattr(row, name) != value for name, value in said.items())
    for name, value in said.items():
        setattr(row, name, value)
    row.changed_at = now
    return is_news


def _forget_the_old(feed: PartnerFeed) -> None:
    old = feed.items.order_by("-published_at", "-pk").values_list("pk", "picture_digest")[KEPT:]
    gone = dict(old)
    if gone:
        PartnerItem.objects.filter(pk__in=gone).delete()
        forget({digest for digest in gone.values() if digest})


def link(url: str) -> str:
    """What two addresses of one page have in common: no scheme, no www, no campaign, no end that says nothing."""
    parts = urlsplit(url)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if not name.lower().startswith(CAMPAIGN)]
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{urlencode(sorted(asked))}"


def _interval(feed: PartnerFeed) -> dt.timedelta:
    return dt.timedelta(minutes=feed.every) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311


def _pause(feed: PartnerFeed, wait: dt.timedelta | None) -> dt.timedelta:
    """Twice as long after each failure, up to a day; longer only if the server asks for it."""
    doubled: dt.timedelta = _interval(feed) * 2 ** min(feed.failures, 10)
    return max(min(doubled, LONGEST_PAUSE), min(wait or dt.timedelta(0), LONGEST_WAIT))
