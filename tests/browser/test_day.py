"""An article's day, as four people live it on two sites, in French, in a real browser."""

from typing import Any

from playwright.sync_api import Page

from articles.models import Article
from newsroom.publications.models import Membership, Role
from tests.base import PASSWORD
from tests.browser.base import SAVED, BrowserTestCase
from tests.factories import make_author, make_image

HEADLINE = "Un robot apprend à plier le linge sans se presser"
FIRST, MENDED = "Il plie douze chemises à l'heure.", "Il plie douze chemises à l'heure, selon deux sources."


class ArticleDayTests(BrowserTestCase):
    def person_at_desk(self, username: str) -> Page:
        """A person's own browser, signed in."""
        page = self.new_page()
        page.goto(f"{self.live_server_url}/admin/")
        page.fill("#id_login", username)
        page.fill("#id_password", PASSWORD)
        page.click("[type=submit]")
        page.wait_for_selector(".panels")
        return page

    def write(self, page: Page, section: str, words: str) -> None:
        page.click("text=Nouvel article")
        page.fill("#id_headline", HEADLINE)
        page.fill("#id_standfirst", "Deux ans d'essais, et une patience infinie.")
        page.click(".ProseMirror[contenteditable]")
        page.keyboard.type(words)
        page.select_option("#id_section", label=section)
        page.click("[data-picks]")
        page.click("[data-image] >> nth=0")
        page.wait_for_selector(".image-shown img")

    def switch(self, page: Page, publication: Any) -> None:
        page.select_option("#switcher-publication", label=publication.name)
        page.wait_for_selector(f"#user-tools a[href*='{publication.domain}']")
        page.wait_for_selector(".panels")

    def press(self, page: Page, label: str) -> str:
        return self.done(page, f".save-bar >> text={label}")

    def done(self, page: Page, selector: str) -> str:
        """Presses what sends the form, and tells what the next page says of it."""
        page.evaluate("document.body.id = 'before'")
        if not page.is_visible(selector):
            page.click(".more-steps summary")
        page.click(selector)
        page.wait_for_selector("body:not(#before) .messagelist .success")
        return page.inner_text(".messagelist .success")

    def open_from_panel(self, page: Page, title: str) -> None:
        page.goto(f"{self.live_server_url}/admin/")
        page.click(f".panel:has(h2 :text-is('{title}')) >> text={HEADLINE}")
        page.wait_for_selector("#article")
        page.wait_for_load_state()  # the scripts are there that open dialogs

    def retype(self, page: Page, words: str) -> None:
        page.click(".ProseMirror[contenteditable]")
        page.keyboard.press("Control+A")
        page.keyboard.type(words)

    def reader(self, page: Page, path: str, site: Any) -> str:
        page.goto(self.site(site, path))
        return page.inner_text("main")

    def test_it_goes_from_the_first_words_to_the_withdrawal(self) -> None:
        Membership.objects.create(user=self.ines, publication=self.ia, role=Role.EDITOR)
        make_author("Camille Roussel", user=self.camille)
        make_author("Julien Mercier", user=self.julien)
        make_image(caption="Le robot, au travail")
        camille, ines, thomas, julien = (
            self.person_at_desk(name) for name in ("camille", "ines", "thomas", "julien")
        )  # fmt: skip

        # Camille writes, and sends it for review: she has no other button that leads to readers.
        self.write(camille, "Jeux vidéo", FIRST)
        self.assertEqual(camille.locator(".save-bar [value=approve_and_publish]").count(), 0)
        self.assertIn("relecture", self.press(camille, "Envoyer en relecture"))
        article = Article.objects.get()
        self.assertEqual(article.stage, "in_review")

        # Inès reads it and sends it back, saying what to change.
        self.open_from_panel(ines, "À relire")
        ines.click(".more-steps summary")
        ines.click(".save-bar >> text=Renvoyer…")
        ines.fill("#id_request_changes-note", "Il manque une deuxième source.")
        self.done(ines, "dialog[open] [value=request_changes]")

        # Camille finds the note at the head of the article, and mends it.
        self.open_from_panel(camille, "À reprendre")
        self.assertIn("Il manque une deuxième source.", camille.inner_text(".asked-for"))
        self.retype(camille, MENDED)
        self.press(camille, "Envoyer en relecture")

        # Inès sees word by word what changed, and approves exactly that.
        self.open_from_panel(ines, "À relire")
        ines.click("text=Versions (2)")
        ines.click("text=Comparer les deux choisies")
        self.assertIn("deux sources", ines.inner_text(".compared ins >> nth=0"))
        self.open_from_panel(ines, "À relire")
        self.press(ines, "Bon à publier")

        # Thomas publishes it.
        self.open_from_panel(thomas, "Bon à publier")
        self.assertIn("Publié", self.press(thomas, "Publier"))
        article.refresh_from_db()
        self.assertIn("selon deux sources", self.reader(thomas, article.path, self.kg))

        # On the sister site, where no review is required, Julien has the same article: he is asked, and goes on.
        self.write(julien, "Mac", "Le même robot, vu de chez nous.")
        julien.click(".save-bar >> text=Publier sans relecture")
        julien.wait_for_selector(".questions")
        self.assertIn("KultureGeek", julien.inner_text(".questions"))
        self.assertEqual(julien.input_value("#id_headline"), HEADLINE)
        self.done(julien, "text=Continuer quand même")
        sister = Article.objects.get(publication=self.ia)
        self.assertIn("vu de chez nous", self.reader(julien, sister.path, self.ia))
        self.assertIn("KultureGeek", sister.events.first().note)

        # It stands in "publié sans relecture" until Inès has read it.
        ines.goto(f"{self.live_server_url}/admin/")
        self.switch(ines, self.ia)
        self.open_from_panel(ines, "Publié sans relecture")
        self.press(ines, "Marquer comme relu")
        ines.goto(f"{self.live_server_url}/admin/")
        self.assertEqual(ines.locator("text=Publié sans relecture").count(), 0)

        # Camille corrects the live article: its readers see the same bytes until somebody has said yes.
        before = self.client.get(article.path, headers={"host": f"{self.kg.domain}"}).content
        camille.goto(f"{self.live_server_url}/admin/articles/article/{article.pk}/change/")
        self.retype(camille, "Il plie dix chemises à l'heure, et non douze.")
        camille.select_option("#id_change", label="mise à jour")
        camille.click(".save-bar [name=_save]")
        camille.wait_for_selector(SAVED)
        self.press(camille, "Envoyer en relecture")
        self.assertEqual(self.client.get(article.path, headers={"host": f"{self.kg.domain}"}).content, before)
        self.switch(ines, self.kg)
        self.open_from_panel(ines, "À relire")
        self.press(ines, "Approuver et publier")
        self.assertIn("et non douze", self.reader(thomas, article.path, self.kg))

        # Thomas withdraws it, and says why to its readers.
        thomas.goto(f"{self.live_server_url}/admin/articles/article/{article.pk}/change/")
        thomas.click(".more-steps summary")
        thomas.click(".save-bar >> text=Dépublier…")
        thomas.fill("#id_withdraw-notice", "Le fabricant a démenti nos deux sources.")
        self.done(thomas, "dialog[open] [value=withdraw]")
        self.assertIn("Le fabricant a démenti", self.reader(thomas, article.path, self.kg))
        self.complaints.clear()  # Chromium notes the 410

        verbs = [event.verb.removeprefix("article.") for event in reversed(article.events.all())]
        self.assertEqual(
            verbs,
            "created submitted changes_requested saved submitted approved published "
            "saved submitted approved published withdrawn".split(),
        )
