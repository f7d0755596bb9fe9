"""A story's page, and what stands in its place once it is withdrawn."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from articles import bodies, cachetags
from articles.cards import card, cards, tags_of
from articles.links import author_url, tag_url
from articles.models import Article, Image, Placement
from articles.related import HOW_MANY, related
from articles.views.pages import page
from articles.workflow import Kind
from newsroom.lib.text import plain

LATEST = 6


def article(request: HttpRequest, story: Article) -> HttpResponse:
    """A live story of this publication. At most nine queries, whatever it holds."""
    publication, now = request.publication, timezone.now()  # type: ignore[attr-defined]
    version = story.version_at(now)
    is_page = version.kind == Kind.PAGE
    images = Image.objects.in_bulk(version.image_ids) if version.image_ids else {}
    authors = [] if is_page else [line.author for line in story.byline_set.select_related("author__portrait")]
    tags = [] if is_page else [link.tag for link in story.tagged.select_related("tag")]
    kindred = related(story, tags, now)
    latest = (
        []
        if is_page
        else [
            shown
            for shown in cards(
                Placement.objects.listed_on(publication).live(now).page(LATEST + 1).rows, on=publication, now=now
            )
            if shown.article.pk != story.pk
        ][:LATEST]
    )
    context = {
        "article": story,
        "version": version,
        "card": card(story, on=publication, now=now),
        "body": bodies.render(version.body, images, on=publication, sponsored=version.is_sponsored),
        "authors": [(author, author_url(publication, author)) for author in authors],
        "tags": [(tag, tag_url(publication, tag)) for tag in tags],
        "related": kindred,
        "latest": latest,
        "canonical": publication.origin + story.path,
        "title": version.seo_title or version.headline,
        "description": version.seo_description or version.standfirst or plain(version.body)[:280],
    }
    made_from = [
        cachetags.article(story),
        *map(cachetags.tag, tags),
        *map(cachetags.author, authors),
        *map(cachetags.image, images.values()),
        *([cachetags.section(version.section)] if version.section else []),
        *([cachetags.image(version.lead_image)] if version.lead_image else []),
        *tags_of([*kindred, *latest]),
    ]
    return page(request, "articles/page.html" if is_page else "articles/article.html", context, made_from)


def gone(request: HttpRequest, story: Article) -> HttpResponse:
    """410, with the notice that the desk left in the story's place."""
    publication, now = request.publication, timezone.now()  # type: ignore[attr-defined]
    latest = cards(Placement.objects.listed_on(publication).live(now).page(HOW_MANY).rows, on=publication, now=now)
    made_from = [cachetags.article(story), *tags_of(latest)]
    return page(request, "articles/gone.html", {"article": story, "cards": latest}, made_from, status=410)
