"""Articles, their bylines as readers have them, and their placements on sites."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from articles.models.author import Author
from articles.models.image import Image
from articles.models.listing import Listed, live_at
from articles.models.revision import Revision
from articles.models.section import Section
from articles.models.tag import TaggedArticle
from articles.workflow import Change, Kind, Pending, Stage, Standing
from newsroom.publications.models import Publication
from newsroom.timestamps import Timestamped


def change_in_force(now: dt.datetime) -> Q:
    """Return the condition for articles whose `next` readers have at `now`, before apply_due() wrote it into `live`."""
    return Q(next_at__lte=now)


class ArticleQuerySet(models.QuerySet["Article"]):
    def live(self, now: dt.datetime) -> Self:
        """Return the articles that readers can read at `now`, static pages included."""
        return self.filter(live_at(now), live__isnull=False)

    def unreviewed(self, now: dt.datetime) -> Self:
        """Return the live articles that no editor has read. One whose scheduled change is in force was read."""
        return self.live(now).filter(unreviewed=True).exclude(change_in_force(now))

    def scheduled(self, now: dt.datetime) -> Self:
        """Return the articles whose publication is pending."""
        unless_withdrawn = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=now)
        return self.filter(unless_withdrawn, live__isnull=False, published_at__gt=now)

    def due(self, now: dt.datetime) -> Self:
        """Return the articles with a time that has come and is not applied yet (actions/base.py, apply_due)."""
        return self.filter(due_at__lte=now)

    def showing(self, image: Image) -> Self:
        """Return the articles whose live, next or draft revision shows an image, as its lead or in its body."""
        revisions = image.revision_links.values("revision")
        return self.filter(Q(live__in=revisions) | Q(next__in=revisions) | Q(draft__in=revisions))

    def visible_to(self, user: Any) -> Self:
        """Return the articles that a user may see at the desk: those of the publications where they have a role."""
        if user.is_superuser:
            return self
        return self.filter(publication__in=Publication.objects.filter(memberships__user=user))


def _desk_index(name: str, *columns: str, condition: Q | None = None) -> models.Index:
    """An index for a list of the desk: by its columns, then the last saved first."""
    return models.Index(
        "publication", *columns, models.F("saved_at").desc(), models.F("id").desc(), name=name, condition=condition
    )


class Article(Timestamped):
    """An article: its identity, with pointers to its revisions. Written by actions only; never deleted."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="articles", verbose_name=_("publication"))
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.DRAFT)

    live = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+", verbose_name=_("live"))
    next = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+", verbose_name=_("next"))
    next_at = models.DateTimeField(_("next from"), null=True)
    draft = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+", verbose_name=_("draft"))

    # The revision that an editor approved: the draft, unless somebody saved since.
    approved = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+", verbose_name=_("approved"))
    unreviewed = models.BooleanField(_("published unreviewed"), default=False)  # until somebody has read it

    # The first of its times that is not applied to the row and the log yet; None if nothing is pending.
    due_at = models.DateTimeField(null=True, editable=False)
    embargo_until = models.DateTimeField(_("embargo until"), null=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("assigned to")
    )
    deadline = models.DateTimeField(_("deadline"), null=True)  # for whoever writes it; readers never see it

    published_at = models.DateTimeField(_("published"), null=True)
    updated_at = models.DateTimeField(_("updated, as readers are told"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawal_notice = models.TextField(_("notice in its place"), blank=True)
    path = models.CharField(max_length=500, blank=True)  # of its canonical Address; "" until first published
    live_kind = models.CharField(max_length=20, choices=Kind, blank=True, editable=False)  # that of `live`
    # Whether search engines may list it: not if it has `noindex`, or if its canonical address is another site's.
    is_indexable = models.BooleanField(default=True, editable=False)
    # How many comments readers see; written by comments/actions/counts.py. Pingbacks are counted apart.
    comment_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)
    pingback_count = models.PositiveIntegerField(_("pingbacks"), default=0, editable=False)

    # What the desk's lists show and filter by: columns of the *working* revision, which may be a draft that no reader
    # has. What readers have is in the revision of revision_at(now); their lists read Placement.
    desk_kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.NEWS)
    desk_headline = models.CharField(_("headline"), max_length=300)
    desk_section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="+", verbose_name=_("section"))
    desk_first_author = models.ForeignKey(
        Author, models.PROTECT, null=True, related_name="+", verbose_name=_("first byline")
    )
    saved_at = models.DateTimeField(_("last saved"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("begun by")
    )

    tags = TaggableManager(through=TaggedArticle, blank=True)
    bylines = models.ManyToManyField(Author, through="Byline", related_name="articles")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-saved_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(live__isnull=True) | (Q(published_at__isnull=False) & ~Q(path="")),
                name="live_has_time_and_path",
            ),
            models.CheckConstraint(
                condition=Q(live__isnull=True, live_kind="") | (Q(live__isnull=False) & ~Q(live_kind="")),
                name="live_has_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(next__isnull=True, next_at__isnull=True) | Q(next__isnull=False, next_at__isnull=False),
                name="next_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.APPROVED) | Q(approved=models.F("draft")), name="approved_names_the_draft"
            ),
        ]
        indexes = [
            _desk_index("desk_list"),
            _desk_index("desk_by_section", "desk_section"),
            _desk_index("desk_by_author", "desk_first_author"),
            _desk_index("desk_by_kind", "desk_kind"),
            # Few among many: each is an index of its own, which holds only those.
            _desk_index("desk_in_work", condition=Q(draft__isnull=False)),
            _desk_index("desk_ahead", condition=Q(due_at__isnull=False)),
            _desk_index("desk_unreviewed", condition=Q(unreviewed=True)),
            _desk_index("desk_withdrawn", condition=Q(withdrawn_at__isnull=False)),
            _desk_index("desk_assigned", "assigned_to", condition=Q(assigned_to__isnull=False)),
            models.Index("publication", "published_at", name="desk_by_time"),
            models.Index("publication", "next_at", name="desk_by_next_time", condition=Q(next_at__isnull=False)),
            models.Index("publication", "deadline", name="desk_by_deadline", condition=Q(deadline__isnull=False)),
            models.Index("due_at", name="due", condition=Q(due_at__isnull=False)),
            models.Index("publication", "live_kind", "published_at", name="footer_list"),
        ]

    def __str__(self) -> str:
        return self.desk_headline

    @property
    def working(self) -> Revision:
        """The revision that the desk works on: the draft, else what readers have or will have."""
        revision = self.draft or self.next or self.live
        assert revision is not None, "an article is made with its first draft"
        return revision

    def has_next_in_force(self, now: dt.datetime) -> bool:
        """Return whether readers have `next` at `now`: change_in_force(now) for one row."""
        return self.next_at is not None and self.next_at <= now

    def revision_at(self, now: dt.datetime) -> Revision:
        """Return the revision that readers have at `now`: `next` once its time has come. For published articles."""
        if self.has_next_in_force(now):
            assert self.next is not None, "a time has its revision"
            return self.next
        assert self.live is not None, "only a published article has a revision for readers"
        return self.live

    def is_live(self, now: dt.datetime) -> bool:
        """Return whether readers can read it at `now`: ArticleQuerySet.live(now) for one row."""
        return self.was_published_by(now) and not self.is_withdrawn(now)

    def is_withdrawn(self, now: dt.datetime) -> bool:
        """Return whether it is withdrawn at `now`."""
        return self.withdrawn_at is not None and self.withdrawn_at <= now

    def public_updated_at(self, now: dt.datetime) -> dt.datetime | None:
        """Return the time of the last update that its page shows at `now`. Typos and corrections do not change it."""
        if self.has_next_in_force(now) and self.revision_at(now).change == Change.UPDATE:
            return self.next_at
        return self.updated_at

    def map_entry(self, now: dt.datetime) -> tuple[str, dt.datetime] | None:
        """Return the path and the lastmod by which its site's sitemap lists it at `now`; None while it does not.

        Its lastmod is its latest update: typos and corrections do not change it.
        """
        if not (self.is_indexable and self.is_live(now)):
            return None
        assert self.published_at is not None, "what is live has a time"
        return self.path, self.public_updated_at(now) or self.published_at

    def map_changed_at(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the clock last changed its entry of the sitemap, of the times up to `now` that are not applied
        yet; None if it did not."""
        passed = [moment for moment in self.times.values() if self.due_at and self.due_at <= moment <= now]
        tick = dt.timedelta.resolution
        return max((at for at in passed if self.map_entry(at) != self.map_entry(at - tick)), default=None)

    def was_published_by(self, now: dt.datetime) -> bool:
        """Return whether it was published by `now`, even if it was withdrawn since."""
        return self.live_id is not None and self.published_at is not None and self.published_at <= now

    @property
    def times(self) -> dict[Pending, dt.datetime]:
        """The times at which the clock alone changes what readers have, passed or to come, by what happens then."""
        times = {
            Pending.PUBLICATION: self.published_at if self.live_id else None,
            Pending.CHANGE: self.next_at,
            Pending.WITHDRAWAL: self.withdrawn_at,
        }
        return {what: moment for what, moment in times.items() if moment}

    def pending(self, now: dt.datetime) -> frozenset[Pending]:
        """Return what is pending: the keys of `times` that are yet to come."""
        return frozenset(what for what, moment in self.times.items() if moment > now)

    def upcoming_times(self, now: dt.datetime) -> list[dt.datetime]:
        """Return those of its times that are yet to come, in order, each once."""
        return sorted({moment for moment in self.times.values() if moment > now})

    def set_due(self, now: dt.datetime) -> None:
        """Set `due_at` to the first of its times after `now`. For actions that change a time; they save the row."""
        self.due_at = next(iter(self.upcoming_times(now)), None)

    def next_due(self) -> Pending | None:
        """Return what happens at `due_at`; None if nothing is pending."""
        return next((what for what, moment in self.times.items() if moment == self.due_at), None)

    def is_embargoed(self, at: dt.datetime) -> bool:
        """Return whether an embargo forbids that readers have it at that time."""
        return self.embargo_until is not None and at < self.embargo_until

    def standing(self, now: dt.datetime) -> Standing:
        """Return what readers have of it at `now`."""
        if self.live_id is None:
            return Standing.UNPUBLISHED
        if self.is_withdrawn(now):
            return Standing.WITHDRAWN
        if not self.is_live(now):
            return Standing.SCHEDULED
        return Standing.UNREVIEWED if self.unreviewed and not self.has_next_in_force(now) else Standing.LIVE

    def belongs_to(self, user: Any) -> bool:
        """Return whether it is a user's own: they began it, are assigned to it, or sign its working revision."""
        if user.pk in (self.created_by_id, self.assigned_to_id):
            return True
        signs_as = Author.id_for_user(user)
        return signs_as is not None and signs_as in self.working.author_ids

    def get_absolute_url(self) -> str:
        """Return its canonical address with its origin; "" until it was published."""
        return self.publication.origin + self.path if self.path else ""


class Byline(Listed):
    """An author of an article as readers have it, in order. Written by actions only."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="byline_set")
    author = models.ForeignKey(Author, models.PROTECT, related_name="byline_set")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["article", "author"], name="byline_once")]
        indexes = [
            models.Index(
                "author", "publication", models.F("published_at").desc(), models.F("article").desc(), name="author_list"
            )
        ]

    def __str__(self) -> str:
        return str(self.author)


class Placement(Listed):
    """A publication that lists an article: its own, or a sister on which it was placed. Written by actions only."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="placements")
    kind = models.CharField(max_length=20, choices=Kind)
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "publication"], name="placed_once_on_a_site")]
        indexes = [
            models.Index("publication", models.F("published_at").desc(), models.F("article").desc(), name="home_list"),
            models.Index("section", models.F("published_at").desc(), models.F("article").desc(), name="section_list"),
            # A sister's article has no section on the site where it is placed: these are few.
            models.Index(
                "publication", models.F("published_at").desc(), name="placed_list", condition=Q(section__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article} → {self.publication}"
