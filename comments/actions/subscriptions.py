"""Actions on subscriptions to mails about comments, which end with one click (RFC 8058)."""

from collections.abc import Iterable

from django.core.signing import BadSignature, Signer
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from comments.models import Subscription
from newsroom.actions import action
from newsroom.publications.models import Publication

About = Subscription.About
_signer = Signer(salt="newsroom.comments.subscription")


def get_or_create(publication: Publication, email: str, about: str) -> Subscription:
    """Return an address's subscription, made where there is none. A moderator's is active until they end it."""
    row, _is_new = Subscription.objects.get_or_create(
        publication=publication,
        email=email,
        about=about,
        defaults={"confirmed_at": timezone.now() if about == About.QUEUE else None},
    )
    return row


def subscribed_addresses(publication: Publication, emails: Iterable[str], about: str) -> set[str]:
    """Return those of some addresses whose subscription is active."""
    rows = Subscription.objects.filter(publication=publication, email__in=list(emails), about=about)
    return set(rows.filter(confirmed_at__isnull=False, ended_at__isnull=True).values_list("email", flat=True))


def confirmed_addresses(publication: Publication, emails: Iterable[str]) -> set[str]:
    """Return those of some addresses whose owner has followed a link that was mailed there."""
    rows = Subscription.objects.filter(publication=publication, email__in=list(emails), confirmed_at__isnull=False)
    return set(rows.values_list("email", flat=True))


def manage_url(row: Subscription) -> str:
    """Return the whole address where a subscription is confirmed and ended. Whoever has it may do both."""
    return row.publication.origin + reverse("comment-mails", args=[_signer.sign(str(row.pk))])


def from_token(token: str, publication: Publication) -> Subscription | None:
    """Return the subscription of a link; None where the link is not ours, or another site's."""
    try:
        pk = _signer.unsign(token)
    except BadSignature:
        return None
    return Subscription.objects.select_related("publication").filter(pk=pk, publication=publication).first()


@action
def confirm(row: Subscription) -> None:
    """Confirm a subscription, or take up again one that was ended; the time of the first confirmation stays."""
    Subscription.objects.filter(pk=row.pk).update(
        confirmed_at=Coalesce("confirmed_at", Value(timezone.now())), ended_at=None
    )
    row.refresh_from_db(fields=["confirmed_at", "ended_at"])


@action
def end(row: Subscription) -> None:
    """End a subscription; the time at which it first ended stays."""
    Subscription.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=timezone.now())
    row.refresh_from_db(fields=["confirmed_at", "ended_at"])
