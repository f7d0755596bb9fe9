"""Every address of the install. Apps are named by string: nothing here imports them."""

from django.contrib import admin
from django.urls import include, path, re_path

from newsroom import views

urlpatterns = [
    path("admin/", admin.site.urls),
    re_path(r"^media/(?P<path>renditions/[\w./-]+)$", views.rendition, name="rendition"),
    path("face/<str:fingerprint>.css", views.face, name="face"),
    path("face/<str:fingerprint>.svg", views.icon, name="icon"),
    path("favicon.ico", views.favicon),
    path("robots.txt", views.robots),
    path(".well-known/tdmrep.json", views.mining),
    path("", include("comments.urls")),
    path("", include("articles.urls")),
]
handler403 = "articles.views.errors.forbidden"
handler404 = "articles.views.errors.not_found"
handler500 = "articles.views.errors.server_error"
