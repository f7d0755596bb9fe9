"""The checks before publication: what blocks, what asks for a confirmation, and what is left alone."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone

from articles.actions import checks, editing, planning, publishing, scheduling
from articles.content import Content
from articles.models import Article, ImportedItem
from articles.workflow import CHECKS, Refused, Stage, Unconfirmed, Verb
from newsroom.publications.permissions import SYSTEM
from tests.articles.importers.exports import load, post
from tests.base import NewsroomTestCase
from tests.factories import LONG_AGO, make_article, make_author, make_draft, make_image, publish

BLOCKS = {"headline", "body", "section", "sponsor", "alt", "dead_link", "embargo", "change", "notice"}
ASKS = {"hidden_link", "headline_length", "standfirst", "lead_image", "byline", "licence", "sister"}
BARE = {"standfirst", "lead_image", "byline"}  # what articles of tests.factories lack
NOW = (timezone.now(), timezone.now())  # checked now, for what readers get now
YESTERDAY = dt.timedelta(days=1)


def linking(*hrefs: str) -> str:
    """A body with a paragraph for each link."""
    return "".join(f'<p><a href="{href}">Lire aussi</a></p>' for href in hrefs)


class RuleTests(NewsroomTestCase):
    """Each check: a finding where it fails, and only there."""

    def setUp(self) -> None:
        self.image, self.author = make_image(), make_author("Inès Benali")
        self.article = make_draft(self.kg)

    def whole(self, **fields: Any) -> Content:
        """An article that lacks nothing, but for what `fields` say."""
        values: dict[str, Any] = {
            "headline": "Un casque qui voit loin", "standfirst": "Un chapô.", "body": "<p>Un paragraphe.</p>",
            "section": self.science, "lead_image": self.image, "authors": (self.author,),
        }  # fmt: skip
        return Content(**{**values, **fields}).prepared("fr")

    def found(self, **fields: Any) -> list[str]:
        return [finding.check for finding in checks.findings(self.whole(**fields), self.article, timezone.now())]

    def test_it_finds_nothing_in_a_whole_article(self) -> None:
        self.assertEqual(self.found(), [])

    def test_it_blocks_and_asks_as_the_table_says(self) -> None:
        self.assertEqual({name for name, check in CHECKS.items() if check.blocks}, BLOCKS)
        self.assertEqual({name for name, check in CHECKS.items() if not check.blocks}, ASKS)

    def test_it_has_a_check_for_every_rule(self) -> None:
        sister = make_article(self.ia, "Apple dévoile un casque " + "de réalité virtuelle " * 6)
        gone = publishing.withdraw(make_article(self.kg, "Retiré"), by=SYSTEM, notice="Une erreur.")
        mute = make_image(alt="", label="muette")
        type(mute).objects.filter(pk=mute.pk).update(licence_expires=dt.date(2020, 1, 1))
        mute.refresh_from_db()
        found = self.found(headline="", body="", section=None, kind="sponsored")
        found += self.found(
            headline=sister.desk_headline,
            body=linking("/nulle-part/", gone.path),
            standfirst="",
            lead_image=None,
            authors=(),
        )
        found += self.found(lead_image=mute)
        tomorrow = timezone.now() + dt.timedelta(days=1)
        article = planning.set_embargo(make_article(self.kg), until=tomorrow, by=self.ines)
        for change in ("", "correction"):
            draft = editing.save_draft(article, self.whole(headline="Tout autre chose"), by=SYSTEM, change=change).draft
            found += [one.check for one in checks.findings(Content.of(draft), article, *NOW, change=draft)]
        self.assertEqual(set(found), set(CHECKS))

    def test_it_wants_a_headline(self) -> None:
        self.assertEqual(self.found(headline="  "), ["headline"])

    def test_it_wants_a_body(self) -> None:
        self.assertEqual(self.found(body="<p> </p><p>&nbsp;</p>"), ["body"])

    def test_it_wants_a_section_but_of_a_page(self) -> None:
        self.assertEqual(self.found(section=None), ["section"])
        self.assertEqual(self.found(section=None, kind="page"), [])

    def test_it_wants_the_sponsor_of_a_sponsored_article_and_of_no_other(self) -> None:
        self.assertEqual(self.found(kind="sponsored"), ["sponsor"])
        self.assertEqual(self.found(kind="sponsored", sponsor="Une marque"), [])
        self.assertEqual(self.found(kind="review"), [])

    def test_it_wants_every_image_described(self) -> None:
        mute, other = make_image(alt="", label="muette"), make_image(alt="", label="autre")
        body = f'<p>Un.</p><figure data-picture="{mute.pk}"></figure><figure data-picture="{other.pk}"></figure>'
        findings = checks.findings(self.whole(body=body, lead_image=mute), self.article, timezone.now())
        self.assertEqual([(one.check, one.about) for one in findings], [("alt", str(mute.pk)), ("alt", str(other.pk))])
        self.assertEqual(self.found(body=f'<figure data-picture="{self.image.pk}"></figure>'), [])

    def test_it_asks_about_a_licence_that_has_expired_in_head_or_body(self) -> None:
        today = timezone.now().astimezone(self.kg.zone).date()  # the day where it is published
        for day, expected in {today - YESTERDAY: ["licence"], today: [], today + YESTERDAY: [], None: []}.items():
            with self.subTest(day=day):
                self.image.licence_expires = day
                self.image.save()
                self.assertEqual(self.found(), expected)
                figure = f'<figure data-picture="{self.image.pk}"></figure>'
                self.assertEqual(self.found(body=figure), expected)
                self.assertEqual(self.found(body=figure, lead_image=make_image()), expected)

    def test_it_passes_over_images_that_the_library_does_not_have(self) -> None:
        self.assertEqual(self.found(body='<p>Un.</p><figure data-picture="999999999999999999"></figure>'), [])

    def test_it_asks_about_a_headline_that_cards_cut(self) -> None:
        self.assertEqual(self.found(headline="é" * 110), [])
        self.assertEqual(self.found(headline="é" * 111), ["headline_length"])

    def test_it_asks_about_what_an_article_usually_has(self) -> None:
        self.assertEqual(self.found(standfirst=""), ["standfirst"])
        self.assertEqual(self.found(lead_image=None), ["lead_image"])
        self.assertEqual(self.found(authors=()), ["byline"])

    def test_it_expects_no_byline_of_a_sponsor_and_none_of_these_of_a_page(self) -> None:
        self.assertEqual(self.found(authors=(), kind="sponsored", sponsor="Une marque"), [])
        self.assertEqual(self.found(standfirst="", lead_image=None, authors=(), kind="page"), [])

    def test_it_names_what_blocks_first(self) -> None:
        found = self.found(standfirst="", lead_image=None, body="", section=None)
        self.assertEqual(found, ["body", "section", "standfirst", "lead_image"])


class ConfirmationTests(NewsroomTestCase):
    """How actions treat findings: refuse, or ask until they are accepted."""

    def refusal(self, draft: Article, accept: Any = (), by: Any = None) -> Refused:
        with self.assertRaises(Refused) as caught:
            publishing.approve_and_publish(draft, by=by or self.ines, revision=draft.draft_id, accept=accept)
        return caught.exception

    def test_it_refuses_what_blocks_whatever_was_accepted_and_names_only_that(self) -> None:
        refusal = self.refusal(make_draft(self.kg, body=""), accept={"body", *BARE})
        self.assertNotIsInstance(refusal, Unconfirmed)
        self.assertEqual([(finding.check, finding.blocks) for finding in refusal.findings], [("body", True)])

    def test_it_asks_until_every_warning_is_accepted_by_its_key(self) -> None:
        draft = make_draft(self.kg)
        for accept in ((), {"standfirst"}, BARE - {"byline"}, {"STANDFIRST", "lead_image", "byline"}):
            with self.subTest(accept=accept):
                refusal = self.refusal(draft, accept)
                self.assertIsInstance(refusal, Unconfirmed)
                self.assertLessEqual(BARE - set(accept), {finding.key for finding in refusal.findings})
        article = publishing.approve_and_publish(draft, by=self.ines, revision=draft.draft_id, accept=BARE)
        self.assertTrue(article.is_live(timezone.now()))

    def test_it_leaves_everything_as_it_was_while_it_asks(self) -> None:
        draft = make_draft(self.kg)
        self.refusal(draft)
        draft.refresh_from_db()
        self.assertEqual((draft.stage, draft.live, draft.approved), (Stage.DRAFT, None, None))
        self.assertEqual([event.verb for event in draft.events.all()], [Verb.CREATED])

    def test_it_asks_about_each_link_and_image_by_itself(self) -> None:
        gone = [
            publishing.withdraw(make_article(self.kg, f"Retiré {n}" + " encore" * 9), by=SYSTEM, notice="Une erreur.")
            for n in range(2)
        ]
        draft = make_draft(self.kg, body=linking(*(article.path for article in gone)))
        keys = {finding.key for finding in self.refusal(draft).findings} - BARE
        self.assertEqual(len(keys), 2)
        self.refusal(draft, accept={*BARE, min(keys)})
        self.assertTrue(all(len(key) < 60 for key in keys))
        article = publishing.approve_and_publish(draft, by=self.ines, revision=draft.draft_id, accept={*BARE, *keys})
        self.assertIsNotNone(article.live)

    def test_it_asks_in_every_action_that_publishes(self) -> None:
        approved = make_draft(self.kg)
        approved = publishing.approve(approved, by=self.ines, revision=approved.draft_id)
        own = make_draft(self.ia, by=self.julien)
        moment = timezone.now() + YESTERDAY
        for action, draft, by, params in (
            (publishing.publish, approved, self.ines, {}),
            (scheduling.schedule, approved, self.ines, {"at": moment}),
            (publishing.publish_unreviewed, own, self.julien, {}),
        ):
            with self.subTest(action=action.__name__):
                with self.assertRaises(Unconfirmed) as unconfirmed:
                    action(draft, by=by, revision=draft.draft_id, **params)
                self.assertEqual({finding.check for finding in unconfirmed.exception.findings}, BARE)
                draft.refresh_from_db()
                self.assertIsNone(draft.live)

    def test_it_asks_nothing_of_the_system_but_blocks_it_too(self) -> None:
        draft = make_draft(self.kg)
        article = publishing.approve_and_publish(draft, by=SYSTEM, revision=draft.draft_id)
        self.assertIsNotNone(article.live)
        self.assertEqual(article.events.get(verb=Verb.PUBLISHED).note, "")
        empty = make_draft(self.kg, body="")
        with self.assertRaises(Refused):
            publishing.approve_and_publish(empty, by=SYSTEM, revision=empty.draft_id)

    def test_it_writes_the_accepted_warnings_into_the_log(self) -> None:
        draft = make_draft(self.kg, standfirst="Un chapô.")
        findings = self.refusal(draft).findings
        accept = {finding.key for finding in findings} | {"headline_length", "hidden_link:/nulle-part/"}
        article = publishing.approve_and_publish(draft, by=self.ines, revision=draft.draft_id, accept=accept)
        note = article.events.get(verb=Verb.PUBLISHED).note
        self.assertEqual({finding.check for finding in findings}, {"lead_image", "byline"})
        for finding in findings:
            self.assertIn(finding.message, note)
            note = note.replace(finding.message, "")
        self.assertNotIn("/nulle-part/", note)
        self.assertEqual(article.events.get(verb=Verb.APPROVED).note, "")

    def test_it_writes_no_note_where_nothing_was_asked(self) -> None:
        whole = {"standfirst": "Un chapô.", "lead_image": make_image(), "authors": (make_author("Inès Benali"),)}
        article = publish(make_draft(self.kg, **whole), by=self.ines)
        self.assertEqual(article.events.get(verb=Verb.PUBLISHED).note, "")

    def test_it_does_not_ask_again_what_readers_have_already(self) -> None:
        article = make_article(self.kg)
        again = editing.save_draft(
            article, replace(Content.of(article.live), headline="Corrigé"), by=self.ines, change="typo"
        )
        again = publishing.approve_and_publish(again, by=self.ines, revision=again.draft_id)
        self.assertEqual(again.live.headline, "Corrigé")
        longer = replace(Content.of(again.live), headline="é" * 120)
        refusal = self.refusal(editing.save_draft(again, longer, by=self.ines, change="typo"))
        self.assertEqual([finding.check for finding in refusal.findings], ["headline_length"])

    def test_it_asks_about_a_second_image_of_which_the_licence_expired(self) -> None:
        old, other = make_image(), make_image()
        type(old).objects.update(licence_expires=dt.date(2020, 1, 1))
        old.refresh_from_db()
        article = make_article(self.kg, lead_image=old)
        body = f'<p>Un.</p><figure data-picture="{other.pk}"></figure>'
        refusal = self.refusal(
            editing.save_draft(article, replace(Content.of(article.live), body=body), by=self.ines, change="typo")
        )
        self.assertEqual([finding.key for finding in refusal.findings], [f"licence:{other.pk}"])

    def test_it_blocks_even_what_readers_have_already(self) -> None:
        article = make_article(self.kg, body=linking("/wp-content/uploads/fiche.pdf"))
        again = replace(Content.of(article.live), headline="Corrigé")
        again = editing.save_draft(article, again, by=self.ines, change="typo")
        self.assertEqual([finding.check for finding in self.refusal(again).findings], ["dead_link"])

    def test_it_refuses_no_article_that_is_imported(self) -> None:
        draft = make_draft(
            self.kg, "", body=linking("/nulle-part/"), section=None, kind="sponsored", lead_image=make_image(alt="")
        )
        article = publishing.publish_imported(draft, at=LONG_AGO)
        self.assertTrue(article.is_live(timezone.now()))
        self.assertEqual(article.events.get(verb=Verb.PUBLISHED).note, "")

    def test_it_records_what_an_imported_article_lacks_and_never_refuses_it(self) -> None:
        load(self.kg, post(1, categories=(), body="", creator=""), post(2, excerpt="Un chapô.", slug="un-autre"))
        bare, better = ImportedItem.objects.order_by("key")
        self.assertEqual(set(bare.lacks), {"body", "section", *BARE})
        self.assertLessEqual({"lead_image"}, set(better.lacks))
        self.assertFalse({"body", "section", "standfirst"} & set(better.lacks))
        for record in (bare, better):
            self.assertTrue(record.article.is_live(timezone.now()))

    def test_it_follows_no_link_of_an_article_that_is_imported(self) -> None:
        make_article(self.ia, "Un casque qui voit loin")
        load(self.kg, post(1, body=linking("/nulle-part/")))
        self.assertFalse({"dead_link", "hidden_link", "sister"} & set(ImportedItem.objects.get().lacks))
