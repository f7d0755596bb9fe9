"""The desk's sidebar, and the tables of extensions."""

from django.contrib import admin
from django.test import SimpleTestCase

from newsroom.desk.site import GROUPS
from newsroom.extensions import EXTENSIONS, extensions

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


class ExtensionTests(SimpleTestCase):
    def test_each_entry_of_the_tables_exists(self) -> None:
        for name, paths in EXTENSIONS.items():
            self.assertEqual(len(extensions(name)), len(paths), name)
