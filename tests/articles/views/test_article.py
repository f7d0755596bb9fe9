"""An article's page, as its readers get it."""

import datetime as dt

from django.utils import timezone

from articles.actions import publishing
from newsroom.pagecache.tags import cache_tags_of
from tests.base import NewsroomTestCase
from tests.factories import LONG_AGO, make_article, make_author, make_draft, make_image, make_tags
from tests.pages import cards_in


class ArticlePageTests(NewsroomTestCase):
    def test_it_shows_what_readers_see_on_kulturegeek_today(self) -> None:
        article = make_article(
            self.kg,
            "Un data center en Essonne",
            at=LONG_AGO,
            standfirst="Plusieurs milliards d'euros.",
            body="<p>" + "mot " * 430 + "</p>",
            lead_image=make_image(caption="Des serveurs, dessinés.", credit="La rédaction"),
            authors=(make_author("Camille Roussel"), make_author("Hugo Lemaire")),
            tags=make_tags("Essonne"),
        )
        page = self.read(article.path)
        self.assertContains(page, "<h1>Un data center en Essonne</h1>", html=True)
        self.assertContains(page, '<time datetime="2025-02-10T11:30:00+01:00">10 Fév. 2025 • 11:30</time>', html=True)
        self.assertContains(page, "2 min.")
        self.assertContains(page, "Plusieurs milliards d’euros.")
        self.assertContains(page, "Des serveurs, dessinés.")
        self.assertContains(page, '<a href="/science-espace/">Science &amp; Espace</a>', html=True)
        self.assertContains(page, '<a href="/auteur/camille-roussel/" rel="author">Camille Roussel</a>', html=True)
        self.assertContains(page, '<a href="/tag/essonne/" rel="tag">Essonne</a>', html=True)
        self.assertLess(page.content.index(b"Camille Roussel"), page.content.index(b"Hugo Lemaire"))

    def test_it_writes_dates_as_the_publication_does(self) -> None:
        article = make_article(self.ia, at=LONG_AGO)
        page = self.read(article.path, self.ia)
        self.assertContains(page, "10 février 2025 à 11\u202fh\u202f30")

    def test_it_never_prints_a_library_label_as_a_caption(self) -> None:
        article = make_article(self.kg, lead_image=make_image(label="IMG_2041.jpg", caption="", credit=""))
        page = self.read(article.path)
        self.assertNotContains(page, "IMG_2041")
        self.assertNotContains(page, "<figcaption>")

    def test_it_keeps_room_for_images_so_that_nothing_jumps(self) -> None:
        article = make_article(self.kg, lead_image=make_image())
        self.assertContains(self.read(article.path), 'width="640" height="360"')

    def test_it_says_advertisement_on_a_sponsored_article_and_marks_its_links(self) -> None:
        article = make_article(
            self.kg,
            kind="sponsored",
            sponsor="Aéroclub",
            sponsor_url="https://example.org/",
            body='<p><a href="https://example.org/offre">Une offre</a></p>',
        )
        page = self.read(article.path)
        self.assertContains(page, "Publicité")
        self.assertContains(page, "Aéroclub")
        self.assertContains(
            page, '<a href="https://example.org/offre" rel="sponsored nofollow">Une offre</a>', html=True
        )
        self.assertContains(self.read("/"), "Publicité")

    def test_it_contacts_nobody_until_a_reader_asks(self) -> None:
        article = make_article(
            self.kg, body='<figure data-embed="https://www.youtube.com/watch?v=aqz-KE-bpKQ"></figure>'
        )
        page = self.read(article.path).content.decode()
        self.assertNotIn("<iframe", page)
        self.assertNotIn('src="https://', page)
        self.assertIn('data-player="https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"', page)

    def test_it_offers_subjects_bound_to_these_tags_most_shared_first_then_newest(self) -> None:
        robot, energy, france = make_tags("Robot", "Énergie", "France")
        now = timezone.now()
        one_old = make_article(self.kg, "Un tag, ancien", tags=(robot,), at=now - dt.timedelta(days=9))
        one_new = make_article(self.kg, "Un tag, récent", tags=(energy,), at=now - dt.timedelta(days=2))
        two = make_article(self.kg, "Deux tags", tags=(robot, energy), at=now - dt.timedelta(days=30))
        make_article(self.kg, "Un autre sujet", tags=(france,))
        make_article(self.ia, "Sur l'autre site", tags=(robot, energy))
        publishing.withdraw(make_article(self.kg, "Retiré", tags=(robot,)), by=self.thomas, notice="Non.")
        article = make_article(self.kg, "Le robot et l'énergie", tags=(robot, energy))
        page = self.read(article.path)
        self.assertEqual([card.url for card in cards_in(page, "related")], [two.path, one_new.path, one_old.path])

    def test_it_carries_nothing_of_a_visitor(self) -> None:
        self.client.force_login(self.thomas)
        page = self.read(make_article(self.kg).path)
        self.assertNotIn("Cookie", page.headers.get("Vary", ""))
        self.assertEqual(page.cookies, {})
        self.assertNotContains(page, "csrfmiddlewaretoken")
        self.assertNotIn("nonce", page.headers["Content-Security-Policy"])

    def test_it_allows_no_unsafe_thing(self) -> None:
        self.assertNotIn("unsafe", self.read(make_article(self.kg).path).headers["Content-Security-Policy"])

    def test_it_has_the_cache_tags_of_all_it_was_made_from(self) -> None:
        (tag,) = make_tags("Robot")
        author, image, inner = make_author("Inès"), make_image(), make_image()
        other = make_article(self.kg, "Un autre", tags=(tag,))
        article = make_article(
            self.kg, tags=(tag,), authors=(author,), lead_image=image,
            body=f'<p>Oui.</p><figure data-picture="{inner.pk}"></figure>',
        )  # fmt: skip
        self.assertEqual(
            cache_tags_of(self.read(article.path)),
            {
                f"publication:{self.kg.pk}", f"menu:{self.kg.pk}", f"front:{self.kg.pk}", f"threads:{self.kg.pk}",
                "hosts", f"list:publication:{self.kg.pk}", f"list:tag:{tag.pk}",
                f"article:{article.pk}", f"article:{other.pk}", f"section:{self.science.pk}",
                f"comments:{article.pk}", f"replies:{article.pk}", f"comments:{other.pk}",
                f"tag:{tag.pk}", f"author:{author.pk}", f"image:{image.pk}", f"image:{inner.pk}",
            },
        )  # fmt: skip

    def test_it_costs_sixteen_queries_however_much_it_holds(self) -> None:
        def full_article(n: int) -> str:
            tags = make_tags(*(f"Sujet {i}" for i in range(n)))
            for i in range(n):
                make_article(self.kg, f"Voisin {n} {i}", tags=tags, lead_image=make_image())
            body = "".join(f'<figure data-picture="{make_image().pk}"></figure>' for _ in range(n))
            article = make_article(
                self.kg, f"Plein {n}", body=body, tags=tags, lead_image=make_image(),
                authors=tuple(make_author(f"Auteur {n} {i}") for i in range(n)),
            )  # fmt: skip
            return article.path

        small, large = full_article(2), full_article(8)
        make_article(self.kg, "Mentions légales", kind="page")
        with self.assertNumQueries(16):
            self.read(small)
        with self.assertNumQueries(16):
            self.read(large)

    def test_it_is_not_there_before_its_time_nor_as_a_draft(self) -> None:
        self.assertEqual(self.read("/un-brouillon/").status_code, 404)
        draft = make_draft(self.kg, "Un brouillon")
        self.assertEqual(draft.path, "")
        later = publishing.publish_imported(draft, at=timezone.now() + dt.timedelta(hours=1))
        self.assertEqual(self.read(later.path).status_code, 404)

    def test_it_is_on_its_own_site_only(self) -> None:
        article = make_article(self.kg, "Un robot")
        self.assertNotContains(self.read(article.path, self.ia), "Un robot", status_code=404)

    def test_it_leads_wordpress_queries_and_odd_spellings_to_the_canonical_address(self) -> None:
        article = make_article(self.kg)
        for spelling in (article.path.rstrip("/"), article.path.upper(), article.path.replace("/", "//", 1)[1:] + "/"):
            answer = self.read(spelling)
            self.assertEqual((answer.status_code, answer.get("Location")), (301, article.path), spelling)


class StaticPageTests(NewsroomTestCase):
    def test_it_stands_in_every_footer_error_pages_included_and_in_no_list(self) -> None:
        page = make_article(self.kg, "Mentions légales", kind="page")
        self.assertEqual(page.path, "/mentions-legales/")
        self.assertContains(self.read(page.path), "Mentions légales")
        for path in ("/", "/nulle-part/", "/science-espace/"):
            self.assertIn('<a href="/mentions-legales/">', self.read(path).content.decode(), path)
        self.assertEqual(cards_in(self.read("/")), [])
        self.assertNotIn("/mentions-legales/", self.read("/", self.ia).content.decode())

    def test_it_has_no_byline_nor_date(self) -> None:
        page = make_article(self.kg, "Confidentialité", kind="page")
        self.assertNotContains(self.read(page.path), "<time")
