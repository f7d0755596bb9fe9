"""Addresses of comments, the same in every language, by ids that no move of an article changes; and /contact/, by the
word of each language."""

from django.urls import path

from comments.views import contact, posting, reporting, thread
from newsroom.publications.words import WORDS

urlpatterns = [
    path("c/<int:pk>/", thread.permalink, name="comment"),
    path("c/<int:pk>/reply/", posting.reply, name="comment-reply"),
    path("c/<int:pk>/report/", reporting.report, name="comment-report"),
    path("c/<int:pk>/own/<str:key>/", posting.own, name="comment-own"),
    path("c/article/<int:pk>/", thread.of_article, name="thread"),
    path("c/article/<int:pk>/write/", posting.write, name="comment-write"),
    path("c/story/<int:pk>/", thread.at_old_address),
    path("c/story/<int:pk>/write/", posting.write),
    path("c/reported/<int:article>/", reporting.reported, name="comment-reported"),
    path("c/token/", posting.token, name="comment-token"),
    path("c/mails/<str:token>/", reporting.mails, name="comment-mails"),
]
for language, words in WORDS.items():
    urlpatterns.append(path(f"{words['contact']}/", contact.contact, name=f"contact-{language}"))
