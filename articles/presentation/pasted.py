"""An address of a site as somebody pastes it, with or without https://, and what it leads to there."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone

from articles.models import Address, Article
from articles.models.address import meant, normalise
from articles.presentation.links import has_route
from newsroom.publications.models import Host, Publication


class NotHere(Exception):
    """An address at which this site has nothing. `elsewhere` is the publication of this install that it names."""

    def __init__(self, elsewhere: Publication | None = None):
        super().__init__()
        self.elsewhere = elsewhere


@dataclass(frozen=True)
class Pasted:
    """The path that an address names, and the article that it leads to, if it is one's."""

    path: str
    article: Article | None


def resolve_pasted(address: str, at: Publication) -> Pasted:
    """Return what a pasted address leads to on the site `at`: a page, or an article that readers have or had.

    Without a host, it is a path of the site. Any address that an article ever had leads to it, WordPress's `?p=12` too
    (articles/views/resolve.py). Raises NotHere. Three queries at most.
    """
    site, spellings = parted(address, at)
    if site != at:
        raise NotHere(site)
    rows = Address.objects.filter(publication=at, path__in=set(spellings))
    rows = rows.select_related("article__live", "article__next")
    row = min(rows, key=lambda row: spellings.index(row.path), default=None)
    article = row.article if row else None
    if article is not None:
        if not article.was_published_by(timezone.now()):
            raise NotHere
        article.publication = at
    elif row is None and not has_route(spellings[-1]):
        raise NotHere
    return Pasted(spellings[-1] if row is None else row.path, article)


def parted(address: str, at: Publication) -> tuple[Publication, list[str]]:
    """Return the site that an address names, `at` where it names no host, and its path there: as it is spelt, and as it
    was probably meant, WordPress's query with it. Raises NotHere. Up to two queries."""
    host, path = _parts(address, at)
    site = at
    if host:
        found = Host.objects.at(host.removeprefix("www.")) or Host.objects.at(host)
        if found is None:
            raise NotHere
        site = found.publication
    try:
        return site, [normalise(path), normalise(meant(path))]
    except ValueError as error:
        raise NotHere from error


def _parts(address: str, at: Publication) -> tuple[str, str]:
    text = address.strip()
    if "://" not in text and not text.startswith("/"):
        first = text.partition("/")[0].partition("?")[0]
        is_host = "." in first or ":" in first or first == at.domain
        text = f"//{text}" if is_host else f"/{text}"
    try:
        parts = urlsplit(text)
        host, query = parts.hostname or "", parse_qs(parts.query)
    except ValueError as error:
        raise NotHere from error
    for name in ("p", "page_id"):
        if parts.path in ("", "/") and query.get(name):
            return host, f"/?{name}={query[name][0]}"
    return host, parts.path or "/"
