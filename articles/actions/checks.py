"""The checks between a draft and its readers ("Why can't I publish?"), the same in form, bulk action and schedule.

workflow.CHECKS says of each check whether it blocks or warns. The functions in CHECK_FUNCTIONS yield their findings.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.db.models import Case, F, When
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from articles.actions import changes
from articles.content import Content
from articles.models import Address, Article, Author, Image, Revision, Tag
from articles.models.address import WORDPRESS_QUERY, meant, normalise
from articles.models.article import change_in_force
from articles.presentation.body import images_in, links_in
from articles.presentation.links import is_served, list_at
from articles.workflow import CHECKS, Change, Finding, Kind, Refused, Unconfirmed
from newsroom.lib.batches import batched
from newsroom.lib.text import likeness
from newsroom.publications.models import Host, Publication

LONGEST_HEADLINE = 110  # beyond it search engines and social cards cut: developers.google.com, Article structured data
SISTER_HOURS = 48
MIN_LIKENESS = 0.6  # of likeness(): two headlines of one event share more than half of their words
MAX_SISTERS = 500  # the newest articles of the sister sites
LINKS_AT_ONCE = 400  # addresses asked for in one query


@dataclass(frozen=True)
class Proposal:
    """What is checked: a content proposed for readers, and where and when they get it.

    `article` is None in an import: only the content is checked then. `at` is the time at which readers get it, `change`
    the revision that names the class of a change to a live article.
    """

    content: Content
    article: Article | None
    now: dt.datetime
    at: dt.datetime
    change: Revision | None = None

    @cached_property
    def images(self) -> list[Image]:
        lead = [self.content.lead_image] if self.content.lead_image else []
        return list(dict.fromkeys([*lead, *Image.objects.filter(pk__in=images_in(self.content.body))]))

    @property
    def today(self) -> dt.date:
        """The day of its publication in the publication's time zone."""
        return (self.at.astimezone(self.article.publication.zone) if self.article else self.at).date()

    @property
    def is_page(self) -> bool:
        return self.content.kind == Kind.PAGE


def _finding(check: str, message: str, about: str = "") -> Finding:
    return Finding(check, message, CHECKS[check].blocks, about)


def required(proposal: Proposal) -> Iterator[Finding]:
    """Fields without which nothing is published."""
    content = proposal.content
    if not content.headline:
        yield _finding("headline", _("It has no headline."))
    if not content.body:
        yield _finding("body", _("Its body is empty."))
    if content.section is None and not proposal.is_page:
        yield _finding("section", _("It has no section."))
    if content.kind == Kind.SPONSORED and not content.sponsor:
        yield _finding("sponsor", _("A sponsored article names its sponsor."))


def images_described(proposal: Proposal) -> Iterator[Finding]:
    """WCAG 2.2, success criterion 1.1.1."""
    for image in proposal.images:
        if not image.alt:
            message = _("The image “%(label)s” has no alternative text.") % {"label": image.label}
            yield _finding("alt", message, str(image.pk))


def licences(proposal: Proposal) -> Iterator[Finding]:
    for image in proposal.images:
        if image.licence_expires and image.licence_expires < proposal.today:
            message = _("The licence of the image “%(label)s” has expired.") % {"label": image.label}
            yield _finding("licence", message, str(image.pk))


def expected(proposal: Proposal) -> Iterator[Finding]:
    """Fields that an article usually has."""
    content = proposal.content
    if proposal.is_page:
        return
    if not content.standfirst:
        yield _finding("standfirst", _("It has no standfirst."))
    if content.lead_image is None:
        yield _finding("lead_image", _("It has no lead image."))
    if not content.authors and content.kind != Kind.SPONSORED:
        yield _finding("byline", _("It has no byline."))


def headline_length(proposal: Proposal) -> Iterator[Finding]:
    length = len(proposal.content.headline)
    if length > LONGEST_HEADLINE:
        message = _("Its headline has %(n)d characters: search engines and cards cut it after %(most)d.")
        yield _finding("headline_length", message % {"n": length, "most": LONGEST_HEADLINE})


def internal_links(proposal: Proposal) -> Iterator[Finding]:
    """Links to any publication of this install lead somewhere, and to what readers have."""
    article = proposal.article
    if article is None:
        return
    wanted = _links_inside(proposal.content.body, article.publication)
    found = _targets({link for link in wanted.values() if link})
    for href, link in wanted.items():
        leads_to = found.get(link) if link else None
        if leads_to is None:
            yield _finding("dead_link", _("This link leads nowhere: %(link)s") % {"link": href}, href)
        elif leads_to.article and leads_to.article != article and not leads_to.article.is_live(proposal.at):
            message = _("Readers don’t have what this links to: %(link)s")
            yield _finding("hidden_link", message % {"link": href}, href)


@dataclass(frozen=True)
class Link:
    """An internal link: a publication's id, a normalised path, and the list that the path names, if any."""

    site: int
    path: str
    list: tuple[type[Tag] | type[Author], str] | None = None


@dataclass(frozen=True)
class Target:
    """What a link leads to: an article, or a list (`article` is None)."""

    article: Article | None = None


def _links_inside(body: str, home: Publication) -> dict[str, Link | None]:
    """Return the internal links of a body to articles and lists; None for an address that cannot be.

    One query if the body has links.
    """
    wanted: dict[str, Link | None] = {}
    hrefs = list(links_in(body))
    sites = dict(Host.objects.values_list("domain", "publication")) if hrefs else {}
    for href in hrefs:
        try:
            parts = urlsplit(href)
            host = parts.hostname
        except ValueError:
            continue
        site = sites.get(host) if host else home.pk
        if site is None or parts.scheme not in ("", "http", "https") or not (host or parts.path.startswith("/")):
            continue  # elsewhere, a mail address, an anchor of this page
        try:
            by_query = WORDPRESS_QUERY.match(parts.query) if parts.path in ("", "/") else None
            path = normalise(f"/?{by_query[0]}" if by_query else parts.path or "/")
        except ValueError:
            wanted[href] = None
            continue
        if not is_served(path):
            wanted[href] = Link(site, path, _list_meant(parts.path))
    return wanted


def _list_meant(path: str) -> tuple[type[Tag] | type[Author], str] | None:
    """Return the list that a path leads to, however it is spelt (articles/views/spellings.py)."""
    path = meant(path)
    if found := list_at(path):
        return found
    word, slash, slug = path.strip("/").partition("/")
    return list_at(f"/{word.lower()}/{slug}/") if slash else None


def _targets(links: Collection[Link]) -> dict[Link, Target]:
    """Return what each link leads to, without those that lead nowhere.

    A query for each LINKS_AT_ONCE of them, and two for the lists of tags and bylines.
    """
    rows: dict[tuple[int, str], Address] = {}
    for some in batched(sorted({link.path for link in links}), LINKS_AT_ONCE):
        known = Address.objects.select_related("article").filter(path__in=some)
        rows |= {(row.publication_id, row.path): row for row in known}
    found = {link: Target(rows[link.site, link.path].article) for link in links if (link.site, link.path) in rows}
    for model in (Tag, Author):
        named = {link: link.list[1] for link in links if link.list and link.list[0] is model}
        if named:
            slugs = {*named.values(), *(slug.lower() for slug in named.values())}  # a capital leads to small letters
            held = set(model._default_manager.filter(slug__in=slugs).values_list("slug", flat=True))
            found |= {link: Target() for link, slug in named.items() if held & {slug, slug.lower()}}
    return found


def sister_articles(proposal: Proposal) -> Iterator[Finding]:
    """A sister site has an article of nearly the same headline: place it here, link to it, or go on.

    Only before an article's first publication, and not of one that links to the other already.
    """
    article = proposal.article
    if article is None or article.live_id is not None or proposal.is_page:
        return
    since = proposal.now - dt.timedelta(hours=SISTER_HOURS)
    headline = Case(When(change_in_force(proposal.now), then=F("next__headline")), default=F("live__headline"))
    sisters = (
        Article.objects.live(proposal.now)
        .exclude(publication=article.publication)
        .exclude(live_kind=Kind.PAGE)
        .exclude(placements__publication=article.publication)
        .filter(published_at__gte=since)
        .order_by("-published_at")
    )
    # Some hundred headlines, for each article of a bulk step: rows are read of those alike alone.
    headlines = {
        pk: other
        for pk, other in sisters.values_list("pk", headline)[:MAX_SISTERS]
        if likeness(proposal.content.headline, other) >= MIN_LIKENESS
    }
    rows = Article.objects.select_related("publication").in_bulk(list(headlines)) if headlines else {}
    alike = [rows[pk] for pk in headlines if pk in rows]
    links = _links_inside(proposal.content.body, article.publication).values() if alike else ()
    linked = {(link.site, link.path) for link in links if link}
    for sister in alike:
        if (sister.publication_id, sister.path) not in linked:
            message = _("%(site)s has this already: “%(headline)s”.")
            params = {"site": sister.publication.name, "headline": headlines[sister.pk]}
            yield replace(
                _finding("sister", message % params, str(sister.pk)), article=sister.pk, url=sister.get_absolute_url()
            )


def embargo(proposal: Proposal) -> Iterator[Finding]:
    """Nobody outside the desk gets an article before its embargo ends, whoever publishes."""
    article = proposal.article
    if article and article.embargo_until and article.is_embargoed(proposal.at):
        message = _("It is under embargo until %(time)s.")
        yield _finding("embargo", message % {"time": article.publication.date(article.embargo_until)})


def change_classed(proposal: Proposal) -> Iterator[Finding]:
    """A change of more than a few characters to a live article has a class; a correction has a notice."""
    article, change = proposal.article, proposal.change
    if article is None or change is None or not article.was_published_by(proposal.now):
        return
    if not change.change and changes.needs_change_class(article.revision_at(proposal.now), proposal.content):
        message = _("Readers have this article: say whether the change is a typo, an update or a correction.")
        yield _finding("change", message)
    if change.change == Change.CORRECTION and not change.notice:
        yield _finding("notice", _("A correction tells readers what was wrong."))


CHECK_FUNCTIONS: tuple[Callable[[Proposal], Iterator[Finding]], ...] = (
    required, embargo, change_classed, images_described, internal_links, headline_length, expected, licences,
    sister_articles,
)  # fmt: skip


def findings(
    content: Content,
    article: Article | None,
    now: dt.datetime,
    at: dt.datetime | None = None,
    change: Revision | None = None,
) -> list[Finding]:
    """Return all findings in a prepared content that readers get at `at` (now, if None), blocking ones first."""
    proposal = Proposal(content, article, now, at or now, change)
    found = [finding for check in CHECK_FUNCTIONS for finding in check(proposal)]
    return sorted(found, key=lambda finding: not finding.blocks)


def warnings_to_confirm(
    article: Article, content: Content, now: dt.datetime, at: dt.datetime | None = None
) -> list[Finding]:
    """Return the warnings that a person must accept before readers get a proposal. Raises Refused with what blocks.

    A warning that what readers have already raises too is left out.
    """
    found = refuse_blocking(article, content, now=now, at=at, change=article.draft)
    if not found or article.live is None:
        return found
    already_live = {finding.key for finding in findings(Content.of(article.revision_at(now)), article, now)}
    return [finding for finding in found if finding.key not in already_live]


def refuse_blocking(
    article: Article, content: Content, *, now: dt.datetime, at: dt.datetime | None, change: Revision | None
) -> list[Finding]:
    """Raise Refused with the findings that block a draft; return the warnings."""
    found = findings(content, article, now, at, change)
    if blocking := [finding for finding in found if finding.blocks]:
        raise Refused(blocking)
    return found


def refuse_under_embargo(article: Article, at: dt.datetime) -> None:
    """Raise Refused if an article is under embargo at `at`."""
    if found := list(embargo(Proposal(Content(article.desk_headline), article, at, at))):
        raise Refused(found)


def refuse_without_change_class(article: Article, now: dt.datetime) -> None:
    """Raise Refused if the draft of a live article has no class of change, and needs one."""
    draft = article.draft
    if draft and (found := list(change_classed(Proposal(Content.of(draft), article, now, now, draft)))):
        raise Refused(found)


def refuse_or_confirm(
    article: Article,
    content: Content,
    *,
    now: dt.datetime,
    accept: Collection[str],
    asks: bool,
    at: dt.datetime | None = None,
) -> list[Finding]:
    """Check a draft that readers get at `at` (now, if None); return the warnings that were accepted.

    Raises Refused with what blocks; Unconfirmed with all warnings if the key of one is not in `accept` and there is a
    person to ask (`asks`).
    """
    asked = warnings_to_confirm(article, content, now, at)
    if not asks:
        return []
    if any(finding.key not in accept for finding in asked):
        raise Unconfirmed(asked)
    return asked


def accepted_note(accepted: Collection[Finding]) -> str:
    """Return the accepted warnings as a note for the log."""
    if not accepted:
        return ""
    return _("In spite of: %(findings)s") % {"findings": " ".join(finding.message for finding in accepted)}
