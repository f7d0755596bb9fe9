"""The publications of the signed-in person, and the one that they work on now."""

from django.http import HttpRequest

from newsroom.publications.models import Publication

SESSION_KEY = "publication"


def publications_of(request: HttpRequest) -> list[Publication]:
    """Return the publications that the signed-in person works for. One query a request."""
    if not hasattr(request, "_desk_publications"):
        user = request.user
        rows = list(Publication.objects.for_user(user)) if user.is_authenticated else []
        request._desk_publications = rows  # type: ignore[attr-defined]  # ours: kept for the request
    return request._desk_publications  # type: ignore[attr-defined,no-any-return]  # as above


def current_publication(request: HttpRequest) -> Publication | None:
    """Return the one chosen in the switcher, else the first; None for a person who works for none."""
    own = publications_of(request)
    chosen = request.session.get(SESSION_KEY)
    return next((row for row in own if row.pk == chosen), own[0] if own else None)


def posted_publication(request: HttpRequest) -> Publication | None:
    """Return the publication that a form was opened for, whatever another tab switched to meanwhile.

    The current one where the form names none; None if it is not this person's.
    """
    posted_id = request.POST.get("publication", "")
    if not posted_id:
        return current_publication(request)
    return next((row for row in publications_of(request) if str(row.pk) == posted_id), None)


def switch(request: HttpRequest, publication_id: str) -> Publication | None:
    """Make a publication the current one, and return it. None, and no change, if it is not this person's."""
    for row in publications_of(request):
        if str(row.pk) == publication_id:
            if request.session.get(SESSION_KEY) != row.pk:  # each change is a write
                request.session[SESSION_KEY] = row.pk
            return row
    return None
