"""WordPress's shortcodes: the known ones, and the markup that replaces each."""

import re
from collections.abc import Callable
from html import escape, unescape

from django.utils.translation import gettext as _

from articles.importers.wordpress.pieces import Losses, embed, figure, host_of, link

# Shortcodes that contain an address to embed, and how each makes an address of a bare identifier.
_EMBEDDING = {
    "embed": "%s",
    "youtube": "https://www.youtube.com/watch?v=%s",
    "dailymotion": "https://www.dailymotion.com/video/%s",
    "vimeo": "https://vimeo.com/%s",
    "tweet": "https://x.com/i/status/%s",
    "twitter": "https://x.com/i/status/%s",
    "bluesky": "%s",
    "mastodon": "%s",
}
_PLAYERS = frozenset(("audio", "video", "playlist"))
KNOWN = (
    frozenset(
        "caption wp_caption gallery code sourcecode contact-form contact-form-7 soundcloud "
        "googlemaps wpvideo wpforms gravityform ninja_form mailpoet_form polldaddy poll slideshow "
        "archives recent-posts related_posts toc bloginfo googleapps instagram facebook pullquote "
        "woocommerce_cart woocommerce_checkout products product".split()
    )
    | _PLAYERS
    | _EMBEDDING.keys()
)
ENCLOSING = _PLAYERS | _EMBEDDING.keys() | {"caption", "wp_caption", "code", "sourcecode"}
_ATTRIBUTE = re.compile(r"""(?:([\w-]+)\s*=\s*)?(?:"([^"]*)"|'([^']*)'|([^\s"'=]\S*))""")
_CAPTIONED = re.compile(r"(?P<image>(?:<a\s[^<>]*>\s*)?<img\s[^<>]*>(?:\s*</a>)?)(?P<caption>.*)", re.S | re.IGNORECASE)


def replacement(name: str, attributes: str, content: str | None, losses: Losses, expanded: Callable[[str], str]) -> str:
    """Return the markup for a shortcode; `content` is None unless it encloses some, which `expanded` expands."""
    named: dict[str, str] = {}
    unnamed: list[str] = []
    for key, *values in _ATTRIBUTE.findall(unescape(attributes).lstrip("=: ")):
        value = next(filter(None, values), "")
        unnamed.append(value) if not key else named.setdefault(key.lower(), value)
    values = [*([unescape(content).strip()] if content else []), *named.values(), *unnamed]
    addresses = [value for value in values if re.match(r"https?://[^\s<>]+$", value)]
    if name in ("caption", "wp_caption") and content is not None:
        return _caption(named, expanded(content))
    if name in ("code", "sourcecode") and content is not None:
        code = escape(unescape(content).strip("\n"), quote=False)
        return f"<pre><code>{code}</code></pre>"
    if name == "gallery" and (ids := re.findall(r"[0-9]+", named.get("ids", ""))):
        return "".join(figure(f'data-attachment="{number}"') for number in ids)
    if name in _EMBEDDING or name in _PLAYERS:
        made = (_EMBEDDING.get(name, "%s") % value for value in values)
        if player := next(filter(None, map(embed, (*addresses, *made))), None):
            return player
        losses.add(
            _("%(what)s of %(host)s kept as a link") % {"what": name, "host": host_of(addresses[0])}
            if addresses
            else _("%(what)s without an address removed") % {"what": f"[{name}]"}
        )
        inner = "" if addresses else expanded(content or "")
        return "".join(map(link, addresses)) + inner
    losses.add(
        _("gallery without a list of its images removed")
        if name == "gallery"
        else _("unknown shortcode [%(name)s]") % {"name": name}
    )
    return expanded(content or "")


def _caption(named: dict[str, str], inner: str) -> str:
    captioned = _CAPTIONED.search(inner)
    if not captioned:
        return inner
    caption = captioned["caption"].strip() or named.get("caption", "")
    number = re.search(r"[0-9]+", named.get("id", ""))
    attachment = f' data-attachment="{number[0]}"' if number else ""
    image = f"<figure{attachment}>{captioned['image']}<figcaption>{caption}</figcaption>"
    return f"{inner[: captioned.start()]}{image}</figure>"
