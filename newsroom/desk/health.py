"""How the fetching of somebody's feed goes, as the desk's lists and pages show it."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def health_badge(*, is_polled: bool, failures: int, reason: str, was_good: bool) -> SafeString:
    """Return a badge: whether a feed is asked, and how that went last. `reason`: why it failed, "" where it did not."""
    if not is_polled:
        label, state = _("not asked"), "draft"
    elif reason:
        label, state = _("failed") + (f" × {failures}" if failures > 1 else ""), "overdue"
    else:
        label, state = (_("well"), "live") if was_good else (_("not asked yet"), "draft")
    return badge(label, state, reason)


def badge(label: str, state: str, reason: str) -> SafeString:
    """Return a badge with a word, in the colour of a state, and a reason beside it."""
    return format_html('<span class="state state-{}">{}</span> <span class="quiet">{}</span>', state, label, reason)
