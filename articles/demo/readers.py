"""The demo's readers: invented visits of the last days, and the strip that shows what they read most."""

import datetime as dt
import math
import zlib
from typing import Any

from django.utils import timezone

from articles.actions import fronts
from articles.demo import cast
from articles.models import Article, CardStrip
from articles.models.card_strip import Period, StripArea, StripSource
from articles.workflow import Kind
from newsroom.audience import writing
from newsroom.audience.models import Span
from newsroom.publications.models import Publication

TITLE = "Les plus lus"
CARDS = 5
HOURS, DAYS = 71, 20  # of which there are visits: by the hour, and before these by the day
MOST = 180  # visits of the best article in its best hour
HALVED_AFTER = 120.0  # hours: so fast does an article get old
# The share of readers who are there in each hour of a day: few at night, most at lunch and after dinner.
OF_THE_DAY = (
    0.22, 0.12, 0.08, 0.06, 0.07, 0.14, 0.35, 0.62, 0.80, 0.78, 0.72, 0.78,
    1.00, 0.96, 0.74, 0.68, 0.66, 0.72, 0.80, 0.84, 0.92, 0.98, 0.76, 0.44,
)  # fmt: skip


def set_up(users: dict[str, Any]) -> None:
    """Invent visits of every article that readers have, the same for the same hour, and show what is read most."""
    now = timezone.now()
    articles = list(Article.objects.live(now).exclude(live_kind=Kind.PAGE).select_related("live", "publication"))
    for ago in range(HOURS):
        moment = now - dt.timedelta(hours=ago)
        writing.add(_visits(articles, moment, 1), moment)
    first_day = now - dt.timedelta(hours=HOURS)
    for ago in range(1, DAYS):
        moment = first_day - dt.timedelta(days=ago)
        writing.add(_visits(articles, moment, 12), moment, Span.DAY)
    strip = CardStrip(
        publication=Publication.objects.get(name=cast.KULTUREGEEK), title=TITLE, area=StripArea.BESIDE,
        source=StripSource.MOST_READ, period=Period.DAY, count=CARDS, is_live=True,
    )  # fmt: skip
    fronts.save_strip(strip, by=users["thomas"])


def _visits(articles: list[Article], moment: dt.datetime, hours: int) -> dict[int, int]:
    """Return the visits of each article in so many hours around a moment; those without any are left out."""
    found = {}
    for article in articles:
        assert article.published_at is not None and article.live is not None
        age = (moment - article.published_at).total_seconds() / 3600
        if age < 0:
            continue
        local = moment.astimezone(article.publication.zone)
        interest = 0.15 + 0.85 * _chance(article.live.slug) ** 2
        mood = 0.75 + 0.5 * _chance(f"{article.live.slug} {local:%d %H}")
        number = round(
            MOST * hours * interest * mood * OF_THE_DAY[local.hour] * (0.02 + math.exp2(-age / HALVED_AFTER))
        )
        if number:
            found[article.pk] = number
    return found


def _chance(words: str) -> float:
    """Return a number from 0 to 1 that looks like chance and follows from words."""
    return zlib.crc32(words.encode()) / 0xFFFFFFFF
