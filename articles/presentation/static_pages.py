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
    """A static page as footers name it: as readers have it now."""

    path: str
    title: str
    slug: str

    @classmethod
    def of(cls, article: Article) -> "FooterPage":
        version = article.version_at(timezone.now())
        return cls(article.path, version.headline, version.slug)


def footer_pages(publication: Publication) -> list[FooterPage]:
    """The publication's live static pages, in the order they were first published. One query."""
    pages = publication.articles.live(timezone.now()).filter(live_kind=Kind.PAGE)
    rows = pages.select_related("live", "next").defer("live__body", "next__body").order_by("published_at", "pk")
    return [FooterPage.of(row) for row in rows]


def has_legal_notice(publication: Publication) -> bool:
    """Whether a live page of the publication is its legal notice."""
    return any(page.slug in LEGAL_NOTICE_SLUGS for page in footer_pages(publication))
