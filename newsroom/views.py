"""What every publication serves beside its articles: its face, its pictures, its word to robots."""

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.static import serve

from newsroom.pagecache.tags import add_cache_tags
from newsroom.requests import PublicRequest

FOR_EVER = "public, max-age=31536000, immutable"


def rendition(request: PublicRequest, path: str) -> HttpResponse:
    """A rendition of a picture. Its name is its content's hash, so browsers keep it for ever."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = FOR_EVER
    return response  # type: ignore[return-value]


def face(request: PublicRequest, fingerprint: str) -> HttpResponse:
    """The publication's colours as a stylesheet of their own, so that no page needs `style=`."""
    publication = _publication(request, fingerprint)
    return _kept(HttpResponse(publication.face_css(), content_type="text/css; charset=utf-8"), publication)


def icon(request: PublicRequest, fingerprint: str) -> HttpResponse:
    """The publication's icon: its initial on its accent colour."""
    publication = _publication(request, fingerprint)
    return _kept(HttpResponse(publication.icon_svg(), content_type="image/svg+xml"), publication)


def favicon(request: PublicRequest) -> HttpResponse:
    """Where old browsers look for the icon."""
    publication = request.publication
    return redirect(publication.icon_path)


# Robots whose makers say that they gather text to train models, and that they obey.
MINERS = (
    "AI2Bot Amazonbot anthropic-ai Applebot-Extended Bytespider CCBot ClaudeBot cohere-ai Diffbot FacebookBot "
    "Google-Extended GPTBot ImagesiftBot Meta-ExternalAgent Omgilibot PetalBot Timpibot"
).split()


def robots(request: PublicRequest) -> HttpResponse:
    """What robots may read: what readers may, but pages of one reader's own; and the sitemaps (RFC 9309)."""
    publication = request.publication
    lines = ["User-agent: *", "Disallow: /c/", "Disallow: /preview/", "Allow: /"]
    if publication and publication.mining_reserved:
        lines += ["", *(f"User-agent: {name}" for name in MINERS), "Disallow: /"]
    if publication:
        lines += ["", *(f"Sitemap: {publication.origin}/{name}" for name in ("sitemap.xml", "sitemap-news.xml"))]
    response = HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
    return add_cache_tags(response, publication.cache_tag) if publication else response


def mining(request: PublicRequest) -> HttpResponse:
    """Whether text and data mining is reserved, for programs (W3C TDM Reservation Protocol)."""
    publication = request.publication
    if publication is None:
        raise Http404
    response = JsonResponse([{"location": "/", "tdm-reservation": int(publication.mining_reserved)}], safe=False)
    return add_cache_tags(response, publication.cache_tag)


def _publication(request: PublicRequest, fingerprint: str):  # type: ignore[no-untyped-def]
    publication = request.publication
    if publication is None or fingerprint != publication.face_fingerprint:
        raise Http404
    return publication


def _kept(response: HttpResponse, publication) -> HttpResponse:  # type: ignore[no-untyped-def]
    response.headers["Cache-Control"] = FOR_EVER
    return add_cache_tags(response, publication.cache_tag)
