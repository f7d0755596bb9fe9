"""What articles add to people who come and go: bylines, and the drafts that somebody leaves (accounts/extension.py)."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import planning, preview_links, taxonomy
from articles.models import Article, Author, PreviewLink
from articles.workflow import Stage
from newsroom.actions import action
from newsroom.publications.models import Publication


class People:
    """newsroom.accounts.extension.Desk, over authors and articles."""

    def bylines(self, people: Collection[int]) -> dict[int, str]:
        """Return the byline of each of these users who has one. One query."""
        return dict(Author.objects.filter(user__in=people).values_list("user", "name"))

    def check_byline(self, name: str, *, by: Any) -> None:
        """Raise ValidationError for a name that is somebody's; Forbidden where `by` may not change its byline."""
        _free_author(name, by=by)

    def give_byline(self, person: User, name: str, *, by: Any) -> None:
        """Link the byline of this name that is nobody's to a person, or add one. Keeps the one that they have."""
        give_byline(person, name, by=by)

    def successors(self, publication: Publication, person: User) -> QuerySet[Any]:
        """Return who writes for a publication, but for a person."""
        return planning.writers_of(publication).exclude(pk=person.pk)

    def hand_over(self, publication: Publication, person: User, *, to: User | None, by: Any) -> int:
        """Assign the unfinished articles of a person to another; close the links that they gave to strangers."""
        return hand_over(publication, person, to=to, by=by)


PEOPLE = People()


def unfinished(publication: Publication, person: User) -> QuerySet[Article]:
    """Return the articles that a person works on: assigned to them, or begun and nobody's yet."""
    theirs = Q(assigned_to=person) | Q(assigned_to=None, created_by=person)
    return Article.objects.filter(theirs, publication=publication).exclude(stage=Stage.PUBLISHED).order_by("pk")


@action
def give_byline(person: User, name: str, *, by: Any) -> Author:
    """Have a person sign with a name: an author of that name who is nobody, or a new one.

    Whoever has a byline keeps it. Raises ValidationError for a name that is somebody's, Forbidden.
    """
    own = Author.objects.filter(user=person).first()
    if own is not None:
        return own
    author = _free_author(name, by=by) or Author(name=name)
    author.user = person
    return taxonomy.save_author(author, by=by)


@action
def hand_over(publication: Publication, person: User, *, to: User | None, by: Any) -> int:
    """Assign the unfinished articles of a person to another, and return how many.

    The preview links that they made there are closed. Raises Forbidden, Refused; ValidationError where there are
    articles, and nobody to take them.
    """
    articles = list(unfinished(publication, person))
    if articles and to is None:
        raise ValidationError({"to": _("Say who takes over what they work on.")})
    for article in articles:
        planning.assign(article, to=to, by=by, deadline=article.deadline)
    links = PreviewLink.objects.filter(
        created_by=person, article__publication=publication, revoked_at=None, expires_at__gt=timezone.now()
    )
    for link in links.select_related("article", "article__publication"):
        preview_links.revoke(link, by=by)
    return len(articles)


def _free_author(name: str, *, by: Any) -> Author | None:
    """Return the author of this name who is nobody; None where there is none. Raises ValidationError, Forbidden."""
    if "," in name:
        raise ValidationError({"byline": _("A byline holds no comma: one author, one byline.")})
    found = list(Author.objects.filter(name__iexact=name)[:2])
    if not found:
        taxonomy.require_author(Author(name=name), by=by)
        return None
    if len(found) > 1 or found[0].user_id is not None:
        raise ValidationError({"byline": _("“%(name)s” signs somebody else’s articles.") % {"name": name}})
    taxonomy.require_author(found[0], by=by)
    return found[0]
