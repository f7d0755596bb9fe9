"""Which items of a feed are one and the same: by guid where it is one, else by link, else by title and hour. Pure.

Half of the world's feeds are written by hand or by a template: guids are "N/A", the home page, the date, the section.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from newsroom.lib.text import fold

CAMPAIGN_PARAMETERS = ("utm_", "at_", "xtor", "fbclid", "gclid", "mc_")  # they name who links, not the page
# What templates write where they have nothing, and dates, which many items share sooner or later.
_MEANINGLESS = re.compile(
    r"(?:n/?a|null|none|nil|nan|undefined|unknown|inconnu|guid|id|item|link|url|true|false|\[object object\]|0|\W*"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})"
)
_ADDRESS = re.compile(r"(?:https?:)?//|www\.", re.IGNORECASE)


class Item(Protocol):
    """What is read of an item: the guid and link that its feed gives, its headline, and its time if it has one."""

    @property
    def guid(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def hour(self) -> str: ...


AnyItem = TypeVar("AnyItem", bound=Item)


def identities(items: Iterable[AnyItem], *addresses: str) -> list[tuple[str, AnyItem]]:
    """Return each item with what it is known by: equal for two items that are one. `addresses` are the feed's own and
    its site's, which name no item."""
    items, own = list(items), {comparable_address(address) for address in addresses if address}
    links = [comparable_address(item.url) for item in items]
    links_of_guid, titles_of_guid = defaultdict(set), defaultdict(set)
    for item, link in zip(items, links, strict=True):
        links_of_guid[item.guid].add(link)
        titles_of_guid[item.guid].add(item.title)
    # A permalink under two titles is no more than a link: of a page that goes on, as of a live report.
    trusted = [
        len(links_of_guid[item.guid]) == 1
        and (len(titles_of_guid[item.guid]) == 1 or comparable_address(item.guid) != link)
        and _names_one(item.guid, own, addresses)
        for item, link in zip(items, links, strict=True)
    ]
    shared = Counter(link for link, is_trusted in zip(links, trusted, strict=True) if not is_trusted)
    found = []
    for item, link, is_trusted in zip(items, links, trusted, strict=True):
        if is_trusted:
            known_by = item.guid
        elif shared[link] == 1 and link not in own and not is_front(link):
            known_by = item.url
        else:
            known_by = f"{link} {fold(item.title)} {item.hour}"
        found.append((known_by, item))
    return found


def _names_one(guid: str, own: set[str], addresses: Sequence[str]) -> bool:
    """Return whether a guid can be the name of one item. `addresses` are the feed's, which feedparser may have put
    before it: "N/A" is "https://partner.example/N/A"."""
    for address in ("", *addresses):
        if _MEANINGLESS.fullmatch(fold(guid.removeprefix(urljoin(address, ".") if address else ""))):
            return False
    address = comparable_address(guid) if _ADDRESS.match(guid) else ""
    return not (address and (address in own or is_front(address)))


def comparable_address(url: str) -> str:
    """Return what two addresses of one page have in common: no scheme, "www.", campaign parameters or last slash.

    A fragment belongs to the address where it begins with "!" or "/", as of pages made by scripts.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # a guid may be anything
        return url
    parameters = parse_qsl(parts.query, keep_blank_values=True)
    parameters = [(name, value) for name, value in parameters if not name.lower().startswith(CAMPAIGN_PARAMETERS)]
    host = parts.netloc.lower().removeprefix("www.")
    page = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return f"{host}{parts.path.rstrip('/')}?{urlencode(sorted(parameters))}{page}"


def is_front(address: str) -> bool:
    """Return whether a comparable address is a site's front page."""
    return address.endswith("?") and "/" not in address
