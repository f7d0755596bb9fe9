"""Posts and videos of other sites, recognised by their address.

An address is either known to the letter or not recognised at all: what comes out of here is built
from the identifiers in it, never copied from what came in, so it is safe to frame. What a video's
address says beside them is kept: where it starts, its playlist, the hash of a private one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

MASTODON_HOSTS = (
    "mastodon.social",
    "mastodon.online",
    "mstdn.social",
    "mas.to",
    "mamot.fr",
    "piaille.fr",
    "framapiaf.org",
    "mastodon.xyz",
    "mastodon.art",
    "social.numerama.com",
    "fosstodon.org",
    "hachyderm.io",
    "techhub.social",
    "infosec.exchange",
)

# What a Content-Security-Policy must allow in frame-src for every player below.
FRAME_HOSTS = (
    "https://www.youtube-nocookie.com",
    "https://geo.dailymotion.com",
    "https://player.vimeo.com",
    "https://platform.twitter.com",
    "https://embed.bsky.app",
    "https://www.instagram.com",
    "https://www.tiktok.com",
    "https://www.threads.com",
    "https://open.spotify.com",
    "https://embed.reddit.com",
    *(f"https://{host}" for host in MASTODON_HOSTS),
)

# No address of a post is longer, and none holds a space, a control character or a non-ASCII letter.
_PLAIN_ADDRESS = re.compile(r"[!-~]{1,2000}")

_YOUTUBE_ID = re.compile(r"(?!videoseries$|live_stream$)[A-Za-z0-9_-]{11}")
_YOUTUBE_PATH = re.compile(r"/(?:shorts|embed|live|v|e)/([^/]+)/?")
_DAILYMOTION_ID = re.compile(r"[kx][A-Za-z0-9]{3,30}")
# Old addresses carry a title after the identifier: /video/x2abcd_a-title_news; some, a country before it: /fr/video/…
_DAILYMOTION_PATH = re.compile(r"/(?:embed/|[a-z]{2}/)?video/([A-Za-z0-9]+)(?:_[^/]*)?/?")
_DAILYMOTION_PLAYLIST = re.compile(r"x[A-Za-z0-9]{3,30}")
# Lists that anybody may watch: a person's own, an album's, a channel's. A mix (RD…) is made for one viewer.
_YOUTUBE_LIST = re.compile(r"(?:PL|OLAK5uy_|UU|FL)[A-Za-z0-9_-]{10,60}")
_VIMEO_PATH = re.compile(
    r"/(?:video/|(?:manage|groups/[\w-]{1,60})/videos/|channels/[\w-]{1,60}/|ondemand/[\w-]{1,60}/"
    r"|(?:album|showcase)/[0-9]{1,12}/video/)?(?P<id>[0-9]{6,12})"
    r"(?:/(?P<hash>[0-9a-f]{8,20}))?/?"
)
_VIMEO_HASH = re.compile(r"[0-9a-f]{8,20}")
_SECONDS = re.compile(r"(?=[0-9])(?:([0-9]{1,2})h)?(?:([0-9]{1,3})m)?(?:([0-9]{1,5})s?)?")
_CLOCK = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-9]{2})")
_X_ID = re.compile(r"[0-9]{1,20}")
_X_PATH = re.compile(
    r"/(?:(?P<user>[A-Za-z0-9_]{1,15})|i/web)/status(?:es)?/(?P<id>[0-9]{1,20})"
    r"(?:/(?:photo|video)/[0-9])?/?"
)
_BLUESKY_DOMAIN = r"(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,63}"
_BLUESKY_AUTHOR = rf"(?P<author>did:plc:[a-z2-7]{{24}}|(?:did:web:)?{_BLUESKY_DOMAIN})"
_BLUESKY_PATH = rf"/profile/{_BLUESKY_AUTHOR}/post/(?P<key>[a-z2-7]{{13}})/?"
_BLUESKY_PLAYER = rf"/embed/{_BLUESKY_AUTHOR}/app\.bsky\.feed\.post/(?P<key>[a-z2-7]{{13}})"
_MASTODON_PATH = re.compile(
    r"/(?:@(?P<user>[A-Za-z0-9_]{1,64})|users/(?P<owner>[A-Za-z0-9_]{1,64})/statuses)"
    r"/(?P<id>[0-9]{1,20})(?:/embed)?/?"
)
# Posts whose address and player are made of what stands in the path: each pattern with both, filled in from its groups.
_INSTAGRAM = (
    r"/(?:[A-Za-z0-9_.]{1,30}/)?(?!ps|tvs)(?P<kind>p|tv|reel)s?/(?P<id>[A-Za-z0-9_-]{5,40})(?:/embed(?:/captioned)?)?/?",
    "https://www.instagram.com/{kind}/{id}/", "https://www.instagram.com/{kind}/{id}/embed/",
)  # fmt: skip
_TIKTOK = (
    r"/@(?P<user>[A-Za-z0-9_.]{2,24})/(?:video|photo)/(?P<id>[0-9]{15,20})/?",
    "https://www.tiktok.com/@{user}/video/{id}", "https://www.tiktok.com/player/v1/{id}",
)  # fmt: skip
_TIKTOK_PLAYER = (  # which does not name whose video it is
    r"/(?:embed(?:/v2)?|player/v1)/(?P<id>[0-9]{15,20})/?",
    "https://www.tiktok.com/player/v1/{id}", "https://www.tiktok.com/player/v1/{id}",
)  # fmt: skip
_THREADS = (
    r"/@(?P<user>[A-Za-z0-9_.]{1,30})/post/(?P<id>[A-Za-z0-9_-]{5,40})(?:/embed)?/?",
    "https://www.threads.com/@{user}/post/{id}", "https://www.threads.com/@{user}/post/{id}/embed",
)  # fmt: skip
_SPOTIFY = (
    r"/(?:intl-[a-z]{2}/)?(?:embed/)?(?P<kind>track|album|playlist|artist|episode|show)/(?P<id>[A-Za-z0-9]{22})/?",
    "https://open.spotify.com/{kind}/{id}", "https://open.spotify.com/embed/{kind}/{id}",
)  # fmt: skip
_REDDIT_PATH = r"/r/(?P<sub>[A-Za-z0-9_]{2,21})/comments/(?P<id>[a-z0-9]{4,10})"
_REDDIT = (
    rf"{_REDDIT_PATH}(?:/[^/]{{1,200}})?/?",
    "https://www.reddit.com/r/{sub}/comments/{id}/", "https://embed.reddit.com/r/{sub}/comments/{id}/",
)  # fmt: skip
_REDDIT_COMMENT = (  # behind the title of its post, or behind the word "comment"
    rf"{_REDDIT_PATH}/[^/]{{1,200}}/(?P<comment>[a-z0-9]{{4,10}})/?",
    "https://www.reddit.com/r/{sub}/comments/{id}/comment/{comment}/",
    "https://embed.reddit.com/r/{sub}/comments/{id}/comment/{comment}/",
)
_BLUESKY = (
    "https://bsky.app/profile/{author}/post/{key}",
    "https://embed.bsky.app/embed/{author}/app.bsky.feed.post/{key}",
)


@dataclass(frozen=True)
class Embed:
    """A recognised post or video.

    ``provider`` is a key ("youtube"), ``name`` what a reader calls it ("YouTube"), ``url`` the
    public address in its one canonical form, ``player`` the address to put in an iframe, always
    on one of FRAME_HOSTS.
    """

    provider: str
    name: str
    url: str
    player: str


Reader = Callable[[SplitResult], Embed | None]


def recognise(url: str) -> Embed | None:
    """Return the post or video that ``url`` leads to, or None if it is not one we know.

    Public and player addresses are both recognised. Never raises: an address with a port, a user
    name, another scheme or anything malformed is simply not recognised.
    """
    if not _PLAIN_ADDRESS.fullmatch(url):
        return None
    try:
        address = urlsplit(url.replace("&amp;", "&"))  # as it is copied from HTML
    except ValueError:
        return None
    # The whole authority is looked up, so that a port or user name makes it unknown.
    read = _READERS.get(address.netloc.lower())
    return read(address) if read and address.scheme in ("http", "https") else None


def _youtube(address: SplitResult) -> Embed | None:
    if address.netloc.lower() == "youtu.be":
        video = address.path.strip("/")
    elif address.path.rstrip("/") == "/watch":
        video = _parameter(address, "v")
    elif address.path.rstrip("/") in ("/playlist", "/embed/videoseries"):
        return _youtube_list(_parameter(address, "list"))
    elif player := _YOUTUBE_PATH.fullmatch(address.path):
        video = player[1]
    else:
        return None
    if not _YOUTUBE_ID.fullmatch(video):
        return None
    start, playlist = _start(address, "t", "start", "time_continue"), _parameter(address, "list")
    if not _YOUTUBE_LIST.fullmatch(playlist):
        playlist = ""
    return Embed(
        "youtube",
        "YouTube",
        _with("https://www.youtube.com/watch", v=video, list=playlist, t=start and f"{start}s"),
        _with(f"https://www.youtube-nocookie.com/embed/{video}", list=playlist, start=start),
    )


def _youtube_list(playlist: str) -> Embed | None:
    if not _YOUTUBE_LIST.fullmatch(playlist):
        return None
    return Embed(
        "youtube",
        "YouTube",
        f"https://www.youtube.com/playlist?list={playlist}",
        f"https://www.youtube-nocookie.com/embed/videoseries?list={playlist}",
    )


def _dailymotion(address: SplitResult) -> Embed | None:
    if address.netloc.lower() == "dai.ly":
        video = address.path.strip("/")
    elif address.path.startswith("/player") and address.path.endswith(".html"):
        video = _parameter(address, "video")
    elif public := _DAILYMOTION_PATH.fullmatch(address.path):
        video = public[1]
    else:
        return None
    if not _DAILYMOTION_ID.fullmatch(video):
        return None
    start, playlist = _start(address, "start", "startTime"), _parameter(address, "playlist")
    if not _DAILYMOTION_PLAYLIST.fullmatch(playlist):
        playlist = ""
    return Embed(
        "dailymotion",
        "Dailymotion",
        _with(f"https://www.dailymotion.com/video/{video}", playlist=playlist, start=start),
        _with("https://geo.dailymotion.com/player.html", video=video, playlist=playlist, startTime=start),
    )


def _vimeo(address: SplitResult) -> Embed | None:
    video = _VIMEO_PATH.fullmatch(address.path)
    if not video:
        return None
    key = video["hash"] or _parameter(address, "h")  # without it, a private video is not shown
    if not _VIMEO_HASH.fullmatch(key):
        key = ""
    start = _start(address, "t")
    moment = f"#t={start}s" if start else ""
    return Embed(
        "vimeo",
        "Vimeo",
        f"https://vimeo.com/{video['id']}{f'/{key}' if key else ''}{moment}",
        _with(f"https://player.vimeo.com/video/{video['id']}", h=key, dnt="1") + moment,
    )


def _x(address: SplitResult) -> Embed | None:
    post = _X_PATH.fullmatch(address.path)
    return _x_post(post["user"], post["id"]) if post else None


def _x_player(address: SplitResult) -> Embed | None:
    post = _parameter(address, "id")
    known = address.path == "/embed/Tweet.html" and _X_ID.fullmatch(post)
    return _x_post(None, post) if known else None


def _x_post(user: str | None, post: str) -> Embed:
    return Embed(
        "x",
        "X",
        # X itself redirects /i/ to the author, whom a player's address does not name.
        f"https://x.com/{user or 'i'}/status/{post}",
        f"https://platform.twitter.com/embed/Tweet.html?id={post}&dnt=true",
    )


def _mastodon(address: SplitResult) -> Embed | None:
    post = _MASTODON_PATH.fullmatch(address.path)
    if not post:
        return None
    url = f"https://{address.netloc.lower()}/@{post['user'] or post['owner']}/{post['id']}"
    return Embed("mastodon", "Mastodon", url, f"{url}/embed")


def _by_path(provider: str, name: str, *kinds: tuple[str, str, str]) -> Reader:
    """Return a reader of addresses by their paths: each of `kinds` is a pattern, and the address and player of it."""
    compiled = [(re.compile(path), url, player) for path, url, player in kinds]

    def read(address: SplitResult) -> Embed | None:
        for path, url, player in compiled:
            if found := path.fullmatch(address.path):
                parts = found.groupdict()
                return Embed(provider, name, url.format(**parts), player.format(**parts))
        return None

    return read


def _parameter(address: SplitResult, name: str) -> str:
    """Return the first value of a query parameter, empty when it is absent."""
    return parse_qs(address.query).get(name, [""])[0]


def _start(address: SplitResult, *names: str) -> str:
    """Return the second at which a video starts, from a parameter or the fragment; empty for its beginning.

    Services write "90", "90s", "1m30s", "1h2m3s" and "1:30".
    """
    fragment = parse_qs(address.fragment)
    for text in (*(_parameter(address, name) for name in names), *fragment.get("t", [])[:1]):
        if found := _CLOCK.fullmatch(text) or _SECONDS.fullmatch(text):
            hours, minutes, seconds = (int(part or 0) for part in found.groups())
            return str(3600 * hours + 60 * minutes + seconds or "")
    return ""


def _with(url: str, **parameters: str) -> str:
    """Return an address with those of its parameters that are not empty."""
    query = "&".join(f"{name}={value}" for name, value in parameters.items() if value)
    return f"{url}?{query}" if query else url


_bluesky = _by_path("bluesky", "Bluesky", (_BLUESKY_PATH, *_BLUESKY), (_BLUESKY_PLAYER, *_BLUESKY))
_instagram = _by_path("instagram", "Instagram", _INSTAGRAM)
_tiktok = _by_path("tiktok", "TikTok", _TIKTOK, _TIKTOK_PLAYER)
_threads = _by_path("threads", "Threads", _THREADS)
_reddit = _by_path("reddit", "Reddit", _REDDIT, _REDDIT_COMMENT)

_READERS: dict[str, Reader] = {
    "youtube.com": _youtube,
    "www.youtube.com": _youtube,
    "m.youtube.com": _youtube,
    "music.youtube.com": _youtube,
    "youtube-nocookie.com": _youtube,
    "www.youtube-nocookie.com": _youtube,
    "youtu.be": _youtube,
    "dailymotion.com": _dailymotion,
    "www.dailymotion.com": _dailymotion,
    "geo.dailymotion.com": _dailymotion,
    "dai.ly": _dailymotion,
    "vimeo.com": _vimeo,
    "www.vimeo.com": _vimeo,
    "player.vimeo.com": _vimeo,
    "twitter.com": _x,
    "www.twitter.com": _x,
    "mobile.twitter.com": _x,
    "x.com": _x,
    "www.x.com": _x,
    "mobile.x.com": _x,
    "platform.twitter.com": _x_player,
    "bsky.app": _bluesky,
    "embed.bsky.app": _bluesky,
    **dict.fromkeys(MASTODON_HOSTS, _mastodon),
    **dict.fromkeys(("instagram.com", "www.instagram.com"), _instagram),
    **dict.fromkeys(("tiktok.com", "www.tiktok.com", "m.tiktok.com"), _tiktok),
    **dict.fromkeys(("threads.com", "www.threads.com", "threads.net", "www.threads.net"), _threads),
    "open.spotify.com": _by_path("spotify", "Spotify", _SPOTIFY),
    **dict.fromkeys(("reddit.com", "www.reddit.com", "old.reddit.com", "embed.reddit.com"), _reddit),
}
