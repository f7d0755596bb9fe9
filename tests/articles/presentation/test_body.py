"""Stored bodies as pages show them, and what they refer to."""

import lxml.html

from articles.models import Image
from articles.presentation import body as article_body
from newsroom.lib.html import clean
from newsroom.publications.models import Publication
from tests.base import NewsroomTestCase
from tests.factories import make_image

SITE = Publication(name="KultureGeek", domain="kulturegeek.localhost")
YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def rendered(body: str, *images: Image, sponsored: bool = False) -> lxml.html.HtmlElement:
    stored = clean(body).html
    html = article_body.render(stored, {image.pk: image for image in images}, on=SITE, sponsored=sponsored)
    return lxml.html.fragment_fromstring(html, create_parent="main")


class ImageTests(NewsroomTestCase):
    def test_it_shows_an_image_with_its_size_in_three_formats(self) -> None:
        image = make_image(alt='Un "robot" <b>')
        main = rendered(f'<figure data-picture="{image.pk}"><figcaption>Le <em>sien</em></figcaption></figure>', image)
        (img,) = main.xpath(".//figure//picture//img")
        self.assertEqual((img.get("width"), img.get("height"), img.get("alt")), ("640", "360", 'Un "robot" <b>'))
        self.assertEqual(main.xpath(".//source/@type"), ["image/avif", "image/webp"])
        for srcset, format_ in zip(main.xpath(".//@srcset"), ("avif", "webp", "jpg"), strict=True):
            for width in image.widths_in(format_):
                self.assertIn(f"{image.rendition_name(width, format_)} {width}w", srcset)
        self.assertEqual(main.xpath("string(.//figcaption)").strip(), "Le sien")
        self.assertTrue(main.xpath(".//figcaption/em"))

    def test_it_shows_the_library_s_caption_where_the_figure_has_none(self) -> None:
        image = make_image()
        image.caption, image.credit = "De <la> bibliothèque", "Agence X"
        caption = rendered(f'<figure data-picture="{image.pk}"></figure>', image).xpath("string(.//figcaption)")
        self.assertIn("De <la> bibliothèque", caption)
        self.assertIn("Agence X", caption)

    def test_it_shows_no_caption_where_there_is_none(self) -> None:
        image = make_image()
        self.assertEqual(rendered(f'<figure data-picture="{image.pk}"></figure>', image).xpath(".//figcaption"), [])

    def test_it_leaves_out_a_missing_image_with_its_caption(self) -> None:
        main = rendered('<p>a</p><figure data-picture="999"><figcaption>c</figcaption></figure><p>b</p>')
        self.assertEqual([element.tag for element in main], ["p", "p"])

    def test_it_requests_no_image_from_another_site(self) -> None:
        html = article_body.render(
            clean('<p>a</p><figure data-source="https://e.org/x.jpg" data-alt="x"></figure>').html, {}, on=SITE
        )
        self.assertEqual(html, "<p>a</p>")

    def test_it_names_the_images_of_a_body_in_order_each_once(self) -> None:
        body = '<figure data-picture="7"></figure><p>x</p><figure data-picture="3"></figure><figure data-picture="7"></figure>'  # noqa: E501
        self.assertEqual(article_body.images_in(body), [7, 3])

    def test_it_reads_figures_back(self) -> None:
        body = '<figure data-source="https://e.org/?a=1&amp;b=2" data-attachment="7" data-alt="L&quot;x"><figcaption>c</figcaption></figure>'  # noqa: E501
        (figure,) = article_body.figures_in(clean(body).html)
        self.assertEqual(
            (figure.source, figure.attachment, figure.alt, figure.caption, figure.image),
            ("https://e.org/?a=1&b=2", 7, 'L"x', "c", None),
        )

    def test_it_keeps_a_figure_that_is_part_of_the_text(self) -> None:
        main = rendered("<figure><table><tr><td>12 Go</td></tr></table><figcaption>Mémoire</figcaption></figure>")
        self.assertEqual([main.xpath("string(.//td)"), main.xpath("string(.//figcaption)")], ["12 Go", "Mémoire"])


class EmbedTests(NewsroomTestCase):
    def test_it_becomes_a_facade_that_requests_nothing_from_another_site(self) -> None:
        main = rendered(f'<figure data-embed="{YOUTUBE}"><figcaption>La vidéo</figcaption></figure>')
        self.assertEqual(main.xpath(".//iframe | .//img | .//script | .//@src | .//@srcset | .//@style"), [])
        self.assertEqual(main.xpath(".//a/@href"), [YOUTUBE])
        self.assertEqual(main.xpath(".//figure/@data-player"), ["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"])
        self.assertIn("La vidéo", main.text_content())

    def test_it_shows_none_that_is_not_recognised(self) -> None:
        html = article_body.render('<figure data-embed="https://evil.example/"></figure>', {}, on=SITE)
        self.assertEqual(html, "")


class LinkTests(NewsroomTestCase):
    def rel(self, href: str, *, sponsored: bool = False, before: str = "") -> str | None:
        (link,) = rendered(f'<p><a {before}href="{href}">x</a></p>', sponsored=sponsored).xpath(".//a")
        return link.get("rel")

    def test_it_marks_links_to_other_sites(self) -> None:
        for href in (
            "https://e.org/",
            "http://e.org",
            "//e.org/",
            "http://kulturegeek.localhost.evil.example/",
            "/\\e.org/",
            "https://e.org/?a=1&amp;b=2",
        ):
            with self.subTest(href=href):
                self.assertEqual(self.rel(href), "noopener")
                self.assertEqual(self.rel(href, sponsored=True), "sponsored nofollow")

    def test_it_marks_no_link_to_its_own_site(self) -> None:
        for href in ("/jeux-video/", "#suite", f"{SITE.origin}/x/", "mailto:a@e.org", "tel:+331"):
            with self.subTest(href=href):
                self.assertIsNone(self.rel(href))
                self.assertIsNone(self.rel(href, sponsored=True))

    def test_it_marks_a_link_with_a_title_before_the_address(self) -> None:
        self.assertEqual(
            self.rel("https://e.org/", sponsored=True, before='title="Là &gt;" hreflang="en" '), "sponsored nofollow"
        )

    def test_it_marks_links_in_captions(self) -> None:
        image = make_image()
        main = rendered(
            f'<figure data-picture="{image.pk}"><figcaption><a href="https://e.org/">x</a></figcaption></figure>',
            image,
            sponsored=True,
        )
        self.assertEqual(main.xpath(".//figcaption/a/@rel"), ["sponsored nofollow"])

    def test_it_leaves_alone_code_that_shows_a_link(self) -> None:
        main = rendered('<pre>&lt;a href="https://e.org/"&gt;</pre>')
        self.assertEqual(main.text_content(), '<a href="https://e.org/">')


class TableTests(NewsroomTestCase):
    def test_it_puts_each_into_a_scrolling_box_that_a_keyboard_reaches(self) -> None:
        main = rendered("<table><tr><td>a</td></tr></table><p>x</p><table><tr><td>b</td></tr></table>")
        self.assertEqual(main.xpath("./div[@class='table-box']/@tabindex"), ["0", "0"])
        self.assertEqual(len(main.xpath("./div/table")), 2)

    def test_it_keeps_the_markup_well_formed_around_a_table_inside_another(self) -> None:
        html = article_body.render(clean("<table><tr><td><table><tr><td>x</table>y</table>").html, {}, on=SITE)
        self.assertIn("</table></div>y</td></tr></tbody></table>", html)

    def test_it_typesets_the_library_s_captions_for_the_publication(self) -> None:
        image = make_image(caption="L'Essonne, vue d'en haut !", credit="D. Roux : agence")
        html = article_body.render(f'<figure data-picture="{image.pk}"></figure>', {image.pk: image}, on=SITE)
        self.assertIn("L’Essonne, vue d’en haut\u202f!", html)
        self.assertIn("D. Roux\u202f: agence", html)
