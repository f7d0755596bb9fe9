"""Assigning addresses to articles and sections, so that none ever assigned is lost. For other actions."""

import datetime as dt
import re

from articles.models import Address, Article, Author, Revision, Section, Tag
from articles.models.address import TARGETS, normalise
from articles.presentation.links import has_route
from articles.workflow import Kind
from newsroom.publications.models import PERMALINK_TOKEN, Publication
from newsroom.publications.words import FORMS_OF_PAGES, reserved_words


def _name(target: Article | Section | Tag | Author) -> str:
    """Return the column of Address for a kind of target."""
    return target._meta.model_name or ""


def permalink(article: Article, revision: Revision, published_at: dt.datetime) -> str:
    """Return the path that the publication's permalink pattern gives an article now; a static page's is its slug."""
    publication = article.publication
    if revision.kind == Kind.PAGE:
        return normalise(revision.slug or str(article.pk))
    local = published_at.astimezone(publication.zone)
    values = {
        "section": revision.section.slug if revision.section else "",
        "slug": revision.slug or str(article.pk),
        "id": str(article.pk),
        "year": f"{local:%Y}",
        "month": f"{local:%m}",
        "day": f"{local:%d}",
    }
    return normalise(PERMALINK_TOKEN.sub(lambda match: values[match[1]], publication.permalink))


def _unreserved(path: str) -> str:
    """Return a path that no page of the site's own hides: its first step is numbered if it is reserved, its last if
    the path still has a route, or is a form of the page above it ("/science/feed/")."""
    first, *rest = path.strip("/").split("/")
    if first in reserved_words():
        first = f"{first}-2"
    steps = [first, *rest]
    path = f"/{'/'.join(steps)}/"
    if (rest and steps[-1] in FORMS_OF_PAGES) or has_route(path):
        steps[-1] += "-2"
    return f"/{'/'.join(steps)}/"


def assign(publication: Publication, path: str, target: Article | Section) -> str:
    """Make a path canonical for its target, and return it: with -2, -3… at its end where another target has it.

    The path that was canonical before stays, and redirects. Inside the transaction of an action.
    """
    path = wanted = _unreserved(path)
    number = 1
    while not _claim(publication, path, target):
        number += 1
        path = re.sub(r"/\Z", f"-{number}/", wanted)
    return path


def _claim(publication: Publication, path: str, target: Article | Section) -> bool:
    """Make a path canonical for its target unless it is another target's canonical one; a mere redirect gives way.

    The row is locked before it is read: another action may claim the same path at the same moment.
    """
    own = {_name(target): target}
    row, _ = Address.objects.select_for_update().get_or_create(publication=publication, path=path, defaults=own)
    if row.canonical and getattr(row, f"{_name(target)}_id") != target.pk:
        return False
    Address.objects.filter(canonical=True, **own).exclude(pk=row.pk).update(canonical=False)
    for name in TARGETS:
        setattr(row, name, own.get(name))
    row.canonical = True
    row.save()
    return True


def remember(publication: Publication, path: str, target: Article | Section | Tag | Author) -> bool:
    """Keep an old path as a redirect to its target. Return False if the path leads elsewhere already."""
    try:
        path = normalise(path)
    except ValueError:
        return False
    own = {_name(target): target}
    if path == "/":
        return False
    address, _ = Address.objects.get_or_create(publication=publication, path=path, defaults=own)
    return bool(getattr(address, f"{_name(target)}_id") == target.pk)
