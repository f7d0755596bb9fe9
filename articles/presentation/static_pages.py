"""Static pages: mentions légales, confidentialité, publicité… Articles of kind page, linked from every footer."""

from dataclasses import dataclass

from django.utils import timezone

from articles.models import Article
from articles.workflow import Kind
from newsroom.lib.languages import LANGUAGES
from newsroom.publications.models import Publication

LEGAL_NOTICE_SLUGS = {language.legal_notice_slug for language in LANGUAGES.values()}


@dataclass(frozen=True)
class FooterPage:
    """A link to a static page in the footer: its path, and the title and slug of the revision that readers have."""

    path: str
    title: str
    slug: str

    @classmethod
    def of(cls, article: Article) -> "FooterPage":
        """Return the link to a live static page. No query if the row came with `live` and `next`."""
        revision = article.revision_at(timezone.now())
        return cls(article.path, revision.headline, revision.slug)


def footer_pages(publication: Publication) -> list[FooterPage]:
    """Return the links to a publication's live static pages, in the order of their publication. One query."""
    pages = publication.articles.live(timezone.now()).filter(live_kind=Kind.PAGE)
    rows = pages.select_related("live", "next").defer("live__body", "next__body").order_by("published_at", "pk")
    return [FooterPage.of(row) for row in rows]


def has_legal_notice(publication: Publication) -> bool:
    """Return whether a live static page of the publication is its legal notice, by its slug. One query."""
    return any(page.slug in LEGAL_NOTICE_SLUGS for page in footer_pages(publication))
