"""What an article says of itself to machines: schema.org's NewsArticle and BreadcrumbList, as JSON-LD.

Google's rules: developers.google.com/search/docs/appearance/structured-data/article. Hours are those that readers are
told: a typo or a correction freshens nothing; a correction is named as one (schema.org/correction).
"""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.models import Article, Edition, Image, Revision
from articles.models.image import RATIOS
from articles.presentation.feed_entries import absolute
from articles.workflow import Change, Kind
from newsroom.publications.models import Publication

TYPES = {Kind.REVIEW: "ReviewNewsArticle", Kind.SPONSORED: "AdvertiserContentArticle"}
# A script element ends at "</": JSON has other ways to write these.
_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def of_article(
    article: Article,
    version: Revision,
    *,
    authors: Sequence[tuple[Any, str]],
    editions: Sequence[tuple[Edition, str]],
    tags: Sequence[str],
    description: str,
    updated_at: dt.datetime | None,
) -> SafeString:
    """An article's JSON-LD, in the element that holds it. `authors` and `editions` come with their addresses."""
    house = article.publication
    assert article.published_at is not None
    news_article: dict[str, Any] = {
        "@type": TYPES.get(Kind(version.kind), "NewsArticle"),
        "mainEntityOfPage": version.canonical_url or article.get_absolute_url(),
        "url": version.canonical_url or article.get_absolute_url(),
        "headline": version.headline,
        "description": description,
        "inLanguage": house.language,
        "datePublished": _hour(article.published_at, house),
        "dateModified": _hour(updated_at or article.published_at, house),
        "author": [{"@type": "Person", "name": a.name, "url": absolute(url, house)} for a, url in authors]
        or [_publisher(house)],
        "publisher": _publisher(house),
        "image": _pictures(version.lead_image, house),
        "articleSection": version.section.name if version.section else "",
        "keywords": list(tags),
        "wordCount": version.word_count,
        "isAccessibleForFree": True,
        "commentCount": article.comment_count,
        "discussionUrl": f"{article.get_absolute_url()}#comments",
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": edition.revision.notice or _("Corrected"),
                "datePublished": _hour(edition.published_at, house),
            }
            for edition, _url in editions
            if edition.change == Change.CORRECTION
        ],
        "sponsor": {"@type": "Organization", "name": version.sponsor} if version.is_sponsored else None,
    }
    graph = [_without_empty(news_article), _crumbs(version, house)]
    return as_element({"@context": "https://schema.org", "@graph": graph})


def _crumbs(version: Revision, house: Publication) -> dict[str, Any]:
    steps = [(_("Home"), f"{house.origin}/")]
    if version.section:
        steps.append((version.section.name, house.origin + version.section.path))
    items = [
        {"@type": "ListItem", "position": n, "name": name, "item": url} for n, (name, url) in enumerate(steps, start=1)
    ]
    last = {"@type": "ListItem", "position": len(items) + 1, "name": version.headline}
    return {"@type": "BreadcrumbList", "itemListElement": [*items, last]}


def _publisher(house: Publication) -> dict[str, Any]:
    logo = {"@type": "ImageObject", "url": absolute(house.icon_path, house)}
    return {"@type": "NewsMediaOrganization", "name": house.name, "url": f"{house.origin}/", "logo": logo}


def _pictures(image: Image | None, house: Publication) -> list[dict[str, Any]]:
    """The picture in the three ratios that engines choose from."""
    if image is None:
        return []
    said = {"caption": image.alt, "creditText": image.credit}
    return [
        {
            "@type": "ImageObject",
            "url": absolute(default_storage.url(image.crop_name(ratio)), house),
            "width": image.crop_size(ratio)[0],
            "height": image.crop_size(ratio)[1],
            **{name: words for name, words in said.items() if words},
        }
        for ratio in RATIOS
    ]


def _hour(moment: dt.datetime, house: Publication) -> str:
    return moment.astimezone(house.zone).isoformat(timespec="seconds")


def _without_empty(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in ("", None, [])}


def as_element(data: dict[str, Any]) -> SafeString:
    """JSON-LD in a script element: a data block, which no policy of scripts concerns."""
    told = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{told}</script>')  # noqa: S308 (escaped above)
