"""Bad settings of the worker are said before anything starts."""

from django.test import SimpleTestCase, override_settings

from newsroom.worker.checks import check_settings


class CheckTests(SimpleTestCase):
    def ids(self) -> list[str | None]:
        return [found.id for found in check_settings(None)]

    def test_the_demo_s_settings_and_a_house_s_are_well(self) -> None:
        self.assertEqual(self.ids(), [])
        with override_settings(WORKER_LEASE=1, DEFAULT_FROM_EMAIL="La rédaction <desk@example.org>"):
            self.assertEqual(self.ids(), [])

    def test_a_lease_in_which_no_heartbeat_fits_is_an_error(self) -> None:
        for lease in (0, -1, 0.2):
            with override_settings(WORKER_LEASE=lease):
                self.assertEqual(self.ids(), ["newsroom.E008"])

    def test_so_is_an_address_that_is_none(self) -> None:
        for address in ("", "desk", "The desk <>", "a@b@c"):
            with override_settings(DEFAULT_FROM_EMAIL=address):
                self.assertEqual(self.ids(), ["newsroom.E009"], address)
