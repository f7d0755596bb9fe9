"""What a person wants to know of an article at a glance: who reads what, and where the work stands."""

from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.models import Article
from articles.workflow import Kind, Pending, Stage, Standing
from newsroom.timestamps import desk_date


def state_badges(article: Article) -> str:
    """Return the article's standing as HTML, its stage where something is in work, and whether somebody pays for it."""
    now = timezone.now()
    standing, stage, waits = article.standing(now), Stage(article.stage), article.pending(now)
    badges = []
    if standing == Standing.SCHEDULED and article.published_at:
        badges.append((standing.value, f"{capfirst(str(standing.label))} · {desk_date(article.published_at)}"))
    elif standing != Standing.UNPUBLISHED:
        badges.append((standing.value, capfirst(str(standing.label))))
    if stage == Stage.DRAFT and article.live_id:
        badges.append((stage.value, _("Draft in work")))
    elif stage != Stage.PUBLISHED:
        badges.append((stage.value, capfirst(str(stage.label))))
    if Pending.CHANGE in waits and article.next_at:
        badges.append(("change", _("Change: %(time)s") % {"time": desk_date(article.next_at)}))
    if Pending.WITHDRAWAL in waits and article.withdrawn_at:
        badges.append(("withdrawal", _("Withdrawal: %(time)s") % {"time": desk_date(article.withdrawn_at)}))
    if article.embargo_until and article.is_embargoed(now):
        badges.append(("embargo", _("Embargo: %(time)s") % {"time": desk_date(article.embargo_until)}))
    if article.deadline and article.draft_id:
        is_late = article.deadline < now
        badges.append(("late" if is_late else "deadline", _("Due: %(time)s") % {"time": desk_date(article.deadline)}))
    if article.live_id and not article.is_indexable:
        badges.append(("unfound", _("Not for search engines")))
    if article.desk_kind == Kind.SPONSORED:
        badges.append(("sponsored", _("Advertisement")))
    return format_html_join(" ", '<span class="state state-{}">{}</span>', badges)
