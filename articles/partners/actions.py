"""Doors of the desk to partners' feeds: which are asked, whether their pictures are shown, what readers don't see."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions.base import require
from articles.models import PartnerFeed, PartnerItem
from articles.partners.pictures import bring_pictures, forget_all_of
from articles.presentation import cache_tags
from articles.workflow import Finding, Refused
from newsroom.pagecache.tags import invalidate
from newsroom.worker.queue import enqueue

SAID = ("name", "url", "every", "is_polled", "shows_pictures", "credit")


@transaction.atomic
def save(feed: PartnerFeed, *, by: Any) -> PartnerFeed:
    """Writes what the desk says of a feed; how its polling goes stays as it is. It is asked at once if it is new, has
    another address, or was not asked before. Raises Forbidden, Refused."""
    require(by, "partner.change", feed.publication)
    if feed.shows_pictures and not feed.credit.strip():
        raise Refused([Finding("credit", _("Say whom their pictures are credited to."))])
    before = PartnerFeed.objects.select_for_update().filter(pk=feed.pk).first() if feed.pk else None
    if before is None:
        feed.due_at = timezone.now()
        feed.save()
        return feed
    fields = list(SAID)
    if feed.every < before.every:
        feed.due_at = min(before.due_at, timezone.now() + dt.timedelta(minutes=feed.every))
        fields.append("due_at")
    if (feed.url, feed.is_polled) != (before.url, before.is_polled):
        feed.due_at, feed.failures, feed.trouble, feed.detail = timezone.now(), 0, "", ""
        feed.etag = feed.last_modified = ""
        fields += ["due_at", "failures", "trouble", "detail", "etag", "last_modified"]
    feed.save(update_fields=[*fields, "changed_at"])
    if before.shows_pictures and not feed.shows_pictures:
        forget_all_of(feed)
    elif feed.shows_pictures and not before.shows_pictures:
        feed.items.update(picture_asked=False)
        enqueue(bring_pictures, feed=feed.pk)
    invalidate({cache_tags.partner(feed)})
    return feed


@transaction.atomic
def drop(feed: PartnerFeed, *, by: Any) -> None:
    """Forgets a feed, its headlines and their pictures. Raises Forbidden."""
    require(by, "partner.change", feed.publication)
    invalidate({cache_tags.partner(feed)})
    forget_all_of(feed)
    feed.delete()


@transaction.atomic
def hide(item: PartnerItem, *, by: Any, hidden: bool = True) -> None:
    """Takes a headline from readers, whatever this feed or another of the publication goes on saying; or gives it back.
    Raises Forbidden."""
    require(by, "partner.hide", item.feed.publication)
    twins = PartnerItem.objects.filter(feed__publication=item.feed.publication_id, link_key=item.link_key)
    invalidate({cache_tags.partner(feed) for feed in PartnerFeed.objects.filter(items__in=twins)})
    twins.update(is_hidden=hidden)
