"""Price alerts: asked for on a page, confirmed by mail, told once, ended with one click (RFC 8058).

Who is to be told must have followed the link that was mailed there: anybody can type anybody's address. Rows are kept
only while they are of use; nothing says afterwards who wanted what.
"""

import datetime as dt
from collections.abc import Callable, Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from newsroom.actions import action
from newsroom.comparator import money
from newsroom.comparator.addresses import alert_url, product_url
from newsroom.comparator.models import PriceAlert, Product
from newsroom.comparator.offers import lowest_prices, offered
from newsroom.lib.client import Client
from newsroom.publications.models import Publication
from newsroom.worker import mail

MAX_A_DAY_TO_ONE_ADDRESS = 3  # questions to an address that nobody has confirmed
MAX_AN_HOUR_FROM_ONE_SOURCE = 10
MAX_A_MINUTE = 60  # on one site; beyond it nothing is taken for the moment
UNCONFIRMED_KEPT = dt.timedelta(days=7)
CONFIRMED_KEPT = dt.timedelta(days=365)
TOLD_AT_ONCE = 500  # alerts in one transaction; the next import or the next job tells the others
_signer = Signer(salt="newsroom.comparator.alert")


class Refused(Exception):
    """An alert that is not taken: the message is for the reader. `field` names what was typed wrong, "" for none.
    `is_limit`: it may be taken later."""

    def __init__(self, field: str, message: str, *, is_limit: bool = False) -> None:
        super().__init__(message)
        self.field = field
        self.is_limit = is_limit


@action
def ask(product: Product, publication: Publication, email: str, price: str, *, client: Client) -> PriceAlert:
    """Note a wish to be told, and mail the question whether it is really wanted. Raises Refused.

    What is returned does not say whether a mail went out: an address that was asked often enough today, or whose alert
    is confirmed already, gets none, and nobody learns so here.
    """
    now, currency = timezone.now(), settings.COMPARATOR_CURRENCY
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("email", _("This is no e-mail address.")) from error
    try:
        cents, of = money.read(price, currency)
    except money.NotAPrice as error:
        raise Refused("price", _("Write a price, such as 199.90.")) from error
    if not cents or of != currency:
        raise Refused("price", _("Write a price, such as 199.90."))
    source = source_of(client, now)
    _refuse_over_rate(publication, source, now)
    asked_today = PriceAlert.objects.filter(email=email, asked_at__gt=now - dt.timedelta(days=1), confirmed_at=None)
    is_asked_enough = asked_today.count() >= MAX_A_DAY_TO_ONE_ADDRESS
    alert, _is_new = PriceAlert.objects.get_or_create(
        publication=publication, product=product, email=email, cents=cents,
        defaults={"currency": currency, "source": source},
    )  # fmt: skip
    if alert.confirmed_at is None and not is_asked_enough:
        _mail(alert, f"confirm:{alert.pk}:{now:%Y-%m-%d}", lambda: (
            _("Do you want to be told of this price?"),
            _("Somebody, you we hope, asked on %(site)s to be told by mail when this costs %(price)s or less, delivery "
              "included:\n\n%(name)s\n\nIf it was you, confirm here; else do nothing, and we write no more:\n"
              "%(address)s")
            % {"site": publication.name, "price": shown(alert), "name": product.name, "address": manage_url(alert)},
        ))  # fmt: skip
    return alert


def source_of(client: Client, now: dt.datetime) -> str:
    """Return a hash of where a request came from, which is another one the next day: for limits, and nothing else."""
    if not client.network:
        return ""
    return salted_hmac("newsroom.comparator.source", f"{now:%Y-%m-%d} {client.network}").hexdigest()[:32]


def _refuse_over_rate(publication: Publication, source: str, now: dt.datetime) -> None:
    lately = PriceAlert.objects.filter(publication=publication, asked_at__gt=now - dt.timedelta(minutes=1))
    of_source = PriceAlert.objects.filter(source=source, asked_at__gt=now - dt.timedelta(hours=1))
    if lately.count() >= MAX_A_MINUTE or (source and of_source.count() >= MAX_AN_HOUR_FROM_ONE_SOURCE):
        raise Refused("", _("Too many alerts were asked for. Try again later."), is_limit=True)


def from_token(token: str, publication: Publication) -> PriceAlert | None:
    """Return the alert of a link. None where it is over. Raises BadSignature for a link that is not ours."""
    pk = _signer.unsign(token)
    rows = PriceAlert.objects.select_related("product", "publication")
    return rows.filter(pk=pk, publication=publication).first()


def is_ours(token: str) -> bool:
    """Return whether a link was mailed by us."""
    try:
        return bool(_signer.unsign(token))
    except BadSignature:
        return False


def manage_url(alert: PriceAlert) -> str:
    """Return the whole address where an alert is confirmed and ended."""
    return alert.publication.origin + alert_url(alert.publication, _signer.sign(str(alert.pk)))


def shown(alert: PriceAlert) -> str:
    """Return the price of an alert as readers of its site read it."""
    return money.shown(alert.cents, alert.currency, alert.publication.language)


@action
def confirm(alert: PriceAlert) -> None:
    """Confirm an alert; it takes the place of others of the same reader for the same product.

    Where the product costs so little already, the reader is told at once.
    """
    others = PriceAlert.objects.filter(product=alert.product, publication=alert.publication, email=alert.email)
    others.exclude(pk=alert.pk).delete()
    PriceAlert.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    alert.refresh_from_db(fields=["confirmed_at"])
    tell(lowest_prices(offered([alert.product_id], timezone.now())))


@action
def end(alert: PriceAlert) -> None:
    """End an alert, and forget the address."""
    PriceAlert.objects.filter(pk=alert.pk).delete()


def tell(lowest: Mapping[int, int]) -> int:
    """Mail whoever waits for the price of one of these products, given in cents by id, and forget their alerts.

    Return how many. Inside an action. One query where nobody waits.
    """
    waiting = PriceAlert.objects.filter(confirmed_at__isnull=False, currency=settings.COMPARATOR_CURRENCY)
    rows = waiting.filter(product__in=lowest).select_related("product", "publication").select_for_update(of=("self",))
    due = [row for row in rows if lowest[row.product_id] <= row.cents][:TOLD_AT_ONCE]
    for row in due:
        _mail_price(row, lowest[row.product_id])
    PriceAlert.objects.filter(pk__in=[row.pk for row in due]).delete()
    return len(due)


def _mail_price(alert: PriceAlert, cents: int) -> None:
    publication, product = alert.publication, alert.product
    _mail(alert, f"price:{alert.pk}", lambda: (
        _("%(name)s at %(price)s")
        % {"name": product.name, "price": money.shown(cents, alert.currency, publication.language)},
        _("%(name)s is offered at %(price)s, delivery included where its merchant tells what it costs. You asked to be "
          "told at %(wanted)s.\n\n%(address)s\n\nThis was the only mail of this alert: your address is forgotten now.")
        % {
            "name": product.name,
            "price": money.shown(cents, alert.currency, publication.language),
            "wanted": shown(alert),
            "address": publication.origin + product_url(publication, product.slug),
        },
    ))  # fmt: skip


@action
def delete_old(now: dt.datetime) -> int:
    """Delete what nobody confirmed within a week, and what waited for a year. Return how many."""
    unconfirmed = Q(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_KEPT)
    rows = PriceAlert.objects.filter(unconfirmed | Q(confirmed_at__lt=now - CONFIRMED_KEPT))
    # A hash of where they came from is of use for an hour, and of none the day after.
    PriceAlert.objects.filter(asked_at__lt=now - dt.timedelta(days=1)).exclude(source="").update(source="")
    deleted: int = rows.delete()[0]
    return deleted


def _mail(alert: PriceAlert, key: str, subject_and_body: Callable[[], tuple[str, str]]) -> None:
    """Write a mail in the publication's language, with the address that ends the alert."""
    publication = alert.publication
    with translation.override(publication.language), timezone.override(publication.zone):
        subject, body = subject_and_body()
        address = manage_url(alert)
        body += f"\n\n{publication.name} · {publication.origin}/\n" + _("End this alert: %(address)s") % {
            "address": address
        }
    mail.post(
        f"comparator:{key}", to=alert.email, subject=subject, body=f"{body}\n", publication=publication,
        about=f"alert:{alert.pk}", unsubscribe=address,
    )  # fmt: skip
