"""System checks of nginx as an edge."""

import tempfile
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from unittest import mock

from django.test import SimpleTestCase, override_settings

from newsroom.pagecache.edges import nginx_checks as checks
from newsroom.pagecache.edges.nginx_checks import check_nginx


class CheckNginxTests(SimpleTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def ids(self, **settings: Any) -> list[str | None]:
        right = {"EDGE_NGINX": str(self.folder), "TRUSTED_PROXIES": [ip_network("127.0.0.1")], "VAR_DIR": self.folder}
        with override_settings(**{**right, **settings}):
            return [finding.id for finding in check_nginx(None)]

    def test_it_has_nothing_to_say_where_nginx_keeps_no_pages_or_all_is_there(self) -> None:
        self.assertEqual(self.ids(EDGE_NGINX="", TRUSTED_PROXIES=[]), [])
        self.assertEqual(self.ids(), [])

    def test_a_folder_that_cannot_be_written_to(self) -> None:
        self.assertEqual(self.ids(EDGE_NGINX=str(self.folder / "missing")), ["newsroom.E020"])
        (self.folder / "pages").mkdir()
        self.assertEqual(self.ids(), [])
        # root may write anywhere: what another user would be told
        with mock.patch.object(checks.os, "access", lambda path, mode: path == self.folder):
            self.assertEqual(self.ids(), ["newsroom.E020"])

    def test_no_trusted_proxy(self) -> None:
        self.assertEqual(self.ids(TRUSTED_PROXIES=[]), ["newsroom.E021"])

    def test_no_file_to_say_who_is_in_flight(self) -> None:
        with self.assertLogs("newsroom.pagecache.in_flight", "WARNING"):
            self.assertEqual(self.ids(VAR_DIR=self.folder / "missing"), ["newsroom.E022"])
