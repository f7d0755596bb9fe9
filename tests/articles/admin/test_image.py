"""The image library at the desk."""

import io

from django.urls import reverse

from articles.models import Image
from tests.base import NewsroomTestCase
from tests.factories import image_file, make_article, make_image

ADD = "/admin/articles/image/add/"
UPLOAD = "/admin/articles/image/upload/"


class LibraryTests(NewsroomTestCase):
    def test_it_takes_several_images_and_tells_each_refused_one_why(self) -> None:
        svg = io.BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
        svg.name = "logo.jpg"
        self.at_desk(self.camille)
        answer = self.client.post(ADD, {"files": [image_file(), svg, image_file()], "credit": "La rédaction"})
        self.assertEqual(Image.objects.count(), 2)
        self.assertEqual(set(Image.objects.values_list("credit", "created_by")), {("La rédaction", self.camille.pk)})
        self.assertContains(answer, "logo.jpg")
        self.assertContains(answer, 'class="refused"', count=1)

    def test_it_tells_of_a_wrong_profile_wherever_an_image_is_added(self) -> None:
        self.at_desk(self.camille)
        words = "Son profil de couleurs est abîmé"
        wrong = [image_file(icc_profile=b"no profile") for _ in range(4)]
        self.assertContains(self.client.post(ADD, {"files": wrong[:2]}), words, count=2)
        self.assertContains(self.client.post(ADD, {"files": wrong[2:3]}, follow=True), words)
        answer = self.client.post(UPLOAD, {"file": wrong[3], "alt": "Un casque"}).json()
        self.assertTrue(answer["remarks"][0].startswith(words))
        self.assertEqual(self.client.post(UPLOAD, {"file": image_file(), "alt": "Un casque"}).json()["remarks"], [])

    def test_it_gives_each_image_its_own_alternative_text(self) -> None:
        self.at_desk(self.camille)
        one, two = image_file(), image_file()
        self.client.post(
            ADD, {"files": [one, two], "alt-0": "Un robot", "alt-1": "Une fusée", "credit": "La rédaction"}
        )
        self.assertEqual(list(Image.objects.order_by("pk").values_list("alt", flat=True)), ["Un robot", "Une fusée"])

    def test_it_asks_for_a_file(self) -> None:
        self.at_desk(self.camille)
        self.assertContains(self.client.post(ADD, {}), "Choisissez au moins un fichier.")
        self.assertContains(self.client.post(UPLOAD, {"alt": "x"}), "Choisissez au moins un fichier.", status_code=400)

    def test_it_wants_an_alternative_text_of_what_is_written_here(self) -> None:
        self.at_desk(self.camille)
        self.assertEqual(self.client.post(UPLOAD, {"file": image_file(), "alt": " "}).status_code, 400)
        self.assertFalse(Image.objects.exists())
        answer = self.client.post(UPLOAD, {"file": image_file(), "alt": "Un casque"})
        self.assertEqual(answer.json()["alt"], "Un casque")
        image = Image.objects.get()
        page = reverse("admin:articles_image_change", args=[image.pk])
        refused = self.client.post(page, {"label": "x", "alt": "", "focal_x": 50, "focal_y": 50})
        self.assertIn("alt", refused.context["adminform"].form.errors)

    def test_it_lets_a_writer_describe_their_own_images_only(self) -> None:
        theirs = make_image()
        self.at_desk(self.camille)
        page = reverse("admin:articles_image_change", args=[theirs.pk])
        self.assertEqual(
            self.client.post(page, {"label": "x", "alt": "y", "focal_x": 1, "focal_y": 1}).status_code, 403
        )
        self.assertTrue(Image.objects.filter(label=theirs.label, alt=theirs.alt, focal_x=theirs.focal_x).exists())

    def test_it_finds_images_by_any_words_of_theirs(self) -> None:
        robot = make_image(alt="Un robot qui plie du linge", label="pliane")
        make_image(alt="Une fusée", label="lancement")
        self.at_desk(self.camille)
        answer = self.client.get("/admin/articles/image/picker/", {"q": "linge pliane\x00"})
        self.assertEqual(list(answer.context["images"]), [robot])

    def test_it_refuses_who_may_not_add(self) -> None:
        self.at_desk(self.sarah)
        self.assertEqual(self.client.post(UPLOAD, {"file": image_file(), "alt": "x"}).status_code, 403)
        self.assertEqual(self.client.post(ADD, {"files": [image_file()]}).status_code, 403)
        self.assertFalse(Image.objects.exists())

    def test_it_costs_the_same_however_many_images(self) -> None:
        self.at_desk(self.alix)
        make_image()
        self.client.get("/admin/articles/image/")
        with self.assertNumQueries(6):
            self.client.get("/admin/articles/image/")
        for _ in range(8):
            make_image()
        with self.assertNumQueries(6):
            self.client.get("/admin/articles/image/")

    def test_it_counts_articles_of_others_without_naming_them(self) -> None:
        image = make_image()
        make_article(self.kg, "Celle de KultureGeek", lead_image=image)
        make_article(self.ia, "Celle d'iPhoneAddict", lead_image=image)
        self.at_desk(self.julien)
        page = self.client.get(reverse("admin:articles_image_change", args=[image.pk]))
        self.assertContains(page, "Celle d’iPhoneAddict")
        self.assertNotContains(page, "Celle de KultureGeek")
        self.assertContains(page, "1 dans d’autres publications")
