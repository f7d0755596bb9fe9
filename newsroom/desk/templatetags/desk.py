"""Template tags of the desk: the key of a form."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsroom.desk.sending import FIELD, key_of, new_key

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: dict[str, Any]) -> SafeString:
    """Return the hidden field by which a form that is sent twice is done once (newsroom/desk/sending.py).

    Its key is the one that the page has in its address, or a new one.
    """
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, key_of(context["request"]) or new_key())
