"""Feeds as people reported them to the makers of other programs."""

import datetime as dt
import json

from articles.partners.parse import Skipped
from tests.articles.partners.test_parse import ParseTestCase, item, rss

LINK = "<link>https://partner.example/1</link>"


class ReportsTests(ParseTestCase):
    def test_it_reads_the_title_of_the_item_itself(self) -> None:
        for body, title in [
            # feedjira/feedjira#119, feedbin/support#559
            (f"<title>Un</title>{LINK}<image><url>https://p.example/i.jpg</url><title>Photo</title></image>", "Un"),
            (f"<image><title>Photo</title><url>https://p.example/i.jpg</url></image><title>Un</title>{LINK}", "Un"),
            # miniflux/v2#714, drudge/node-easyrss#3
            (f"<title>Un</title>{LINK}<media:content><media:title>Photo</media:title></media:content>", "Un"),
            (f"<media:content><media:title>Photo</media:title></media:content><title>Un</title>{LINK}", "Un"),
            # urmaul/rss-pipes#3, vladris/tinkerer#6
            (f"<title>R&D, A & B, D&D;</title>{LINK}", "R&D, A & B, D&D;"),
            (f"<title>R&amp;D &#233;t&eacute; &#xe9;</title>{LINK}", "R&D été é"),
            (f"<title><![CDATA[R&D & é&eacute;]]></title>{LINK}", "R&D & éé"),
            (f"<title>A &amp;amp;amp; B</title>{LINK}", "A & B"),  # CenterForOpenScience/SHARE#718
            (f"<title>l&amp;#8217;été</title>{LINK}", "l’été"),  # Ooolaa/TechPulse#82
        ]:
            with self.subTest(body):
                self.assertEqual(self.one(rss(f"<item>{body}</item>")).title, title)
        self.assertEqual(self.one(rss(item(link="https://p.example/?a=1&b=2"))).url, "https://p.example/?a=1&b=2")
        self.assertEqual(
            self.one(rss(item(link="<![CDATA[https://p.example/?a=1&b=2]]>"))).url, "https://p.example/?a=1&b=2"
        )

    def test_a_guid_that_is_an_address_serves_where_a_link_is_empty(self) -> None:
        # yang991178/fluent-reader#587, alexdebril/feed-io#430
        for parts, url in [
            ("<guid>https://p.example/a</guid>", "https://p.example/a"),
            ("<link></link><guid>https://p.example/a</guid>", "https://p.example/a"),
            ('<guid isPermaLink="true">https://p.example/a</guid><link/>', "https://p.example/a"),
            ('<guid isPermaLink="false">tag:a</guid><link></link>', ""),
            # superdesk/superdesk-core#788, Ranchero-Software/NetNewsWire#4625
            (
                '<guid isPermaLink="false">at://did:plc:x/a</guid><link>https://p.example/b</link>',
                "https://p.example/b",
            ),
            ("<guid>https://p.example/a</guid><link>https://p.example/b</link>", "https://p.example/b"),
        ]:
            with self.subTest(parts):
                found = self.read(rss(f"<item><title>Un</title>{parts}</item>"))
                self.assertEqual([one.url for one in found.headlines], [url] if url else [])
                self.assertEqual([one.reason for one in found.skipped], [] if url else ["address"])

    def test_it_finds_the_image_that_readers_should_see(self) -> None:
        photo = "https://p.example/photo.jpg"
        for more, image in [
            (f'<media:content width="140" url="{photo}"/>', photo),  # guardian/frontend#15053
            ('<media:content url="https://p.example/v.mp4"/>', ""),
            ('<media:content medium="video" url="https://p.example/photo.jpg"/>', ""),
            (f'<enclosure url="{photo}" type="image/jpeg" length="1"/>', photo),  # danmactough/node-feedparser#212
            (f'<enclosure url="{photo}?w=3" length="1"/>', f"{photo}?w=3"),
            (f'<enclosure url="{photo}" type="application/octet-stream" length="1"/>', photo),
            ('<enclosure url="https://p.example/a.mp3" type="audio/mpeg" length="1"/>', ""),
            # sdepold/jquery-rss#115
            (
                '<description><![CDATA[<img src="https://px.example/b.gif" width="1" height="1">'
                f'<img src="data:image/gif;base64,R0lG"><img width="100" src="{photo}">]]></description>',
                photo,
            ),
        ]:
            with self.subTest(more):
                self.assertEqual(self.one(rss(item(more=more))).image, image)

    def test_it_reads_the_moments_that_were_meant(self) -> None:
        for text, moment in [
            # swiftlang/swift-foundation#1159, ThreeTen/threeten#345
            ("2026-03-03T10:00:00+02", "2026-03-03T08:00"), ("2026-03-03 10:00:00-05", "2026-03-03T15:00"),
            ("Tue, 03 Mar 2026 10:00:00 \u22120100", "2026-03-03T11:00"),
            # sdepold/feedrapp#63: zones far away
            ("Tue, 03 Mar 2026 10:00:00 IST", "2026-03-03T04:30"), ("3 Mar 2026 23:00:00 AEDT", "2026-03-03T12:00"),
            ("Tue, 03 Mar 2026 10:00:00 JST", "2026-03-03T01:00"),
            ("2026/6/29 15:07:41", "2026-06-29T15:07"),  # kurtmckee/feedparser#75
            ("Tue, 03 Mar 26 00:01:01 +0200", "2026-03-02T22:01"),  # kurtmckee/feedparser#33
            ("Di, 03 Mar 2026 11:41:36", "2026-03-03T11:41"),  # kurtmckee/feedparser#135
            ("Tue, 3 Mar 2026 18:11:54 -0000", "2026-03-03T18:11"),  # scrapinghub/dateparser#548
            ("Tue, 03 Mar 2026 16:18:00 EST", "2026-03-03T21:18"),  # mmcdole/gofeed#94
            ("Tue, 03 Mar 2026 17:00:00 Z", "2026-03-03T17:00"),  # feedbin/support#455
            ("2026-03-03T09:35:33-0400", "2026-03-03T13:35"),  # rometools/rome#695
            # scientific-python/scientific-python.org#869, thorsten/phpMyFAQ#1839, kanadaj/RoyalRoadLegends#73
            ("Mon, 01 Jan 0001 00:00:00 +0000", ""), ("Thu, 01 Jan 1970 00:00:00 +0000", ""),
            ("Sat, 17 Jan 1970 23:08:42 Z", ""), ("Mon, 30 Nov -0001 00:00:00 +0000", ""), ("1772532000", ""),
        ]:  # fmt: skip
            with self.subTest(text):
                found = self.one(rss(item(more=f"<pubDate>{text}</pubDate>"))).published_at
                self.assertEqual(found and found.astimezone(dt.UTC).isoformat()[:16], moment or None)

    def test_it_says_what_stands_among_the_items_of_a_json_feed(self) -> None:
        def read(items: object) -> tuple[list[str], tuple[Skipped, ...]]:
            body = {"version": "https://jsonfeed.org/version/1.1", "title": "P", "items": items}
            found = self.read(json.dumps(body), "application/feed+json")
            return [one.url for one in found.headlines], found.skipped

        # miniflux/v2#3992
        self.assertEqual(
            read(["<b>un</b>", None, ["a"], 3]),
            ([], tuple(Skipped("item", what) for what in ("un", "None", "['a']", "3"))),
        )
        for nothing in (None, {}, "x", 3):
            self.assertEqual(read(nothing), ([], ()))
        self.assertEqual(
            read([{"id": "https://p.example/a", "title": "Un", "date_published": None}])[0], ["https://p.example/a"]
        )
        self.assertEqual(read([{"id": "a", "title": "Un"}])[1], (Skipped("address", "Un"),))
