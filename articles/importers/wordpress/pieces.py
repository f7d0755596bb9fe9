"""What the steps of a conversion share: the losses, and the few pieces of HTML that they write."""

from html import escape
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from newsroom.lib.embeds import recognise


class Losses(dict[str, None]):
    """The sentences about what could not be kept, each once, in order."""

    def add(self, sentence: str) -> None:
        self[sentence] = None


def figure(attributes: str, caption: str = "") -> str:
    legend = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"<figure {attributes}>{legend}</figure>"


def embed(address: str) -> str | None:
    """Return the figure of a recognised post or video, else None."""
    address = address.strip()
    found = recognise(f"https:{address}" if address.startswith("//") else address)
    return figure(f'data-embed="{escape(found.url)}"') if found else None


def link(address: str) -> str:
    return f'<p><a href="{escape(address)}">{escape(address, quote=False)}</a></p>'


def host_of(address: str) -> str:
    try:
        return urlsplit(address.strip()).hostname or _("nowhere")
    except ValueError:
        return _("nowhere")
