"""Changes after publication: their class, the notices of corrections, and the differences that readers see."""

import datetime as dt
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from django.core.cache import cache
from django.utils import timezone

from articles.actions import changes, editing, expunging, publishing, scheduling
from articles.content import Content
from articles.models import Article, Edition
from articles.presentation import comparison
from articles.workflow import Change, Refused, Verb
from newsroom.pagecache.models import Purge
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft, make_image
from tests.pages import corrections_in, next_in

BARE = {"standfirst", "lead_image", "byline"}
NOTICE = "Nous écrivions douze, c’est dix."


class ChangeTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        cache.clear()
        self.article = make_article(self.kg, "Un robot plie le linge", body="<p>Il plie douze chemises à l’heure.</p>")

    def change(self, change: str = "", article: Article | None = None, notice: str = "", **fields: Any) -> Article:
        article = Article.objects.get(pk=(article or self.article).pk)
        content = replace(Content.of(article.working), **fields)
        draft = editing.save_draft(article, content, by=self.ines, change=change, notice=notice)
        return publishing.approve_and_publish(draft, by=self.ines, revision=draft.draft_id, accept=BARE)

    def corrected(self) -> Edition:
        article = self.change("correction", notice=NOTICE, body="<p>Il plie dix chemises à l’heure.</p>")
        return article.editions.get(change="correction")


class ClassTests(ChangeTestCase):
    def test_it_requires_a_class_for_more_than_a_few_characters(self) -> None:
        for fields in ({"headline": "Un robot plie tout"}, {"standfirst": "Un chapô."}, {"lead_image": make_image()}):
            with self.subTest(**fields), self.assertRaises(Refused) as refused:
                self.change(**fields)
            self.assertEqual(refused.exception.findings[0].check, "change")

    def test_it_requires_the_class_before_review(self) -> None:
        content = replace(Content.of(self.article.live), headline="Tout autre chose")
        draft = editing.save_draft(self.article, content, by=self.ines)
        for action, params in ((publishing.submit, {}), (publishing.approve, {"revision": draft.draft_id})):
            with self.subTest(action=action.__name__), self.assertRaises(Refused) as refused:
                action(draft, by=self.ines, **params)
            self.assertEqual(refused.exception.findings[0].check, "change")

    def test_it_takes_a_few_characters_for_a_typo(self) -> None:
        article = self.change(headline="Un robot plie le linge !")
        self.assertEqual(article.editions.order_by("-published_at")[0].change, Change.TYPO)

    def test_it_requires_no_class_where_no_word_changes(self) -> None:
        article = self.change(section=self.games)
        self.assertEqual(article.editions.order_by("-published_at")[0].change, "")

    def test_it_counts_what_lies_between_the_first_and_the_last_difference(self) -> None:
        for old, new, count in (
            ("abc", "abc", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abXc", 1), ("aaa", "aaaa", 1),
            ("une plage", "une page", 1), ("il est la", "il est là", 1), ("xabcx", "yabcy", 5),
        ):  # fmt: skip
            one, other = (Content(headline=text) for text in (old, new))
            self.assertEqual(changes.characters_changed(one, other), count, (old, new))

    def test_it_requires_the_notice_of_a_correction(self) -> None:
        with self.assertRaises(Refused) as refused:
            self.change("correction", headline="Tout autre chose", notice="  ")
        self.assertEqual(refused.exception.findings[0].check, "notice")

    def test_it_keeps_a_notice_for_a_correction_only_and_typesets_it(self) -> None:
        draft = editing.save_draft(
            self.article, Content.of(self.article.live), by=SYSTEM, change="update", notice="Non."
        )
        self.assertEqual(draft.working.notice, "")
        content = replace(Content.of(self.article.live), headline="Autre")
        draft = editing.save_draft(self.article, content, by=SYSTEM, change="correction", notice="C'est dix.")
        self.assertEqual(draft.working.notice, "C’est dix.")

    def test_it_adds_a_revision_where_only_the_class_changes(self) -> None:
        content = replace(Content.of(self.article.live), headline="Autre")
        draft = editing.save_draft(self.article, content, by=SYSTEM)
        draft = editing.save_draft(draft, content, by=SYSTEM, change="correction", notice="Faux.")
        self.assertEqual((draft.working.number, draft.working.change), (3, "correction"))
        again = editing.save_draft(draft, content, by=SYSTEM, change="correction", notice="Faux.")
        self.assertEqual(again.working.number, 3)


class EditionTests(ChangeTestCase):
    def test_it_records_each_revision_that_readers_got_in_order(self) -> None:
        self.change("update", headline="Un robot plie aussi les draps")
        article = self.change("typo", headline="Un robot plie même les draps")
        editions = list(article.editions.order_by("published_at"))
        self.assertEqual([one.revision.number for one in editions], [1, 2, 3])
        self.assertEqual([one.previous and one.previous.number for one in editions], [None, 1, 2])
        self.assertEqual([one.change for one in editions], ["", "update", "typo"])

    def test_it_records_no_revision_that_readers_never_got(self) -> None:
        draft = make_draft(self.kg)
        self.assertFalse(draft.editions.exists())
        article = publishing.publish_imported(draft, at=timezone.now() + dt.timedelta(days=1))
        self.assertEqual(article.editions.count(), 1)
        scheduling.unschedule(article, by=SYSTEM)
        self.assertFalse(article.editions.exists())


class ReadersTests(ChangeTestCase):
    def test_it_shows_a_dated_correction_on_the_page_and_keeps_it(self) -> None:
        edition = self.corrected()
        for headline in (None, "Un robot plie, plie, plie"):
            if headline:
                self.change("update", headline=headline)
            page = self.read(self.article.path)
            self.assertContains(page, NOTICE)
            self.assertContains(page, self.kg.date(edition.published_at))
            self.assertContains(page, f'href="/modifications/{edition.pk}/"')

    def test_it_lists_a_publication_s_corrections_the_last_first(self) -> None:
        other = make_article(self.kg, "Un autre")
        first, second = self.corrected(), self.change("correction", other, notice="Faux aussi.", headline="Mieux dit")
        sister = make_article(self.ia, "Chez la sœur")
        self.change_elsewhere(sister)
        page = self.read("/rectificatifs/")
        shown = [(second.path, "Mieux dit"), (first.article.path, "Un robot plie le linge")]
        self.assertEqual(corrections_in(page), shown)
        self.assertContains(page, NOTICE)
        self.assertNotContains(page, "Chez la sœur")
        tags = cache_tags_of(page)
        self.assertLessEqual({f"article:{self.article.pk}", f"publication:{self.kg.pk}"}, tags)
        Purge.objects.all().delete()
        self.change("correction", make_article(self.kg, "Un troisième"), notice="Faux.", headline="Corrigé")
        self.assertTrue(tags & set(Purge.objects.values_list("tag", flat=True)), "it is to list the new one")

    def change_elsewhere(self, article: Article) -> None:
        content = replace(Content.of(article.live), headline="Chez la sœur, mieux")
        draft = editing.save_draft(article, content, by=SYSTEM, change="correction", notice="Faux là-bas.")
        publishing.approve_and_publish(draft, by=SYSTEM, revision=draft.draft_id)

    def test_it_has_a_list_without_corrections_and_in_the_site_s_language(self) -> None:
        self.assertContains(self.read("/rectificatifs/"), "pas encore de rectificatif")
        answer = self.read("/corrections/")
        self.assertEqual((answer.status_code, answer.headers["Location"]), (301, "/rectificatifs/"))
        self.assertContains(self.read("/"), '<a href="/rectificatifs/">Rectificatifs</a>', html=True)

    def test_it_lists_no_correction_of_a_withdrawn_article(self) -> None:
        self.corrected()
        publishing.withdraw(Article.objects.get(pk=self.article.pk), by=SYSTEM, notice="Une erreur.")
        self.assertEqual(corrections_in(self.read("/rectificatifs/")), [])

    def test_it_pages_by_a_cursor_at_one_query_a_page(self) -> None:
        for n in range(21):
            article = make_article(self.kg, f"Histoire {n}")
            self.change("correction", article, notice="Faux.", headline=f"Tout autre titre {n}")
        with self.assertNumQueries(4):
            page = self.read("/rectificatifs/")
        rest = self.read(next_in(page))
        self.assertEqual((len(corrections_in(page)), len(corrections_in(rest))), (20, 1))

    def test_it_shows_readers_what_changed_word_by_word(self) -> None:
        page = self.read(f"/modifications/{self.corrected().pk}/")
        self.assertContains(page, '<del class="word">douze</del>')
        self.assertContains(page, '<ins class="word">dix</ins>')
        self.assertContains(page, NOTICE)
        self.assertContains(page, '<meta name="robots" content="noindex">')
        own = {f"article:{self.article.pk}", f"publication:{self.kg.pk}"}
        self.assertEqual(cache_tags_of(page), {*own, f"menu:{self.kg.pk}", "hosts"})

    def test_it_leaves_out_unchanged_blocks_but_for_neighbours(self) -> None:
        lines = [f"<p>La ligne {n} parle de {word}.</p>" for n, word in enumerate("un robot plie dix chemises".split())]
        article = make_article(self.kg, "Des lignes", body="".join(lines * 3))
        article = self.change("update", article, body="".join([*lines * 3, "<p>Tout à la fin, ceci.</p>"]))
        page = self.read(f"/modifications/{article.editions.get(change='update').pk}/")
        self.assertContains(page, "La ligne", count=1)
        self.assertContains(page, "<p>…</p>", html=True)

    def test_it_mentions_the_correction_at_the_head_of_the_article(self) -> None:
        edition = self.corrected()
        page = self.read(self.article.path).content.decode()
        head = page[page.index('class="times"') : page.index('class="body"')]
        self.assertIn("Rectifié", head)
        self.assertIn(self.kg.date(edition.published_at), head)
        self.assertNotIn("Mis à jour", head)

    def test_it_names_an_image_by_what_it_shows_and_never_by_its_label(self) -> None:
        image, lead = make_image(alt="Un pli", label="IMG_2041"), make_image(alt="Deux plis", label="IMG_2042")
        article = self.change("update", body=f'<p>Oui.</p><figure data-picture="{image.pk}"></figure>', lead_image=lead)
        page = self.read(f"/modifications/{article.editions.get(change='update').pk}/")
        self.assertContains(page, "Un pli")
        self.assertContains(page, "Deux plis")
        self.assertNotContains(page, "IMG_204")
        self.assertNotContains(page, f"picture {image.pk}")

    def test_it_lets_a_publisher_hide_a_difference_and_keeps_its_notice(self) -> None:
        edition = self.corrected()
        for nobody in (self.ines, self.camille):
            with self.assertRaises(Forbidden):
                publishing.hide_difference(edition, by=nobody, hidden=True)
        Purge.objects.all().delete()
        publishing.hide_difference(edition, by=self.thomas, hidden=True)
        self.assertEqual(self.read(f"/modifications/{edition.pk}/").status_code, 404)
        for path in (self.article.path, "/rectificatifs/"):
            self.assertContains(self.read(path), NOTICE)
            self.assertNotContains(self.read(path), "/modifications/")
        self.assertTrue(Purge.objects.filter(tag=f"article:{self.article.pk}").exists())
        self.assertEqual(self.article.events.first().verb, Verb.DIFFERENCE_HIDDEN)
        publishing.hide_difference(edition, by=self.thomas, hidden=False)
        self.assertEqual(self.read(f"/modifications/{edition.pk}/").status_code, 200)

    def test_it_shows_no_difference_before_its_time_nor_on_another_site_nor_of_a_first_revision(self) -> None:
        first = self.article.editions.get()
        content = replace(Content.of(self.article.live), headline="À venir")
        draft = editing.save_draft(self.article, content, by=SYSTEM, change="update")
        draft = publishing.approve(draft, by=SYSTEM, revision=draft.draft_id)
        moment = timezone.now() + dt.timedelta(days=1)
        later = scheduling.schedule_change(draft, by=SYSTEM, revision=draft.draft_id, at=moment)
        pending = later.editions.get(published_at=moment)
        for pk in (first.pk, pending.pk, 10**9):
            self.assertEqual(self.read(f"/modifications/{pk}/").status_code, 404)
        self.assertNotContains(self.read(self.article.path), "À venir")
        self.assertEqual(self.read(f"/modifications/{first.pk}/", self.ia).status_code, 404)

    def test_it_is_compared_once_and_anew_once_a_revision_says_something_else(self) -> None:
        edition = self.corrected()
        path = f"/modifications/{edition.pk}/"
        with patch.object(comparison, "seen_by_readers", wraps=comparison.seen_by_readers) as compared:
            for query in ("", "?x=1", "?x=2"):
                self.assertContains(self.read(path + query), "douze")
            self.assertEqual(compared.call_count, 1)
            expunging.expunge_passage(edition.article, "douze chemises", by=self.thomas, order="TJ de Paris")
            self.assertIsNone(cache.get(edition.cache_key))
            self.assertNotContains(self.read(path), "douze chemises")

    def test_it_corrects_afterwards_what_was_published_as_a_typo(self) -> None:
        article = self.change("typo", body="<p>Il plie dix chemises à l’heure.</p>")
        content = Content.of(article.live)
        for change in ("typo", "update"):  # nothing new is said, and no date moves
            self.assertIsNone(editing.save_draft(article, content, by=self.ines, change=change).draft)
        draft = editing.save_draft(article, content, by=self.ines, change="correction", notice=NOTICE)
        article = publishing.approve_and_publish(draft, by=self.ines, revision=draft.draft_id, accept=BARE)
        page = self.read(article.path)
        self.assertContains(page, NOTICE)
        self.assertNotContains(page, f"/modifications/{article.editions.get(change='correction').pk}/")
        self.assertContains(self.read("/rectificatifs/"), NOTICE)

    def test_it_says_that_a_text_is_too_long_to_compare(self) -> None:
        article = self.change("update", body="<p>" + "mot " * 80_000 + "</p>")
        page = self.read(f"/modifications/{article.editions.get(change='update').pk}/")
        self.assertContains(page, "trop longue")
