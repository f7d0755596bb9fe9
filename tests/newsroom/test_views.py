"""What every publication serves beside its articles: images from the storage, its face, its icon."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings

from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.models import Publication
from tests.base import NewsroomTestCase

NAME = "renditions/ab/abababababab12-640.webp"
IMAGE = b"RIFF" + bytes(range(256)) * 20
IN_MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
FOR_EVER = "public, max-age=31536000, immutable"


class RenditionTests(NewsroomTestCase):
    def fetch(self, name: str = NAME, method: str = "get", **headers: str) -> Any:
        ask = getattr(self.client, method)
        return ask(f"/media/{name}", headers={"host": self.kg.domain, "accept-encoding": "", **headers})

    def store(self, name: str = NAME) -> None:
        self.assertEqual(default_storage.save(name, ContentFile(IMAGE)), name)

    def test_it_sends_an_image_as_the_file_it_is_to_browsers_that_read_gzip(self) -> None:
        self.store()
        answer = self.fetch(**{"accept-encoding": "gzip, br"})
        self.assertFalse(answer.has_header("Content-Encoding"))
        self.assertEqual(b"".join(answer.streaming_content), IMAGE)
        page = self.client.get("/", headers={"host": self.kg.domain, "accept-encoding": "gzip"})
        self.assertEqual(page.headers["Content-Encoding"], "gzip")

    def test_it_serves_what_the_storage_has_wherever_that_is(self) -> None:
        for storage in (settings.STORAGES["default"], IN_MEMORY):
            with self.subTest(storage), override_settings(STORAGES={**settings.STORAGES, "default": storage}):
                self.store()
                answer = self.fetch()
                self.assertEqual((answer.status_code, b"".join(answer.streaming_content)), (200, IMAGE))
                self.assertEqual(answer["Content-Type"], "image/webp")
                self.assertEqual(answer["Content-Length"], str(len(IMAGE)))
                self.assertEqual(answer["Cache-Control"], FOR_EVER)
                self.assertEqual(self.fetch("renditions/ab/abababababab12-320.webp").status_code, 404)

    def test_it_names_the_type_of_each_format_whatever_the_system_knows(self) -> None:
        for end, type_ in (("640.avif", "image/avif"), ("640.webp", "image/webp"), ("16x9-50-50.jpg", "image/jpeg")):
            name = f"renditions/ab/abababababab12-{end}"
            self.store(name)
            answer = self.fetch(name)
            self.assertEqual((answer.status_code, answer["Content-Type"]), (200, type_))
            self.assertEqual(b"".join(answer.streaming_content), IMAGE)

    def test_it_sends_nothing_again_to_who_has_it(self) -> None:
        self.store()
        first = self.fetch()
        self.assertEqual(b"".join(first.streaming_content), IMAGE)
        again = self.fetch(**{"if-modified-since": first["Last-Modified"]})
        self.assertEqual((again.status_code, again.content), (304, b""))
        self.assertEqual((again["Cache-Control"], again["Last-Modified"]), (FOR_EVER, first["Last-Modified"]))

    def test_it_answers_head_with_the_length_alone_and_no_other_method(self) -> None:
        self.store()
        answer = self.fetch(method="head")
        self.assertEqual((answer.status_code, answer["Content-Length"]), (200, str(len(IMAGE))))
        self.assertEqual(b"".join(answer.streaming_content), b"")
        refused = self.fetch(method="post")
        self.assertEqual((refused.status_code, refused["Allow"]), (405, "GET, HEAD"))

    def test_it_serves_renditions_and_no_other_file(self) -> None:
        folder = Path(settings.MEDIA_ROOT)
        (folder / "renditions" / "ab").mkdir(parents=True)
        for name in ("originals/x.jpg", "renditions/ab/x.jpg", "renditions/x.html", "../settings.py", "renditions/ab"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if not (folder / name).is_dir():
                (folder / name).write_bytes(b"secret")
            for path in (name, f"renditions/../{name}", f"renditions/%2e%2e/{name}"):
                answer = self.fetch(path)
                self.assertEqual(answer.status_code, 404, path)
                self.assertNotIn(b"secret", answer.content)


class FaceTests(NewsroomTestCase):
    def test_it_serves_the_colours_and_the_icon_of_the_publication_at_hand_for_ever(self) -> None:
        for publication in (self.kg, self.ia):
            for path, type_, piece in (
                (publication.face_path, "text/css; charset=utf-8", f"--accent:{publication.accent}"),
                (publication.icon_path, "image/svg+xml", f'fill="{publication.accent}"'),
            ):
                answer = self.read(path, publication)
                self.assertContains(answer, piece)
                self.assertEqual((answer["Content-Type"], answer["Cache-Control"]), (type_, FOR_EVER))
                self.assertEqual(cache_tags_of(answer), {publication.cache_tag})

    def test_it_serves_no_face_of_another_site_nor_a_former_one(self) -> None:
        former = self.kg.face_path
        self.assertNotContains(self.read(former, self.ia), "--accent", status_code=404)
        Publication.objects.filter(pk=self.kg.pk).update(accent="#123456")
        self.assertNotContains(self.read(former), "--accent", status_code=404)

    def test_it_leads_old_browsers_to_the_icon(self) -> None:
        answer = self.read("/favicon.ico", self.ia)
        self.assertEqual((answer.status_code, answer["Location"]), (302, self.ia.icon_path))
