"""A thread as readers get it: on the article's page, page by page, by permalink."""

from dataclasses import replace

from django.test import Client as Browser
from django.urls import reverse

from articles.actions import editing, publishing
from articles.content import Content
from comments.actions import posting
from comments.actions import settings as comment_settings
from comments.models import Comment, ThreadPolicy
from comments.states import Order
from newsroom.lib.client import Client
from newsroom.pagecache.tags import cache_tags_of
from tests.comments.base import CommentsTestCase
from tests.factories import make_article, make_section, publish


class ArticleTests(CommentsTestCase):
    def page(self) -> str:
        return self.read(self.article.path).content.decode()

    def test_it_shows_the_thread_its_count_and_the_form(self) -> None:
        first = self.post("Très bon article.")
        self.post("Je suis d’accord.", "Léa", under=first)
        page = self.page()
        for words in (
            "2 commentaires",
            "Très bon article.",
            "Je suis d’accord.",
            "Laisser un commentaire",
            "Sauvegarder mon pseudo et mon adresse e-mail pour la prochaine fois",
            "Restez dans le sujet",
        ):
            self.assertIn(words, page)
        self.assertLess(page.index("Très bon"), page.index("d’accord"))
        self.assertIn('class="comment level-1"', page)

    def test_each_comment_leads_to_its_own_form_and_report(self) -> None:
        pk = self.post().pk
        page = self.page()
        for name in ("comment", "comment-reply", "comment-report"):
            self.assertIn(f'href="{reverse(name, args=[pk])}" rel="nofollow"', page)

    def test_words_that_run_from_the_right_turn_nothing_of_ours(self) -> None:
        first = self.post("مقال جيد جدا، شكرا", "ליאור", email="lior@example.org")
        page = self.page()
        self.assertIn('<b class="comment-name" dir="auto">ליאור</b>', page)
        self.assertIn('<div class="comment-text" dir="auto"><p>مقال جيد جدا، شكرا</p></div>', page)
        for field in ('<textarea id="comment-text" dir="auto"', '<input id="comment-pseudonym" dir="auto"'):
            self.assertIn(field, page)
        form = self.read(f"/c/{first.pk}/reply/").content.decode()
        self.assertIn('<b dir="auto">ליאור</b>', form)
        self.assertIn("Répondre à <bdi>ליאור</bdi>", form)
        self.assertIn('<div class="comment-text" dir="auto"><p>مقال', form)

    def test_flags_come_through_a_name_and_a_text(self) -> None:
        flag = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
        self.post(f"Allez {flag} !", f"Ewan {flag}", email="ewan@example.org")
        self.assertIn(f"Allez {flag} !", self.page())
        self.assertIn(f"Ewan {flag}</b>", self.page())

    def test_it_never_shows_an_e_mail_nor_a_source(self) -> None:
        comment = self.post()
        page = self.page()
        self.assertNotIn("zoe@example.org", page)
        self.assertNotIn(comment.source, page)

    def test_it_shows_the_count_wherever_the_headline_stands(self) -> None:
        self.post()
        publishing.place(self.article, on=self.ia, by=self.alix)
        for path, site in (("/", self.kg), (self.article.desk_section.path, self.kg), ("/", self.ia)):
            self.assertContains(self.read(path, site), "comment-count")

    def test_it_is_the_same_for_all_readers_and_sets_nothing(self) -> None:
        self.post()
        response = self.read(self.article.path)
        self.assertFalse(response.cookies)
        self.assertNotIn("csrf", response.content.decode())
        self.assertLessEqual({f"comments:{self.article.pk}", f"threads:{self.kg.pk}"}, cache_tags_of(response))

    def test_what_is_held_rejected_or_spam_is_not_there(self) -> None:
        for decision in ("hold", "reject", "spam"):
            self.decide(self.post(f"À cacher : {decision}."), decision)
        self.assertNotIn("À cacher", self.page())

    def test_a_removed_parent_leaves_a_tombstone_and_its_replies(self) -> None:
        parent = self.post("Une insulte.")
        self.post("Calmez-vous.", "Léa", under=parent)
        self.decide(parent, "reject")
        page = self.page()
        self.assertNotIn("Une insulte.", page)
        self.assertIn("Ce commentaire a été retiré par la modération.", page)
        self.assertIn("Calmez-vous.", page)

    def test_a_removed_comment_without_replies_leaves_nothing(self) -> None:
        self.decide(self.post("Une insulte."), "reject")
        self.assertNotIn("comment-gone", self.page())

    def test_a_closed_thread_is_read_and_says_so(self) -> None:
        self.post()
        comment_settings.save_policy(
            ThreadPolicy(publication=self.kg, article=self.article, mode="closed"), by=self.sarah
        )
        page = self.page()
        self.assertIn("Très bon article", page)
        self.assertIn("Les commentaires sont fermés.", page)
        self.assertNotIn("comment-form", page)
        self.assertNotIn("data-reply", page)

    def test_a_static_page_has_no_thread(self) -> None:
        article = make_article(self.kg, "Mentions légales", kind="page")
        self.assertNotIn('id="comments"', self.read(article.path).content.decode())

    def test_the_staff_and_what_it_picked_are_marked(self) -> None:
        comment = self.post("Une remarque utile.")
        self.decide(comment, "feature")
        posting.post_staff_reply(self.article, "Merci !", by=self.camille, under=comment)
        page = self.page()
        self.assertIn("is-staff", page)
        self.assertIn("featured-comments", page)

    def test_a_site_without_rules_lists_none(self) -> None:
        self.set(rules="")
        self.assertNotIn("comment-rules", self.page())

    def test_its_queries_dont_grow_with_the_thread(self) -> None:
        self.read(self.article.path)
        with self.assertNumQueries(12):
            self.read(self.article.path)
        first = self.post("Un.")
        with self.assertNumQueries(13):
            self.read(self.article.path)
        for n in range(12):
            under = first if n % 2 else None
            self.post(f"Le mot numéro {n}.", f"L{n}", client=Client(f"192.0.2.{n}", 1), under=under)
        self.decide(first, "reject")
        with self.assertNumQueries(14):
            self.read(self.article.path)


class PageTests(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.set(page_size=5)
        self.comments = [self.post(f"Mot{n:02}.", f"L{n}", client=Client(f"192.0.2.{n}", 1)) for n in range(12)]

    def words(self, path: str) -> list[str]:
        page = self.read(path).content.decode()
        return [f"Mot{n:02}." for n in range(12) if f"Mot{n:02}." in page]

    def next(self, path: str) -> str:
        page = self.read(path).content.decode()
        return page.partition("?after=")[2].partition('"')[0]

    def test_it_pages_oldest_first(self) -> None:
        self.assertEqual(self.words(self.article.path), [f"Mot{n:02}." for n in range(5)])
        second = f"/c/article/{self.article.pk}/?after={self.next(self.article.path)}"
        self.assertEqual(self.words(second), [f"Mot{n:02}." for n in range(5, 10)])
        third = f"/c/article/{self.article.pk}/?after={self.next(second)}"
        self.assertEqual((self.words(third), self.next(third)), (["Mot10.", "Mot11."], ""))

    def test_or_newest_first(self) -> None:
        self.set(order=Order.NEWEST)
        self.assertEqual(self.words(self.article.path), [f"Mot{n:02}." for n in range(7, 12)])

    def test_a_page_that_begins_amid_a_conversation_says_what_is_answered(self) -> None:
        for n in range(6):
            self.post(f"Réponse {n}.", f"R{n}", client=Client(f"198.51.100.{n}", 1), under=self.comments[0])
        page = self.read(f"/c/article/{self.article.pk}/?after={self.next(self.article.path)}").content.decode()
        self.assertIn("en réponse à <bdi>L0</bdi>", page)

    def test_a_permalink_leads_to_where_the_comment_stands(self) -> None:
        first, last = self.comments[0], self.comments[11]
        self.assertEqual(self.read(first.permalink).headers["Location"], f"{self.article.path}#c-{first.pk}")
        away = self.read(last.permalink).headers["Location"]
        self.assertIn(f"#c-{last.pk}", away)
        self.assertIn("Mot11.", self.words(away.partition("#")[0]))

    def test_it_leads_into_a_conversation_longer_than_a_page(self) -> None:
        root = self.comments[11]
        replies = [
            self.post(f"Réponse {n:02}.", f"R{n}", client=Client(f"198.51.100.{n}", 1), under=root) for n in range(9)
        ]
        away = self.read(replies[8].permalink).headers["Location"].partition("#")[0]
        self.assertContains(self.read(away), "Réponse 08.")
        near = self.read(replies[1].permalink).headers["Location"].partition("#")[0]
        self.assertContains(self.read(near), "Mot11.")

    def test_it_survives_a_changed_slug_and_section(self) -> None:
        comment = self.comments[0]
        content = Content.of(self.article.working)
        other = make_section(self.kg, "Tests", "tests")
        draft = editing.save_draft(self.article, replace(content, slug="autre", section=other), by=self.thomas)
        draft.refresh_from_db()
        publish(draft, by=self.thomas)
        self.assertEqual(self.read(comment.permalink).headers["Location"], f"/tests/autre/#c-{comment.pk}")

    def test_it_leads_to_the_articles_own_site(self) -> None:
        comment = self.comments[0]
        self.assertEqual(self.read(comment.permalink, self.ia).headers["Location"], comment.get_absolute_url())

    def test_what_was_removed_leads_to_its_tombstone_or_says_that_it_is_gone(self) -> None:
        first, second = self.comments[:2]
        self.post("Resté dessous.", "Max", under=first)
        for comment in (first, second):
            self.decide(comment, "reject")
        self.assertEqual(self.read(first.permalink).headers["Location"], f"{self.article.path}#c-{first.pk}")
        self.assertContains(self.read(second.permalink), "ne peut pas être lu", status_code=410)

    def test_what_never_was_is_not_found(self) -> None:
        self.decide(self.comments[0], "reject")
        for path in ("/c/999999/", "/c/article/999999/", f"/c/{self.comments[0].pk}/report/"):
            self.assertNotContains(self.read(path), self.comments[0].text, status_code=404, msg_prefix=path)
        publishing.withdraw(self.article, by=self.thomas, notice="Retiré.")
        for path in (self.comments[1].permalink, f"/c/article/{self.article.pk}/"):
            self.assertNotContains(self.read(path), self.comments[1].text, status_code=404, msg_prefix=path)

    def test_a_mangled_position_counts_as_none(self) -> None:
        for after in ("x", "é" * 17, "0" * 9999, "' OR 1=1"):
            response = self.read(f"/c/article/{self.article.pk}/?after={after}&from={after}")
            self.assertContains(response, self.comments[0].text)

    def test_pages_of_threads_are_no_food_for_engines(self) -> None:
        page = self.read(f"/c/article/{self.article.pk}/")
        self.assertContains(page, 'content="noindex')
        self.assertContains(page, f'rel="canonical" href="{self.article.get_absolute_url()}"')

    def test_all_of_it_stands_in_its_position_once(self) -> None:
        self.assertEqual(len(set(Comment.objects.values_list("position", flat=True))), 12)


class OldAddressTests(CommentsTestCase):
    def test_a_form_that_was_opened_before_it_changed_still_posts(self) -> None:
        browser = Browser(enforce_csrf_checks=True)
        typed = {"text": "Très bon article.", "pseudonym": "Zoé", "email": "zoe@example.org", "under": ""}
        headers = {"Origin": "http://kulturegeek.localhost", "host": "kulturegeek.localhost"}
        answer = browser.post(f"/c/story/{self.article.pk}/", typed, headers=headers)
        self.assertContains(answer, "Très bon article.")  # asked once more, since the page is old; nothing is lost
        self.assertEqual(browser.get(f"/c/story/{self.article.pk}/write/", headers=headers).status_code, 200)

    def test_the_old_address_of_a_thread_leads_to_its_page(self) -> None:
        answer = self.read(f"/c/story/{self.article.pk}/?after=x&from=y")
        self.assertEqual(answer.status_code, 301)
        self.assertEqual(answer.headers["Location"], f"/c/article/{self.article.pk}/?after=x&from=y")
        self.assertEqual(
            self.read(f"/c/story/{self.article.pk}/").headers["Location"], f"/c/article/{self.article.pk}/"
        )
