"""Files are taken at the desk, of people who have signed in; readers' forms have none."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from newsroom.desk.access import may_upload
from tests.base import NewsroomTestCase
from tests.factories import make_article

ADD = "/admin/articles/image/add/"


class UploadTests(NewsroomTestCase):
    def files_of(self, path: str, host: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Send a form with a file; return the fields and files that the view was given."""
        file = SimpleUploadedFile("un.txt", b"a" * 3_000_000)
        answer = self.client.post(path, {"text": "Bonjour", "file": file}, headers={"host": host})
        request = answer.wsgi_request
        return request.POST.dict(), dict(request.FILES)

    def test_it_leaves_the_files_of_a_reader_s_form_out_and_keeps_its_fields(self) -> None:
        article = make_article(self.kg)
        for path in (f"/c/article/{article.pk}/", "/"):
            self.assertEqual(self.files_of(path, self.kg.domain), ({"text": "Bonjour"}, {}), path)

    def test_it_takes_files_at_the_desk_of_who_has_signed_in(self) -> None:
        self.assertEqual(self.files_of(ADD, "localhost")[1], {})
        self.client.force_login(self.camille)
        fields, files = self.files_of(ADD, "localhost")
        self.assertEqual((fields, files["file"][0].size), ({"text": "Bonjour"}, 3_000_000))

    def test_it_knows_before_the_body_is_read_who_may_send_a_large_one(self) -> None:
        self.assertFalse(may_upload({}))
        self.assertFalse(may_upload({"HTTP_COOKIE": "sessionid=" + "a" * 32}))
        self.client.force_login(self.camille)
        environ = {"HTTP_COOKIE": f"sessionid={self.client.cookies['sessionid'].value}"}
        self.assertTrue(may_upload(environ))
        self.camille.is_active = False
        self.camille.save()
        self.assertFalse(may_upload(environ))
