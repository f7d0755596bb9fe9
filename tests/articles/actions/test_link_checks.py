"""The checks of an article's links: to what is gone, and to what readers don't have yet."""

from dataclasses import replace

from django.utils import timezone

from articles.actions import addresses, checks, editing, publishing, taxonomy
from articles.content import Content
from articles.models import Article, Tag
from newsroom.publications.models import Host
from newsroom.publications.permissions import SYSTEM
from tests.articles.actions.test_checks import NOW, YESTERDAY, linking
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_tags, publish


class LinkTests(NewsroomTestCase):
    """Links to any site of this install lead somewhere, and to what readers have."""

    def setUp(self) -> None:
        self.article = make_draft(self.kg)

    def rules_of(self, *hrefs: str, article: Article | None = None) -> dict[str, str]:
        """The check that found something in each link; a link that is left alone is absent."""
        article = article or self.article
        content = replace(Content.of(article.working), body=linking(*hrefs)).prepared("fr")
        findings = checks.findings(content, article, timezone.now())
        return {one.about: one.check for one in findings if one.check in ("dead_link", "hidden_link")}

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
        Host.objects.create(publication=self.ia, domain="ancien.localhost")
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
        self.assertEqual(len(list(checks.internal_links(checks.Proposal(content, self.article, *NOW)))), 1)

    def test_it_costs_few_queries_whatever_the_links(self) -> None:
        article = make_article(self.kg)
        make_tags(*(f"Sujet {n}" for n in range(20)))
        bodies = {
            0: "<p>Sans lien.</p>",
            2: linking(*(f"{article.path}?n={n}" for n in range(3000))),
            # one query for each 400 places, two for tags and bylines
            1 + 10 + 2: linking(
                *(f"/nulle-part-{n}/" for n in range(2000)),
                *(f"/tag/sujet-{n}/" for n in range(1000)),
                *(f"{self.ia.origin}/auteur/personne-{n}/" for n in range(1000)),
            ),
        }
        for queries, body in bodies.items():
            draft = checks.Proposal(replace(Content.of(self.article.draft), body=body), self.article, *NOW)
            with self.subTest(queries=queries), self.assertNumQueries(queries):
                links = list(checks.internal_links(draft))
        self.assertEqual(len(links), 2000 + 980 + 1000)
