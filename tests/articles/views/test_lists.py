"""Home, section, tag, author and month."""

import datetime as dt

from django.utils import timezone

from articles.views import lists
from newsroom.pagecache.tags import cache_tags_of
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_image, make_tags
from tests.pages import cards_in, next_in


class ListTests(NewsroomTestCase):
    def fill(self, n: int) -> None:
        tags, authors = make_tags("Robot"), (make_author(f"Hugo {n}"),)
        for i in range(n):
            at = timezone.now() - dt.timedelta(minutes=10 * i)
            make_article(self.kg, f"Histoire {n} {i}", at=at, tags=tags, authors=authors, lead_image=make_image())

    def test_it_lists_the_newest_first_with_section_and_time(self) -> None:
        old = make_article(self.kg, "Hier", at=timezone.now() - dt.timedelta(days=1))
        new = make_article(self.kg, "Aujourd'hui", section=self.games)
        page = self.read("/")
        self.assertEqual([card.url for card in cards_in(page)], [new.path, old.path])
        self.assertContains(page, '<a class="section-name" href="/jeux-video/">Jeux vidéo</a>', html=True)

    def test_it_pages_by_a_cursor_without_missing_or_repeating(self) -> None:
        same = timezone.now() - dt.timedelta(hours=1)
        articles = [make_article(self.kg, f"Histoire {i}", at=same) for i in range(lists.PAGE_SIZE * 2 + 3)]
        seen, url = [], "/"
        while url:
            page = self.read(url)
            seen += [card.url for card in cards_in(page)]
            url = next_in(page)
        self.assertEqual(seen, [article.path for article in sorted(articles, key=lambda row: row.pk, reverse=True)])

    def test_it_shows_the_first_page_for_a_mangled_cursor(self) -> None:
        make_article(self.kg)
        for mangled in ("x", "20250210T103000.000000-", "20250210T103000.000000-9" * 9, "99999999T999999.0-1", "\x00"):
            self.assertEqual(len(cards_in(self.read("/", data={"after": mangled}))), 1, mangled)

    def test_it_costs_the_same_however_many_rows(self) -> None:
        now = timezone.now().astimezone(self.kg.zone)
        self.fill(2)
        make_article(self.kg, "Mentions légales", kind="page")
        paths = {
            "/": 9, "/science-espace/": 9, "/tag/robot/": 7, "/auteur/hugo-2/": 7,
            f"/archives/{now:%Y/%m}/": 6, "/nulle-part/": 6,
        }  # fmt: skip
        for more in (0, 12):
            if more:
                self.fill(more)
            for path, queries in paths.items():
                with self.subTest(path=path, more=more), self.assertNumQueries(queries):
                    self.read(path)

    def test_it_has_its_own_cache_tag_and_those_of_its_articles(self) -> None:
        (tag,) = make_tags("Robot")
        article = make_article(self.kg, tags=(tag,))
        self.assertEqual(
            cache_tags_of(self.read("/tag/robot/")),
            {
                f"tag:{tag.pk}", f"list:tag:{tag.pk}", f"publication:{self.kg.pk}", f"menu:{self.kg.pk}", "hosts",
                f"article:{article.pk}", f"comments:{article.pk}", f"section:{self.science.pk}",
            },
        )  # fmt: skip

    def test_each_list_bears_the_tag_of_its_order(self) -> None:
        (tag,), hugo = make_tags("Robot"), make_author("Hugo")
        article = make_article(self.kg, tags=(tag,), authors=(hugo,))
        local = article.published_at.astimezone(self.kg.zone)
        for path, expected in (
            ("/", f"list:publication:{self.kg.pk}"), (self.science.path, f"list:section:{self.science.pk}"),
            ("/tag/robot/", f"list:tag:{tag.pk}"), ("/auteur/hugo/", f"list:author:{hugo.pk}"),
            (f"/archives/{local:%Y/%m}/", f"list:archive:{self.kg.pk}:{local:%Y-%m}"),
            ("/feed/", f"list:publication:{self.kg.pk}"), ("/nulle-part/", f"list:publication:{self.kg.pk}"),
        ):  # fmt: skip
            tags = self.read(path).wsgi_request.page.tags
            with self.subTest(path):
                self.assertIn(expected, tags)
                # An article that is new there has no other tag in common with the page.
                self.assertEqual([name for name in tags if name.startswith("list:")], [expected])

    def test_it_has_the_cache_tags_of_the_images_that_its_cards_crop(self) -> None:
        image, portrait = make_image(), make_image()
        make_article(self.kg, lead_image=image, authors=(make_author("Hugo", portrait=portrait),))
        for path in ("/", "/science-espace/", "/nulle-part/"):
            self.assertIn(f"image:{image.pk}", cache_tags_of(self.read(path)), path)
        self.assertLessEqual({f"image:{image.pk}", f"image:{portrait.pk}"}, cache_tags_of(self.read("/auteur/hugo/")))

    def test_it_has_no_page_for_a_tag_or_author_without_articles_here(self) -> None:
        make_tags("Robot")
        make_author("Zoé")
        make_article(self.ia, "Un casque", tags=make_tags("Robot"))
        self.assertNotContains(self.read("/tag/robot/"), "Robot", status_code=404)
        self.assertContains(self.read("/tag/robot/", self.ia), "Un casque")
        self.assertNotContains(self.read("/auteur/zoe/"), "Zoé", status_code=404)

    def test_it_speaks_the_publications_language_in_addresses(self) -> None:
        self.ia.language = "en"
        self.ia.save()
        make_article(self.ia, authors=(make_author("Julien Mercier"),))
        self.assertEqual(self.read("/author/julien-mercier/", self.ia).status_code, 200)
        answer = self.read("/auteur/julien-mercier/", self.ia)
        self.assertEqual((answer.status_code, answer["Location"]), (301, "/author/julien-mercier/"))
        page = self.read("/", self.ia)
        self.assertEqual(page["Content-Language"], "en")
        self.assertContains(page, '<html lang="en"')


class ArchiveTests(NewsroomTestCase):
    def test_it_counts_months_in_the_publications_time_zone(self) -> None:
        # 31 January, 23:30 UTC is 1 February in Paris.
        article = make_article(self.kg, at=dt.datetime(2025, 1, 31, 23, 30, tzinfo=dt.UTC))
        self.assertEqual([card.url for card in cards_in(self.read("/archives/2025/02/"))], [article.path])
        self.assertEqual(cards_in(self.read("/archives/2025/01/")), [])

    def test_it_names_the_month_and_leads_to_its_neighbours(self) -> None:
        page = self.read("/archives/2025/01/")
        self.assertContains(page, "janvier 2025")
        self.assertContains(page, 'href="/archives/2024/12/"')
        self.assertContains(page, 'href="/archives/2025/02/"')

    def test_it_has_no_month_that_is_to_come_nor_impossible(self) -> None:
        later = timezone.now() + dt.timedelta(days=40)
        make_article(self.kg, "Un casque", at=later)
        for path in (
            f"/archives/{later:%Y/%m}/",
            "/archives/2025/13/",
            "/archives/2025/0/",
            "/archives/1/1/",
            "/archives/99999/1/",
        ):
            self.assertNotContains(self.read(path), "Un casque", status_code=404, msg_prefix=path)

    def test_it_leads_to_the_latest_month_with_an_article(self) -> None:
        make_article(self.kg, at=dt.datetime(2025, 2, 10, tzinfo=dt.UTC))
        self.assertEqual(self.read("/archives/")["Location"], "/archives/2025/02/")
