"""System checks find bad settings of the worker before anything starts."""

from django.test import SimpleTestCase, override_settings

from newsroom.worker.checks import check_settings


class CheckTests(SimpleTestCase):
    def ids(self) -> list[str | None]:
        return [finding.id for finding in check_settings(None)]

    def test_the_settings_of_the_demo_and_of_a_newsroom_are_good(self) -> None:
        self.assertEqual(self.ids(), [])
        with override_settings(WORKER_LEASE=1, DEFAULT_FROM_EMAIL="La rédaction <desk@example.org>"):
            self.assertEqual(self.ids(), [])

    def test_a_lease_in_which_no_heartbeat_fits_is_an_error(self) -> None:
        for lease in (0, -1, 0.2):
            with override_settings(WORKER_LEASE=lease):
                self.assertEqual(self.ids(), ["newsroom.E008"])

    def test_a_sender_that_is_no_address_is_an_error(self) -> None:
        for address in ("", "desk", "The desk <>", "a@b@c"):
            with override_settings(DEFAULT_FROM_EMAIL=address):
                self.assertEqual(self.ids(), ["newsroom.E009"], address)
