"""The policy of an article's thread: the article's own, else its section's, else the publication's settings."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from articles.models import Article
from articles.workflow import Kind
from comments.models import CommentSettings, ThreadPolicy
from comments.states import Mode
from newsroom.publications.models import Publication


def settings_of(publication: Publication) -> CommentSettings:
    """Return a publication's settings: its row, or the defaults, unsaved, where there is none. One query."""
    row = CommentSettings.objects.filter(publication=publication).first()
    return row or CommentSettings.with_defaults(publication)


@dataclass(frozen=True)
class Thread:
    """What an article's thread allows."""

    article: Article
    settings: CommentSettings
    mode: Mode
    closes_at: dt.datetime | None

    @property
    def is_premoderated(self) -> bool:
        """Whether a moderator reads each comment before it appears."""
        return self.mode == Mode.PREMODERATED

    def is_open(self, now: dt.datetime) -> bool:
        """Return whether a comment can be posted at `now`."""
        if self.mode == Mode.CLOSED or not self.article.is_live(now):
            return False
        return self.closes_at is None or now < self.closes_at

    def why_closed(self, now: dt.datetime) -> str:
        """Return the reason for a reader, in the active language; "" while the thread is open."""
        if self.is_open(now):
            return ""
        if self.mode != Mode.CLOSED and self.closes_at is not None and self.article.is_live(now):
            return _("Comments closed on %(time)s.") % {"time": self.article.publication.date(self.closes_at)}
        return _("Comments are closed.")


def thread_of(
    article: Article,
    settings: CommentSettings,
    now: dt.datetime,
    of_sections: Sequence[ThreadPolicy] | None = None,
) -> Thread:
    """Return what an article's thread allows, by the section and kind of the revision that readers have at `now`.

    One query, where the article was read with its `live` and `next`. `of_sections`: the policies of the publication's
    sections, where they are known. A static page is closed unless its own policy says
    otherwise; so is an article that was never published.
    """
    revision = article.revision_at(now) if article.live_id else None
    section = revision.section_id if revision else None
    which = (
        Q(article=article)
        if of_sections is not None
        else Q(article=article) | Q(section__isnull=False, section=section)
    )
    policies = list(ThreadPolicy.objects.filter(which))
    policies += [policy for policy in of_sections or () if section and policy.section_id == section]
    policies.sort(key=lambda policy: policy.article_id is None)  # the article's own first
    mode = next((policy.mode for policy in policies if policy.mode), None)
    if mode is None:
        mode = Mode.CLOSED if revision is None or revision.kind == Kind.PAGE else settings.mode
    days = next((policy.closes_after for policy in policies if policy.closes_after is not None), settings.closes_after)
    own = next((policy for policy in policies if policy.article_id), None)
    if own and own.mode == Mode.OPEN and own.closes_after is None:
        days = None  # opened by hand, it stays so
    begins = article.published_at
    closes_at = begins + dt.timedelta(days=days) if days is not None and begins else None
    return Thread(article, settings, Mode(mode), closes_at)
