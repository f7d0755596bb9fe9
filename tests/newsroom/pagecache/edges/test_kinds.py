"""Each kind of edge: what answers say to it, and how it is told what to drop."""

from django.test import SimpleTestCase, override_settings

from newsroom.pagecache.edges.base import NotPurged
from newsroom.pagecache.edges.checks import check_edges
from newsroom.pagecache.edges.fastly import Fastly
from newsroom.pagecache.edges.headers import edge_headers
from newsroom.pagecache.edges.kinds import edge_at
from newsroom.pagecache.edges.varnish import LINE_BYTES, Varnish
from tests.living.processes import free_port
from tests.newsroom.pagecache.edges.listening import Listening

MANY = {f"article:{n}" for n in range(1_000)}
TOO_MANY = {f"article:{n}" for n in range(5_000)}


class VarnishTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.server = Listening.of(cls)
        cls.edge = Varnish("127.0.0.1", cls.server.server_port)

    def setUp(self) -> None:
        self.server.told.clear()
        self.server.status = 200

    def test_an_address_names_it(self) -> None:
        self.assertEqual(edge_at("varnish://10.0.0.7:6083"), Varnish("10.0.0.7", 6083))
        self.assertEqual(edge_at("varnish://[::1]:6083").name, "varnish ::1:6083")

    def test_it_is_told_tags_with_spaces_between(self) -> None:
        self.edge.purge({"article:1", "archive:1:2025-02"})
        self.assertEqual(self.server.told, [{"article:1", "archive:1:2025-02"}])

    def test_it_is_told_many_in_several_requests_none_too_long(self) -> None:
        self.edge.purge(MANY)
        self.assertEqual(set().union(*self.server.told), MANY)
        self.assertGreater(len(self.server.told), 1)
        for _method, _path, headers in self.server.requests:
            self.assertLessEqual(len(headers["xkey"]), LINE_BYTES)

    def test_what_it_does_not_say_it_did_is_not_done(self) -> None:
        for status in (403, 405, 503):
            self.server.status = status
            with self.assertRaisesMessage(NotPurged, str(status)):
                self.edge.purge({"article:1"})
        with self.assertRaises(NotPurged):
            Varnish("127.0.0.1", free_port()).purge({"article:1"})

    def test_an_answer_has_its_tags_in_lines_that_it_reads(self) -> None:
        headers = self.edge.headers(MANY, 42)
        self.assertEqual(headers[0], (b"surrogate-control", b"max-age=42"))
        lines = [value.decode() for name, value in headers[1:] if name == b"xkey"]
        self.assertEqual({tag for line in lines for tag in line.split()}, MANY)
        self.assertTrue(all(len(line) <= LINE_BYTES for line in lines))

    def test_an_answer_with_more_tags_than_it_reads_is_not_kept(self) -> None:
        self.assertEqual(self.edge.headers(TOO_MANY, 42), [])

    def test_a_tag_is_spelled_alike_in_an_answer_and_in_a_purge_whatever_is_in_it(self) -> None:
        self.edge.purge({"strip:à la une"})
        self.assertEqual(self.server.told, [{"strip:%C3%A0%20la%20une"}])
        self.assertIn((b"xkey", b"strip:%C3%A0%20la%20une"), self.edge.headers({"strip:à la une"}, 1))


class FastlyTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.server = Listening.of(cls)
        cls.edge = Fastly("SU1Z0isxPaozGVKXdv0eY", "secret", api=f"http://127.0.0.1:{cls.server.server_port}")

    def test_an_address_names_it_and_its_token_is_shown_nowhere(self) -> None:
        edge = edge_at("fastly://secret@SU1Z0isxPaozGVKXdv0eY")
        self.assertEqual(edge, Fastly("SU1Z0isxPaozGVKXdv0eY", "secret"))
        self.assertNotIn("secret", repr(edge) + edge.name)

    def test_it_is_told_256_keys_a_request_with_the_token(self) -> None:
        self.edge.purge(MANY)
        self.assertEqual([len(keys) for keys in self.server.told], [256, 256, 256, 232])
        self.assertEqual(set().union(*self.server.told), MANY)
        method, path, headers = self.server.requests[0]
        self.assertEqual((method, path), ("POST", "/service/SU1Z0isxPaozGVKXdv0eY/purge"))
        self.assertEqual((headers["Fastly-Key"], headers["Content-Type"]), ("secret", "application/json"))

    def test_what_it_refuses_is_not_done_and_says_no_token(self) -> None:
        self.server.status = 401
        with self.assertRaises(NotPurged) as caught:
            self.edge.purge({"article:1"})
        self.server.status = 200
        self.assertIn("401", str(caught.exception))
        self.assertNotIn("secret", str(caught.exception))

    def test_an_answer_has_its_keys_with_spaces_between(self) -> None:
        self.assertEqual(
            self.edge.headers({"b:2", "a:1"}, 42),
            [(b"surrogate-control", b"max-age=42"), (b"surrogate-key", b"a:1 b:2")],
        )
        self.assertEqual(self.edge.headers(TOO_MANY, 42), [])


class HeadersTests(SimpleTestCase):
    def test_answers_say_nothing_where_there_is_no_edge(self) -> None:
        self.assertEqual(edge_headers({"a:1"}, 1_000.0, now=900.0), [])

    def test_they_say_to_each_edge_until_when_they_are_true(self) -> None:
        with override_settings(EDGES=[Varnish("a", 1), Fastly("s", "t"), Varnish("b", 1)]):
            self.assertEqual(
                edge_headers({"a:1"}, 1_000.0, now=940.1),
                [(b"surrogate-control", b"max-age=59"), (b"xkey", b"a:1 all"), (b"surrogate-key", b"a:1 all")],
            )

    def test_what_ends_at_once_or_is_not_kept_here_or_bears_no_tags_is_not_kept(self) -> None:
        with override_settings(EDGES=[Varnish("a", 1)]):
            for tags, due_at in (({"a:1"}, 940.9), ({"a:1"}, 900.0), ({"a:1"}, 0.0), (set[str](), 1_000.0)):
                self.assertEqual(edge_headers(tags, due_at, now=940.0), [])

    def test_what_only_a_purge_changes_is_kept_for_a_minute(self) -> None:
        with override_settings(EDGES=[Varnish("a", 1)]):
            headers = edge_headers({"a:1"}, float("inf"), now=940.0)
            self.assertEqual(headers[0], (b"surrogate-control", b"max-age=60"))


class CheckTests(SimpleTestCase):
    def ids(self, **settings: object) -> list[str | None]:
        with override_settings(**settings):
            return [finding.id for finding in check_edges(None)]

    def test_no_edge_needs_nothing(self) -> None:
        self.assertEqual(self.ids(EDGES=[], PAGE_CACHE_BYTES=0), [])

    def test_an_edge_needs_the_page_cache_a_name_of_its_own_and_to_be_trusted(self) -> None:
        one = {"EDGES": [Varnish("a", 1)], "TRUSTED_PROXIES": ["127.0.0.1"]}
        self.assertEqual(self.ids(**one), [])
        self.assertEqual(self.ids(**one, PAGE_CACHE_BYTES=0), ["newsroom.E012"])
        self.assertEqual(self.ids(**{**one, "EDGES": [Fastly("s", "a"), Fastly("s", "b")]}), ["newsroom.E013"])
        self.assertEqual(self.ids(**{**one, "TRUSTED_PROXIES": []}), ["newsroom.W008"])
