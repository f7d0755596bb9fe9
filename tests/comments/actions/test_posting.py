"""Actions of readers: post, edit, delete; and the staff's reply."""

import datetime as dt

import time_machine
from django.utils import timezone

from articles.actions import publishing
from comments import forms
from comments.actions import posting
from comments.actions import settings as comment_settings
from comments.models import Comment, SealedSource, Term, ThreadPolicy
from comments.refusals import Refused
from comments.states import Mode, Status
from newsroom.lib.client import Client
from newsroom.pagecache.models import Purge
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.permissions import Forbidden
from tests.comments.base import OFFICE, CommentsTestCase
from tests.factories import make_article

MINUTE = dt.timedelta(minutes=1)


class PostTests(CommentsTestCase):
    def refusal(self, *args: object, **fields: object) -> Refused:
        before = Comment.objects.count()
        with self.assertRaises(Refused) as caught:
            self.post(*args, **fields)  # type: ignore[arg-type]
        self.assertEqual(Comment.objects.count(), before)
        return caught.exception

    def test_it_is_published_at_once_and_counted(self) -> None:
        comment = self.post()
        self.assertEqual((comment.status, comment.reviewed), (Status.APPROVED, False))
        self.assertEqual(self.count(), 1)

    def test_it_touches_the_page_that_shows_it(self) -> None:
        pages = [cache_tags_of(self.read(path)) for path in (self.article.path, "/")]
        Purge.objects.all().delete()
        self.post()
        purged = set(Purge.objects.values_list("tag", flat=True))
        self.assertEqual(purged, {f"comments:{self.article.pk}"})
        for tags in pages:
            self.assertTrue(tags & purged)

    def test_what_is_held_touches_no_page_and_counts_nothing(self) -> None:
        self.set(mode=Mode.PREMODERATED)
        Purge.objects.all().delete()
        comment = self.post()
        self.assertEqual((comment.status, comment.rule), (Status.HELD, "premoderated"))
        self.assertFalse(Purge.objects.exists())
        self.assertEqual(self.count(), 0)

    def test_a_button_pressed_twice_is_one_comment(self) -> None:
        comment = self.post(form_key="a")
        self.assertEqual(self.post(form_key="a").pk, comment.pk)
        self.assertNotEqual(self.post("Autre chose, vraiment.", form_key="b").pk, comment.pk)

    def test_a_form_posts_one_comment_and_no_other(self) -> None:
        comment = self.post(form_key="a")
        elsewhere = make_article(self.kg, "Un autre")
        for change in ({"text": "Autre chose."}, {"name": "Zoë"}, {"email": "x@example.org"}, {"article": elsewhere}):
            with self.assertRaises(posting.FormUsed):
                self.post(form_key="a", **change)  # type: ignore[arg-type]
        posting.delete(comment)
        with self.assertRaises(posting.FormUsed):
            self.post(form_key="a")

    def test_who_repeats_a_comment_word_for_word_is_not_taken_for_its_author(self) -> None:
        """Source, name, e-mail and text can be a neighbour's: only the form is the author's own."""
        self.post(form_key="a")
        for form_key in ("", "b"):
            self.assertIn("déjà", str(self.refusal(form_key=form_key)))

    def test_who_repeats_anothers_words_gets_no_key_to_them(self) -> None:
        self.set(email_required=False)
        theirs = self.post("Le même mot.")
        self.assertNotEqual(self.post("Le même mot.", client=OFFICE).pk, theirs.pk)
        reply = posting.post_staff_reply(self.article, "Notre réponse.", by=self.sarah)
        for client in (OFFICE, Client("", 0)):
            self.assertNotEqual(self.post("Notre réponse.", "sarah", email="", client=client).pk, reply.pk)
        self.assertNotEqual(self.post("LE MEME MOT.").pk, theirs.pk)  # a corrected one is another

    def test_what_the_staff_wrote_is_nobodys_to_change(self) -> None:
        reply = posting.post_staff_reply(self.article, "Notre réponse.", by=self.sarah)
        for action in (lambda: posting.edit(reply, "Nous avons menti."), lambda: posting.delete(reply)):
            with self.assertRaises(Refused):
                action()
        path = f"/c/{reply.pk}/own/{forms.own_key(reply)}/"
        self.assertEqual(self.read(path).status_code, 404)

    def test_one_source_closes_no_site_to_others(self) -> None:
        for n in range(posting.MAX_A_MINUTE_FROM_ONE_SOURCE):
            self.post(f"Numéro {n}.")
        self.assertIn("plus vite", str(self.refusal("Encore.")))
        self.post("Moi aussi.", "Léa", client=OFFICE)

    def test_it_wants_something_to_see(self) -> None:
        for nothing in ("\u200d", "\xad", "\u3164", "\u2800", ">", "> > >\n>"):
            self.assertEqual(self.refusal(nothing).field, "text", repr(nothing))
        for nobody in ("\u3164", "\u200d\u200d"):
            self.assertEqual(self.refusal("Bonjour.", nobody, email="x@example.org").field, "pseudonym")
        for name in ("KultureGeek\xad", "КultureGeek", "Kulture\u200dGeek"):  # the second begins in Cyrillic
            self.assertEqual(self.refusal("Bonjour.", name, email="x@example.org").field, "pseudonym")
        self.post("👍🏽")

    def test_it_needs_words_a_name_and_an_e_mail(self) -> None:
        self.assertEqual(self.refusal(" \n\u200b ").field, "text")
        self.assertEqual(self.refusal(name=" ").field, "pseudonym")
        self.assertEqual(self.refusal(name="x" * 61).field, "pseudonym")
        self.assertEqual(self.refusal(email="").field, "email")
        self.assertEqual(self.refusal(email="zoe@").field, "email")

    def test_an_e_mail_may_be_left_out_where_the_publication_says_so(self) -> None:
        self.set(email_required=False)
        self.assertEqual(self.post(email="").email, "")

    def test_it_says_how_many_characters_are_too_many(self) -> None:
        self.set(longest=100)
        self.assertIn("20", str(self.refusal("x" * 120)))

    def test_nobody_writes_in_the_sites_name(self) -> None:
        self.assertEqual(self.refusal(name="kultureGEEK").field, "pseudonym")

    def test_its_source_is_sealed_and_only_a_hash_stands_beside_it(self) -> None:
        comment = self.post()
        self.assertNotIn("203.0.113.7", str(Comment.objects.values().get(pk=comment.pk)))
        sealed = SealedSource.objects.get()
        self.assertNotIn(b"203.0.113.7", bytes(sealed.box))
        self.assertNotIn(b"zoe", bytes(sealed.box))
        self.assertEqual(sealed.destroyed_from - sealed.sealed_at, dt.timedelta(days=365))

    def test_two_homes_have_two_hashes_and_one_home_has_one(self) -> None:
        one, same, other = self.post("Un mot."), self.post("Deux mots."), self.post("Trois mots.", client=OFFICE)
        self.assertEqual(one.source, same.source)
        self.assertNotEqual(one.source, other.source)


class ThreadTests(CommentsTestCase):
    def test_a_reply_stands_under_what_it_answers(self) -> None:
        first, second = self.post("Un."), self.post("Deux.")
        reply = self.post("À Un.", "Léa", under=first)
        positions = [c.pk for c in Comment.objects.order_by("position")]
        self.assertEqual(positions, [first.pk, reply.pk, second.pk])
        self.assertEqual((first.level, reply.level), (0, 1))

    def test_newest_first_turns_conversations_round_and_not_their_inside(self) -> None:
        first, second = self.post("Un."), self.post("Deux.")
        replies = [self.post(f"Réponse {n}.", "Léa", under=first) for n in range(2)]
        order = [c.pk for c in Comment.objects.order_by("position_newest")]
        self.assertEqual(order, [second.pk, first.pk, *(r.pk for r in replies)])

    def test_what_is_deeper_than_the_thread_stands_beside_what_it_answers(self) -> None:
        self.set(depth=2)
        one = self.post("Un.")
        two = self.post("Deux.", under=one)
        three = self.post("Trois.", under=two)
        self.assertEqual([c.level for c in (one, two, three)], [0, 1, 1])
        self.assertEqual(three.parent, two)

    def test_nobody_answers_what_readers_dont_see_nor_another_article(self) -> None:
        comment = self.post()
        other = make_article(self.kg, "Une autre")
        with self.assertRaises(Refused):
            self.post("Ici.", under=comment, article=other)
        self.decide(comment, "reject")
        with self.assertRaises(Refused):
            self.post("Là.", "Léa", under=comment)


class PolicyTests(CommentsTestCase):
    def closed(self) -> str:
        with self.assertRaises(Refused) as caught:
            self.post("Encore un mot.")
        return str(caught.exception)

    def test_a_site_can_be_closed(self) -> None:
        self.set(mode=Mode.CLOSED)
        self.assertEqual(self.closed(), "Les commentaires sont fermés.")

    def test_a_section_differs_from_the_site_and_an_article_from_its_section(self) -> None:
        comment_settings.save_policy(
            ThreadPolicy(publication=self.kg, section=self.science, mode=Mode.CLOSED), by=self.sarah
        )
        self.closed()
        comment_settings.save_policy(
            ThreadPolicy(publication=self.kg, article=self.article, mode=Mode.PREMODERATED), by=self.sarah
        )
        self.assertEqual(self.post().status, Status.HELD)

    def test_a_thread_closes_after_some_days(self) -> None:
        self.set(closes_after=7)
        self.post()
        with time_machine.travel(timezone.now() + dt.timedelta(days=7), tick=False):
            self.assertIn("fermés depuis", self.closed())

    def test_a_articles_days_come_before_the_sites(self) -> None:
        self.set(closes_after=1)
        comment_settings.save_policy(
            ThreadPolicy(publication=self.kg, article=self.article, closes_after=30), by=self.sarah
        )
        with time_machine.travel(timezone.now() + dt.timedelta(days=20), tick=False):
            self.assertEqual(self.post().status, Status.APPROVED)

    def test_an_article_that_is_opened_by_hand_stays_open(self) -> None:
        self.set(closes_after=1)
        comment_settings.save_policy(
            ThreadPolicy(publication=self.kg, article=self.article, mode=Mode.OPEN), by=self.sarah
        )
        with time_machine.travel(timezone.now() + dt.timedelta(days=20), tick=False):
            self.assertEqual(self.post().status, Status.APPROVED)

    def test_a_withdrawn_article_and_a_static_page_take_none(self) -> None:
        page = make_article(self.kg, "Mentions légales", kind="page")
        with self.assertRaises(Refused):
            self.post(article=page)
        publishing.withdraw(self.article, by=self.thomas, notice="Retiré.")
        self.article.refresh_from_db()
        self.closed()

    def test_it_is_one_thread_wherever_the_article_is_placed(self) -> None:
        publishing.place(self.article, on=self.ia, by=self.alix)
        self.post()
        self.assertContains(self.read("/", self.ia), f"{self.article.get_absolute_url()}#comments")

    def test_who_may_not_set_policies_is_refused(self) -> None:
        with self.assertRaises(Forbidden):
            comment_settings.save_policy(
                ThreadPolicy(publication=self.kg, article=self.article, mode="closed"), by=self.camille
            )
        with self.assertRaises(Refused):
            comment_settings.save_policy(
                ThreadPolicy(publication=self.ia, article=self.article, mode="closed"), by=self.alix
            )
        with self.assertRaises(Refused):
            comment_settings.save_policy(ThreadPolicy(publication=self.kg, mode="closed"), by=self.alix)


class OwnTests(CommentsTestCase):
    def test_its_author_edits_it_for_ten_minutes(self) -> None:
        comment = self.post()
        with time_machine.travel(timezone.now() + 9 * MINUTE, tick=False):
            comment = posting.edit(comment, "Finalement non.")
        self.assertEqual((comment.text, comment.version), ("Finalement non.", 2))
        self.assertIsNotNone(comment.edited_at)
        with time_machine.travel(timezone.now() + 11 * MINUTE, tick=False), self.assertRaises(Refused):
            posting.edit(comment, "Trop tard.")

    def test_an_edit_is_screened_and_new_to_moderators(self) -> None:
        comment = self.post()
        self.decide(comment, "approve")
        edited = posting.edit(comment, "https://a.fr https://b.fr https://c.fr")
        self.assertEqual((edited.status, edited.rule, edited.reviewed), (Status.HELD, "links", False))
        self.assertEqual(self.count(), 0)

    def test_an_edit_lets_nothing_through_that_was_held(self) -> None:
        comment = self.post("https://a.fr https://b.fr https://c.fr")
        self.assertEqual(posting.edit(comment, "Rien de mal.").status, Status.HELD)

    def test_an_edit_lifts_no_rules_rejection_and_opens_no_closed_thread(self) -> None:
        comment_settings.add_terms(self.kg, ["viagra"], Term.Kind.BANNED, by=self.sarah)
        comment = self.post("Du viagra.")
        posting.edit(comment, "https://a.fr https://b.fr https://c.fr")
        comment.refresh_from_db()
        self.assertEqual(comment.status, Status.REJECTED)
        other = self.post("Un mot.")
        self.set(mode=Mode.CLOSED)
        with self.assertRaises(Refused):
            posting.edit(other, "Un autre mot.")

    def test_edits_have_an_end(self) -> None:
        comment = self.post()
        for n in range(posting.MAX_EDITS):
            comment = posting.edit(comment, f"Version {n}.")
        with self.assertRaises(Refused):
            posting.edit(comment, "Une de trop.")

    def test_what_a_moderator_rejected_is_no_longer_its_authors(self) -> None:
        comment = self.post()
        self.decide(comment, "reject")
        for act in (lambda: posting.edit(comment, "Pardon."), lambda: posting.delete(comment)):
            with self.assertRaises(Refused):
                act()

    def test_deleting_takes_the_words_and_leaves_the_position(self) -> None:
        comment = self.post()
        self.post("D’accord.", "Léa", under=comment)
        gone = posting.delete(comment)
        self.assertEqual((gone.status, gone.text, gone.pseudonym, gone.email), (Status.DELETED, "", "", ""))
        self.assertEqual(self.count(), 1)
        with self.assertRaises(Refused):
            posting.edit(gone, "Revenu.")


class AnswerTests(CommentsTestCase):
    def test_the_staff_answers_in_its_name(self) -> None:
        comment = self.post()
        answer = posting.post_staff_reply(self.article, "Merci !", by=self.camille, under=comment)
        self.assertEqual((answer.staff, answer.status, answer.reviewed), (self.camille, Status.APPROVED, True))
        self.assertEqual(self.count(), 2)

    def test_who_has_no_role_there_does_not(self) -> None:
        for person in (self.zoe, self.julien):
            with self.assertRaises(Forbidden):
                posting.post_staff_reply(self.article, "Merci !", by=person)

    def test_it_asks_eighteen_queries_whatever_the_thread_holds(self) -> None:
        self.post("Le premier mot ici.", "Ana", client=OFFICE)

        def asked(text: str) -> int:
            with self.assertNumQueries(NUMBER):
                self.post(text, "Ana", client=OFFICE)
            return 0

        asked("Un deuxième mot, plus long.")
        for n in range(3):
            self.post(f"Un mot de plus, le {n}.", f"Reader{n}")
        asked("Un dernier mot, tout autre.")


NUMBER = 18
