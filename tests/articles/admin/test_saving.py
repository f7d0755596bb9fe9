"""What a form of the desk writes: its own fields only, however old the row that it was opened with."""

from typing import Any
from unittest.mock import patch

from django.contrib import admin
from django.test import RequestFactory

from articles.actions import taxonomy
from articles.models import Author, CardStrip, Section, Tag
from articles.workflow import Finding, Refused
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_tags


class StaleRowTests(NewsroomTestCase):
    def save(self, stale: Any, data: dict[str, str]) -> None:
        """Save a form as the admin does whose row was read before somebody else changed it."""
        request: Any = RequestFactory(headers={"host": "localhost"}).post("/", data)
        request.user, request._desk_publications, request.session = self.ines, [self.kg], {}
        if isinstance(stale, Section):
            request.user = self.thomas
        model_admin: Any = admin.site._registry[type(stale)]
        form = model_admin.get_form(request, stale, change=True)(data, instance=stale)
        self.assertTrue(form.is_valid(), form.errors)
        model_admin.save_model(request, form.save(commit=False), form, True)

    def test_it_does_not_undo_a_merge_by_a_tag_form_opened_before_it(self) -> None:
        tag, into = make_tags("VR", "Réalité virtuelle")
        stale = Tag.objects.get(pk=tag.pk)
        taxonomy.merge_tags(tag, into, by=SYSTEM)
        self.save(stale, {"name": "VR", "slug": "vr", "description": "Des casques."})
        self.assertEqual(Tag.objects.get(pk=tag.pk).merged_into, into)

    def test_it_leaves_a_byline_its_person_where_the_form_has_no_such_field(self) -> None:
        stale = Author.objects.get(pk=make_author("Camille").pk)
        Author.objects.filter(pk=stale.pk).update(user=self.camille)
        self.save(stale, {"name": "Camille Roussel", "slug": stale.slug})
        author = Author.objects.get(pk=stale.pk)
        self.assertEqual((author.name, author.user), ("Camille Roussel", self.camille))

    def test_it_answers_403_with_the_reason_where_the_row_changed_since_the_form_was_checked(self) -> None:
        self.at_desk(self.ines)
        (tag,) = make_tags("VR")
        refused = Refused([Finding("tag", "Déjà une étiquette.")])
        with patch.object(taxonomy, "save_tag", side_effect=refused):
            page = self.client.post(f"/admin/articles/tag/{tag.pk}/change/", {"name": "VR", "slug": "vr"})
        self.assertContains(page, "Déjà une étiquette.", status_code=403)

    def test_it_refuses_a_slug_that_no_address_can_hold(self) -> None:
        self.at_desk(self.ines)
        page = self.client.post("/admin/articles/tag/add/", {"name": "Été", "slug": "été"})
        self.assertIn("slug", page.context["adminform"].form.errors)

    def test_it_makes_the_form_of_a_publication_for_one_request_only(self) -> None:
        model_admin: Any = admin.site._registry[CardStrip]
        forms = []
        for site in (self.kg, self.ia):
            request: Any = RequestFactory().get("/")
            request.user, request._desk_publications, request.session = self.alix, [site], {}
            forms.append(model_admin.get_form(request))
        self.assertEqual([form.publication for form in forms], [self.kg, self.ia])
        self.assertIsNone(model_admin.form.publication)
