"""The kinds of edges there are. Another is one class (base.Edge) and a line here. Pure: the settings read it."""

from collections.abc import Callable

from newsroom.pagecache.edges.base import Edge
from newsroom.pagecache.edges.fastly import Fastly
from newsroom.pagecache.edges.varnish import Varnish

KINDS: dict[str, Callable[[str], Edge]] = {"varnish": Varnish.at, "fastly": Fastly.at}


def edge_at(address: str) -> Edge:
    """Return the edge at an address, varnish://127.0.0.1:6083. Raises ValueError."""
    make = KINDS.get(address.partition("://")[0])
    if make is None:
        raise ValueError(address)
    return make(address)
