"""Addresses of pages of readers' messages: /contact/, by the word of the publication's language."""

from urllib.parse import urlencode

from django.urls import reverse

from newsroom.publications.models import Publication


def contact_url(publication: Publication, article: int | None = None, subject: str = "", sent: str = "") -> str:
    """Return the address of the form by which readers write to the desk.

    `article` is the id of the one that it is about, `subject` one of states.Subject; `sent` is the subject of what was
    sent just now, for the page that thanks for it.
    """
    said = {"article": article, "subject": subject, "sent": sent}
    query = urlencode({name: value for name, value in said.items() if value})
    path = reverse(f"contact-{publication.language}")
    return f"{path}?{query}" if query else path
