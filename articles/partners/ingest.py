"""The action that writes what a poll of a partner's feed brought, and sets when the feed is polled next."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from articles.actions import image_files
from articles.models import PartnerFeed, PartnerItem
from articles.models.partner import Trouble
from articles.partners.identity import comparable_address, is_front
from articles.partners.parse import Feed, Headline
from articles.presentation import cache_tags
from newsroom.actions import action
from newsroom.lib.text import likeness
from newsroom.pagecache.tags import invalidate

MAX_KEPT_HEADLINES = 200  # of a feed; older ones are deleted
INTERVAL_JITTER = 0.1  # of the interval, either way: a hundred feeds are not polled in the same second
MAX_PAUSE_AFTER_FAILURES = dt.timedelta(days=1)
MAX_RETRY_AFTER = dt.timedelta(days=7)  # that a server may ask for
OLDEST_BELIEVABLE = dt.datetime(1995, 1, 1, tzinfo=dt.UTC)  # before there were feeds
LIKENESS_OF_ONE_STORY = 0.4  # of two titles: partners reword them, and correct addresses
MAX_ETAG_CHARACTERS = 500
MAX_LAST_MODIFIED_CHARACTERS = 100
MAX_DETAIL_CHARACTERS = 300
# The columns of an item that its feed gives.
_HEADLINE_FIELDS = ("key", "link_key", "url", "title", "teaser", "subjects", "published_at", "image_url")


@dataclass(frozen=True)
class Fresh:
    """A feed that was read; `feed` is None where the server answers that nothing changed (304)."""

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
    """How many headlines a poll added and changed."""

    new: int = 0
    changed: int = 0


@action
def ingest(feed: PartnerFeed, outcome: Fresh | Failed, now: dt.datetime, *, by_hand: bool = False) -> Ingested:
    """Write how a poll ended, and the headlines that it brought.

    A feed that failed keeps its headlines; one that answers that nothing changed costs no write of content, and
    invalidates no page. A failed poll that somebody asked for by hand makes no pause longer. Nothing is written of a
    feed that was deleted, or got another address, while it was polled.
    """
    row = PartnerFeed.objects.select_for_update().filter(pk=feed.pk).first()
    if row is None or row.url != feed.url:
        return Ingested()
    row.tried_at = now
    if isinstance(outcome, Failed):
        _write_failure(row, outcome, now, by_hand)
        return Ingested()
    row.failures, row.trouble, row.detail, row.good_at = 0, "", "", now
    row.due_at = now + _interval(row)
    fields = ["tried_at", "failures", "trouble", "detail", "good_at", "due_at", "changed_at"]
    ingested = Ingested()
    if outcome.feed is not None:
        # A validator that was cut would never match.
        row.etag = outcome.etag if len(outcome.etag) <= MAX_ETAG_CHARACTERS else ""
        row.last_modified = outcome.last_modified if len(outcome.last_modified) <= MAX_LAST_MODIFIED_CHARACTERS else ""
        row.skipped = [[skipped.reason, skipped.what] for skipped in outcome.feed.skipped]
        fields += ["etag", "last_modified", "skipped"]
        ingested = _write_headlines(row, outcome.feed.headlines, now)
    row.save(update_fields=fields)
    return ingested


def _write_failure(row: PartnerFeed, failed: Failed, now: dt.datetime, by_hand: bool) -> None:
    row.trouble, row.detail = failed.trouble, failed.detail[:MAX_DETAIL_CHARACTERS]
    fields = ["tried_at", "trouble", "detail", "changed_at"]
    if not by_hand:
        row.failures += 1
        row.due_at = now + _pause(row, failed.wait)
        fields += ["failures", "due_at"]
    if failed.trouble == Trouble.GONE:
        row.is_polled = False
        fields.append("is_polled")
    row.save(update_fields=fields)


def preview_headlines(headlines: Sequence[Headline], now: dt.datetime) -> list[Headline]:
    """Return what a first poll would keep of a feed's headlines: each guid once, and those without a believable time
    as of now."""
    by_key = {PartnerItem.hashed(headline.guid): headline for headline in reversed(headlines)}
    return [
        replace(headline, published_at=_believable_time(headline, now) or now) for headline in reversed(by_key.values())
    ]


def _believable_time(headline: Headline, first_seen: dt.datetime) -> dt.datetime | None:
    """Return the time that a feed gives; None if it is missing, before 1995, or later than when the item was first
    seen.
    """
    moment = headline.published_at
    return moment if moment and OLDEST_BELIEVABLE < moment <= first_seen else None


def _write_headlines(feed: PartnerFeed, headlines: Sequence[Headline], now: dt.datetime) -> Ingested:
    by_guid = {PartnerItem.hashed(headline.guid): headline for headline in reversed(headlines)}  # the first of a guid
    by_guid = _by_free_key(feed, by_guid)
    links = _link_keys(by_guid)
    rows = list(feed.items.filter(key__in=by_guid) | feed.items.filter(link_key__in=links.values()))
    row_by_key = {row.key: row for row in rows}
    row_by_link = {row.link_key: row for row in rows if row.key not in by_guid}  # whose guid is no longer in the feed
    new, changed, unused_digests = [], [], set()
    for key, headline in by_guid.items():
        row = row_by_key.get(key) or row_by_link.pop(links[key], None)
        if row is None:
            row = PartnerItem(feed=feed, published_at=now)
            new.append(row)
        previous_digest = row.image_digest
        if _update_row(row, key, links[key], headline, now) and row.pk:
            changed.append(row)
        if previous_digest != row.image_digest:
            unused_digests.add(previous_digest)
    if new:
        _hide_what_is_hidden_elsewhere(feed, new)
    # The last first, as `by_guid` has them: among equal times, the feed's own order.
    PartnerItem.objects.bulk_create(new)
    PartnerItem.objects.bulk_update(changed, [*_HEADLINE_FIELDS, "image_asked", "image_digest", "changed_at"])
    if new or changed:
        invalidate({cache_tags.partner(feed)})
        unused_digests |= _delete_old(feed, by_guid)
        image_files.release(unused_digests)
    return Ingested(len(new), len(changed))


def _by_free_key(feed: PartnerFeed, headlines: dict[str, Headline]) -> dict[str, Headline]:
    """Return headlines by their keys, with another for each whose guid was another story's before: that one stays."""
    rows = {row.key: row for row in feed.items.filter(key__in=headlines)}
    return {
        PartnerItem.hashed(f"{headline.guid} {comparable_address(headline.url)}")
        if key in rows and _is_another_story(rows[key], headline)
        else key: headline
        for key, headline in headlines.items()
    }


def _is_another_story(row: PartnerItem, headline: Headline) -> bool:
    """Return whether a headline has nothing of a row but its guid: another link, another time, another title."""
    return (
        comparable_address(row.url) != comparable_address(headline.url)
        and row.published_at != headline.published_at
        and likeness(row.title, headline.title) < LIKENESS_OF_ONE_STORY
    )


def _link_keys(headlines: dict[str, Headline]) -> dict[str, str]:
    """Return a hash of the address for each guid hash, stored as `link_key`: equal keys mean the same article.

    If several headlines of a feed share an address, or it is a front page, the guid is mixed in, so that they stay
    different.
    """
    addresses = {key: comparable_address(headline.url) for key, headline in headlines.items()}
    counts = Counter(addresses.values())
    return {
        key: PartnerItem.hashed(address if counts[address] == 1 and not is_front(address) else f"{address} {key}")
        for key, address in addresses.items()
    }


def _hide_what_is_hidden_elsewhere(feed: PartnerFeed, new: list[PartnerItem]) -> None:
    """Hide new items that the desk hid in another feed of the publication."""
    twins = PartnerItem.objects.filter(feed__publication=feed.publication_id, is_hidden=True)
    hidden = set(twins.filter(link_key__in=[row.link_key for row in new]).values_list("link_key", flat=True))
    for row in new:
        row.is_hidden = row.link_key in hidden


def _update_row(row: PartnerItem, key: str, link_key: str, headline: Headline, now: dt.datetime) -> bool:
    """Set a row's columns to what the feed gives, and return whether any changed. Without a believable time, that of
    the first sight is kept."""
    fields: dict[str, Any] = {
        "key": key, "link_key": link_key, "url": headline.url, "title": headline.title, "teaser": headline.teaser,
        "subjects": list(headline.subjects), "image_url": headline.image,
        "published_at": _believable_time(headline, row.created_at if row.pk else now) or row.published_at,
    }  # fmt: skip
    if headline.image != row.image_url:
        row.image_asked = False
        if not headline.image:
            row.image_digest = ""  # the partner took it back
    has_changed = any(getattr(row, name) != value for name, value in fields.items())
    for name, value in fields.items():
        setattr(row, name, value)
    row.changed_at = now
    return has_changed


def _delete_old(feed: PartnerFeed, listed: Collection[str]) -> set[str]:
    """Delete the items beyond MAX_KEPT_HEADLINES, unless the feed still lists them: they would come back as new.
    Return the digests of their images."""
    rows = feed.items.order_by("-published_at", "-pk").values_list("pk", "key", "image_digest")
    old = {pk: digest for pk, key, digest in rows[MAX_KEPT_HEADLINES:] if key not in listed}
    if old:
        PartnerItem.objects.filter(pk__in=old).delete()
    return set(old.values())


def _interval(feed: PartnerFeed) -> dt.timedelta:
    return dt.timedelta(minutes=feed.every) * random.uniform(1 - INTERVAL_JITTER, 1 + INTERVAL_JITTER)  # noqa: S311


def _pause(feed: PartnerFeed, wait: dt.timedelta | None) -> dt.timedelta:
    """Return twice the pause after each failure, up to MAX_PAUSE_AFTER_FAILURES; longer only if the server asks."""
    doubled: dt.timedelta = _interval(feed) * 2 ** min(feed.failures, 10)
    longest = MAX_PAUSE_AFTER_FAILURES * random.uniform(1 - INTERVAL_JITTER, 1)  # noqa: S311
    return max(min(doubled, longest), min(wait or dt.timedelta(0), MAX_RETRY_AFTER))
