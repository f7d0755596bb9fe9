"""The addresses of the install. Apps are named by string: nothing here imports them."""

from django.contrib import admin
from django.urls import include, path, re_path

from newsroom import views

# The storage names of renditions and crops: articles/models/image.py, `rendition_name` and `crop_name`.
RENDITION = r"renditions/[0-9a-f]{2}/[0-9a-f]{14}-[0-9x-]+\.(?:avif|webp|jpg)"

urlpatterns = [
    path("admin/", include("newsroom.accounts.urls")),  # first: it takes the place of some of the admin's own pages
    path("admin/", admin.site.urls),
    re_path(rf"^media/(?P<name>{RENDITION})$", views.rendition, name="rendition"),
    path("face/<str:fingerprint>.css", views.face, name="face"),
    path("face/<str:fingerprint>.svg", views.icon, name="icon"),
    path("favicon.ico", views.favicon),
    path("robots.txt", views.robots),
    path(".well-known/tdmrep.json", views.mining),
    path("", include("comments.urls")),
    path("", include("newsroom.comparator.urls")),
    path("", include("articles.urls")),
]
handler403 = "articles.views.errors.forbidden"
handler404 = "articles.views.errors.not_found"
handler500 = "articles.views.errors.server_error"
