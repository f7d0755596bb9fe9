"""Browsers, in the words of whoever uses them."""

from unittest import TestCase

from newsroom.lib.browsers import browser_in_words

MOZILLA = "Mozilla/5.0"


class BrowserInWordsTests(TestCase):
    def test_it_names_browser_and_system(self) -> None:
        for header, words in (
            (f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
            (
                f"{MOZILLA} (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140",
                "Edge, Windows",
            ),
            (
                f"{MOZILLA} (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari/1",
                "Chrome, Linux",
            ),
            (
                f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.5", "curl/8.5"),
            ("", ""),
            ("x" * 500, "x" * 60),
        ):
            self.assertEqual(browser_in_words(header), words)
