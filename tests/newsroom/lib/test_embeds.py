"""Which addresses are recognised as posts and videos, and that no other is."""

from unittest import TestCase
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.lib.embeds import FRAME_HOSTS, MASTODON_HOSTS, Embed, recognise

YOUTUBE = Embed(
    "youtube",
    "YouTube",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
)
DAILYMOTION = Embed(
    "dailymotion",
    "Dailymotion",
    "https://www.dailymotion.com/video/x8abcde",
    "https://geo.dailymotion.com/player.html?video=x8abcde",
)
X = Embed(
    "x",
    "X",
    "https://x.com/KultureGeek/status/1234567890123456789",
    "https://platform.twitter.com/embed/Tweet.html?id=1234567890123456789&dnt=true",
)
X_NAMELESS = Embed("x", "X", "https://x.com/i/status/1234567890123456789", X.player)
BLUESKY = Embed(
    "bluesky",
    "Bluesky",
    "https://bsky.app/profile/bsky.app/post/3l6oveex3ii2l",
    "https://embed.bsky.app/embed/bsky.app/app.bsky.feed.post/3l6oveex3ii2l",
)
DID = "did:plc:z72i7hdynmk6r22z27h6tvur"
BLUESKY_DID = Embed(
    "bluesky",
    "Bluesky",
    f"https://bsky.app/profile/{DID}/post/3l6oveex3ii2l",
    f"https://embed.bsky.app/embed/{DID}/app.bsky.feed.post/3l6oveex3ii2l",
)
MASTODON = Embed(
    "mastodon",
    "Mastodon",
    "https://piaille.fr/@user_1/109876543210987654",
    "https://piaille.fr/@user_1/109876543210987654/embed",
)
STARTED = Embed("youtube", "YouTube", f"{YOUTUBE.url}&t=90s", f"{YOUTUBE.player}?start=90")
LIST = "PLbpi6ZahtOH6Blw3RGYpWkSByi_T7Rygb"
LISTED = Embed("youtube", "YouTube", f"{YOUTUBE.url}&list={LIST}", f"{YOUTUBE.player}?list={LIST}")
LISTED_STARTED = Embed(
    "youtube", "YouTube", f"{YOUTUBE.url}&list={LIST}&t=90s", f"{YOUTUBE.player}?list={LIST}&start=90"
)
WHOLE_LIST = Embed(
    "youtube",
    "YouTube",
    f"https://www.youtube.com/playlist?list={LIST}",
    f"https://www.youtube-nocookie.com/embed/videoseries?list={LIST}",
)
DAILYMOTION_STARTED = Embed(
    "dailymotion", "Dailymotion", f"{DAILYMOTION.url}?start=90", f"{DAILYMOTION.player}&startTime=90"
)
DAILYMOTION_LISTED = Embed(
    "dailymotion", "Dailymotion", f"{DAILYMOTION.url}?playlist=x5nmbq", f"{DAILYMOTION.player}&playlist=x5nmbq"
)
VIMEO = Embed("vimeo", "Vimeo", "https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1")
VIMEO_PRIVATE = Embed(
    "vimeo", "Vimeo", "https://vimeo.com/76979871/8272103f6e",
    "https://player.vimeo.com/video/76979871?h=8272103f6e&dnt=1",
)  # fmt: skip
VIMEO_STARTED = Embed("vimeo", "Vimeo", f"{VIMEO.url}#t=90s", f"{VIMEO.player}#t=90s")
INSTAGRAM = Embed(
    "instagram",
    "Instagram",
    "https://www.instagram.com/p/DA1b2-C3d_4/",
    "https://www.instagram.com/p/DA1b2-C3d_4/embed/",
)
REEL = Embed(
    "instagram",
    "Instagram",
    "https://www.instagram.com/reel/DA1b2C3d4/",
    "https://www.instagram.com/reel/DA1b2C3d4/embed/",
)
CLIP = "7412345678901234567"
TIKTOK = Embed(
    "tiktok", "TikTok", f"https://www.tiktok.com/@kulture.geek/video/{CLIP}", f"https://www.tiktok.com/player/v1/{CLIP}"
)
TIKTOK_NAMELESS = Embed("tiktok", "TikTok", TIKTOK.player, TIKTOK.player)
THREADS = Embed(
    "threads", "Threads", "https://www.threads.com/@kulture.geek/post/DA1b2-C3d_4",
    "https://www.threads.com/@kulture.geek/post/DA1b2-C3d_4/embed",
)  # fmt: skip
TRACK = "4cOdK2wGLETKBW3PvgPWqT"
SPOTIFY = Embed(
    "spotify", "Spotify", f"https://open.spotify.com/track/{TRACK}", f"https://open.spotify.com/embed/track/{TRACK}"
)
REDDIT = Embed(
    "reddit",
    "Reddit",
    "https://www.reddit.com/r/apple/comments/1abcde2/",
    "https://embed.reddit.com/r/apple/comments/1abcde2/",
)
REDDIT_COMMENT = Embed("reddit", "Reddit", f"{REDDIT.url}comment/kx1y2z3/", f"{REDDIT.player}comment/kx1y2z3/")
EVERY = [
    INSTAGRAM, REEL, TIKTOK, TIKTOK_NAMELESS, THREADS, SPOTIFY, REDDIT, REDDIT_COMMENT,
    YOUTUBE, STARTED, LISTED, LISTED_STARTED, WHOLE_LIST, DAILYMOTION, DAILYMOTION_STARTED, DAILYMOTION_LISTED, VIMEO,
    VIMEO_PRIVATE, VIMEO_STARTED, X, X_NAMELESS, BLUESKY, BLUESKY_DID, MASTODON,
]  # fmt: skip

FORMS = [
    (YOUTUBE, "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    (YOUTUBE, "http://youtube.com/watch?feature=share&v=dQw4w9WgXcQ#top"),
    (YOUTUBE, "https://m.youtube.com/watch?v=dQw4w9WgXcQ"),
    (YOUTUBE, "https://music.youtube.com/watch?v=dQw4w9WgXcQ&list=RD"),
    (YOUTUBE, "HTTPS://WWW.YouTube.com/watch/?v=dQw4w9WgXcQ"),
    (YOUTUBE, "https://youtu.be/dQw4w9WgXcQ"),
    (YOUTUBE, "https://youtu.be/dQw4w9WgXcQ?si=abc"),
    (YOUTUBE, "https://www.youtube.com/shorts/dQw4w9WgXcQ"),
    (YOUTUBE, "https://www.youtube.com/live/dQw4w9WgXcQ?feature=share"),
    (YOUTUBE, "https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0"),
    (YOUTUBE, "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
    (YOUTUBE, "http://www.youtube.com/v/dQw4w9WgXcQ?fs=1"),
    *(
        (STARTED, address)
        for address in (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=90",
            "https://youtu.be/dQw4w9WgXcQ?si=abc&t=1m30s",
            "https://www.youtube.com/live/dQw4w9WgXcQ?t=90s",
            "https://www.youtube.com/embed/dQw4w9WgXcQ?start=90&rel=0",
            "https://m.youtube.com/watch?time_continue=90&v=dQw4w9WgXcQ",
            "https://youtu.be/dQw4w9WgXcQ#t=1m30s",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1:30",
            "https://www.youtube.com/shorts/dQw4w9WgXcQ?t=0h1m30s",
        )
    ),
    *(
        (YOUTUBE, f"https://youtu.be/dQw4w9WgXcQ?t={t}")
        for t in ("", "0", "0s", "-3", "x", "1e3", "1m30x", "9" * 9, "h")
    ),
    (LISTED, f"https://www.youtube.com/watch?v=dQw4w9WgXcQ&list={LIST}&index=3&pp=abc"),
    (LISTED_STARTED, f"https://youtu.be/dQw4w9WgXcQ?list={LIST}&t=90"),
    (WHOLE_LIST, f"https://www.youtube.com/playlist?list={LIST}&si=abc"),
    (WHOLE_LIST, f"https://www.youtube-nocookie.com/embed/videoseries?si=abc&list={LIST}"),
    (DAILYMOTION_STARTED, "https://www.dailymotion.com/video/x8abcde?start=90"),
    (DAILYMOTION_STARTED, "https://geo.dailymotion.com/player/xf4mk.html?startTime=90&video=x8abcde&mute=true"),
    (DAILYMOTION_LISTED, "https://www.dailymotion.com/video/x8abcde?playlist=x5nmbq"),
    (VIMEO, "https://vimeo.com/76979871?share=copy"),
    (VIMEO, "https://www.vimeo.com/channels/staffpicks/76979871"),
    (VIMEO, "https://player.vimeo.com/video/76979871?title=0&byline=0&h=no-hash"),
    (VIMEO_PRIVATE, "https://vimeo.com/76979871/8272103f6e?share=copy"),
    (VIMEO_PRIVATE, "https://player.vimeo.com/video/76979871?h=8272103f6e&badge=0&autopause=0"),
    (VIMEO_STARTED, "https://vimeo.com/76979871#t=1m30s"),
    (VIMEO_STARTED, "https://player.vimeo.com/video/76979871?app_id=1#t=90s"),
    (DAILYMOTION, "https://www.dailymotion.com/video/x8abcde"),
    (DAILYMOTION, "https://www.dailymotion.com/video/x8abcde_un-titre-long_news"),
    (DAILYMOTION, "https://www.dailymotion.com/embed/video/x8abcde?autoplay=1"),
    (DAILYMOTION, "https://geo.dailymotion.com/player.html?video=x8abcde"),
    (DAILYMOTION, "https://geo.dailymotion.com/player/xf4mk.html?video=x8abcde"),
    (DAILYMOTION, "https://dai.ly/x8abcde"),
    (X, "https://twitter.com/KultureGeek/status/1234567890123456789"),
    (X, "https://twitter.com/KultureGeek/statuses/1234567890123456789?s=20&t=a"),
    (X, "https://mobile.twitter.com/KultureGeek/status/1234567890123456789"),
    (X, "https://x.com/KultureGeek/status/1234567890123456789/photo/1"),
    (X_NAMELESS, "https://x.com/i/web/status/1234567890123456789"),
    (X_NAMELESS, "https://x.com/i/status/1234567890123456789"),
    (X_NAMELESS, "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=1234567890123456789"),
    (BLUESKY, "https://bsky.app/profile/bsky.app/post/3l6oveex3ii2l"),
    (BLUESKY, "https://bsky.app/profile/bsky.app/post/3l6oveex3ii2l?ref_src=embed"),
    (BLUESKY_DID, f"https://bsky.app/profile/{DID}/post/3l6oveex3ii2l"),
    (BLUESKY_DID, f"https://embed.bsky.app/embed/{DID}/app.bsky.feed.post/3l6oveex3ii2l?id=1"),
    (INSTAGRAM, "https://www.instagram.com/p/DA1b2-C3d_4/?utm_source=ig_web_copy_link"),
    (INSTAGRAM, "https://instagram.com/kulture.geek/p/DA1b2-C3d_4"),
    (INSTAGRAM, "https://www.instagram.com/p/DA1b2-C3d_4/embed/captioned/?cr=1"),
    (REEL, "https://www.instagram.com/reels/DA1b2C3d4/"),
    (TIKTOK, f"https://www.tiktok.com/@kulture.geek/video/{CLIP}?is_from_webapp=1"),
    (TIKTOK, f"https://m.tiktok.com/@kulture.geek/photo/{CLIP}"),
    (TIKTOK_NAMELESS, f"https://www.tiktok.com/embed/v2/{CLIP}"),
    (THREADS, "https://www.threads.net/@kulture.geek/post/DA1b2-C3d_4?xmt=a"),
    (SPOTIFY, f"https://open.spotify.com/intl-fr/track/{TRACK}?si=a"),
    (SPOTIFY, f"https://open.spotify.com/embed/track/{TRACK}?utm_source=generator"),
    (REDDIT, "https://www.reddit.com/r/apple/comments/1abcde2/un_titre_qui_est_long/?share_id=x"),
    (REDDIT, "https://old.reddit.com/r/apple/comments/1abcde2"),
    (REDDIT_COMMENT, "https://www.reddit.com/r/apple/comments/1abcde2/un_titre/kx1y2z3/?context=3"),
    (MASTODON, "https://piaille.fr/@user_1/109876543210987654"),
    (MASTODON, "https://piaille.fr/@user_1/109876543210987654/embed"),
    (MASTODON, "https://piaille.fr/users/user_1/statuses/109876543210987654"),
]

STRANGERS = [
    "",
    "dQw4w9WgXcQ",
    "www.youtube.com/watch?v=dQw4w9WgXcQ",
    "//www.youtube.com/watch?v=dQw4w9WgXcQ",
    "ftp://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "javascript://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "javascript:alert(1)//https://youtu.be/dQw4w9WgXcQ",
    "data:text/html,https://youtu.be/dQw4w9WgXcQ",
    "https://user@youtu.be/dQw4w9WgXcQ",
    "https://youtu.be:443/dQw4w9WgXcQ",
    "https://youtu.be@evil.example/dQw4w9WgXcQ",
    "https://youtu.be\\@evil.example/dQw4w9WgXcQ",
    "https://evil.example/https://youtu.be/dQw4w9WgXcQ",
    "https://youtu.be.evil.example/dQw4w9WgXcQ",
    "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
    "https://youtu.be./dQw4w9WgXcQ",
    "https://ўoutube.com/watch?v=dQw4w9WgXcQ",
    "https://youtu。be/dQw4w9WgXcQ",
    "https://youtu.be/dQw4w9WgXcQ\n",
    "https://you\ntu.be/dQw4w9WgXcQ",
    " https://youtu.be/dQw4w9WgXcQ",
    "https://youtu.be/dQw4w9WgXc",
    "https://youtu.be/dQw4w9WgXcQQ",
    "https://youtu.be/dQw4w9WgX%22",
    'https://youtu.be/dQw4w9W"><b',
    "https://www.youtube.com/watch",
    "https://www.youtube.com/embed/videoseries?list=PL1",
    "https://www.youtube.com/embed/live_stream?channel=UC1",
    "https://www.youtube.com/@channel",
    "https://[::1",
    "https://[youtu.be]/dQw4w9WgXcQ",
    "https://www.youtube.com/playlist?list=RDdQw4w9WgXcQ",
    "https://vimeo.com/about",
    "https://vimeo.com/76979871/manage",
    "https://vimeo.com/12345/8272103f6e",
    "https://player.vimeo.com/progressive_redirect/playback/76979871",
    "https://www.dailymotion.com/playlist/x8abcde",
    "https://www.dailymotion.com/video/8abcde",
    "https://geo.dailymotion.com/player.html?video=<script>",
    "https://x.com/KultureGeek",
    "https://x.com/KultureGeek/status/12ab",
    "https://x.com/KultureGeek/status/١٢٣",
    "https://x.com/a_name_far_too_long_for_x/status/1",
    "https://platform.twitter.com/embed/Tweet.html?id=1%26x",
    "https://platform.twitter.com/widgets.js?id=1",
    "https://bsky.app/profile/bsky.app",
    "https://bsky.app/profile/bsky/post/3l6oveex3ii2l",
    "https://bsky.app/profile/did:plc:short/post/3l6oveex3ii2l",
    "https://bsky.app/profile/bsky.app/post/../../x",
    "https://www.instagram.com/kulture.geek/",
    "https://www.instagram.com/stories/kulture.geek/123/",
    "https://www.instagram.com/p/../x/",
    "https://www.instagram.com/ps/DA1b2-C3d_4/",
    "https://www.tiktok.com/@kulture.geek",
    "https://www.tiktok.com/@kulture.geek/video/12",
    "https://vm.tiktok.com/ZM1234567/",
    "https://www.threads.net/@kulture.geek",
    "https://open.spotify.com/user/kulturegeek",
    f"https://open.spotify.com/track/{TRACK}x",
    "https://www.reddit.com/r/apple/",
    "https://www.reddit.com/user/kulturegeek/comments/1abcde2/",
    "https://www.reddit.com/r/a/comments/1abcde2/",
    "https://unknown.example/@user/109876543210987654",
    "https://piaille.fr/@user@mamot.fr/109876543210987654",
    "https://piaille.fr/@user/about",
    "https://youtu.be/" + "a" * 1_000_000,
    "https://www.youtube.com/watch?" + "v=&" * 300_000,
    "https://bsky.app/profile/" + "a." * 500_000,
]


@pytest.mark.parametrize(("embed", "address"), FORMS, ids=lambda value: str(value)[:80])
def test_every_usual_form_of_an_address_gives_the_same_embed(embed: Embed, address: str) -> None:
    assert recognise(address) == embed


@pytest.mark.parametrize("address", STRANGERS, ids=lambda address: repr(address[:60]))
def test_anything_else_is_not_recognised(address: str) -> None:
    assert recognise(address) is None


@pytest.mark.parametrize("embed", EVERY, ids=lambda embed: embed.url)
def test_what_comes_out_is_recognised_again(embed: Embed) -> None:
    assert recognise(embed.url) == embed
    played = recognise(embed.player)
    assert played is not None
    assert played.player == embed.player


@pytest.mark.parametrize("embed", EVERY, ids=lambda embed: embed.url)
def test_every_player_is_on_a_host_that_may_be_framed(embed: Embed) -> None:
    address = urlsplit(embed.player)
    assert f"{address.scheme}://{address.netloc}" in FRAME_HOSTS


@pytest.mark.parametrize("host", MASTODON_HOSTS)
def test_every_listed_mastodon_host_is_known_and_may_be_framed(host: str) -> None:
    embed = recognise(f"https://{host}/@a/1")
    assert embed is not None
    assert embed.player == f"https://{host}/@a/1/embed"
    assert f"https://{host}" in FRAME_HOSTS


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    for address in (text, f"https://{text}", f"https://www.youtube.com/{text}"):
        embed = recognise(address)
        assert embed is None or recognise(embed.url) == embed


@given(st.text(), st.sampled_from([form for _, form in FORMS]))
def test_what_is_put_into_a_page_never_holds_anything_unexpected(tail: str, form: str) -> None:
    embed = recognise(form + tail)
    if embed:
        assert not set(embed.url + embed.player) & set("\"'<> \n\\")


REPORTED = [  # situations that people reported elsewhere
    # leedo/noembed#128, iamcal/oembed#759, verbb/vizy#280, siteorigin/so-widgets-bundle#1804
    ("https://youtube.com/shorts/dQw4w9WgXcQ?feature=share", YOUTUBE),
    ("https://www.youtube.com/live/dQw4w9WgXcQ?si=1H_DeAoQ", YOUTUBE),
    ("https://youtu.be/dQw4w9WgXcQ?si=KTeLiksm", YOUTUBE),
    # TheRealJoelmatic/RemoveAdblockThing#556, madebymany/sir-trevor-js#76, ytdl-org/youtube-dl#346
    ("https://www.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ", YOUTUBE),
    ("http://www.youtube.com/watch?feature=player_embedded&v=dQw4w9WgXcQ#!", YOUTUBE),
    ("http://www.youtube.com/watch?feature=player_detailpage&v=dQw4w9WgXcQ#t=90", STARTED),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&time_continue=90", STARTED),  # froala/wysiwyg-editor#3258
    # frontity/frontity#294, cssmagic/blog#12: addresses as HTML has them
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&amp;t=90", STARTED),
    ("https://www.youtube.com/watch?feature=share&amp;v=dQw4w9WgXcQ", YOUTUBE),
    # cookpete/react-player#1593, jazzband/django-embed-video#134
    ("https://vimeo.com/manage/videos/76979871", VIMEO),
    ("https://vimeo.com/manage/videos/76979871/8272103f6e", VIMEO_PRIVATE),
    # alanshaw/embed-video#16, ryancramerdesign/TextformatterVideoEmbed#14, the-muda-organization/vimeo-lazyload#5
    ("https://vimeo.com/channels/mon-canal_1/76979871", VIMEO),
    ("https://vimeo.com/groups/mon-groupe/videos/76979871", VIMEO),
    ("https://vimeo.com/ondemand/un-film/76979871", VIMEO),
    ("https://vimeo.com/showcase/1234567/video/76979871", VIMEO),
    ("https://vimeo.com/76979871/8272103f6e?share=copy", VIMEO_PRIVATE),  # ushahidi/platform#1740
    ("https://vimeo.com/showcase/1234567", None),
    # itteco/iframely#559, yt-dlp/yt-dlp#3229
    ("https://www.dailymotion.com/fr/video/x8abcde", DAILYMOTION),
    ("https://geo.dailymotion.com/player.html?video=x8abcde&mute=true", DAILYMOTION),
    # sferik/twitter-ruby#794, zedeus/nitter#43, editor-js/embed#142, takuti/jekyll-lazy-tweet-embedding#5
    ("https://x.com/KultureGeek/status/1234567890123456789/photo/1", X),
    ("https://x.com/KultureGeek/status/1234567890123456789?s=20", X),
    ("https://twitter.com/KultureGeek/statuses/1234567890123456789", X),
]


class ReportsTests(TestCase):
    def test_it_recognises_what_was_meant(self) -> None:
        for url, embed in REPORTED:
            with self.subTest(url):
                self.assertEqual(recognise(url), embed)
