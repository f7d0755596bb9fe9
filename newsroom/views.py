"""Views of what every publication serves beside its articles: colours, icon, images, robots.txt, tdmrep.json."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since

from newsroom.pagecache.tags import add_cache_tags
from newsroom.publications.models import Publication
from newsroom.requests import PublicRequest

CACHE_FOR_EVER = "public, max-age=31536000, immutable"
# The formats of renditions (articles.models.image.FORMATS). Named here: what a system knows of AVIF differs.
CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}


@require_safe
def rendition(request: PublicRequest, name: str) -> HttpResponseBase:
    """Return a rendition of an image from the default storage. Raises Http404 where there is none.

    `name` is its storage name, a fixed pattern (newsroom/urls.py). It is made from the content, so that browsers keep
    the file for ever; to one that asks again (If-Modified-Since) the answer is 304.
    """
    try:
        file = default_storage.open(name)
        modified_at = default_storage.get_modified_time(name)
    except FileNotFoundError as error:
        raise Http404 from error
    response: HttpResponseBase
    if was_modified_since(request.headers.get("If-Modified-Since"), modified_at.timestamp()):
        response = FileResponse(file, content_type=CONTENT_TYPES[name.rpartition(".")[2]])
    else:
        file.close()
        response = HttpResponseNotModified()
    response.headers["Last-Modified"] = http_date(modified_at.timestamp())
    response.headers["Cache-Control"] = CACHE_FOR_EVER
    return response


def face(request: PublicRequest, fingerprint: str) -> HttpResponse:
    """Return the publication's colours as a stylesheet of their own, so that no page needs `style=`."""
    publication = _publication_of(request, fingerprint)
    return _cached_for_ever(HttpResponse(publication.face_css(), content_type="text/css; charset=utf-8"), publication)


def icon(request: PublicRequest, fingerprint: str) -> HttpResponse:
    """Return the publication's icon: its initial on its accent colour."""
    publication = _publication_of(request, fingerprint)
    return _cached_for_ever(HttpResponse(publication.icon_svg(), content_type="image/svg+xml"), publication)


def favicon(request: PublicRequest) -> HttpResponse:
    """Redirect from where old browsers look for the icon."""
    return redirect(request.publication.icon_path)


# Robots whose makers say that they gather text to train models, and that they obey.
TRAINING_ROBOTS = (
    "AI2Bot Amazonbot anthropic-ai Applebot-Extended Bytespider CCBot ClaudeBot cohere-ai Diffbot FacebookBot "
    "Google-Extended GPTBot ImagesiftBot Meta-ExternalAgent Omgilibot PetalBot Timpibot"
).split()


def robots(request: PublicRequest) -> HttpResponse:
    """Return what robots may read, and the sitemaps (RFC 9309): what readers may, but pages of one reader's own."""
    publication = request.publication
    lines = ["User-agent: *", "Disallow: /c/", "Disallow: /preview/", "Allow: /"]
    if publication.mining_reserved:
        lines += ["", *(f"User-agent: {name}" for name in TRAINING_ROBOTS), "Disallow: /"]
    sitemaps = ["sitemap-index", "sitemap-news"]
    if publication.compares_prices:
        sitemaps.append("sitemap-of-products")
    lines += ["", *(f"Sitemap: {publication.origin}{reverse(name)}" for name in sitemaps)]
    response = HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
    return add_cache_tags(response, publication.cache_tag)


def mining(request: PublicRequest) -> HttpResponse:
    """Return, for programs, whether text and data mining is reserved (W3C TDM Reservation Protocol)."""
    publication = request.publication
    response = JsonResponse([{"location": "/", "tdm-reservation": int(publication.mining_reserved)}], safe=False)
    return add_cache_tags(response, publication.cache_tag)


def _publication_of(request: PublicRequest, fingerprint: str) -> Publication:
    publication = request.publication
    if fingerprint != publication.face_fingerprint:
        raise Http404
    return publication


def _cached_for_ever(response: HttpResponse, publication: Publication) -> HttpResponse:
    response.headers["Cache-Control"] = CACHE_FOR_EVER
    return add_cache_tags(response, publication.cache_tag)
