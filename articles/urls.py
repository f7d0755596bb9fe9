"""Public addresses. Both languages' words are served; the other language's redirects to the publication's own."""

from django.urls import path

from articles.views import editions, lists, previews, resolve
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
urlpatterns += [path("<path:path>", resolve.by_address, name="address")]
