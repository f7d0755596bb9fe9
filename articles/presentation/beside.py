"""What stands beside an article: the latest articles, and strips."""

from articles.models.card_strip import StripArea
from articles.presentation.stream import latest
from articles.presentation.strips import strips_in
from newsroom.pagecache.fragments import Fragment
from newsroom.pagecache.parts import Making, part
from newsroom.publications.models import Publication
from newsroom.publications.parts import publication_of, rendered


@part
def beside(making: Making, publication: int) -> Fragment:
    """Make what stands beside a publication's articles. No query of its own; its cards are read with all others."""
    strips = making.inline(making.get(strips_in, publication, StripArea.BESIDE))
    return _aside(making, publication_of(making, publication), strips)


def aside(page: Making, on: Publication, strips: Fragment) -> Fragment:
    """Return the same with other strips, for the preview of one."""
    making = Making(page.reading)
    return _aside(making, on, making.inline(strips))


def _aside(making: Making, on: Publication, strips: str) -> Fragment:
    return rendered(
        making,
        "articles/parts/aside.html",
        on,
        is_optional=True,
        latest=making.inline(making.get(latest, on.pk)),
        strips=strips,
    )
