"""The desk as the people who work at it see it, in a real browser."""

import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from axe_playwright_python.sync_playwright import Axe

from articles.actions import editing
from articles.content import Content
from articles.models import Article, Image
from tests.base import PASSWORD
from tests.browser.base import SAVED, BrowserTestCase, photo
from tests.factories import make_article, make_author, make_image, make_tags


class PublishAStoryTests(BrowserTestCase):
    def test_it_publishes_an_article_with_an_image_in_under_a_minute(self) -> None:
        make_author("Julien Mercier", user=self.julien)
        make_tags("Réalité virtuelle")
        began = time.monotonic()
        self.sign_in("julien")
        page = self.page
        page.click("text=Nouvel article")
        page.fill("#id_headline", 'Le casque "qui voit loin" : essai')
        page.fill("#id_standfirst", "Deux semaines avec lui, et une surprise!")
        page.click(".ProseMirror[contenteditable]")
        page.keyboard.type("Il pèse 300 g. L'autonomie, elle, déçoit : deux heures.")
        page.select_option("#id_section", label="Mac")
        page.fill("#id_tags-typed", "realite")
        page.click(".names-offered li >> nth=0")
        page.click("[data-picks]")
        page.click(".picker-upload summary")
        with TemporaryDirectory() as folder:
            page.set_input_files("#picker input[type=file]", photo(Path(folder), "vr_headset"))
            page.fill("#picker input[name=alt]", "Un casque de réalité virtuelle, dessiné")
            page.click("#picker form button.button-main")
            page.wait_for_selector(".image-shown img")
        page.click("[value=publish_unreviewed]")
        page.wait_for_selector(".messagelist .success")
        took = time.monotonic() - began
        self.assertLess(took, 60)

        article = Article.objects.get()
        self.assertEqual(article.desk_headline, "Le casque «\u202fqui voit loin\u202f»\u202f: essai")
        self.assertEqual([tag.name for tag in article.tags.all()], ["Réalité virtuelle"])
        self.assertEqual([line.author.name for line in article.byline_set.all()], ["Julien Mercier"])
        assert article.live is not None
        self.assertEqual(article.live.body, "<p>Il pèse 300\u202fg. L’autonomie, elle, déçoit\u202f: deux heures.</p>")

        page.goto(self.site(self.ia, article.path))
        self.assertEqual(page.inner_text("h1"), article.desk_headline)
        self.assertTrue(page.evaluate("document.querySelector('.lead-image img').naturalWidth > 0"))

    def test_it_takes_six_clicks_from_signing_in_to_a_live_article_with_an_image(self) -> None:
        make_author("Julien Mercier", user=self.julien)
        make_image(caption="De la photothèque")
        clicks = []

        def click(selector: str) -> None:
            clicks.append(selector)
            page.click(selector)

        page = self.page
        page.goto(f"{self.live_server_url}/admin/")
        page.fill("#id_login", "julien")
        page.fill("#id_password", PASSWORD)
        click("[type=submit]")
        click("text=Nouvel article")
        page.wait_for_selector("#id_headline:focus")
        page.wait_for_load_state("networkidle")
        page.keyboard.type("Publié en un clic")
        page.keyboard.press("Tab")
        page.wait_for_selector("#id_standfirst:focus")
        page.keyboard.type("Un chapô.")
        page.focus(".ProseMirror[contenteditable]")
        page.keyboard.type("Deux phrases. Et voilà.")
        click("#id_section")
        page.select_option("#id_section", label="Mac")
        click("[data-picks]")
        click("[data-image]")
        page.wait_for_selector(".image-shown img")
        click("[value=publish_unreviewed]")
        page.wait_for_selector(".messagelist .success")
        self.assertEqual(len(clicks), 6)
        article = Article.objects.get()
        page.goto(self.site(self.ia, article.path))
        self.assertTrue(page.evaluate("document.querySelector('.lead-image img').naturalWidth > 0"))

    def test_it_keeps_what_was_typed_when_something_is_missing(self) -> None:
        self.sign_in("ines")
        page = self.page
        page.click("text=Nouvel article")
        page.fill("#id_headline", "Sans texte ni rubrique")
        page.fill("#id_kicker", "À garder")
        page.click("[value=approve_and_publish]")
        page.wait_for_selector(".errornote")
        self.assertEqual(page.input_value("#id_kicker"), "À garder")
        self.assertFalse(Article.objects.exists())
        page.on("dialog", lambda dialog: dialog.accept())

    def test_words_marked_as_kept_stay_as_typed_over_saves(self) -> None:
        self.sign_in("ines")
        page = self.page
        page.click("text=Nouvel article")
        page.fill("#id_headline", "Un mot gardé")
        page.select_option("#id_section", label="Jeux vidéo")
        page.click(".ProseMirror[contenteditable]")
        button = "button[aria-label='Gardé tel quel'], button[title='Gardé tel quel']"
        page.click(button)
        page.keyboard.type("Yahoo!")
        page.click(button)
        page.keyboard.type(" et Bing!")
        for _time in range(2):
            page.click(".save-bar [name=_save]")
            page.wait_for_selector(SAVED)
            self.assertEqual(Article.objects.get().draft.body, "<p><bdi>Yahoo!</bdi> et Bing\u202f!</p>")
            page.wait_for_selector(".ProseMirror bdi")

    def test_it_puts_images_and_videos_into_the_body(self) -> None:
        image = make_image(caption="La légende de la photothèque")
        self.sign_in("ines")
        page = self.page
        page.click("text=Nouvel article")
        page.fill("#id_headline", "Une figure et une vidéo")
        page.select_option("#id_section", label="Jeux vidéo")
        page.click(".ProseMirror[contenteditable]")
        page.keyboard.type("Avant.")
        page.click(".prose-menubar__button[title='Image'], button[aria-label='Image']")
        page.click(f"[data-image='{image.pk}']")
        page.wait_for_selector(".own-figure img")
        page.click("button[aria-label='Post ou vidéo'], button[title='Post ou vidéo']")
        page.fill("#embed-dialog [name=url]", "https://example.org/nothing")
        page.click("#embed-dialog .button-main")
        page.wait_for_selector("#embed-dialog [role=alert]:not([hidden])")
        self.complaints.clear()  # the browser notes the refused address
        page.fill("#embed-dialog [name=url]", "https://youtu.be/aqz-KE-bpKQ")
        page.click("#embed-dialog .button-main")
        page.wait_for_selector(".ownEmbed")
        page.click(".save-bar [name=_save]")
        page.wait_for_selector(SAVED)
        draft = Article.objects.get().draft
        assert draft is not None
        self.assertIn(f'<figure data-picture="{image.pk}"></figure>', draft.body)
        self.assertIn('<figure data-embed="https://www.youtube.com/watch?v=aqz-KE-bpKQ"></figure>', draft.body)
        self.assertEqual(draft.image_ids, [image.pk])

    def test_it_gives_back_a_body_as_it_was_stored(self) -> None:
        image = make_image()
        body = (
            "<p>Du CO<sub>2</sub>, un <strong>gras</strong>, un <em>italique</em> et "
            '<a href="https://example.org/">un lien</a>.</p><h2>Un titre</h2><ul><li><p>Une puce</p></li></ul>'
            "<ol><li><p>Un</p></li></ol><blockquote><p>Une citation.</p></blockquote>"
            '<pre><code>print("a  b")</code></pre>'
            "<table><tbody><tr><th><p>A</p></th><td><p>B</p></td></tr></tbody></table>"
            f'<figure data-picture="{image.pk}"><figcaption>Une légende</figcaption></figure>'
            '<figure data-embed="https://www.youtube.com/watch?v=aqz-KE-bpKQ"></figure>'
            '<figure data-source="https://old.example/a.jpg" data-alt="Une photo"></figure><p>Fin.</p>'
        )
        article = make_article(self.kg, body=body)
        before = article.live.body
        self.sign_in("ines")
        self.page.goto(f"{self.live_server_url}/admin/articles/article/{article.pk}/change/")
        self.page.wait_for_selector(".ProseMirror table")
        self.page.fill("#id_headline", "Rien que le titre change")
        self.page.click(".save-bar [name=_save]")
        self.page.wait_for_selector(SAVED)
        article.refresh_from_db()
        self.assertEqual(article.draft.body, before)

    def test_it_withdraws_with_a_notice(self) -> None:
        article = make_article(self.kg)
        self.sign_in("thomas")
        self.page.goto(f"{self.live_server_url}/admin/articles/article/{article.pk}/change/")
        self.page.click(".more-steps summary")
        self.page.click("[data-opens=step-withdraw]")
        self.page.fill("#id_withdraw-notice", "Une source s'est rétractée.")
        self.page.click("dialog[open] [value=withdraw]")
        self.page.wait_for_selector(".messagelist .success")
        answer = self.page.goto(self.site(self.kg, article.path))
        self.assertEqual(answer.status, 410)
        self.assertIn("Une source s’est rétractée.", self.page.inner_text("main"))
        self.complaints.clear()  # Chromium notes the 410

    def test_it_changes_publication_in_one_gesture(self) -> None:
        make_article(self.ia, "Chez iPhoneAddict")
        self.sign_in("alix")
        self.page.select_option("#switcher-publication", label="iPhoneAddict")
        self.page.wait_for_selector("text=Chez iPhoneAddict")

    def test_it_takes_several_images_each_with_its_own_words(self) -> None:
        self.sign_in("ines")
        page = self.page
        page.goto(f"{self.live_server_url}/admin/articles/image/add/")
        with TemporaryDirectory() as folder:
            page.set_input_files("#files", [photo(Path(folder), "robot"), photo(Path(folder), "rocket")])
            page.fill("#alt-0", "Un robot, dessiné")
            page.fill("#alt-1", "Une fusée, dessinée")
            page.click(".upload-form .button-main")
            page.wait_for_selector(".upload-status.kept >> nth=1")
        self.assertEqual(set(Image.objects.values_list("alt", flat=True)), {"Un robot, dessiné", "Une fusée, dessinée"})

    def test_it_shows_where_an_image_is_used_and_takes_its_focal_point_by_a_click(self) -> None:
        image = make_image()
        make_article(self.kg, "Celle qui la montre", lead_image=image)
        self.sign_in("ines")
        self.page.goto(f"{self.live_server_url}/admin/articles/image/{image.pk}/change/")
        self.page.wait_for_selector("text=Celle qui la montre")
        box = self.page.locator(".focal-image").bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.75)
        square = self.page.locator("[data-ratio='1x1'] img")  # as far to the left as it can be
        self.assertEqual(square.evaluate("(it) => getComputedStyle(it).objectPosition"), "0% 50%")
        self.page.click("[name=_save]")
        self.page.wait_for_selector(".messagelist .success")
        image = Image.objects.get(pk=image.pk)
        self.assertAlmostEqual(image.focal_x, 25, delta=2)
        self.assertAlmostEqual(image.focal_y, 75, delta=2)


class DeskForEveryoneTests(BrowserTestCase):
    def test_it_breaks_no_serious_accessibility_rule_in_light_and_dark(self) -> None:
        article = make_article(self.kg, lead_image=make_image())
        content = replace(Content.of(article.live), headline="Un autre titre", body="<h2>Ailleurs</h2><p>Un mot.</p>")
        editing.save_draft(article, content, by=self.ines)
        self.sign_in("alix")
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for path in (
                "", "articles/article/", f"articles/article/{article.pk}/change/", "articles/image/",
                f"articles/article/{article.pk}/revisions/", f"articles/article/{article.pk}/compare/?from=1&to=2",
                f"articles/article/{article.pk}/expunge/", f"articles/image/{article.live.lead_image_id}/expunge/",
                "articles/image/add/", f"publications/publication/{self.kg.pk}/change/", "auth/user/",
            ):  # fmt: skip
                with self.subTest(scheme=scheme, path=path):
                    self.page.goto(f"{self.live_server_url}/admin/{path}")
                    self.page.wait_for_load_state("networkidle")
                    self.assertEqual(self.complaints, [])
                    found = Axe().run(self.page).response["violations"]
                    serious = [
                        (v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")
                    ]
                    self.assertEqual(serious, [])
                    self.complaints.clear()  # axe itself tries an inline style

    def test_it_lets_a_person_leave_who_typed_nothing(self) -> None:
        article = make_article(self.kg, tags=make_tags("Robot"))
        self.sign_in("ines")
        self.page.goto(f"{self.live_server_url}/admin/articles/article/{article.pk}/change/")
        self.page.wait_for_selector(".names-chosen li")
        asked: list[str] = []
        self.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        self.page.click("h1")
        self.page.goto(f"{self.live_server_url}/admin/")
        self.assertEqual(asked, [])
        self.page.go_back()
        self.page.fill("#id_headline", "Commencé, pas enregistré")
        self.page.goto(f"{self.live_server_url}/admin/")
        self.assertEqual(asked, [], "what was typed is kept")

    def test_it_asks_a_person_who_leaves_where_nothing_could_be_kept(self) -> None:
        article = make_article(self.kg)
        self.sign_in("ines")
        self.page.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('full') } })"
        )
        self.page.goto(f"{self.live_server_url}/admin/articles/article/{article.pk}/change/")
        self.page.wait_for_selector(".ProseMirror[contenteditable]")
        asked: list[str] = []
        self.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        self.page.fill("#id_headline", "Commencé, pas enregistré")
        self.page.goto(f"{self.live_server_url}/admin/")
        self.assertEqual(asked, ["beforeunload"])
        self.complaints.clear()

    def test_it_speaks_english_to_who_asks(self) -> None:
        self.sign_in("ines")
        self.page.click("text=English")
        self.page.wait_for_selector("text=New article")
        self.assertEqual(self.page.get_attribute("html", "lang"), "en")
