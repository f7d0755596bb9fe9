"""Categories, tags and authors of an export: which rows they become."""

from articles.actions import taxonomy
from articles.importers.wxr import Category, WxrAuthor
from articles.models import Author, Byline, Placement, Section, Tag
from newsroom.publications.permissions import SYSTEM
from tests.articles.importers.base import LoadTestCase
from tests.articles.importers.exports import load, page, post, tag
from tests.factories import make_author, make_tags


class TaxonomyTests(LoadTestCase):
    def test_it_makes_the_first_category_the_section_and_the_others_tags(self) -> None:
        load(self.kg, post(categories=(Category("essais", "Essais"), Category("audio", "Audio"))))
        article = self.article_of("post:123")
        self.assertEqual(article.desk_section, Section.objects.get(publication=self.kg, slug="essais"))
        self.assertEqual([link.tag.name for link in article.tagged.all()], ["Audio"])
        self.assertEqual(Placement.objects.get(article=article).section, article.desk_section)

    def test_it_uses_the_section_that_is_there(self) -> None:
        load(self.kg, post(categories=(Category("jeux-video", "Jeux"),)))
        self.assertEqual(self.article_of("post:123").desk_section, self.games)
        self.assertEqual(Section.objects.filter(slug="jeux-video").count(), 1)

    def test_it_gives_a_category_of_a_reserved_name_another_slug_once(self) -> None:
        for _time in range(2):
            load(self.kg, Category("contact", "Contact"), post(categories=(Category("contact", "Contact"),)))
        self.assertEqual(self.article_of("post:123").desk_section.slug, "contact-2")
        self.assertEqual(Section.objects.filter(name="Contact").count(), 1)
        self.assert_leads("/category/contact/", "/contact-2/")

    def test_it_keeps_every_address_of_a_nested_category(self) -> None:
        load(
            self.kg,
            Category("son", "Son"),
            Category("casques", "Casques", "son"),
            Category("usb", "USB", "casques"),
            post(categories=(Category("usb", "USB"),)),
        )
        for path in ("/category/usb/", "/category/son/casques/usb/"):
            self.assert_leads(path, "/usb/")
        self.assert_leads("/category/son/casques/", "/casques/")

    def test_it_survives_categories_that_are_their_own_ancestors(self) -> None:
        load(self.kg, Category("x", "X", "y"), Category("y", "Y", "x"), Category("z", "Z", "z"))
        self.assertEqual(self.kg.sections.filter(slug__in="xyz").count(), 3)

    def test_it_keeps_apart_categories_that_have_no_latin_letter(self) -> None:
        for _time in range(2):
            load(self.kg, Category("科技", "科技"), Category("体育", "体育"))
        self.assertEqual(
            list(self.kg.sections.filter(slug__startswith="rubrique").order_by("slug").values_list("name", flat=True)),
            ["科技", "体育"],
        )
        self.assert_leads("/category/%E4%BD%93%E8%82%B2/", "/rubrique-2/")

    def test_it_gives_no_section_the_address_of_a_page(self) -> None:
        load(self.kg, page(slug="apropos"), post(categories=(Category("apropos", "À propos"),)))
        self.assertEqual(self.article_of("post:123").desk_section.slug, "apropos-2")
        self.assertEqual(self.read("/apropos-2/").status_code, 200)

    def test_it_finds_a_section_that_the_desk_renamed(self) -> None:
        load(self.kg, Category("tests", "Tests"))
        section = Section.objects.get(slug="tests")
        section.name, section.slug = "Essais", "essais"
        taxonomy.save_section(section, by=self.alix)
        load(self.kg, Category("tests", "Tests"), post())
        self.assertEqual(self.article_of("post:123").desk_section, section)
        self.assert_leads("/category/tests/", "/essais/")

    def test_it_folds_spellings_of_a_tag_and_follows_merges(self) -> None:
        vr, reality = make_tags("Réalité virtuelle", "VR")
        taxonomy.merge_tags(reality, vr, by=SYSTEM)
        load(self.kg, post(tags=(tag("realite  VIRTUELLE"), tag("VR"), tag("Été"), tag("été"), tag("?", "point"))))
        names = [link.tag.name for link in self.article_of("post:123").tagged.all()]
        self.assertEqual(names, ["Réalité virtuelle", "Été", "?"])

    def test_it_keeps_the_old_address_of_a_tag(self) -> None:
        load(self.kg, post(tags=(tag("C++", "c-2"), tag("日本", "日本"))))
        own = Tag.objects.get(name="C++").slug
        self.assertNotEqual(own, "c-2")
        self.assert_leads("/tag/c-2/", f"/tag/{own}/")
        self.assertEqual(self.read("/tag/%E6%97%A5%E6%9C%AC/").status_code, 301)

    def test_it_signs_with_the_existing_byline_of_that_name(self) -> None:
        ines = make_author("Inès Benali")
        load(self.kg, WxrAuthor("ibenali", "i@example.org", "ines  benali", 3), post(creator="ibenali"))
        self.assertEqual([line.author for line in self.article_of("post:123").byline_set.all()], [ines])
        self.assert_leads("/author/ibenali/", "/auteur/ines-benali/")

    def test_it_makes_one_byline_of_a_name_on_both_sites(self) -> None:
        for publication in (self.kg, self.ia):
            load(publication, WxrAuthor("hugo", "", "Hugo Lemaire", 1), post(creator="hugo"))
        self.assertEqual(Author.objects.filter(name="Hugo Lemaire").count(), 1)
        self.assert_leads("/author/hugo/", "/auteur/hugo-lemaire/", self.ia)

    def test_it_makes_a_byline_of_a_login_that_nothing_declares(self) -> None:
        load(self.kg, post(creator=">themereviewteam"))
        self.assertEqual(Byline.objects.get().author.name, ">themereviewteam")
