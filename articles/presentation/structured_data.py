"""Structured data of an article's page: schema.org's NewsArticle and BreadcrumbList, as JSON-LD.

As Google requires: https://developers.google.com/search/docs/appearance/structured-data/article. Times are those that
readers see: a typo or a correction does not change the time of the last update. A correction is given as one
(https://schema.org/correction).
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
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
# "</" would end the script element: in JSON these characters can be written as escapes.
_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def of_article(
    article: Article,
    revision: Revision,
    *,
    authors: Sequence[tuple[Any, str]],
    editions: Sequence[tuple[Edition, str]],
    tags: Sequence[str],
    description: str,
    updated_at: dt.datetime | None,
    comments: str = "0",
) -> SafeString:
    """Return the JSON-LD of an article's page, in its script element.

    `authors` and `editions` are pairs with their addresses, `tags` names, `updated_at` None if it was never updated,
    `comments` what stands for the number of its comments.
    """
    publication = article.publication
    assert article.published_at is not None
    news_article: dict[str, Any] = {
        "@type": TYPES.get(Kind(revision.kind), "NewsArticle"),
        "mainEntityOfPage": revision.canonical_url or article.get_absolute_url(),
        "url": revision.canonical_url or article.get_absolute_url(),
        "headline": revision.headline,
        "description": description,
        "inLanguage": publication.language,
        "datePublished": _timestamp(article.published_at, publication),
        "dateModified": _timestamp(updated_at or article.published_at, publication),
        "author": [{"@type": "Person", "name": a.name, "url": absolute(url, publication)} for a, url in authors]
        or [_publisher(publication)],
        "publisher": _publisher(publication),
        "image": _images(revision.lead_image, publication),
        "articleSection": revision.section.name if revision.section else "",
        "keywords": list(tags),
        "wordCount": revision.word_count,
        "isAccessibleForFree": True,
        "commentCount": comments,
        "discussionUrl": f"{article.get_absolute_url()}#comments",
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": edition.revision.notice or _("Corrected"),
                "datePublished": _timestamp(edition.published_at, publication),
            }
            for edition, _url in editions
            if edition.change == Change.CORRECTION
        ],
        "sponsor": {"@type": "Organization", "name": revision.sponsor} if revision.is_sponsored else None,
    }
    graph = [_without_empty(news_article), _breadcrumbs(revision, publication)]
    element = as_element({"@context": "https://schema.org", "@graph": graph})
    return mark_safe(element.replace(f'"commentCount": "{comments}"', f'"commentCount": {comments}', 1))  # noqa: S308 (of as_element)


def _breadcrumbs(revision: Revision, publication: Publication) -> dict[str, Any]:
    steps = [(_("Home"), f"{publication.origin}/")]
    if revision.section:
        steps.append((revision.section.name, publication.origin + revision.section.path))
    items = [
        {"@type": "ListItem", "position": n, "name": name, "item": url} for n, (name, url) in enumerate(steps, start=1)
    ]
    last = {"@type": "ListItem", "position": len(items) + 1, "name": revision.headline}
    return {"@type": "BreadcrumbList", "itemListElement": [*items, last]}


def _publisher(publication: Publication) -> dict[str, Any]:
    logo = {"@type": "ImageObject", "url": absolute(publication.icon_path, publication)}
    return {"@type": "NewsMediaOrganization", "name": publication.name, "url": f"{publication.origin}/", "logo": logo}


def _images(image: Image | None, publication: Publication) -> list[dict[str, Any]]:
    """The image in the three ratios that search engines choose from."""
    if image is None:
        return []
    texts = {"caption": image.alt, "creditText": image.credit}
    return [
        {
            "@type": "ImageObject",
            "url": absolute(default_storage.url(image.crop_name(ratio)), publication),
            "width": image.crop_size(ratio)[0],
            "height": image.crop_size(ratio)[1],
            **_without_empty(texts),
        }
        for ratio in RATIOS
    ]


def _timestamp(moment: dt.datetime, publication: Publication) -> str:
    return moment.astimezone(publication.zone).isoformat(timespec="seconds")


def _without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in ("", None, [])}


def as_element(data: dict[str, Any]) -> SafeString:
    """Return JSON-LD in a script element: a data block, which a content security policy does not restrict."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 (escaped above)
