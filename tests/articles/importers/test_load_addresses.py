"""The addresses that an export's pages had: where they lead."""

from django.utils import timezone

from articles.importers.wxr import Category
from articles.models import Article, Tag
from tests.articles.importers.base import LoadTestCase
from tests.articles.importers.exports import OLD_SITE, load, page, post, row_counts, tag


class AddressTests(LoadTestCase):
    def test_it_leads_every_old_address_to_the_article(self) -> None:
        load(self.kg, post(), page(guid=f"{OLD_SITE}/ancien-guid/"))
        for path in ("/?p=123", "/2013/05/un-casque/", "/2013/05/UN-CASQUE", "/?p=00123"):
            self.assert_leads(path, "/tests/un-casque/")
        for path in ("/?p=7", "/?page_id=7", "/ancien-guid/"):
            self.assert_leads(path, "/mentions-legales/")

    def test_it_leads_from_percent_encoded_addresses(self) -> None:
        link = f"{OLD_SITE}/2013/05/%C3%A9t%C3%A9-%E6%97%A5%E6%9C%AC/"
        load(self.kg, post(slug="été-日本", link=link))
        article = self.article_of("post:123")
        for path in ("/2013/05/%C3%A9t%C3%A9-%E6%97%A5%E6%9C%AC/", "/2013/05/%c3%a9t%c3%a9-%e6%97%a5%e6%9c%ac"):
            self.assert_leads(path, article.path)

    def test_it_keeps_the_old_address_where_the_pattern_is_the_same(self) -> None:
        load(self.ia, post())
        article = self.article_of("post:123")
        self.assertContains(self.read("/2013/05/un-casque/", self.ia), article.revision_at(timezone.now()).headline)

    def test_it_keeps_the_addresses_of_a_site_that_was_in_a_directory(self) -> None:
        item = post(link=f"{OLD_SITE}/blog/2013/un-casque/", tags=(tag("C++", "c-2"),))
        load(self.kg, Category("tests", "Tests"), item, source=f"{OLD_SITE}/blog")
        self.assert_leads("/blog/2013/un-casque/", "/tests/un-casque/")
        self.assert_leads("/blog/category/tests/", "/tests/")
        self.assert_leads("/blog/tag/c-2/", f"/tag/{Tag.objects.get(name='C++').slug}/")
        self.assert_leads("/blog/author/camille/", "/auteur/camille/")

    def test_it_leads_from_the_slugs_and_dates_that_a_post_had_before(self) -> None:
        item = post(slug="nouveau-nom", old_slugs=("ancien-nom", "été"), old_dates=("2012-12-24", "no date"))
        other = post(124, "Un autre", slug="autre", old_slugs=("nouveau-nom",))
        load(self.kg, other, item)
        for path in (
            "/2013/05/ancien-nom/", "/2013/05/ANCIEN-NOM", "/2013/05/%C3%A9t%C3%A9/", "/2012/12/nouveau-nom/",
            "/2012/12/ancien-nom/", "/2013/05/nouveau-nom/",
        ):  # fmt: skip
            self.assert_leads(path, "/tests/nouveau-nom/")
        self.assert_leads("/2013/05/autre/", "/tests/autre/")

    def test_it_tells_two_posts_of_one_id_apart(self) -> None:
        for _time in range(2):
            load(self.kg, post(5, "Un", slug="un"), post(5, "Deux", slug="deux"))
        self.assertEqual(Article.objects.count(), 2)
        self.assert_leads("/?p=5", "/tests/un/")
        self.assert_leads("/2013/05/deux/", "/tests/deux/")
        self.assertIn("leads elsewhere already: /?p=5", self.lost_by("post:5#2"))

    def test_it_tells_posts_without_ids_apart(self) -> None:
        items = [post(None, title, guid="", link="", slug="") for title in ("Un", "Deux", "Deux")]
        load(self.kg, *items)
        before = row_counts()
        load(self.kg, *items)
        self.assertEqual((Article.objects.count(), row_counts()), (3, before))

    def test_it_gives_two_posts_of_one_slug_an_address_each(self) -> None:
        load(self.kg, post(1, "Un"), post(2, "Deux"))
        self.assertEqual(
            [self.article_of(f"post:{n}").path for n in (1, 2)], ["/tests/un-casque/", "/tests/un-casque-2/"]
        )
        self.assert_leads("/?p=2", "/tests/un-casque-2/")

    def test_it_survives_malformed_addresses(self) -> None:
        load(
            self.kg, post(link="http://[x", guid="ftp://a/b", slug="x" * 200), post(2, link=f"{OLD_SITE}/{'y' * 600}/")
        )
        self.assertEqual(self.read("/?p=123").status_code, 301)
        self.assertIn("leads elsewhere", self.lost_by("post:2"))
