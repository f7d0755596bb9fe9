"""Addresses of comments: the same in every language, by ids that no move of an article changes."""

from django.urls import path
from django.views.generic import RedirectView

from comments.views import posting, reporting, thread

urlpatterns = [
    path("c/<int:pk>/", thread.permalink, name="comment"),
    path("c/<int:pk>/reply/", posting.reply),
    path("c/<int:pk>/report/", reporting.report),
    path("c/<int:pk>/own/<str:key>/", posting.own),
    path("c/article/<int:pk>/", thread.of_article, name="thread"),
    path("c/article/<int:pk>/write/", posting.write),
    path("c/story/<int:pk>/", RedirectView.as_view(pattern_name="thread", permanent=True, query_string=True)),
    path("c/reported/<int:article>/", reporting.reported),
    path("c/token/", posting.token),
    path("c/mails/<str:token>/", reporting.mails),
]
