"""Which requests are visits, by what they say of themselves."""

from unittest import TestCase

from newsroom.lib.visits import KNOWN_NAMES, LONGEST_NAME, is_reader, is_visit

CHROME = (
    b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
SAFARI = b"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
READERS = (
    CHROME,
    SAFARI + b"Version/18.5 Mobile/15E148 Safari/604.1",
    b"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    SAFARI + b"Mobile/15E148 [FBAN/FBIOS;FBAV/510.0]",
    b"Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36",
    b"Lynx/2.9.0 libwww-FM/2.14",
)  # fmt: skip
ROBOTS = (
    b"", b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    b"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    b"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    b"Mozilla/5.0 (compatible; Baiduspider/2.0)", b"Mozilla/5.0 (compatible; Yahoo! Slurp)", b"CCBot/2.0",
    b"facebookexternalhit/1.1", b"WhatsApp/2.23.20.0", b"Slackbot-LinkExpanding 1.0", b"Twitterbot/1.0",
    b"Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0.0.0 Safari/537.36", b"curl/8.5.0", b"Wget/1.21",
    b"python-requests/2.31.0", b"Go-http-client/2.0", b"Feedly/1.0 (+http://www.feedly.com/fetcher.html)",
    b"Mozilla/5.0 (compatible; UptimeRobot/2.0)", b"Apache-HttpClient/4.5", b"newsroom-verify-retraction",
    b"Mozilla/5.0 (Linux; Android 11) Chrome/109.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse",
)  # fmt: skip


class VisitTests(TestCase):
    def test_it_is_a_reader_s_who_says_to_be_no_robot(self) -> None:
        for name in READERS:
            self.assertTrue(is_visit({b"user-agent": name}), name)

    def test_it_is_none_of_a_robot_and_of_who_says_nothing(self) -> None:
        for name in ROBOTS:
            self.assertFalse(is_visit({b"user-agent": name}), name)
        self.assertFalse(is_visit({}))

    def test_it_is_none_that_fetches_in_advance(self) -> None:
        for header, value, expected in (
            (b"sec-purpose", b"prefetch", False), (b"sec-purpose", b"prefetch;prerender", False),
            (b"purpose", b"prefetch", False), (b"purpose", b"", True), (b"accept", b"prefetch", True),
        ):  # fmt: skip
            self.assertIs(is_visit({b"user-agent": CHROME, header: value}), expected, (header, value))

    def test_it_remembers_a_bounded_number_of_bounded_names(self) -> None:
        is_reader.cache_clear()
        for n in range(KNOWN_NAMES + 10):
            is_visit({b"user-agent": b"Mozilla/5.0 (%d)" % n + b"x" * LONGEST_NAME})
        self.assertEqual(is_reader.cache_info().currsize, KNOWN_NAMES)
        is_visit({b"user-agent": CHROME})
        hits = is_reader.cache_info().hits
        is_visit({b"user-agent": CHROME})
        self.assertEqual(is_reader.cache_info().hits, hits + 1)
        is_visit({b"user-agent": b"y" * LONGEST_NAME + b"a"})
        is_visit({b"user-agent": b"y" * LONGEST_NAME + b"b"})
        self.assertEqual(is_reader.cache_info().hits, hits + 2, "what comes after the first 400 bytes is not looked at")
