"""Where a comment came from: the keyed hashes that screening compares, never the address itself.

Hashes are keyed by the install's data keys (newsroom/keys), so that they are still found after a new secret key.
"""

import hashlib
import hmac
from collections.abc import Iterator

from newsroom.keys.ring import Purpose, data_keys

HASH_CHARACTERS = 32


def key(value: str) -> str:
    """Return the hash to store of a source (an address or network) or of an e-mail; "" for nothing.

    Raises DataKeyLost.
    """
    return next(keys(value), "")


def keys(value: str) -> Iterator[str]:
    """Yield every hash that may be stored of a source or an e-mail, the one for new rows first; none for nothing.

    Raises DataKeyLost.
    """
    for data_key in data_keys(Purpose.SOURCE) if value else ():
        yield hmac.new(data_key, value.encode(), hashlib.sha256).hexdigest()[:HASH_CHARACTERS]
