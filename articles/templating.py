"""What readers' templates may use of articles: moments in house style, pictures, addresses of feeds."""

import datetime as dt

from django.core.files.storage import default_storage
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext_lazy
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import escape

from articles.presentation.links import feed_url, search_url
from articles.presentation.pictures import picture, rendition_url
from newsroom.publications.models import Publication
from newsroom.templating import PageNames


@pass_context
def house_time(context: Context, moment: dt.datetime) -> SafeString:
    """Return a moment as a `<time>` element, in the style and time zone of the page's publication.

    `<time datetime="2025-02-10T11:30:00+01:00">10 Fév. 2025 • 11:30</time>`
    """
    publication: Publication = context["publication"]
    local = moment.astimezone(publication.zone)
    iso, shown = local.isoformat(timespec="seconds"), escape(publication.date(local))
    return mark_safe(f'<time datetime="{iso}">{shown}</time>')  # noqa: S308 (escaped)


def media_url(name: str) -> str:
    """Return the address of a stored file by its storage name."""
    return default_storage.url(name)


# What base.html and listing.html ask of every page, and a page need not say.
UNSAID = {
    "preview": "", "noindex": False, "revision": None, "canonical": "", "list_name": "", "page_note": "", "strips": (),
}  # fmt: skip
NAMES = PageNames(
    {
        **UNSAID, "house_time": house_time, "picture": picture, "rendition_url": rendition_url, "media_url": media_url,
        "feed_url": feed_url, "search_url": search_url, "by_label": pgettext_lazy("byline", "By"),
    }
)  # fmt: skip
