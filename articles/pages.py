"""Static pages: mentions légales, confidentialité, publicité… Articles of kind page, linked from every footer."""

from django.utils import timezone

from articles.models import Article
from articles.workflow import Kind
from newsroom.publications.models import Publication

LEGAL_NOTICE_SLUGS = {"mentions-legales", "legal-notice"}


def footer_pages(publication: Publication) -> list[Article]:
    """The publication's live static pages, in the order they were first published. One query."""
    pages = publication.articles.live(timezone.now()).filter(kind=Kind.PAGE, live__kind=Kind.PAGE)
    return list(pages.select_related("live").order_by("published_at", "pk"))


def has_legal_notice(publication: Publication) -> bool:
    """Whether a live page of the publication is its legal notice."""
    return any(page.live.slug in LEGAL_NOTICE_SLUGS for page in footer_pages(publication) if page.live)
