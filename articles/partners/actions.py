"""Actions of the desk on partners' feeds: save one, delete one, hide a headline from readers.

All writers of this package lock in one order: feeds by id, then their items.
"""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import PartnerFeed, PartnerItem
from articles.partners.images import drop_images, fetch_images_of_feed
from articles.presentation import cache_tags
from articles.workflow import Finding, Refused
from newsroom.actions import action
from newsroom.pagecache.tags import invalidate
from newsroom.publications.permissions import require
from newsroom.worker.queue import enqueue

# The fields of a feed that the desk writes; the others record how its polling goes.
DESK_FIELDS = ("name", "url", "every", "is_polled", "shows_images", "credit")


@action
def save_feed(feed: PartnerFeed, *, by: Any) -> PartnerFeed:
    """Add a feed, or write the desk's fields of one, and return its row; how its polling goes is not written over.

    It is polled at once if it is new, has another address, or was not polled before. Raises Forbidden, Refused.
    """
    row = _locked_feed(feed) if feed.pk else None
    require(by, "partner.change", (row or feed).publication)
    if feed.pk and row is None:
        raise Refused([Finding("feed", _("This feed was deleted meanwhile."))])
    if feed.shows_images and not feed.credit.strip():
        raise Refused([Finding("credit", _("Say whom their images are credited to."))])
    if row is None:
        feed.due_at = timezone.now()
        feed.save()
        return feed
    before = {name: getattr(row, name) for name in DESK_FIELDS}
    for name in DESK_FIELDS:
        setattr(row, name, getattr(feed, name))
    fields = [*DESK_FIELDS, "changed_at"]
    if row.every < before["every"]:
        row.due_at = min(row.due_at, timezone.now() + dt.timedelta(minutes=row.every))
        fields.append("due_at")
    if (row.url, row.is_polled) != (before["url"], before["is_polled"]):
        row.due_at, row.failures, row.trouble, row.detail = timezone.now(), 0, "", ""
        row.etag = row.last_modified = ""
        fields += ["due_at", "failures", "trouble", "detail", "etag", "last_modified"]
    row.save(update_fields=fields)
    if before["shows_images"] and not row.shows_images:
        drop_images(row)
    elif row.shows_images and not before["shows_images"]:
        row.items.update(image_asked=False)
        enqueue(fetch_images_of_feed, feed=row.pk)
    invalidate({cache_tags.partner(row)})
    return row


@action
def delete_feed(feed: PartnerFeed, *, by: Any) -> None:
    """Delete a feed, its headlines and their images; one that is deleted already stays so. Raises Forbidden."""
    row = _locked_feed(feed)
    require(by, "partner.change", (row or feed).publication)
    if row is None:
        return
    invalidate({cache_tags.partner(row)})
    drop_images(row)
    row.delete()


@action
def hide_item(item: PartnerItem, *, by: Any, hidden: bool = True) -> None:
    """Hide a headline from readers in every feed of the publication that has it, or show it again.

    It stays hidden whatever the feeds go on listing. Raises Forbidden.
    """
    publication = item.feed.publication
    require(by, "partner.hide", publication)
    # All feeds of the publication are locked. Otherwise:
    # 1. a poll of another feed reads which headlines are hidden, before this one is;
    # 2. this action hides the headline where it is by now;
    # 3. the poll adds it to the other feed, visible.
    feeds = {feed.pk: feed for feed in publication.partner_feeds.select_for_update().order_by("pk")}
    twins = PartnerItem.objects.filter(feed__in=feeds, link_key=item.link_key)
    invalidate({cache_tags.partner(feeds[pk]) for pk in set(twins.values_list("feed", flat=True))})
    twins.update(is_hidden=hidden)


def _locked_feed(feed: PartnerFeed) -> PartnerFeed | None:
    """Return the row as it is now, locked until the transaction ends; None if it was deleted."""
    rows = PartnerFeed.objects.select_for_update(of=("self",)).select_related("publication")
    return rows.filter(pk=feed.pk).first()
