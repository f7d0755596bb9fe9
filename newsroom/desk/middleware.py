"""Middleware of the desk: files that are sent to it, its time zone."""

from collections.abc import Callable

from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpResponse
from django.utils import timezone

from newsroom.desk.current import current_publication
from newsroom.requests import SiteRequest

Handler = Callable[[SiteRequest], HttpResponse]


def uploads(get_response: Handler) -> Handler:
    """Take files at the desk, of people who have signed in; elsewhere settings.FILE_UPLOAD_HANDLERS skip them."""

    def middleware(request: SiteRequest) -> HttpResponse:
        if request.is_desk and request.method == "POST" and request.user.is_staff:
            request.upload_handlers = [MemoryFileUploadHandler(request), TemporaryFileUploadHandler(request)]
        return get_response(request)

    return middleware


def desk_time(get_response: Handler) -> Handler:
    """Activate, at the desk, the time zone of the current publication."""

    def middleware(request: SiteRequest) -> HttpResponse:
        publication = current_publication(request) if request.is_desk else None
        if publication is None:
            return get_response(request)
        with timezone.override(publication.zone):
            response = get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
            return response

    return middleware
