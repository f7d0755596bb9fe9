"""Parts shared by the steps of a conversion: the losses, and the few pieces of HTML that both write."""

from html import escape
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from newsroom.lib.embeds import recognise


class Losses(dict[str, None]):
    """Sentences about what could not be kept, each once, in order."""

    def add(self, sentence: str) -> None:
        """Add a sentence, if it is not there yet."""
        self[sentence] = None


def figure(attributes: str, caption: str = "") -> str:
    """Return a figure with these attributes, as written in a start tag, and a caption in HTML."""
    figcaption = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"<figure {attributes}>{figcaption}</figure>"


def embed(address: str) -> str | None:
    """Return the figure that embeds a post or video of a known service, else None."""
    address = address.strip()
    recognised = recognise(f"https:{address}" if address.startswith("//") else address)
    return figure(f'data-embed="{escape(recognised.url)}"') if recognised else None


def link(address: str) -> str:
    """Return a paragraph with a link to an address."""
    return f'<p><a href="{escape(address)}">{escape(address, quote=False)}</a></p>'


def host_of(address: str) -> str:
    """Return the host of an address, "nowhere" (translated) if it has none."""
    try:
        return urlsplit(address.strip()).hostname or _("nowhere")
    except ValueError:
        return _("nowhere")
