"""What a person wants to know of a story at a glance: who reads what, and where the work stands."""

from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.models import Article
from articles.workflow import Kind, Stage, Standing


def state_badges(article: Article) -> str:
    """The story's standing, its stage where something is in work, and whether somebody pays for it."""
    standing, stage = article.standing(timezone.now()), Stage(article.stage)
    badges = []
    if standing == Standing.SCHEDULED and article.published_at:
        badges.append(
            (standing.value, f"{capfirst(str(standing.label))} · {article.publication.date(article.published_at)}")
        )
    elif standing != Standing.UNPUBLISHED:
        badges.append((standing.value, capfirst(str(standing.label))))
    if stage == Stage.DRAFT and article.live_id:
        badges.append((stage.value, _("Draft in work")))
    elif stage != Stage.PUBLISHED:
        badges.append((stage.value, capfirst(str(stage.label))))
    if article.kind == Kind.SPONSORED:
        badges.append(("sponsored", _("Advertisement")))
    return format_html_join(" ", '<span class="state state-{}">{}</span>', badges)
