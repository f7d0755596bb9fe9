"""Addresses of public pages. Both languages' words are served; the other language's redirects to the publication's own.

Only here are they spelt: elsewhere they are made by the functions of articles/presentation/links.py.
"""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from articles.presentation.links import FEED_FORMATS, feed_url
from articles.views import editions, feeds, lists, previews, resolve, search, sitemaps
from newsroom.publications.words import WORDS


class YearConverter(IntConverter):
    """A year, written with four digits."""

    def to_url(self, value: str | int) -> str:
        return f"{int(value):04d}"


class MonthConverter(IntConverter):
    """A month, written with two digits."""

    def to_url(self, value: str | int) -> str:
        return f"{int(value):02d}"


register_converter(YearConverter, "archive_year")
register_converter(MonthConverter, "archive_month")

urlpatterns = [
    path("", resolve.home, name="home"),
    path("preview/<str:token>/", previews.by_link, name="preview"),
]
for language, words in WORDS.items():
    urlpatterns += [
        path(f"{words['tag']}/<slug:slug>/", resolve.or_by_address(lists.tag), name=f"tag-{language}"),
        path(f"{words['author']}/<slug:slug>/", resolve.or_by_address(lists.author), name=f"author-{language}"),
        path(f"{words['search']}/", search.search, name=f"search-{language}"),
        path(f"{words['search']}/suggestions/", search.suggestions, name=f"suggestions-{language}"),
        path(f"{words['corrections']}/", editions.corrections, name=f"corrections-{language}"),
        path(f"{words['changes']}/<int:pk>/", editions.difference, name=f"difference-{language}"),
        path(f"{words['archive']}/", lists.archives, name=f"archives-{language}"),
        path(
            f"{words['archive']}/<archive_year:year>/<archive_month:month>/", lists.archive, name=f"archive-{language}"
        ),
    ]
for format_ in FEED_FORMATS:
    feed = feed_url("", format_)
    options = {"format_": format_}
    urlpatterns += [
        path(feed, feeds.home, options),
        path(f"<slug:slug>/{feed}", resolve.or_by_address(feeds.section), options),
    ]
    for words in WORDS.values():
        urlpatterns += [
            path(f"{words['tag']}/<slug:slug>/{feed}", resolve.or_by_address(feeds.tag), options),
            path(f"{words['author']}/<slug:slug>/{feed}", resolve.or_by_address(feeds.author), options),
        ]
urlpatterns += [
    path("sitemap.xml", sitemaps.index, name="sitemap-index"),
    path("sitemap-news.xml", sitemaps.news, name="sitemap-news"),
    path("sitemap-lists.xml", sitemaps.lists, name="sitemap-lists"),
    path("sitemap-<int:block>.xml", sitemaps.articles, name="sitemap-articles"),
    path("<path:path>", resolve.by_address, name="address"),
]
