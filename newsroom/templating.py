"""Templates of readers' pages: Jinja2 by Django's own backend (settings.TEMPLATES), in templates/public/.

The desk's are Django's: either engine finds only its own. What an app adds to what these may use is in the table
`page_names` of newsroom/extensions.py.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template import defaultfilters
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.translation import get_language, gettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from newsroom.extensions import extensions


@dataclass(frozen=True)
class PageNames:
    """What templates of readers' pages may use beside what a view gives them: functions and values, and filters."""

    values: Mapping[str, Any]
    filters: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


def environment(**options: Any) -> Environment:
    """Return the environment of readers' templates, for the backend that gives `options`.

    All that is not marked safe is escaped. A name that nobody gave is an error, and no empty text.
    """
    options |= {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(**options)  # noqa: S701 (autoescape is among the options)
    for names in (OWN, *extensions("page_names")):
        made.globals.update(names.values)
        made.filters.update(names.filters)
    return made


def translated(message: str) -> Markup:
    """Return a text of ours in the active language, as safe HTML: `{{ _("By %(name)s")|format(name=name) }}` escapes
    the name.

    `makemessages` finds what stands right after `{{` or inside `{% %}`; plurals and contexts are translated in Python.
    """
    return Markup(gettext(message))  # noqa: S704 (written here, and in the catalogues)


def url(name: str, *arguments: Any) -> str:
    """Return the path of a page by the name of its pattern."""
    return reverse(name, args=arguments)


def iso(moment: dt.datetime) -> str:
    """Return a moment as ISO 8601 has it, in the active time zone: "2025-02-10T10:30:00+00:00"."""
    return timezone.localtime(moment).isoformat()


def paragraphs(text: str) -> Markup:
    """Return a plain text as HTML: a paragraph for each block of lines, a `<br>` for each other line's end."""
    return Markup(linebreaks(text, autoescape=True))  # noqa: S704 (escaped)


OWN = PageNames(
    values={"_": translated, "url": url, "static": static, "language": get_language},
    filters={
        "iso": iso,
        "paragraphs": paragraphs,
        # Django's own, which escape what they are given unless it is marked safe.
        "capfirst": defaultfilters.capfirst,
        "linebreaksbr": defaultfilters.linebreaksbr,
        "truncatechars": defaultfilters.truncatechars,
    },
)
