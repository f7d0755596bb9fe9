"""Public addresses. Both languages' words are served; the other language's redirects to the publication's own."""

from django.urls import path

from articles.views import editions, feeds, lists, previews, resolve, sitemaps
from newsroom.publications.words import WORDS

urlpatterns = [path("", resolve.home, name="home"), path("preview/<str:token>/", previews.by_link)]
for words in WORDS.values():
    urlpatterns += [
        path(f"{words['tag']}/<slug:slug>/", resolve.or_by_address(lists.tag)),
        path(f"{words['author']}/<slug:slug>/", resolve.or_by_address(lists.author)),
        path(f"{words['corrections']}/", editions.corrections),
        path(f"{words['changes']}/<int:pk>/", editions.difference),
        path(f"{words['archive']}/", lists.archives),
        path(f"{words['archive']}/<int:year>/<int:month>/", lists.archive),
    ]
for form in ("", "atom/", "json/"):
    told = {"form": form.rstrip("/")}
    urlpatterns += [
        path(f"feed/{form}", feeds.home, told),
        path(f"<slug:slug>/feed/{form}", resolve.or_moved_list(feeds.section), told),
    ]
    for words in WORDS.values():
        urlpatterns += [
            path(f"{words['tag']}/<slug:slug>/feed/{form}", resolve.or_moved_list(feeds.tag), told),
            path(f"{words['author']}/<slug:slug>/feed/{form}", resolve.or_moved_list(feeds.author), told),
        ]
urlpatterns += [
    path("sitemap.xml", sitemaps.index),
    path("sitemap-news.xml", sitemaps.news),
    path("sitemap-lists.xml", sitemaps.lists),
    path("sitemap-<int:block>.xml", sitemaps.articles),
    path("<path:path>", resolve.by_address, name="address"),
]
