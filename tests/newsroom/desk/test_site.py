"""The desk's sidebar, and the tables of extensions."""

from django.contrib import admin
from django.test import SimpleTestCase

from newsroom.desk.site import GROUPS
from newsroom.extensions import EXTENSIONS, extensions
from tests.base import PASSWORD, NewsroomTestCase

OURS = ("articles", "comments", "publications", "worker")


class SidebarTests(SimpleTestCase):
    def test_each_name_in_its_groups_is_a_model_of_the_desk(self) -> None:
        registered = {model.__name__ for model in admin.site._registry}
        named = {name for _label, names in GROUPS for name in names}
        self.assertEqual(named - registered, set())

    def test_each_model_of_ours_has_a_group(self) -> None:
        named = {name for _label, names in GROUPS for name in names}
        ours = {model.__name__ for model in admin.site._registry if model._meta.app_label in OURS}
        self.assertEqual(ours - named, set())


class SwitchTests(NewsroomTestCase):
    def test_it_returns_to_a_page_of_the_desk_whatever_it_is_asked(self) -> None:
        self.at_desk(self.thomas)
        index = "/admin/"
        for back, to in (
            ("/admin/articles/article/?q=é", "/admin/articles/article/?q=%C3%A9"),
            ("", index), ("nowhere", index), ("articles", index), ("//evil.example/", index), ("//[", index),
            ("https://evil.example/", index), ("/\\evil.example", index), ("javascript:alert(1)", index),
            ("/admin/\r\nSet-Cookie: a=b", None),
        ):  # fmt: skip
            answer = self.client.post("/admin/switch/", {"publication": self.ia.pk, "next": back})
            self.assertEqual(answer.status_code, 302, back)
            self.assertNotIn("\n", answer["Location"])
            if to is not None:
                self.assertEqual(answer["Location"], to, back)


class SignInTests(NewsroomTestCase):
    def test_it_leads_to_the_desk_where_the_way_back_is_refused(self) -> None:
        for back in ("https://evil.example/", "//evil.example"):
            self.client.logout()
            typed = {"login": "thomas", "password": PASSWORD, "next": back}
            answer = self.client.post(f"/admin/login/?next={back}", typed, headers={"host": "localhost"}, follow=True)
            self.assertEqual((answer.status_code, answer.redirect_chain), (200, [("/admin/", 302)]))


class ProposedValuesTests(NewsroomTestCase):
    def test_it_leaves_out_what_an_address_proposes_and_no_row_can_have(self) -> None:
        self.at_desk(self.alix)
        for model in admin.site._registry:
            opts = model._meta
            for value in ("abc", "9" * 40, "\x00", "1,2", "٣"):
                query = {field.name: value for field in opts.get_fields() if not field.auto_created}
                page = f"/admin/{opts.app_label}/{opts.model_name}/add/"
                answer = self.client.get(page, {**query, "nothing": value}, follow=True)
                self.assertIn(answer.status_code, (200, 403), f"{opts.label} {value!r}")


class ExtensionTests(SimpleTestCase):
    def test_each_entry_of_the_tables_exists(self) -> None:
        for name, paths in EXTENSIONS.items():
            self.assertEqual(len(extensions(name)), len(paths), name)
