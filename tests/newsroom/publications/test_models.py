"""Publications, the hosts they answer on, and their faces."""

import re

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from newsroom.lib.colour import contrast
from newsroom.publications.models import (
    NIGHT,
    PAPER,
    Host,
    Publication,
    validate_colour,
    validate_domain,
    validate_names,
    validate_permalink,
    validate_time_zone,
)
from newsroom.publications.words import reserved_words
from tests.base import NewsroomTestCase


class KeptNamesTests(SimpleTestCase):
    def test_it_says_which_lines_are_no_names(self) -> None:
        validate_names("Yahoo!\n\n  Jeopardy! \n")
        for lines, said in {"Yahoo!\n!!!\n?": "!!!, ?", "x" * 81: "x" * 81, "a\n" * 501: "500"}.items():
            with self.assertRaises(ValidationError) as caught:
                validate_names(lines)
            self.assertIn(said, "".join(caught.exception.messages))


COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


class HostTests(NewsroomTestCase):
    def at(self, host: str) -> tuple[str, bool] | None:
        with self.assertNumQueries(1):
            known = Host.objects.at(host)
        return (known.publication.name, known.redirects) if known else None

    def test_a_domain_is_its_publication_s(self) -> None:
        self.assertEqual(self.at("kulturegeek.localhost"), ("KultureGeek", False))
        self.assertEqual(self.at("iphoneaddict.localhost"), ("iPhoneAddict", False))

    def test_a_host_that_no_database_can_hold_is_not_asked_for(self) -> None:
        with self.assertNumQueries(0):
            self.assertIsNone(Host.objects.at("\x00"))

    def test_an_unknown_host_is_nobody_s(self) -> None:
        for host in (
            "",
            "evil.example",
            "localhost",
            "kulturegeek",
            "x.kulturegeek.localhost",
            "%",
            "a" * 10_000,
        ):
            self.assertIsNone(self.at(host))

    def test_an_alias_leads_on_or_answers(self) -> None:
        Host.objects.create(publication=self.kg, domain="old.localhost")
        Host.objects.create(publication=self.kg, domain="mirror.localhost", redirects=False)
        self.assertEqual(self.at("old.localhost"), ("KultureGeek", True))
        self.assertEqual(self.at("mirror.localhost"), ("KultureGeek", False))
        self.assertEqual(self.at("kulturegeek.localhost"), ("KultureGeek", False))

    def test_readers_of_an_alias_are_sent_on_with_path_and_query(self) -> None:
        Host.objects.create(publication=self.ia, domain="old.localhost")
        Host.objects.create(publication=self.ia, domain="mirror.localhost", redirects=False)
        sent = self.client.get("/mac/?after=1", headers={"host": "old.localhost"})
        self.assertEqual((sent.status_code, sent["Location"]), (301, self.ia.origin + "/mac/?after=1"))
        self.assertContains(self.client.get("/", headers={"host": "mirror.localhost"}), "iPhoneAddict")

    def test_a_domain_is_no_alias_too(self) -> None:
        with self.assertRaises(ValidationError):
            Host(publication=self.ia, domain=self.kg.domain).full_clean()

    def test_people_see_the_publications_they_work_for(self) -> None:
        seen = {
            person.username: list(Publication.objects.for_user(person))
            for person in (self.ines, self.julien, self.zoe, self.alix)
        }
        self.assertEqual(seen, {"ines": [self.kg], "julien": [self.ia], "zoe": [], "alix": [self.kg, self.ia]})


class ValidatorTests(SimpleTestCase):
    def check(self, validate, good: list[str], bad: list[str]) -> None:
        for value in good:
            validate(value)
        for value in bad:
            with self.subTest(value=value[:60]), self.assertRaises(ValidationError):
                validate(value)

    def test_a_domain(self) -> None:
        self.check(
            validate_domain,
            ["example.org", "localhost", "a-b.c-d.fr", "xn--e1afmkfd.xn--p1ai", "a" * 63 + ".fr"],
            [
                "",
                "Example.org",
                "http://example.org",
                "example.org:8000",
                "example.org/",
                "-a.fr",
                "a-.fr",
                "a..fr",
                ".fr",
                "a.fr.",
                "é.fr",
                "a b.fr",
                "a" * 64 + ".fr",
                "a." * 200 + "fr",
                "a.fr\n",
                "a_b.fr",
                "-" * 100_000,
            ],
        )

    def test_a_colour(self) -> None:
        self.check(
            validate_colour,
            ["#c8102e", "#FFFFFF"],
            ["", "c8102e", "#fff", "#c8102e00", "#gggggg", "red", "#c8102e\n", "#000000;}body{display:none"],
        )

    def test_a_time_zone(self) -> None:
        self.check(
            validate_time_zone,
            ["Europe/Paris", "UTC", "Pacific/Noumea"],
            ["", "Paris", "../../etc/passwd", "europe/Paris ", "\x00"],
        )

    def test_a_permalink(self) -> None:
        self.check(
            validate_permalink,
            ["{section}/{slug}/", "{slug}/", "news-{id}/{slug}/", "{year}/{month}/{day}/{slug}/", "{id}/"],
            [
                "",
                "{slug}",
                "/{slug}/",
                "{year}/{month}/",
                "{author}/{slug}/",
                "{slug}//",
                "../{slug}/",
                "{slug}/?x=/",
                "Blog/{slug}/",
                "{slug}/\n",
                "{slug.__class__}/",
                "{}{slug}/",
                "a" * 100_000,
            ],
        )

    def test_a_permalink_never_begins_with_the_site_s_own_words(self) -> None:
        self.check(validate_permalink, ["tag-{slug}/"], [f"{word}/{{slug}}/" for word in reserved_words()])


class FaceTests(SimpleTestCase):
    def variables(self, accent: str) -> dict[str, list[str]]:
        css = Publication(name="KultureGeek", accent=accent).face_css()
        found: dict[str, list[str]] = {}
        for name, value in re.findall(r"--([a-z-]+):(#[0-9a-fA-F]{6})", css):
            found.setdefault(name, []).append(value)
        return found

    @given(COLOURS)
    def test_whatever_the_accent_its_ink_reads_by_day_and_by_night(self, accent: str) -> None:
        day, night = self.variables(accent)["accent-ink"]
        self.assertGreaterEqual(contrast(day, PAPER), 4.5)
        self.assertGreaterEqual(contrast(night, NIGHT), 4.5)

    @given(COLOURS)
    def test_whatever_the_accent_text_on_it_reads(self, accent: str) -> None:
        self.assertGreaterEqual(contrast(self.variables(accent)["on-accent"][0], accent), 4.5)

    def test_its_address_changes_with_what_it_shows(self) -> None:
        paths = {Publication(name=n, accent=a).face_path for n in ("A", "B") for a in ("#000000", "#ffffff")}
        self.assertEqual(len(paths), 4)

    def test_a_name_is_written_safely_in_the_icon(self) -> None:
        self.assertIn("&lt;</text>", Publication(name="<script>", accent="#000000").icon_svg())


class OriginTests(NewsroomTestCase):
    def test_it_names_the_port_unless_it_is_the_scheme_s_own(self) -> None:
        for https, port, origin in [
            (False, "8000", "http://kulturegeek.localhost:8000"),
            (False, "80", "http://kulturegeek.localhost"),
            (True, "443", "https://kulturegeek.localhost"),
            (True, "", "https://kulturegeek.localhost"),
        ]:
            with self.settings(HTTPS=https, PUBLIC_PORT=port):
                self.assertEqual(self.kg.origin, origin)
