"""Timestamps of rows, and dates as a publication writes them for readers."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from newsroom.lib.languages import Language, language_of


class Timestamped(models.Model):
    """A row with the times at which it was made and last changed."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True


class DateStyle(models.TextChoices):
    """The house styles of dates: how a publication writes 10 February 2025, 11:30."""

    BULLET = "bullet", _("10 Fév. 2025 • 11:30")
    LONG = "long", _("10 février 2025 à 11 h 30")


def _bullet(moment: dt.datetime, language: Language) -> str:
    return f"{moment.day} {language.short_months[moment.month - 1]} {moment.year} • {moment:%H:%M}"


def _long(moment: dt.datetime, language: Language) -> str:
    return language.long_date(moment, language.long_months[moment.month - 1])


_STYLES: dict[str, Callable[[dt.datetime, Language], str]] = {DateStyle.BULLET: _bullet, DateStyle.LONG: _long}


def house_date(moment: dt.datetime, *, style: str, language: str, time_zone: str) -> str:
    """Return an aware moment as a publication's readers see it, in its time zone: "10 Fév. 2025 • 11:30"."""
    return _STYLES[style](moment.astimezone(ZoneInfo(time_zone)), language_of(language))


def desk_date(moment: dt.datetime) -> str:
    """Return a moment as the desk shows it everywhere, in the active time zone and language: "30 nov. 07:30"; with its
    year where that is not this one."""
    local = timezone.localtime(moment)
    return formats.date_format(local, "j N H:i" if local.year == timezone.localtime().year else "j N Y H:i")


def desk_day(moment: dt.datetime) -> str:
    """Return the day of a moment as the desk shows it: "30 nov. 2026"."""
    return formats.date_format(timezone.localtime(moment), "j N Y")


def months_beside(year: int, month: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the months before and after one, each as (year, month)."""
    return (year - (month == 1), (month - 2) % 12 + 1), (year + month // 12, month % 12 + 1)


def month_span(year: int, month: int, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the moments at which a month begins and the next one does, in a time zone."""
    following = months_beside(year, month)[1]
    return dt.datetime(year, month, 1, tzinfo=zone), dt.datetime(*following, 1, tzinfo=zone)


def month_name(year: int, month: int, language: str) -> str:
    """Return a month for the archive's headings: "février 2025"."""
    return f"{language_of(language).long_months[month - 1]} {year}"
