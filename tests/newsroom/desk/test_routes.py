"""Every route of the desk and the verb that it asks. A route that is not named here fails the test."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import URLPattern, URLResolver, reverse

from articles.actions import fronts
from articles.models import CardStrip
from newsroom.accounts import urls
from newsroom.desk.base import DeskAdmin
from newsroom.publications.models import Membership, Role
from newsroom.publications.permissions import SYSTEM, may
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_draft, make_feed, make_image, make_tags

SECRET = "Le secret de la rédaction"
# What whoever has signed in may reach: about themselves, or answered by what the pages behind allow.
SIGNED_IN = {
    "index", "app_list", "password_change", "password_change_done", "switch", "autocomplete", "token", "signed_in",
    None,
}  # fmt: skip
# Reached without signing in: the way in and out, the language, the strings of scripts.
OPEN = {"login", "logout", "jsi18n", "set_language"}
# allauth's and ours of signing in (newsroom/accounts/urls.py): of those who need a session, and of those who have none.
OWN_ACCOUNT = {
    "account_change_password", "account_set_password", "account_reauthenticate", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn", "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn",
    "mfa_remove_webauthn", "mfa_edit_webauthn", "usersessions_list",
}  # fmt: skip
THE_WAY_IN = {
    "account_login", "account_logout", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_inactive", "mfa_authenticate",
    "mfa_login_webauthn", "invitation", "invitation_link",
}  # fmt: skip
NOBODY = "nobody"  # a page that does nothing for anybody, or for whoever runs the install alone
# The verb of each route that is no list and no form of a model page.
VERBS = {
    "articles_article_embed": "article.create",
    "articles_article_autosave": "article.save",
    "articles_article_autosave_new": "article.create",
    "articles_article_presence": "article.view",
    "articles_article_unplace": "article.place",
    "articles_article_revisions": "article.view",
    "articles_article_compare": "article.view",
    "articles_article_restore": "article.save",
    "articles_article_difference": "article.hide_difference",
    "articles_article_preview": "article.view",
    "articles_article_share": "article.share",
    "articles_article_revoke": "article.share",
    "articles_article_expunge": "article.expunge",
    "articles_article_frame": "article.view",
    "articles_article_calendar": "article.view",
    "articles_image_picker": "image.view",
    "articles_image_expunge": "article.expunge",
    "articles_image_thumb": "image.view",
    "articles_image_upload": "image.create",
    "articles_partnerfeed_fetch": "partner.change",
    "articles_partnerfeed_headline": "partner.hide",
    "articles_cardstrip_arrange": "stream.change",
    "articles_cardstrip_preview": "stream.change",
    "articles_cardstrip_frame": "stream.change",
    "articles_partnerfeed_delete": "partner.change",
    "articles_cardstrip_delete": "stream.change",
    "articles_tag_complete": "tag.view",
    "articles_tag_merge": "tag.merge",
    "articles_author_complete": "author.view",
    "comments_comment_decide": "comment.moderate",
    "comments_comment_decide_all": "comment.moderate",
    "comments_comment_row": "comment.view",
    "comments_comment_undo": "comment.moderate",
    "comments_comment_answer": "comment.reply",
    "comments_comment_unseal": "comment.unseal",
    "comments_message_act": "message.handle",
    "comments_message_decide": "message.decide",
    "comments_commentsettings_rules": "comment.screen",
    "comments_blockedsender_lift": "comment.screen",
    "worker_mail_decide": "mail.settle",
    "comments_threadpolicy_add": "comment.policy",
    "accounts_colleague_leave": "people.change",
    "accounts_colleague_sessions": "people.change",
    "accounts_colleague_factors": "people.change",
    "accounts_colleague_again": "people.change",
    "accounts_colleague_revoke": "people.change",
    "comparator_offer_decide": "offer.match",
    "comparator_merchantfeed_ask": "merchant.change",
    "comparator_merchantfeed_delete": "merchant.change",
    "worker_task_again": NOBODY,
    "auth_user_password_change": NOBODY,
}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str | None, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield pattern.name, prefix + str(pattern.pattern)


def verb_of(name: str, method: str = "get") -> str:
    """The verb of a route. Raises KeyError for one that nobody thought of."""
    if name in VERBS:
        return VERBS[name]
    for model, page in admin.site._registry.items():
        stem, _sep, kind = name.rpartition("_")
        if stem == f"{model._meta.app_label}_{model._meta.model_name}" and isinstance(page, DeskAdmin):
            verbs = {"changelist": page.view_verb, "history": page.view_verb, "add": page.add_verb}
            verbs["change"] = page.view_verb if method == "get" else page.change_verb
            return verbs.get(kind) or NOBODY
        if stem == "auth_user":
            return NOBODY
    raise KeyError(name)


class RouteTests(NewsroomTestCase):
    def setUp(self) -> None:
        super().setUp()
        article = make_draft(self.kg, SECRET)
        strip = fronts.save_strip(
            CardStrip(publication=self.kg, title="Une bande", source_publication=self.ia), by=SYSTEM
        )
        rows = (article, make_image(), make_author("Camille"), make_feed(self.kg), *make_tags("Un"), strip, self.zoe)
        self.ids = {f"{row._meta.app_label}_{row._meta.model_name}": row.pk for row in rows}

    def names(self) -> list[tuple[str, str]]:
        """The routes that ask a verb: name and address, of a row of KultureGeek's where it is about one."""
        found = []
        for name, path in routes(admin.site.get_urls()):
            if name in SIGNED_IN | OPEN:
                continue
            assert name is not None
            model = "_".join(name.split("_")[:2])
            args = [self.ids.get(model, 1)] * (path.count("<") > 0) + [1] * (path.count("<") - 1)
            if "<uuid" in path:
                args = ["00000000-0000-0000-0000-000000000001"]
            found.append((name, reverse(f"admin:{name}", args=args)))
        return found

    def test_every_route_has_a_verb_and_every_verb_here_a_route(self) -> None:
        names = {name for name, _path in self.names()}
        for name in names:
            self.assertIsInstance(verb_of(name), str, name)
        self.assertEqual(set(VERBS) - names, set())

    def test_every_page_of_an_account_asks_for_its_owner(self) -> None:
        self.assertEqual({name for name, _path in routes(urls.urlpatterns)}, OWN_ACCOUNT | THE_WAY_IN)
        self.client.logout()
        for name, path in routes(urls.urlpatterns):
            if name not in OWN_ACCOUNT:
                continue
            address = reverse(name, args=[1] * path.count("<"))
            for method in ("get", "post"):
                answer = getattr(self.client, method)(address, headers={"host": "localhost"})
                self.assertIn("/admin/login/", answer.headers.get("Location", ""), f"{method} {name}")

    def test_no_library_mounts_a_page_of_its_own(self) -> None:
        ours = {
            "articles",
            "comments",
            "publications",
            "accounts",
            "worker",
            "pagecache",
            "comparator",
            "django_tasks_database",
            "auth",
        }
        self.assertEqual({model._meta.app_label for model in admin.site._registry} - ours, set())
        self.assertNotIn("view_on_site", {name for name, _path in routes(admin.site.get_urls())})
        for path in ("/admin/r/1/1/", "/admin/taggit/tag/", "/admin/taggit/tag/merge-tags/"):
            self.at_desk(self.alix)
            self.assertEqual(self.client.get(path).status_code, 404, path)

    def test_it_opens_each_route_to_the_roles_of_its_verb_and_to_no_other(self) -> None:
        for role in (*Role, None):
            Membership.objects.filter(user=self.zoe).delete()
            if role:
                Membership.objects.create(user=self.zoe, publication=self.kg, role=role)
            person = get_user_model().objects.get(pk=self.zoe.pk)
            self.client.force_login(person)
            for name, path in self.names():
                for method in ("get", "post"):
                    verb = verb_of(name, method)
                    is_open = verb != NOBODY and may(person, verb, self.kg)
                    answer = getattr(self.client, method)(path, headers={"host": "localhost"})
                    with self.subTest(f"{role} {method} {name} ({verb})"):
                        if not is_open:
                            self.assertIn(answer.status_code, (302, 403, 404, 405))
                            self.assertNotIn(SECRET, answer.content.decode() + answer.headers.get("Location", ""))
                        elif method == "get" and not name.endswith("_add"):  # some are added by nobody at the desk
                            self.assertNotEqual(answer.status_code, 403)

    def test_it_tells_nobody_of_another_site_of_a_draft_on_any_route(self) -> None:
        self.at_desk(self.julien)
        for name, path in self.names():
            for method in ("get", "post"):
                answer = getattr(self.client, method)(path, follow=True)
                text = b"".join(answer.streaming_content) if answer.streaming else answer.content
                self.assertNotIn(SECRET.encode(), text, f"{method} {name}")
