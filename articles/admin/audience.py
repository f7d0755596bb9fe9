"""How often articles are read, at the desk: the panel of its front page, and the figures on an article's page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article
from newsroom.audience import figures
from newsroom.audience.curve import Curve, curve_of
from newsroom.audience.models import VisitCount
from newsroom.desk.current import current_publication
from newsroom.publications.permissions import may

LINES = 8
PANEL_HOURS = 24


@dataclass(frozen=True)
class Read:
    """How often an article was read: `hours` one by one, and their `curve`."""

    article: Article
    hours: figures.Hours
    curve: Curve


def most_read(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of the publication's own articles that were read most in the last PANEL_HOURS. Three queries."""
    here = current_publication(request)
    if here is None or not may(request.user, "article.view", here):
        return None
    now = timezone.now()
    own = Article.objects.filter(publication=here, pk=OuterRef("object_id"))
    visits = VisitCount.objects.since(figures.begin_of(now, PANEL_HOURS)).filter(Exists(own))
    ids = [pk for pk, _visits in visits.most_visited(LINES)]
    articles, hours = Article.objects.in_bulk(ids), figures.last_hours(ids, now, PANEL_HOURS)
    return {
        "title": _("Read most in the last %(hours)s hours") % {"hours": PANEL_HOURS},
        "url": f"{reverse('admin:articles_article_changelist')}?state=live",
        "empty": _("No visit was counted."),
        "read": [Read(articles[pk], hours[pk], curve_of(hours[pk])) for pk in ids],
    }


def audience_of(article: Article) -> dict[str, Any] | None:
    """Return the curve and figures of an article that readers have, or had. Two queries; none for any other."""
    if article.live_id is None:
        return None
    hours = figures.last_hours([article.pk], timezone.now())[article.pk]
    return {"hours": hours, "curve": curve_of(hours), "last_day": hours.last(24), "total": figures.total(article.pk)}
