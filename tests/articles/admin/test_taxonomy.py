"""Sections, tags and authors at the desk."""

from django.urls import reverse
from markupsafe import escape

from articles.models import Author, Section, Tag
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_tags


class SectionTests(NewsroomTestCase):
    def post(self, **fields: str) -> object:
        return self.client.post(
            "/admin/articles/section/add/", {"name": "Mobilité", "slug": "mobilite", "position": "3", **fields}
        )

    def test_it_belongs_to_the_current_publication(self) -> None:
        self.at_desk(self.thomas)
        self.post()
        self.assertEqual(Section.objects.get(slug="mobilite").publication, self.kg)
        self.assertEqual(self.read("/mobilite/").status_code, 200)

    def test_it_refuses_taken_and_reserved_slugs_with_a_clear_error(self) -> None:
        make_article(self.kg, "Confidentialité", kind="page")
        self.at_desk(self.thomas)
        for slug in ("jeux-video", "Jeux-Video", "tag", "author", "contact", "confidentialite"):
            answer = self.post(slug=slug)
            self.assertIn("slug", answer.context["adminform"].form.errors, slug)  # type: ignore[attr-defined]

    def test_it_keeps_the_old_address_of_a_renamed_section(self) -> None:
        self.at_desk(self.thomas)
        page = reverse("admin:articles_section_change", args=[self.games.pk])
        self.client.post(page, {"name": "Jeux", "slug": "jeux", "position": "1", "in_menu": "on"})
        self.assertEqual(self.read("/jeux-video/")["Location"], "/jeux/")

    def test_it_is_a_publishers_to_change(self) -> None:
        self.at_desk(self.ines)
        self.assertEqual(self.client.get("/admin/articles/section/add/").status_code, 403)
        self.post()
        self.assertFalse(Section.objects.filter(slug="mobilite").exists())


class TagTests(NewsroomTestCase):
    def test_it_completes_without_accents_and_never_offers_a_merged_one(self) -> None:
        make_tags("Réalité virtuelle", "Réalité augmentée", "La réalité")
        self.at_desk(self.camille)
        names = self.client.get("/admin/articles/tag/complete/", {"q": "realite"}).json()["names"]
        self.assertEqual(names, ["Réalité augmentée", "Réalité virtuelle", "La réalité"])

    def test_it_merges_by_the_name_of_the_one_that_stays(self) -> None:
        wrong, right = make_tags("VR", "Réalité virtuelle")
        make_article(self.kg, tags=(wrong,))
        self.at_desk(self.ines)
        page = reverse("admin:articles_tag_merge", args=[wrong.pk])
        self.client.post(page, {"into": "realite virtuelle"})
        self.assertEqual(Tag.objects.get(pk=wrong.pk).merged_into, right)
        self.assertEqual(self.read("/tag/vr/")["Location"], "/tag/realite-virtuelle/")

    def test_it_refuses_to_merge_into_nothing_or_itself(self) -> None:
        (tag,) = make_tags("VR")
        self.at_desk(self.ines)
        page = reverse("admin:articles_tag_merge", args=[tag.pk])
        for into in ("", "Inconnu", "VR", "VR, VR2"):
            self.assertIn("into", self.client.post(page, {"into": into}).context["form"].errors, into)

    def test_it_leaves_merging_to_editors(self) -> None:
        tag, _ = make_tags("VR", "Réalité virtuelle")
        self.at_desk(self.camille)
        answer = self.client.post(reverse("admin:articles_tag_merge", args=[tag.pk]), {"into": "realite virtuelle"})
        self.assertEqual(answer.status_code, 403)
        self.assertIsNone(Tag.objects.get(pk=tag.pk).merged_into)


class AuthorTests(NewsroomTestCase):
    def test_it_makes_a_slug_and_tells_two_of_one_name_apart(self) -> None:
        self.at_desk(self.ines)
        for _ in range(2):
            self.client.post("/admin/articles/author/add/", {"name": "Camille Roussel"})
        self.assertEqual(set(Author.objects.values_list("slug", flat=True)), {"camille-roussel", "camille-roussel-2"})
        names = self.client.get("/admin/articles/author/complete/", {"q": "rous"}).json()["names"]
        self.assertEqual(names, ["Camille Roussel (camille-roussel)", "Camille Roussel (camille-roussel-2)"])

    def test_it_takes_names_as_people_have_them(self) -> None:
        self.at_desk(self.ines)
        for name in ("King, Martin Luther", "AC/DC", 'Dit "Zed"', "🐒", "2026", "日本", "L" * 60):
            self.client.post("/admin/articles/author/add/", {"name": name})
            author = Author.objects.get(name=name)
            make_article(self.kg, f"Signé {author.slug}", authors=(author,))
            self.assertContains(self.read(f"/auteur/{author.slug}/"), escape(name))

    def test_it_shows_accounts_to_who_runs_the_install_only(self) -> None:
        author = make_author("Camille")
        page = reverse("admin:articles_author_change", args=[author.pk])
        self.at_desk(self.ines)
        self.assertNotContains(self.client.get(page), 'name="user"')
        self.at_desk(self.alix)
        self.assertContains(self.client.get(page), 'name="user"')
