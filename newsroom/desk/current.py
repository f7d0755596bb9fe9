"""Which of their publications a person is working on now."""

from django.http import HttpRequest

from newsroom.publications.models import Publication

SESSION_KEY = "publication"


def publications_of(request: HttpRequest) -> list[Publication]:
    """The publications that the signed-in person works for. One query a request."""
    if not hasattr(request, "_desk_publications"):
        user = request.user
        rows = list(Publication.objects.for_user(user)) if user.is_authenticated else []
        request._desk_publications = rows  # type: ignore[attr-defined]
    return request._desk_publications  # type: ignore[attr-defined,no-any-return]


def current_publication(request: HttpRequest) -> Publication | None:
    """The one chosen in the switcher, else the first; None for a person who works for none."""
    mine = publications_of(request)
    chosen = request.session.get(SESSION_KEY)
    return next((row for row in mine if row.pk == chosen), mine[0] if mine else None)


def posted_publication(request: HttpRequest) -> Publication | None:
    """The one that a form was opened for, whatever another tab switched to meanwhile; the current one where the form
    names none. None if it is not this person's."""
    named = request.POST.get("publication", "")
    if not named:
        return current_publication(request)
    return next((row for row in publications_of(request) if str(row.pk) == named), None)


def switch(request: HttpRequest, publication_id: str) -> Publication | None:
    """Makes a publication the current one. None, and no change, if it is not this person's."""
    for row in publications_of(request):
        if str(row.pk) == publication_id:
            if request.session.get(SESSION_KEY) != row.pk:  # each change is a write
                request.session[SESSION_KEY] = row.pk
            return row
    return None
