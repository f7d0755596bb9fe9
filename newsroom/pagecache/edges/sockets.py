"""Whether the other end of a TCP connection of this machine still holds it: Linux' sock_diag(7)."""

import errno
import socket
import struct

NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, NLMSG_ERROR = 4, 20, 1, 2
NO_COOKIE = 0xFFFFFFFF
HELD = frozenset((1, 2, 3, 8))  # ESTABLISHED, SYN_SENT, SYN_RECV, CLOSE_WAIT (include/net/tcp_states.h)
TIMEOUT_SECONDS = 1.0


def is_held(client: tuple[str, int], server: tuple[str, int]) -> bool | None:
    """Return whether who connected from `client` (address, port) to `server` has not closed its end.

    None where that cannot be told: a socket of another machine or of another kind, or a kernel that does not say.
    A connection that never was is told to be closed.
    """
    try:
        family, packed = _packed(client[0], server[0])
        ends = struct.pack("!HH", client[1], server[1]) + packed + struct.pack("=III", 0, NO_COOKIE, NO_COOKIE)
        asked = struct.pack("=BBBBI", family, socket.IPPROTO_TCP, 0, 0, 0xFFFFFFFF) + ends
        head = struct.pack("=IHHII", 16 + len(asked), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 0, 0)
        with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_SOCK_DIAG) as line:
            line.settimeout(TIMEOUT_SECONDS)
            line.send(head + asked)
            answer = line.recv(4096)
    except (OSError, AttributeError, struct.error):
        return None
    kind = struct.unpack_from("=H", answer, 4)[0]
    if kind == SOCK_DIAG_BY_FAMILY:
        return answer[17] in HELD
    is_unknown = kind == NLMSG_ERROR and struct.unpack_from("=i", answer, 16)[0] == -errno.ENOENT
    return False if is_unknown else None


def _packed(client: str, server: str) -> tuple[int, bytes]:
    """Return the family of two addresses, and both as sock_diag wants them. Raises OSError for what is no address."""
    family = socket.AF_INET6 if ":" in client else socket.AF_INET
    ends = (socket.inet_pton(family, address).ljust(16, b"\0") for address in (client, server))
    return family, b"".join(ends)
