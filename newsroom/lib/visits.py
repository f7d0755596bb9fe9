"""Which requests are visits: not those of who says to be a robot, nor of who only fetches in advance. Pure.

Whoever lies about what they are is counted: to find them out, one would have to follow readers.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

Headers = Mapping[bytes, bytes]  # by their names in lower case

# What robots and programs call themselves, anywhere in the User-Agent: search engines and collectors (Googlebot,
# Baiduspider, Yahoo! Slurp, GPTBot); who makes a picture of a link (facebookexternalhit, WhatsApp, BingPreview); who
# looks whether a site is up, or good (Chrome-Lighthouse); readers of feeds, which fetch by themselves; browsers without
# a window; libraries of programs. Cubot makes telephones.
ROBOT = re.compile(
    rb"(?<!cu)bot|crawl|spider|slurp|archiver|scrap|fetch|preview|facebookexternalhit|whatsapp|embedly"
    rb"|monitor|uptime|pingdom|check|lighthouse|pagespeed|validator|feed|rss|news(?:blur|room)|headless|phantomjs"
    rb"|selenium|puppeteer|playwright|curl|wget|python|aiohttp|httpx|java/|okhttp|go-http|libwww-perl|perl|ruby|php/"
    rb"|node-fetch|axios|guzzle|scrapy|http-?client|apache-",
    re.IGNORECASE,
)
LONGEST_NAME = 400  # bytes of a User-Agent that are looked at
KNOWN_NAMES = 2_048  # of them remembered


def is_visit(headers: Headers) -> bool:
    """Return whether a request with these headers is somebody's visit."""
    purpose = headers.get(b"sec-purpose") or headers.get(b"purpose")
    if purpose and b"prefetch" in purpose:
        return False
    return is_reader(headers.get(b"user-agent", b"")[:LONGEST_NAME])


@lru_cache(KNOWN_NAMES)
def is_reader(user_agent: bytes) -> bool:
    """Return whether what calls itself so may be a reader's browser: a robot says that it is one, or nothing."""
    return bool(user_agent) and ROBOT.search(user_agent) is None
