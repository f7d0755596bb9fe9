"""Template tags of the desk: the key of a form, dates as the desk shows them."""

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsroom import timestamps
from newsroom.desk.sending import FIELD, key_of, new_key

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: dict[str, Any]) -> SafeString:
    """Return the hidden field by which a form that is sent twice is done once (newsroom/desk/sending.py).

    Its key is the one that the page has in its address, or a new one.
    """
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, key_of(context["request"]) or new_key())


@register.filter
def desk_date(moment: dt.datetime | None) -> str:
    """Return a moment as the desk shows it: "30 nov. 07:30"; "" where there is none."""
    return timestamps.desk_date(moment) if moment else ""


@register.filter
def desk_day(moment: dt.datetime | None) -> str:
    """Return the day of a moment as the desk shows it: "30 nov. 2026"; "" where there is none."""
    return timestamps.desk_day(moment) if moment else ""


@register.simple_tag
def desk_time(moment: dt.datetime) -> SafeString:
    """Return a moment as a `<time>` element, to the second for machines."""
    machine = moment.astimezone(timezone.get_current_timezone()).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', machine, timestamps.desk_date(moment))
