"""A form whose token is old: what was sent is kept, and sent again by one press."""

import re

from django.test import Client
from django.urls import reverse

from articles.models import Article
from tests.base import NewsroomTestCase, sign_in

ADD = reverse("admin:articles_article_add")
TYPED = {"headline": 'Un "casque" <b>', "standfirst": "\nUne ligne\nune autre", "kind": "news", "_save": "1"}


class OldTokenTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.browser = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
        sign_in(self.browser, self.camille)

    def send(self, site: str = "same-origin", **posted: str) -> object:
        return self.browser.post(f"{ADD}?form_key=cle-du-formulaire", posted, headers={"sec-fetch-site": site})

    def test_it_keeps_what_was_sent_and_sends_it_with_a_new_token(self) -> None:
        page = self.send(**TYPED, csrfmiddlewaretoken="x" * 64)
        self.assertEqual(page.status_code, 403)
        self.assertContains(page, "Rien de ce que vous avez écrit n’est perdu", status_code=403)
        text = page.content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
        assert token
        self.assertIn("Un &quot;casque&quot; &lt;b&gt;</textarea>", text)
        self.assertIn('<textarea name="standfirst" hidden>\n\nUne ligne\nune autre</textarea>', text)
        self.assertEqual(self.send(**TYPED, csrfmiddlewaretoken=token[1]).status_code, 302)
        self.assertEqual(Article.objects.get().working.headline, "Un «\u202fcasque\u202f» <b>")

    def test_another_sites_page_has_nothing_sent_by_a_press(self) -> None:
        for site in ("cross-site", "same-site", "none"):
            page = self.send(site, **TYPED)
            self.assertNotContains(page, "casque", status_code=403)

    def test_a_stranger_is_told_what_to_do(self) -> None:
        page = Client(enforce_csrf_checks=True, headers={"host": "localhost"}).post(ADD, TYPED)
        self.assertNotContains(page, "casque", status_code=403)
        self.assertContains(page, "trop ancienne", status_code=403)
