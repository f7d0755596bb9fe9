"""Readers comment in a real browser: without a reload, without JavaScript, and without losing a word."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Page, expect

from comments.actions import moderation, posting
from comments.actions import settings as comment_settings
from comments.actions.moderation import SeenVersion
from comments.actions.posting import NewComment
from comments.actions.settings import locked_settings
from comments.models import Comment, Term, ThreadPolicy
from comments.states import Decision, Status
from newsroom.lib.client import Client
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from tests.browser.base import BrowserTestCase
from tests.factories import make_article

WIDTHS = (320, 390, 768, 1440)


class ReaderTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.article = make_article(self.kg, "Un casque qui voit loin")
        self.url = self.site(self.kg, self.article.path)

    def posted(self, text: str, name: str = "Léa", **fields: Any) -> Comment:
        number = Comment.objects.count() + 1
        new = NewComment(text, name, f"lea{number}@example.org")
        return posting.post(self.article, new, client=Client(f"192.0.2.{number}", 1), **fields)

    def write(self, page: Page, text: str, name: str = "Zoé", email: str = "zoe@example.org") -> None:
        page.fill("#comment-text", text)
        page.fill("#comment-pseudonym", name)
        page.fill("#comment-email", email)
        page.wait_for_timeout(2100)  # nobody types in less

    def send(self, page: Page) -> None:
        page.click("#comment-form button.button-main")

    def test_it_is_posted_without_a_reload_and_edited_and_deleted(self) -> None:
        self.page.goto(self.url)
        self.page.evaluate("window.stayed = true")
        self.write(self.page, "Très bon article.")
        self.send(self.page)
        mine = self.page.locator(".comment", has_text="Très bon article.")
        expect(mine).to_contain_text("Votre commentaire est publié.")
        mine.get_by_role("button", name="Modifier").click()
        self.page.locator(".comment textarea").first.fill("Très bon article, vraiment.")
        self.page.get_by_role("button", name="Enregistrer").click()
        expect(self.page.locator(".comment", has_text="vraiment.")).to_be_visible()
        self.assertEqual(Comment.objects.get().text, "Très bon article, vraiment.")
        self.page.get_by_role("button", name="Supprimer").click()
        self.page.get_by_role("button", name="Supprimer pour de bon").click()
        expect(self.page.locator(".comment", has_text="est supprimé")).to_be_visible()
        self.assertEqual(Comment.objects.get().status, Status.DELETED)
        self.assertTrue(self.page.evaluate("window.stayed"))

    def test_a_second_one_from_the_same_page_is_published_like_the_first(self) -> None:
        self.page.goto(self.url)
        for text in ("Un premier mot.", "Et un second."):
            self.write(self.page, text)
            self.send(self.page)
            expect(self.page.locator(".comment", has_text=text)).to_contain_text("Votre commentaire est publié.")
        self.assertEqual(set(Comment.objects.values_list("status", flat=True)), {Status.APPROVED})
        self.assertEqual(self.complaints, [], "its token was used, and it had to ask twice")

    def test_it_remembers_who_asked_for_it_and_forgets_who_did_not(self) -> None:
        self.page.goto(self.url)
        self.write(self.page, "Un premier mot.")
        self.send(self.page)
        expect(self.page.locator(".comment")).to_have_count(1)
        self.page.goto(self.url)
        self.assertEqual(self.page.input_value("#comment-pseudonym"), "")
        self.page.check("[data-remembers]")
        self.write(self.page, "Un deuxième mot.")
        self.send(self.page)
        expect(self.page.locator(".comment")).to_have_count(2)
        self.page.goto(self.url)
        self.assertEqual(self.page.input_value("#comment-pseudonym"), "Zoé")
        self.assertEqual(self.page.input_value("#comment-email"), "zoe@example.org")
        self.page.uncheck("[data-remembers]")
        self.page.goto(self.url)
        self.assertEqual(self.page.input_value("#comment-email"), "")
        self.assertEqual(self.page.context.cookies(), [])

    def test_one_can_edit_after_coming_back_to_the_page(self) -> None:
        self.page.goto(self.url)
        self.write(self.page, "À retrouver.")
        self.send(self.page)
        expect(self.page.locator(".comment")).to_have_count(1)
        self.page.goto(self.url)
        expect(
            self.page.locator(".comment", has_text="À retrouver.").get_by_role("button", name="Modifier")
        ).to_be_visible()
        other = self.new_page()
        other.goto(self.url)
        expect(other.get_by_role("button", name="Modifier")).to_have_count(0)

    def test_what_waits_is_found_again_by_its_author_alone(self) -> None:
        self.page.goto(self.url)
        self.write(self.page, "Voir https://a.fr https://b.fr https://c.fr")
        self.send(self.page)
        expect(self.page.locator(".comment")).to_contain_text("attend la modération")
        self.page.goto(self.url)
        expect(self.page.locator(".comment")).to_contain_text("attend la modération")
        other = self.new_page()
        other.goto(self.url)
        expect(other.locator(".comment")).to_have_count(0)

    def test_counts_follow_what_one_does(self) -> None:
        self.page.goto(self.url)
        title, under_headline = self.page.locator("#comments-title"), self.page.locator(".times [data-count]")
        expect(title).to_have_text("Commentaires")
        for n, text in enumerate(("Un premier mot.", "Et un second."), 1):
            self.write(self.page, text)
            self.send(self.page)
            expect(title).to_have_text(f"{n} commentaire{'s' if n > 1 else ''}")
            expect(under_headline).to_have_text(str(n))
        self.page.get_by_role("button", name="Supprimer").last.click()
        self.page.get_by_role("button", name="Supprimer pour de bon").click()
        expect(title).to_have_text("1 commentaire")
        expect(under_headline).to_have_text("1")

    def test_a_refused_author_reads_why_at_once_and_on_coming_back(self) -> None:
        comment_settings.add_terms(self.kg, ["betterave"], Term.Kind.BANNED, by=SYSTEM)
        Publication.objects.filter(pk=self.kg.pk).update(contact_email="contact@kulturegeek.example")
        self.page.goto(self.url)
        self.write(self.page, "Quelle betterave.")
        self.send(self.page)
        for _visit in range(2):
            refused = self.page.locator(".comment", has_text="Quelle betterave.")
            expect(refused).to_contain_text("n’est pas publié")
            expect(refused).to_contain_text("Terme interdit")
            expect(refused.get_by_role("link", name="@")).to_be_visible()
            self.page.goto(self.url)
        stranger = self.page.context.browser.new_page()
        stranger.goto(self.url)
        expect(stranger.locator(".comment")).to_have_count(0)
        stranger.close()

    def test_a_site_that_does_not_answer_loses_no_word(self) -> None:
        self.page.goto(self.url)
        self.write(self.page, "Un texte à garder.")
        self.page.route("**/c/article/**", lambda route: route.abort())
        self.send(self.page)
        expect(self.page.locator("[data-error]")).to_contain_text("votre texte est toujours là")
        self.assertEqual(self.page.input_value("#comment-text"), "Un texte à garder.")
        self.complaints.clear()  # the browser notes the failure

    def test_an_error_keeps_what_was_typed_and_a_wait_is_shown(self) -> None:
        comment_settings.save_policy(
            ThreadPolicy(publication=self.kg, article=self.article, mode="premoderated"), by=SYSTEM
        )
        self.page.goto(self.url)
        self.write(self.page, "Mon long texte.", name="KultureGeek")
        self.send(self.page)
        expect(self.page.locator("[data-error]")).to_have_text("Ce nom est celui du site.")
        self.assertEqual(self.page.input_value("#comment-text"), "Mon long texte.")
        self.page.fill("#comment-pseudonym", "Zoé")
        self.send(self.page)
        expect(self.page.locator(".comment")).to_contain_text("attend la modération")
        self.complaints.clear()  # the browser notes each 422

    def test_a_reply_is_written_under_what_it_answers(self) -> None:
        first = self.posted("La première question.")
        self.posted("Une autre.")
        self.page.goto(self.url)
        self.page.click(f"#c-{first.pk} [data-reply]")
        expect(self.page.locator(f"#c-{first.pk} #comment-form")).to_be_visible()
        self.write(self.page, "Voici ma réponse.")
        self.send(self.page)
        expect(self.page.locator(".comment.level-1")).to_contain_text("Voici ma réponse.")
        self.assertEqual(Comment.objects.latest("pk").parent_id, first.pk)
        self.assertEqual(
            self.page.locator(".comment").nth(1).get_attribute("id"), f"c-{Comment.objects.latest('pk').pk}"
        )

    def test_more_comments_come_without_a_reload(self) -> None:
        settings = locked_settings_of(self.kg)
        settings.page_size = 5
        settings.save()
        for n in range(12):
            self.posted(f"Le mot numéro {n}.", f"L{n}")
        self.page.goto(self.url)
        for number in (10, 12):
            self.page.click("[data-more]")
            expect(self.page.locator(".comment")).to_have_count(number)
        expect(self.page.locator("[data-more]")).to_have_count(0)

    def test_all_of_it_works_without_javascript(self) -> None:
        first = self.posted("La première question.")
        page = self.new_page(java_script_enabled=False)
        page.goto(self.url)
        page.click(f"#c-{first.pk} a[data-reply]")
        self.write(page, "Sans une ligne de script.")
        self.send(page)
        expect(page.locator("h1")).to_have_text("Votre commentaire est publié.")
        page.fill("#own-text", "Sans la moindre ligne de script.")
        page.get_by_role("button", name="Enregistrer").click()
        page.get_by_role("link", name="Retour à l’article").click()
        expect(page.locator(".comment.level-1")).to_contain_text("Sans la moindre ligne de script.")

    def test_without_javascript_a_cached_form_is_asked_once_more(self) -> None:
        page = self.new_page(java_script_enabled=False)
        page.goto(self.url)
        self.write(page, "Depuis la page même.")
        self.send(page)
        expect(page.locator("h1")).to_have_text("Est-ce bien ce que vous voulez poster ?")
        self.assertEqual(page.input_value("#comment-text"), "Depuis la page même.")
        page.wait_for_timeout(2100)
        self.send(page)
        expect(page.locator("h1")).to_have_text("Votre commentaire est publié.")

    def test_it_never_scrolls_sideways_and_breaks_no_accessibility_rule(self) -> None:
        first = self.posted("x" * 300 + " https://example.org/" + "y" * 300)
        under: Comment | None = first
        for n in range(4):
            under = self.posted(f"Niveau {n} " + "z" * 80, under=under)
        moderation.decide(self.kg, [SeenVersion(first.pk, 1)], Decision.FEATURE, by=SYSTEM)
        posting.post_staff_reply(self.article, "La maison répond.", by=self.camille, under=first)
        removed = self.posted("À retirer.")
        self.posted("Resté dessous.", under=removed)
        moderation.decide(self.kg, [SeenVersion(removed.pk, 1)], Decision.REJECT, by=SYSTEM)
        paths = (self.article.path, f"/c/article/{self.article.pk}/", f"/c/{first.pk}/reply/", f"/c/{first.pk}/report/")
        for path in paths:
            self.page.goto(self.site(self.kg, path))
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 800})
                over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                self.assertLessEqual(over, 0, (path, width))
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)
                found = Axe().run(self.page)
                self.assertEqual(found.violations_count, 0, (path, scheme, found.generate_report()))


def locked_settings_of(publication: Any) -> Any:
    with transaction.atomic():
        return locked_settings(publication)
