"""The checks before publication: what blocks, what asks for a confirmation, and what is left alone."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone

from articles.actions import addresses, checks, editing, planning, publishing, scheduling, taxonomy
from articles.content import Content
from articles.models import Article, ImportedItem, Tag
from articles.workflow import RULES, Finding, Refused, Stage, Unconfirmed, Verb
from newsroom.publications.models import DomainAlias
from newsroom.publications.permissions import SYSTEM
from tests.articles.importers.exports import load, post
from tests.base import NewsroomTestCase
from tests.factories import LONG_AGO, make_article, make_author, make_draft, make_image, make_tags, publish

BLOCKS = {"headline", "body", "section", "sponsor", "alt", "dead_link", "embargo", "change", "notice"}
ASKS = {"hidden_link", "headline_length", "standfirst", "lead_image", "byline", "licence", "sister"}
BARE = {"standfirst", "lead_image", "byline"}  # what articles of tests.factories lack
NOW = (timezone.now(), timezone.now())  # checked now, for what readers get now
YESTERDAY = dt.timedelta(days=1)


def linking(*hrefs: str) -> str:
    """A body with a paragraph for each link."""
    return "".join(f'<p><a href="{href}">Lire aussi</a></p>' for href in hrefs)


class RuleTests(NewsroomTestCase):
    """Each rule: a finding where it is broken, and only there."""

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

    def rules(self, **fields: Any) -> list[str]:
        return [finding.rule for finding in checks.findings(self.whole(**fields), self.article, timezone.now())]

    def test_it_finds_nothing_in_a_whole_article(self) -> None:
        self.assertEqual(self.rules(), [])

    def test_it_blocks_and_asks_as_the_table_says(self) -> None:
        self.assertEqual({name for name, rule in RULES.items() if rule.blocks}, BLOCKS)
        self.assertEqual({name for name, rule in RULES.items() if not rule.blocks}, ASKS)

    def test_it_has_a_check_for_every_rule(self) -> None:
        sister = make_article(self.ia, "Apple dévoile un casque " + "de réalité virtuelle " * 6)
        gone = publishing.withdraw(make_article(self.kg, "Retiré"), by=SYSTEM, notice="Une erreur.")
        mute = make_image(alt="", label="muette")
        type(mute).objects.filter(pk=mute.pk).update(licence_expires=dt.date(2020, 1, 1))
        mute.refresh_from_db()
        rules = self.rules(headline="", body="", section=None, kind="sponsored")
        rules += self.rules(
            headline=sister.desk_headline,
            body=linking("/nulle-part/", gone.path),
            standfirst="",
            lead_image=None,
            authors=(),
        )
        rules += self.rules(lead_image=mute)
        tomorrow = timezone.now() + dt.timedelta(days=1)
        article = planning.set_embargo(make_article(self.kg), until=tomorrow, by=self.ines)
        for change in ("", "correction"):
            draft = editing.save_draft(article, self.whole(headline="Tout autre chose"), by=SYSTEM, change=change).draft
            rules += [one.rule for one in checks.findings(Content.of(draft), article, *NOW, change=draft)]
        self.assertEqual(set(rules), set(RULES))

    def test_it_wants_a_headline(self) -> None:
        self.assertEqual(self.rules(headline="  "), ["headline"])

    def test_it_wants_a_body(self) -> None:
        self.assertEqual(self.rules(body="<p> </p><p>&nbsp;</p>"), ["body"])

    def test_it_wants_a_section_but_of_a_page(self) -> None:
        self.assertEqual(self.rules(section=None), ["section"])
        self.assertEqual(self.rules(section=None, kind="page"), [])

    def test_it_wants_the_sponsor_of_a_sponsored_article_and_of_no_other(self) -> None:
        self.assertEqual(self.rules(kind="sponsored"), ["sponsor"])
        self.assertEqual(self.rules(kind="sponsored", sponsor="Une marque"), [])
        self.assertEqual(self.rules(kind="review"), [])

    def test_it_wants_every_image_described(self) -> None:
        mute, other = make_image(alt="", label="muette"), make_image(alt="", label="autre")
        body = f'<p>Un.</p><figure data-picture="{mute.pk}"></figure><figure data-picture="{other.pk}"></figure>'
        findings = checks.findings(self.whole(body=body, lead_image=mute), self.article, timezone.now())
        self.assertEqual([(one.rule, one.about) for one in findings], [("alt", str(mute.pk)), ("alt", str(other.pk))])
        self.assertEqual(self.rules(body=f'<figure data-picture="{self.image.pk}"></figure>'), [])

    def test_it_asks_about_a_licence_that_has_expired_in_head_or_body(self) -> None:
        today = timezone.now().astimezone(self.kg.zone).date()  # the day where it is published
        for day, rules in {today - YESTERDAY: ["licence"], today: [], today + YESTERDAY: [], None: []}.items():
            with self.subTest(day=day):
                self.image.licence_expires = day
                self.image.save()
                self.assertEqual(self.rules(), rules)
                figure = f'<figure data-picture="{self.image.pk}"></figure>'
                self.assertEqual(self.rules(body=figure), rules)
                self.assertEqual(self.rules(body=figure, lead_image=make_image()), rules)

    def test_it_passes_over_images_that_the_library_does_not_have(self) -> None:
        self.assertEqual(self.rules(body='<p>Un.</p><figure data-picture="999999999999999999"></figure>'), [])

    def test_it_asks_about_a_headline_that_cards_cut(self) -> None:
        self.assertEqual(self.rules(headline="é" * 110), [])
        self.assertEqual(self.rules(headline="é" * 111), ["headline_length"])

    def test_it_asks_about_what_an_article_usually_has(self) -> None:
        self.assertEqual(self.rules(standfirst=""), ["standfirst"])
        self.assertEqual(self.rules(lead_image=None), ["lead_image"])
        self.assertEqual(self.rules(authors=()), ["byline"])

    def test_it_expects_no_byline_of_a_sponsor_and_none_of_these_of_a_page(self) -> None:
        self.assertEqual(self.rules(authors=(), kind="sponsored", sponsor="Une marque"), [])
        self.assertEqual(self.rules(standfirst="", lead_image=None, authors=(), kind="page"), [])

    def test_it_names_what_blocks_first(self) -> None:
        rules = self.rules(standfirst="", lead_image=None, body="", section=None)
        self.assertEqual(rules, ["body", "section", "standfirst", "lead_image"])


class ConfirmationTests(NewsroomTestCase):
    """How actions treat findings: refuse, or ask until they are accepted."""

    def refusal(self, draft: Article, accept: Any = (), by: Any = None) -> Refused:
        with self.assertRaises(Refused) as caught:
            publishing.approve_and_publish(draft, by=by or self.ines, revision=draft.draft_id, accept=accept)
        return caught.exception

    def test_it_refuses_what_blocks_whatever_was_accepted_and_names_only_that(self) -> None:
        refusal = self.refusal(make_draft(self.kg, body=""), accept={"body", *BARE})
        self.assertNotIsInstance(refusal, Unconfirmed)
        self.assertEqual([(finding.rule, finding.blocks) for finding in refusal.findings], [("body", True)])

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
        hour = timezone.now() + YESTERDAY
        for action, draft, by, params in (
            (publishing.publish, approved, self.ines, {}),
            (scheduling.schedule, approved, self.ines, {"at": hour}),
            (publishing.publish_unreviewed, own, self.julien, {}),
        ):
            with self.subTest(action=action.__name__):
                with self.assertRaises(Unconfirmed) as unconfirmed:
                    action(draft, by=by, revision=draft.draft_id, **params)
                self.assertEqual({finding.rule for finding in unconfirmed.exception.findings}, BARE)
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
        self.assertEqual({finding.rule for finding in findings}, {"lead_image", "byline"})
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
        self.assertEqual([finding.rule for finding in refusal.findings], ["headline_length"])

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
        self.assertEqual([finding.rule for finding in self.refusal(again).findings], ["dead_link"])

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


class LinkTests(NewsroomTestCase):
    """Links to any site of this install lead somewhere, and to what readers have."""

    def setUp(self) -> None:
        self.article = make_draft(self.kg)

    def rules_of(self, *hrefs: str, article: Article | None = None) -> dict[str, str]:
        """The rule that is found for each link; a link that is left alone is absent."""
        article = article or self.article
        content = replace(Content.of(article.working), body=linking(*hrefs)).prepared("fr")
        findings = checks.findings(content, article, timezone.now())
        return {one.about: one.rule for one in findings if one.rule in ("dead_link", "hidden_link")}

    def assert_accepted(self, *hrefs: str) -> None:
        self.assertEqual(self.rules_of(*hrefs), {})

    def assert_dead(self, *hrefs: str) -> None:
        self.assertEqual(self.rules_of(*hrefs), dict.fromkeys(hrefs, "dead_link"))

    def test_it_knows_an_article_by_its_path_and_by_its_whole_address(self) -> None:
        article = make_article(self.kg)
        bare = article.path.rstrip("/")
        self.assert_accepted(
            article.path, bare, bare.upper(), f"{article.path}?utm_source=x#commentaires", article.get_absolute_url()
        )
        self.assert_accepted(f"https://{self.kg.domain}{article.path}", f"//{self.kg.domain}{article.path}")
        self.assert_accepted(f"http://{self.kg.domain.upper()}:8000{article.path}")

    def test_it_finds_paths_of_its_own_site_that_lead_nowhere(self) -> None:
        origin = f"https://{self.kg.domain}"
        self.assert_dead(
            "/nulle-part/", f"{origin}/nulle-part/", f"//{self.kg.domain}/nulle-part/", "/science-espace/rien/"
        )

    def test_it_knows_a_sister_s_article_by_its_whole_address_only(self) -> None:
        article = make_article(self.ia)
        self.assert_accepted(article.get_absolute_url())
        self.assert_dead(article.path, f"{self.ia.origin}/nulle-part/", f"{self.kg.origin}{article.path}")

    def test_it_knows_a_site_by_its_aliases(self) -> None:
        DomainAlias.objects.create(publication=self.ia, domain="ancien.localhost")
        article = make_article(self.ia)
        self.assert_accepted(f"https://ancien.localhost{article.path}")
        self.assert_dead("https://ancien.localhost/nulle-part/")

    def test_it_knows_an_article_by_the_number_that_wordpress_gave_it(self) -> None:
        article, other = make_article(self.kg), make_article(self.ia)
        addresses.remember(self.kg, "/?p=123", article)
        addresses.remember(self.kg, "/?page_id=7", article)
        addresses.remember(self.ia, "/?p=124", other)
        self.assert_accepted(
            "/?p=123", f"https://{self.kg.domain}/?p=123", f"https://{self.kg.domain}?p=0123", "/?page_id=7"
        )
        self.assert_accepted(f"{self.ia.origin}/?p=124")
        self.assert_dead("/?p=124", "/?page_id=123", f"{self.ia.origin}/?p=123")

    def test_it_knows_the_tags_and_bylines_of_the_install(self) -> None:
        make_article(self.kg, "Un robot", tags=make_tags("Robot"), authors=(make_author("Hugo Lemaire"),))
        here = ("/tag/robot/", "/auteur/hugo-lemaire/")
        self.assert_accepted(*here, *(f"{self.kg.origin}{path}" for path in here))
        for path in here:
            self.assertEqual(self.read(path).status_code, 200)
        self.assert_dead("/tag/robots/", "/auteur/hugo/", "/tag/", "/tag/hugo-lemaire/", "/auteur/robot/")

    def test_it_knows_a_byline_by_the_slug_that_it_has(self) -> None:
        make_article(self.kg, "Un robot", authors=(make_author("Hugo Lemaire", slug="Hugo-L"),))
        self.assertEqual(self.read("/auteur/Hugo-L/").status_code, 200)
        self.assert_accepted("/auteur/Hugo-L/")

    def test_it_accepts_no_spelling_of_a_list_that_the_site_does_not_answer(self) -> None:
        make_article(self.kg, "Un robot", tags=make_tags("Robot"), authors=(make_author("Hugo Lemaire"),))
        for path in ("/tag/robot", "/auteur/hugo-lemaire", "/Tag/Robot/", "/auteur/HUGO-LEMAIRE/"):
            with self.subTest(path=path):
                answers = self.read(path, follow=True).status_code == 200
                self.assertEqual(self.rules_of(path) == {}, answers)

    def test_it_follows_tags_that_were_merged_or_that_moved(self) -> None:
        tag, into = make_tags("Robots", "Robot")
        taxonomy.merge_tags(tag, into, by=self.ines)
        addresses.remember(self.kg, "/sujet/robot/", into)
        addresses.remember(self.kg, "/tag/vieux-robot/", into)
        self.assertIsNotNone(Tag.objects.get(pk=tag.pk).merged_into)
        self.assert_accepted("/tag/robots/", "/sujet/robot/", "/tag/vieux-robot/")

    def test_it_knows_sections_and_the_pages_of_the_site_itself(self) -> None:
        self.assert_accepted(
            "/science-espace/", "/jeux-video", f"{self.ia.origin}/mac/", "/archives/2025/02/", "/", "/robots.txt"
        )
        self.assert_accepted(self.kg.origin, f"{self.kg.origin}/", f"{self.ia.origin}/archives/")
        self.assert_dead("/mac/")

    def test_it_finds_what_was_wordpress_s_own_dead(self) -> None:
        self.assert_dead(
            "/wp-content/uploads/2013/05/x.jpg", "/wp-login.php", f"{self.kg.origin}/wp-admin/", "/wp-json/wp/v2/"
        )

    def test_it_leaves_alone_what_is_on_no_site_of_the_install(self) -> None:
        self.assert_accepted(
            "#suite", "mailto:redaction@kulturegeek.localhost", "tel:+33123456789", "https://example.org/nulle-part/",
            "https://exemple.kulturegeek.localhost/x/", "http://[::1/", "?after=2025",
        )  # fmt: skip

    def test_it_finds_addresses_that_can_be_none_dead(self) -> None:
        self.assert_dead("/%00", "/" + "a" * 600 + "/", "/" + "%C3%A9" * 3000)

    def test_it_accepts_an_old_address_of_an_article(self) -> None:
        article = make_article(self.kg)
        before = article.path
        content = replace(Content.of(article.live), slug="ailleurs", section=self.games)
        article = publish(editing.save_draft(article, content, by=self.ines, change="update"), by=self.ines)
        self.assertNotEqual(article.path, before)
        self.assert_accepted(before, article.path)

    def test_it_asks_about_links_to_what_readers_do_not_have(self) -> None:
        draft = make_draft(self.kg, "En chantier")
        addresses.remember(self.kg, "/vieux-brouillon/", draft)
        later = publishing.publish_imported(make_draft(self.ia, "Demain"), at=timezone.now() + YESTERDAY)
        gone = publishing.withdraw(make_article(self.kg, "Retiré"), by=SYSTEM, notice="Une erreur.")
        hrefs = ("/vieux-brouillon/", later.get_absolute_url(), gone.path)
        self.assertEqual(self.rules_of(*hrefs), dict.fromkeys(hrefs, "hidden_link"))

    def test_it_knows_what_readers_have_while_the_desk_reworks_it(self) -> None:
        article = make_article(self.kg)
        editing.save_draft(article, replace(Content.of(article.live), headline="En chantier"), by=self.ines)
        self.assert_accepted(article.path)

    def test_it_lets_an_article_lead_to_itself_once_it_has_an_address(self) -> None:
        later = publishing.publish_imported(make_draft(self.kg, "Demain"), at=timezone.now() + YESTERDAY)
        gone = publishing.withdraw(make_article(self.kg, "Retiré"), by=SYSTEM, notice="Une erreur.")
        for article in (later, gone):
            self.assertEqual(self.rules_of(article.path, f"{article.path}#suite", article=article), {})

    def test_it_names_a_link_once_however_often_it_is_in_the_body(self) -> None:
        content = replace(Content.of(self.article.draft), body=linking(*["/nulle-part/"] * 3))
        self.assertEqual(len(list(checks.internal_links(checks.Draft(content, self.article, *NOW)))), 1)

    def test_it_costs_few_queries_whatever_the_links(self) -> None:
        article = make_article(self.kg)
        make_tags(*(f"Sujet {n}" for n in range(20)))
        bodies = {
            2: "<p>Sans lien.</p>",
            3: linking(*(f"{article.path}?n={n}" for n in range(3000))),
            # one query for each 400 places, two for tags and bylines
            2 + 10 + 2: linking(
                *(f"/nulle-part-{n}/" for n in range(2000)),
                *(f"/tag/sujet-{n}/" for n in range(1000)),
                *(f"{self.ia.origin}/auteur/personne-{n}/" for n in range(1000)),
            ),
        }
        for queries, body in bodies.items():
            draft = checks.Draft(replace(Content.of(self.article.draft), body=body), self.article, *NOW)
            with self.subTest(queries=queries), self.assertNumQueries(queries):
                links = list(checks.internal_links(draft))
        self.assertEqual(len(links), 2000 + 980 + 1000)


class SisterTests(NewsroomTestCase):
    """A sister site had it first."""

    HEADLINE = "Apple dévoile un casque de réalité virtuelle"

    def sister_findings(self, draft: Article) -> list[Finding]:
        findings = checks.findings(Content.of(draft.working), draft, timezone.now())
        return [one for one in findings if one.rule == "sister"]

    def asks(self, draft: Article) -> bool:
        return bool(self.sister_findings(draft))

    def test_it_asks_about_a_sister_s_article_of_the_same_event_and_names_it(self) -> None:
        sister = make_article(self.ia, "Réalité virtuelle : Apple dévoile enfin son casque")
        (finding,) = self.sister_findings(make_draft(self.kg, self.HEADLINE))
        self.assertEqual((finding.article, finding.key, finding.blocks), (sister.pk, f"sister:{sister.pk}", False))
        self.assertIn(sister.live.headline, finding.message)

    def test_it_passes_over_other_events(self) -> None:
        for headline in ("Apple dévoile une montre en titane", "Un robot humanoïde en usine", "Casque : notre test"):
            make_article(self.ia, headline)
        self.assertFalse(self.asks(make_draft(self.kg, self.HEADLINE)))

    def test_it_looks_back_two_days_and_not_ahead(self) -> None:
        draft = make_draft(self.kg, self.HEADLINE)
        for hours, asks in {48.1: False, -1: False, 47.9: True}.items():
            with self.subTest(hours=hours):
                make_article(self.ia, self.HEADLINE, at=timezone.now() - dt.timedelta(hours=hours))
                self.assertEqual(self.asks(draft), asks)

    def test_it_compares_with_what_readers_have_of_the_sister_s(self) -> None:
        sister = make_article(self.ia, "Un robot humanoïde en usine")
        editing.save_draft(sister, replace(Content.of(sister.live), headline=self.HEADLINE), by=SYSTEM)
        self.assertFalse(self.asks(make_draft(self.kg, self.HEADLINE)))

    def test_it_passes_over_its_own_site_pages_drafts_and_what_was_withdrawn(self) -> None:
        make_article(self.kg, self.HEADLINE)
        make_article(self.ia, self.HEADLINE, kind="page")
        make_draft(self.ia, self.HEADLINE)
        publishing.withdraw(make_article(self.ia, self.HEADLINE), by=SYSTEM, notice="Une erreur.")
        self.assertFalse(self.asks(make_draft(self.kg, self.HEADLINE)))

    def test_it_asks_nothing_of_a_page(self) -> None:
        make_article(self.ia, self.HEADLINE)
        self.assertFalse(self.asks(make_draft(self.kg, self.HEADLINE, kind="page")))

    def test_it_is_not_asked_again_once_the_article_is_published(self) -> None:
        make_article(self.ia, self.HEADLINE)
        article = make_article(self.kg, "Un autre titre")
        self.assertFalse(self.asks(editing.save_draft(article, Content(headline=self.HEADLINE), by=self.ines)))

    def test_it_is_not_asked_of_an_article_that_links_to_it(self) -> None:
        sister, other = make_article(self.ia, self.HEADLINE), make_article(self.ia, f"{self.HEADLINE} !")
        draft = make_draft(self.kg, self.HEADLINE, body=linking(sister.get_absolute_url()))
        self.assertEqual([finding.article for finding in self.sister_findings(draft)], [other.pk])

    def test_it_knows_the_link_however_it_is_written(self) -> None:
        address = make_article(self.ia, self.HEADLINE).get_absolute_url()
        for href in (address.rstrip("/"), f"{address}#suite", f"{address}?utm_source=kg"):
            with self.subTest(href=href):
                self.assertFalse(self.asks(make_draft(self.kg, self.HEADLINE, body=linking(href))))

    def test_it_is_not_asked_about_one_that_is_placed_here_already(self) -> None:
        sister, draft = make_article(self.ia, self.HEADLINE), make_draft(self.kg, self.HEADLINE)
        publishing.place(sister, on=self.kg, by=self.ines)
        self.assertFalse(self.asks(draft))
        publishing.unplace(sister, on=self.kg, by=self.ines)
        self.assertTrue(self.asks(draft))

    def test_it_publishes_what_a_person_passes_over(self) -> None:
        sister, draft = make_article(self.ia, self.HEADLINE), make_draft(self.kg, self.HEADLINE)
        with self.assertRaises(Unconfirmed):
            publishing.approve_and_publish(draft, by=self.ines, revision=draft.draft_id, accept={*BARE, "sister"})
        accept = {*BARE, f"sister:{sister.pk}"}
        article = publishing.approve_and_publish(draft, by=self.ines, revision=draft.draft_id, accept=accept)
        self.assertIn(sister.live.headline, article.events.get(verb=Verb.PUBLISHED).note)

    def test_it_costs_three_queries_however_many_sisters(self) -> None:
        draft = make_draft(self.kg, self.HEADLINE)
        content = Content.of(draft.draft)
        for more in (1, 12):
            for n in range(more):
                make_article(self.ia, f"{self.HEADLINE} {n}")
            with self.subTest(more=more), self.assertNumQueries(3):
                articles = list(checks.sister_articles(checks.Draft(content, draft, *NOW)))
        self.assertEqual(len(articles), 13)
