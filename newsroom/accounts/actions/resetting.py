"""Links by which whoever forgot a password sets another.

The page that asks for one does the same for any e-mail: it enqueues a task. The worker finds out whose it is, so that
neither words nor time tell a stranger which accounts there are.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import int_to_base36
from django.utils.translation import gettext as _
from django_tasks import task

from newsroom.actions import action
from newsroom.publications.models import origin_of
from newsroom.worker.mail import post
from newsroom.worker.models import Mail
from newsroom.worker.queue import enqueue

MAX_MAILS_AN_HOUR = 3  # to one account: a stranger who asks for it fills no inbox


@action
def ask_for_link(email: str, language: str) -> None:
    """Have a link sent to whoever has this e-mail, in the language of who asks. Nobody has to have it."""
    enqueue(send_links, email=email, language=language)


@task
def send_links(email: str, language: str) -> None:
    """Post a link to each account at the desk that has an e-mail."""
    with transaction.atomic(), translation.override(language or settings.LANGUAGE_CODE):
        for person in User.objects.filter(email__iexact=email, is_active=True, is_staff=True):
            _post_link(person)


def _post_link(person: User) -> None:
    about, now = f"password-of:{person.pk}", timezone.now()
    lately = Mail.objects.filter(about=about, created_at__gt=now - dt.timedelta(hours=1))
    asked_twice = lately.filter(created_at__gt=now - dt.timedelta(minutes=1)).exists()  # a form that was sent twice
    if asked_twice or lately.count() >= MAX_MAILS_AN_HOUR:
        return
    token = default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", args=[int_to_base36(person.pk), token])
    body = _(
        "Hello %(name)s,\n\n"
        "Somebody, you most likely, asked for a new password for your account at the desk (user name: %(username)s). "
        "Set it here, within two hours:\n\n%(link)s\n\n"
        "If it was not you, nothing has to be done: the password stays as it is."
    ) % {
        "name": person.get_full_name() or person.username,
        "username": person.username,
        "link": origin_of(settings.DESK_HOST) + path,
    }
    post(
        f"{about}:{uuid.uuid4()}",
        to=person.email,
        subject=_("A new password for the desk"),
        body=body,
        publication=None,
        about=about,
        is_secret=True,
    )
