"""The types of a request once the middlewares have seen it, at a publication's host and at the desk's; its client and
where it was sent from."""

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from newsroom.lib.client import Client, client_of
from newsroom.pagecache.parts import Making
from newsroom.publications.models import Publication


class SiteRequest(HttpRequest):
    """A request that `resolve_host` has seen. `publication` is None at the desk, and for static files and media."""

    publication: Publication | None
    is_desk: bool
    page: Making  # what its page is made of (newsroom/pagecache/requests.py)
    csp_nonce: str  # django-csp's: the nonce of inline scripts, made when it is first read


class PublicRequest(SiteRequest):
    """A request for a page of a publication: no view of public pages is reached without one."""

    publication: Publication
    in_section: tuple[int, bool] = (0, False)  # the id of the section that the page is in, and whether it is its list


class DeskRequest(SiteRequest):
    """A request for a page of the desk, by a person who has signed in."""

    user: User


def client(request: HttpRequest) -> Client:
    """Return the client of a request, as seen through NEWSROOM_TRUSTED_PROXIES and no others."""
    return client_of(request.META, settings.TRUSTED_PROXIES)


def is_from_here(request: HttpRequest) -> bool:
    """Return whether a POST comes from a page of its own site: by Fetch Metadata; by Origin or Referer where older."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    here = f"{request.scheme}://{request.get_host()}"
    if origin := request.headers.get("Origin"):
        return origin == here
    return request.headers.get("Referer", "").startswith(f"{here}/")
