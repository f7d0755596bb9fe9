"""Who may comment where: the article's own policy, else its section's, else the publication's."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article
from articles.workflow import Kind
from comments.models import CommentSettings, ThreadPolicy
from comments.states import Mode
from newsroom.publications.models import Publication


def settings_of(publication: Publication) -> CommentSettings:
    """A publication's settings; the defaults, unsaved, where nobody has set any."""
    found = CommentSettings.objects.filter(publication=publication).first()
    return found or CommentSettings(publication=publication)


def locked_settings(publication: Publication) -> CommentSettings:
    """The same, saved, and locked until the transaction ends: posting comes one at a time, so that limits hold."""
    rows = CommentSettings.objects.select_for_update()
    return rows.filter(publication=publication).first() or rows.get_or_create(publication=publication)[0]


@dataclass(frozen=True)
class Thread:
    """What an article's thread allows."""

    article: Article
    settings: CommentSettings
    mode: Mode
    closes_at: dt.datetime | None

    def is_open(self, now: dt.datetime) -> bool:
        """Whether a comment can be written at `now`."""
        if self.mode == Mode.CLOSED or not self.article.is_live(now):
            return False
        return self.closes_at is None or now < self.closes_at

    def why_closed(self, now: dt.datetime) -> str:
        """For the reader who finds it so; "" while it is open."""
        if self.is_open(now):
            return ""
        if self.mode != Mode.CLOSED and self.closes_at is not None and self.article.is_live(now):
            return _("Comments closed on %(hour)s.") % {"hour": self.article.publication.date(self.closes_at)}
        return _("Comments are closed.")


def thread_of(article: Article, settings: CommentSettings) -> Thread:
    """The policy of an article's thread. One query. Static pages have none unless their own says otherwise."""
    version = article.version_at(timezone.now())
    rows = ThreadPolicy.objects.filter(Q(article=article) | Q(section__isnull=False, section=version.section_id))
    found = sorted(rows, key=lambda row: row.article_id is None)  # the article's own first
    mode = next((row.mode for row in found if row.mode), None)
    if mode is None:
        mode = Mode.CLOSED if version.kind == Kind.PAGE else settings.mode
    days = next((row.closes_after for row in found if row.closes_after is not None), settings.closes_after)
    own = next((row for row in found if row.article_id), None)
    if own and own.mode == Mode.OPEN and own.closes_after is None:
        days = None  # opened by hand, it stays so
    begins = article.published_at
    closes_at = begins + dt.timedelta(days=days) if days is not None and begins else None
    return Thread(article, settings, Mode(mode), closes_at)
