"""The client of a request: its address and port, through proxies that are trusted and no others.

A header can say anything. X-Forwarded-For is read from its right end, where the nearest proxy wrote, and only as far as
what wrote it is trusted (the setting names networks); the first address that is not is the client's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Client:
    """Where a request came from. `address` is "" and `port` 0 where they are not known."""

    address: str
    port: int

    @property
    def network(self) -> str:
        """Return what one household shares: the IPv4 address, or the /64 of the IPv6 one (RFC 6177: a home has one).

        "" where the address is not known.
        """
        if not self.address:
            return ""
        address = ip_address(self.address)
        if isinstance(address, IPv6Address):
            return str(IPv6Network((int(address) >> 64 << 64, 64)))
        return str(address)


def client_of(meta: Mapping[str, str], trusted: Sequence[Network]) -> Client:
    """Return the client of a request, by its WSGI environment and the networks of trusted proxies. Never raises.

    What is no address (a Unix socket's) counts as a trusted proxy's where any is trusted, and is "" otherwise.
    """
    address, port = _parsed(meta.get("REMOTE_ADDR", "")), meta.get("REMOTE_PORT", "")
    if not trusted or not _is_trusted(address, trusted):
        return _client(address, port)
    port = meta.get("HTTP_X_REAL_PORT", "")  # which the proxy is configured to set
    for hop in reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if not hop.strip():
            continue
        parsed = _parsed(hop)
        if parsed is None:  # nothing that a proxy writes: nobody knows beyond the last one
            break
        address = parsed
        if not _is_trusted(address, trusted):
            break
    return _client(address, port)


def _client(address: Address | None, port: str) -> Client:
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0
    return Client(str(address) if address else "", number if number <= 65535 else 0)


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(_without_port(text.strip()).strip("[]").partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _without_port(hop: str) -> str:
    """Return the address of a hop that some proxies write with a port: "192.0.2.1:4711", "[2001:db8::1]:4711"."""
    if hop.startswith("["):
        return hop.partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _is_trusted(address: Address | None, trusted: Sequence[Network]) -> bool:
    return address is None or any(address in network for network in trusted)
