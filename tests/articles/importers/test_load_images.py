"""The images of an export's articles."""

from articles.importers.images import ImportedImages
from tests.articles.importers.base import LoadTestCase
from tests.articles.importers.exports import OLD_SITE, load, post
from tests.factories import make_image


class ImageTests(LoadTestCase):
    body = (
        '<!-- wp:paragraph --><p>Avant</p><!-- /wp:paragraph -->'
        '<!-- wp:image {"id":9} --><figure class="wp-block-image"><img src="https://ancien.example/a-300x200.jpg" '
        'alt="Un chat" class="wp-image-9"/><figcaption>Légende</figcaption></figure><!-- /wp:image -->'
        '<img src="https://ancien.example/b-1024x768.jpg?x=1">'
    )  # fmt: skip

    def test_it_keeps_what_is_not_held_yet_and_shows_it_once_it_is(self) -> None:
        item = post(body=self.body, meta={"_thumbnail_id": "9"})
        load(self.kg, item)
        article = self.article_of("post:123")
        self.assertIn('data-attachment="9"', article.live.body)
        shown = self.read(article.path).content.decode()
        self.assertIn("Avant", shown)
        self.assertNotIn("ancien.example/", shown.replace("ancien.example/?", ""))
        self.assertRegex(
            self.lost_by("post:123"), r"not held yet: https://ancien.example/a-300x200.jpg.*b-1024.*lead image"
        )

        held = ImportedImages(self.kg, OLD_SITE)
        first, second = make_image(alt="Un chat"), make_image(alt="Un chien")
        held.attach(first, attachment_id=9, address=f"{OLD_SITE}/a.jpg")
        held.attach(second, address=f"{OLD_SITE}/b.jpg")
        report = load(self.kg, item).report
        article = self.article_of("post:123")
        self.assertEqual((article.live.image_ids, article.live.lead_image), ([first.pk, second.pk], first))
        self.assertIn("Légende", article.live.body)
        self.assertContains(self.read(article.path), 'alt="Un chien"')
        self.assertEqual((report.updated, self.lost_by("post:123")), ({"news": 1}, ""))
        self.assertEqual(load(self.kg, item).report.skipped, {"unchanged": 1})

    def test_it_finds_an_image_by_any_spelling_of_its_address(self) -> None:
        long = f"{OLD_SITE}/{'x' * 300}.jpg"
        image, other = make_image(), make_image()
        held = ImportedImages(self.kg, OLD_SITE)
        held.attach(image, address=f"{OLD_SITE}/a b.jpg")
        held.attach(other, address=long)
        for number, source in enumerate(
            ("/a b.jpg", "//ancien.example/a%20b-150x150.jpg?w=1", "http://ancien.example/a b.jpg")
        ):
            load(self.kg, post(number + 1, slug=f"n{number}", body=f'<img src="{source}">'))
            self.assertEqual(self.article_of(f"post:{number + 1}").live.image_ids, [image.pk], source)
        load(self.kg, post(body=f'<img src="{long}">'))
        self.assertEqual(self.article_of("post:123").live.image_ids, [other.pk])

    def test_it_shows_no_image_of_another_source(self) -> None:
        ImportedImages(self.kg, "https://autre.example").attach(make_image(), attachment_id=9)
        load(self.kg, post(body=self.body))
        self.assertEqual(self.article_of("post:123").live.image_ids, [])
