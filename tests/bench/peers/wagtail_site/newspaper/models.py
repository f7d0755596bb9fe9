"""Pages, bylines, tags and comments; the context of an article's page in as few queries as Wagtail allows."""

import json
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Count, Max, Prefetch, prefetch_related_objects
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.fields import RichTextField
from wagtail.images import get_image_model
from wagtail.models import Orderable, Page, Site

FORMATS, WIDTHS = ("avif", "webp", "jpeg"), (320, 640, 960, 1280)
SPECS = [f"format-{format_}|width-{width}" for format_ in FORMATS for width in WIDTHS]
ENTRY = ("path", "url_path", "depth", "title", "slug")  # what the menu shows of a page
STEPS = 4  # characters of one level in a page's path in the tree
RELATED, LATEST, STRIP, COMMENTS = 4, 6, 4, 20


class HomePage(Page):
    """The root of a site."""

    tagline = models.CharField(max_length=160, blank=True)


class SectionPage(Page):
    """A section of the menu, above its articles."""


class FooterPage(Page):
    """A static page, linked from every footer."""


class Author(models.Model):
    """Who signs articles."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    portrait = models.ForeignKey("wagtailimages.Image", models.PROTECT, null=True, related_name="+")


class ArticleTag(TaggedItemBase):
    """A tag of an article."""

    content_object = ParentalKey("ArticlePage", related_name="tagged_items", on_delete=models.CASCADE)

    class Meta:
        indexes = [models.Index(fields=["tag", "content_object"])]


class Byline(Orderable):
    """An author of an article."""

    page = ParentalKey("ArticlePage", related_name="bylines", on_delete=models.CASCADE)
    author = models.ForeignKey(Author, models.PROTECT, related_name="+")


class ArticleQuerySet(models.QuerySet):
    def for_cards(self) -> "ArticleQuerySet":
        """Return live articles with what a card shows, and what their addresses are made from."""
        return self.filter(live=True).only(
            "path", "url_path", "depth", "title", "standfirst", "date", "reading_minutes", "comment_count", "lead_image"
        )


class ArticlePage(Page):
    """An article."""

    date = models.DateTimeField(db_index=True)
    standfirst = models.CharField(max_length=400)
    body = RichTextField()
    reading_minutes = models.PositiveSmallIntegerField(default=2)
    lead_image = models.ForeignKey("wagtailimages.Image", models.PROTECT, null=True, related_name="+")
    comment_count = models.PositiveIntegerField(default=0)
    tags = ClusterTaggableManager(through=ArticleTag, blank=True)

    articles = models.Manager.from_queryset(ArticleQuerySet)()

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        site = Site.find_for_request(request)
        home = site.root_page
        entries = list(Page.objects.child_of(home).live().in_menu().order_by("path").only(*ENTRY))
        menu = [entry for entry in entries if entry.slug.startswith("rubrique")]
        sections = {entry.path: entry for entry in menu}
        tags = [item.tag for item in self.tagged_items.select_related("tag")]
        bylines = list(self.bylines.select_related("author__portrait").order_by("sort_order"))
        sister = Site.objects.exclude(pk=site.pk).select_related("root_page").first()
        related = self._related([tag.pk for tag in tags])
        latest = list(
            ArticlePage.articles.for_cards().filter(path__startswith=home.path).order_by("-date")[: LATEST + 1]
        )
        latest = [page for page in latest if page.pk != self.pk][:LATEST]
        strip = list(
            ArticlePage.articles.for_cards().filter(path__startswith=sister.root_page.path).order_by("-date")[:STRIP]
        )
        images = get_image_model().objects.prefetch_renditions(*SPECS)
        prefetch_related_objects([self, *related, *latest, *strip], Prefetch("lead_image", queryset=images))
        for page in (*related, *latest):
            page.section = sections.get(page.path[:-STEPS])
        self.section = sections.get(self.path[:-STEPS])
        context.update(
            site=site, home=home, menu=menu, footer_pages=[entry for entry in entries if entry not in menu],
            tags=tags, bylines=bylines, related=related, latest=latest, strip=strip, sister=sister.root_page,
            comments=list(self.comments.order_by("posted_at")[:COMMENTS]),
            canonical=self.get_full_url(request),
        )  # fmt: skip
        context["structured"] = self._structured_data(context, request)
        return context

    def _related(self, tags: list[int]) -> list["ArticlePage"]:
        """Return the articles of the same site that share most tags. Two queries: a ranking of ids, and their rows."""
        ranked = (
            ArticleTag.objects.filter(tag__in=tags, content_object__live=True)
            .exclude(content_object=self.pk)
            .values("content_object")
            .annotate(shared=Count("pk"), newest=Max("content_object__date"))
            .order_by("-shared", "-newest")
            .values_list("content_object", flat=True)[:RELATED]
        )
        ids = list(ranked)
        rows = ArticlePage.articles.for_cards().in_bulk(ids)
        return [rows[pk] for pk in ids if pk in rows]

    def _structured_data(self, context: dict[str, Any], request: Any) -> str:
        """Return what search engines read (schema.org), as JSON."""
        site, url = context["site"], context["canonical"]
        image = self.lead_image.get_rendition("format-jpeg|width-1280") if self.lead_image else None
        crumbs = [
            ("Accueil", site.root_url + "/"),
            (self.section.title, self.section.get_full_url(request)),
            (self.title, ""),
        ]
        article = {
            "@type": "NewsArticle", "mainEntityOfPage": url, "url": url, "headline": self.title,
            "description": self.standfirst, "inLanguage": "fr", "datePublished": self.date.isoformat(),
            "dateModified": self.date.isoformat(), "isAccessibleForFree": True, "commentCount": self.comment_count,
            "author": [
                {"@type": "Person", "name": byline.author.name, "url": f"{site.root_url}/auteur/{byline.author.slug}/"}
                for byline in context["bylines"]
            ],
            "publisher": {"@type": "NewsMediaOrganization", "name": context["home"].title, "url": site.root_url + "/"},
            "image": [{"@type": "ImageObject", "url": image.full_url, "width": image.width, "height": image.height}]
            if image
            else [],
            "articleSection": self.section.title, "keywords": [tag.name for tag in context["tags"]],
            "discussionUrl": f"{url}#comments",
        }  # fmt: skip
        steps = [
            {"@type": "ListItem", "position": n, "name": name, **({"item": item} if item else {})}
            for n, (name, item) in enumerate(crumbs, 1)
        ]
        graph = [article, {"@type": "BreadcrumbList", "itemListElement": steps}]
        return json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False).replace(
            "<", "\\u003c"
        )


class Comment(models.Model):
    """What a reader wrote under an article."""

    page = models.ForeignKey(ArticlePage, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=60)
    text = models.TextField()
    posted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["page", "posted_at"])]

    @cached_property
    def level(self) -> int:
        return 1 if self.parent_id else 0
