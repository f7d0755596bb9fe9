"""Publications, the hosts they answer on, and who works for them."""

import hashlib
import re
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, models, transaction
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from newsroom.lib import colour
from newsroom.lib.languages import language_of
from newsroom.lib.sorting import Alphabetical
from newsroom.lib.typography import typeset
from newsroom.publications.words import reserved_words
from newsroom.timestamps import DateStyle, Timestamped, house_date

PAPER, NIGHT = "#ffffff", "#14161a"  # backgrounds of pages, light and dark, as in static/css/site.css
PERMALINK_TOKEN = re.compile(r"\{(\w+)\}")
PERMALINK_TOKENS = {"section", "slug", "id", "year", "month", "day"}

MAX_KEPT_NAMES, MAX_NAME_CHARACTERS = 500, 80
validate_domain = RegexValidator(
    r"\A(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z",
    _("Write a domain in lower case, without http:// and without a port: example.org."),
)
validate_colour = RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", _("Write a colour as # and six hexadecimal digits: #c8102e."))


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless `value` names a zone of the IANA database."""
    if value not in available_timezones():
        raise ValidationError(_("“%(value)s” is not a time zone; Europe/Paris is one."), params={"value": value})


def validate_names(value: str) -> None:
    """Raise ValidationError unless each line of `value` is a name that typography can know: a letter or digit in it."""
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    if refused := [line for line in lines if len(line) > MAX_NAME_CHARACTERS or not any(map(str.isalnum, line))]:
        message = _("No name of %(n)d characters at most, with a letter or digit in it: %(lines)s")
        raise ValidationError(message, params={"n": MAX_NAME_CHARACTERS, "lines": ", ".join(refused)})
    if len(lines) > MAX_KEPT_NAMES:
        raise ValidationError(_("At most %(n)d names."), params={"n": MAX_KEPT_NAMES})


def validate_permalink(value: str) -> None:
    """Raise ValidationError unless `value` can make an article's path: known tokens, {slug} or {id} among them."""
    tokens = set(PERMALINK_TOKEN.findall(value))
    if unknown := tokens - PERMALINK_TOKENS:
        raise ValidationError(_("Unknown in a permalink: %(names)s."), params={"names": ", ".join(sorted(unknown))})
    if len(PERMALINK_TOKEN.findall(value)) > len(tokens):
        raise ValidationError(_("A permalink names each part once."))
    if not tokens & {"slug", "id"}:
        raise ValidationError(_("A permalink needs {slug} or {id}, or two articles would share one address."))
    if value.partition("/")[0] in reserved_words():
        raise ValidationError(_("“%(value)s” is reserved for the site's own pages."), params={"value": value})
    if not re.fullmatch(r"(?:[a-z0-9-]|\{\w+\})+(?:/(?:[a-z0-9-]|\{\w+\})+)*/", value):
        raise ValidationError(_("A permalink is steps of small letters, digits and tokens, each ended by “/”."))


def origin_of(host: str) -> str:
    """Return scheme, host and port as browsers see them: a site's, or the desk's (settings.DESK_HOST)."""
    scheme, usual = ("https", "443") if settings.HTTPS else ("http", "80")
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT not in ("", usual) else ""
    return f"{scheme}://{host}{port}"


class PublicationQuerySet(models.QuerySet["Publication"]):
    def for_user(self, user: Any) -> "PublicationQuerySet":
        """Return those that a person works for; all of them for a superuser."""
        return self if user.is_superuser else self.filter(memberships__user=user).distinct()


class Face(models.TextChoices):
    """The typefaces of a publication's headlines: fonts of the reader's own system, nothing to download."""

    GROTESQUE = "grotesque", _("grotesque")
    ROUNDED = "rounded", _("rounded")
    SERIF = "serif", _("serif")


class Publication(Timestamped):
    """One site of the install, with its own colours, language, time zone and addresses."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    domain = models.CharField(_("domain"), max_length=253, unique=True, validators=[validate_domain])
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    description = models.CharField(_("description for search engines"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="fr")
    kept_names = models.TextField(
        _("names kept as typed"),
        blank=True,
        validators=[validate_names],
        help_text=_(
            "One a line: Yahoo!, Jeopardy!… Typography leaves them alone; what is saved already stays as it is."
        ),
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Paris", validators=[validate_time_zone])
    date_style = models.CharField(_("house date style"), max_length=20, choices=DateStyle, default=DateStyle.BULLET)
    permalink = models.CharField(
        _("permalink pattern"),
        max_length=100,
        default="{section}/{slug}/",
        validators=[validate_permalink],
        help_text=_("The path that the next article gets, from {section}, {slug}, {id}, {year}, {month}, {day}."),
    )
    accent = models.CharField(_("accent colour"), max_length=7, default="#c8102e", validators=[validate_colour])
    face = models.CharField(_("face of headlines"), max_length=20, choices=Face, default=Face.GROTESQUE)
    contact_email = models.EmailField(_("contact address"), blank=True)
    review_required = models.BooleanField(
        _("review required"), default=True, help_text=_("A writer's article goes live only once an editor approved it.")
    )
    feeds_whole = models.BooleanField(
        _("feeds hold the whole text"), default=True, help_text=_("Else the teaser, and a link to the article.")
    )
    mining_reserved = models.BooleanField(
        _("text and data mining reserved"),
        default=False,
        help_text=_("Tells robots that train models to keep out (Directive 2019/790, article 4(3))."),
    )
    compares_prices = models.BooleanField(
        _("has the Comparateur"),
        default=False,
        help_text=_("Pages of products, with the offers of merchants."),
    )
    second_factor_roles = models.JSONField(
        _("second factor asked of"),
        default=list,
        blank=True,
        help_text=_("Who has one of these roles signs in with a passkey, or with a code beside the password."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["position", Alphabetical("name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        refuse_host_of_desk(self.domain)
        if Host.objects.filter(domain=self.domain).exclude(publication=self.pk).exists():
            raise ValidationError({"domain": _("Another publication answers at this host.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it, its domain among its hosts. Raises IntegrityError if that is another publication's."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            columns = kwargs.get("update_fields")
            if columns is None or "domain" in columns:
                host, _is_new = Host.objects.get_or_create(domain=self.domain, defaults={"publication": self})
                if host.publication_id != self.pk:
                    raise IntegrityError(f"{self.domain} is a host of {host.publication}")
                Host.objects.filter(pk=host.pk).update(redirects=False)

    @property
    def names_kept(self) -> tuple[str, ...]:
        """The names that typography keeps as they are typed."""
        return tuple(line.strip() for line in self.kept_names.splitlines() if line.strip())

    def typeset(self, text: str) -> str:
        """Return a text without markup in this publication's typography."""
        return typeset(text, self.language, self.names_kept)

    @property
    def cache_tag(self) -> str:
        return f"publication:{self.pk}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def origin(self) -> str:
        """Return what an absolute address of this site begins with."""
        return origin_of(self.domain)

    def word(self, key: str) -> str:
        """Return the word of an address in this publication's language: word("author") is "auteur" in French."""
        return str(getattr(language_of(self.language).words, key))

    def date(self, moment: Any) -> str:
        """Return an aware moment in this publication's style of dates and time zone."""
        return house_date(moment, style=self.date_style, language=self.language, time_zone=self.time_zone)

    @property
    def face_fingerprint(self) -> str:
        return hashlib.sha256(f"3{self.accent}{self.name}".encode()).hexdigest()[:12]

    @property
    def face_path(self) -> str:
        return f"/face/{self.face_fingerprint}.css"

    @property
    def icon_path(self) -> str:
        return f"/face/{self.face_fingerprint}.svg"

    def face_css(self) -> str:
        """Return the stylesheet of the accent colour and its variants that can be read on light and dark pages."""
        day, night = colour.readable(self.accent, PAPER, 5), colour.readable(self.accent, NIGHT, 5)
        on_accent = "#ffffff" if colour.contrast(self.accent, "#ffffff") >= 4.5 else "#000000"
        return (
            f":root{{--accent:{self.accent};--on-accent:{on_accent};--accent-ink:{day}}}"
            f"@media (prefers-color-scheme:dark){{:root{{--accent-ink:{night}}}}}\n"
        )

    def icon_svg(self) -> str:
        """Return the icon: the initial of the name on the accent colour."""
        ink = "#ffffff" if colour.contrast(self.accent, "#ffffff") >= 3 else "#111111"
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
            '<rect width="64" height="64" rx="14" fill="{}"/>'
            '<text x="32" y="46" font-family="system-ui,sans-serif" font-size="40" font-weight="800" '
            'text-anchor="middle" fill="{}">{}</text></svg>',
            self.accent,
            ink,
            self.name[:1],
        )


class HostQuerySet(models.QuerySet["Host"]):
    def at(self, name: str) -> "Host | None":
        """Return the host of a name (no port), with its publication; None if nothing is published there. One query."""
        if "\x00" in name:  # PostgreSQL has no such text
            return None
        return self.select_related("publication").filter(domain=name).first()

    def aliases(self) -> "HostQuerySet":
        """Return those that are not their publication's own domain."""
        return self.exclude(domain=models.F("publication__domain"))


class Host(models.Model):
    """A host at which a publication answers: its own domain, and aliases. No host is in this table twice."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="hosts", verbose_name=_("publication"))
    domain = models.CharField(_("domain"), max_length=253, unique=True, validators=[validate_domain])
    redirects = models.BooleanField(_("sends readers on to the main domain"), default=True)

    objects = HostQuerySet.as_manager()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")

    def __str__(self) -> str:
        return self.domain

    def clean(self) -> None:
        refuse_host_of_desk(self.domain)


def refuse_host_of_desk(domain: str) -> None:
    """Raise ValidationError for the desk's host: a page of a site there would act for whoever is signed in."""
    if domain == settings.DESK_HOST:
        raise ValidationError({"domain": _("The desk answers at this host: no site does.")})


class Role(models.TextChoices):
    """The roles of staff in a publication. What each may do: roles.py of articles and of comments."""

    WRITER = "writer", _("writer")
    EDITOR = "editor", _("editor")
    PUBLISHER = "publisher", _("publisher")
    MODERATOR = "moderator", _("moderator")


class Membership(Timestamped):
    """A person's role in a publication. Without one, they cannot see its drafts."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    publication = models.ForeignKey(
        Publication, models.CASCADE, related_name="memberships", verbose_name=_("publication")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["user", "publication", "role"], name="one_role_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.publication}"
