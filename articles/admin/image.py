"""Admin of the image library: upload several, describe, see where used; and the picker of the article form."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from articles.actions import images
from articles.admin import expunging
from articles.admin.links import article_url
from articles.admin.saving import reload_other_fields
from articles.models import Article, Image
from articles.models.image import RATIOS
from articles.presentation.pictures import rendition_url
from articles.workflow import Refused
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import publications_of
from newsroom.publications.permissions import may

PICKER_SIZE = 24  # images
MAX_SHOWN_USES = 30  # articles


class ImageForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """The description of an image. The alternative text is required here; imported ones may lack it."""

    class Meta:
        model = Image
        fields = ["label", "alt", "caption", "credit", "licence_expires", "focal_x", "focal_y"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "alt" in self.fields:
            self.fields["alt"].required = True


@admin.register(Image)
class ImageAdmin(DeskAdmin):
    """Images, which all publications share."""

    view_verb, add_verb, change_verb = "image.view", "image.create", "image.change"
    form = ImageForm
    list_display = ["thumbnail", "label", "alt", "credit", "size", "created_at"]
    list_display_links = ["label"]
    search_fields = ["label", "alt", "caption", "credit"]
    search_help_text = gettext_lazy("Words of the label, alternative text, caption or credit")
    ordering = ["-id"]
    sortable_by = ()
    actions = None
    readonly_fields = ["preview", "uses"]
    fieldsets = [
        (None, {"fields": ["preview", "label", "alt", "caption", "credit", "licence_expires"]}),
        (gettext_lazy("Focal point"), {"fields": [("focal_x", "focal_y")], "classes": ["focal"]}),
        (gettext_lazy("Where it is used"), {"fields": ["uses"]}),
    ]

    class Media:
        js = ["desk/focal.js"]

    @admin.display(description=gettext_lazy("image"))
    def thumbnail(self, image: Image) -> str:
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', rendition_url(image, 320, "webp"))

    @admin.display(description=gettext_lazy("size"))
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @admin.display(description=gettext_lazy("image"))
    def preview(self, image: Image) -> str:
        crops = format_html_join(
            "", '<figure data-ratio="{}"><img src="{}" alt=""><figcaption>{}</figcaption></figure>',
            ((ratio, default_storage.url(image.crop_name(ratio)), ratio.replace("x", ":")) for ratio in RATIOS),
        )  # fmt: skip
        return format_html(
            '<div class="focal-image"><img src="{}" alt="{}" width="{}" height="{}"></div>'
            '<p class="help">{}</p><div class="crops">{}</div>',
            rendition_url(image, 960, "webp"),
            image.alt,
            image.width,
            image.height,
            _("Point at what must stay in view. Below, what search engines and social cards are given."),
            crops,
        )

    @admin.display(description=gettext_lazy("articles"))
    def uses(self, image: Image) -> str:
        """Return the articles of which live, next or draft shows it; those of others' publications are counted."""
        mine = {row.pk for row in getattr(image, "seen_by", [])}
        articles = list(Article.objects.showing(image).select_related("publication")[:MAX_SHOWN_USES])
        named = [(article_url(row), row.desk_headline) for row in articles if row.publication_id in mine]
        hidden = len(articles) - len(named)
        lines = format_html_join("", '<li><a href="{}">{}</a></li>', named)
        portraits = image.portrait_of.values_list("name", flat=True)
        portraits_list = format_html_join(
            "", "<li>{}</li>", ((_("Portrait of %(name)s") % {"name": name},) for name in portraits)
        )
        if not articles and not portraits_list:
            return _("In no article.")
        more = format_html("<li>{}</li>", _("%(n)d in other publications") % {"n": hidden}) if hidden else ""
        return format_html('<ul class="uses">{}{}{}</ul>', portraits_list, lines, more)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("picker/", wrap(require_GET(self.picker_view)), name="articles_image_picker"),
            path("<int:pk>/expunge/", wrap(self.expunge_view), name="articles_image_expunge"),
            path("<int:pk>/thumb/", wrap(require_GET(self.thumb_view)), name="articles_image_thumb"),
            path("upload/", wrap(require_POST(self.upload_view)), name="articles_image_upload"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        rights = {"may_expunge": may(request.user, "article.expunge", None)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **rights})

    def expunge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the page that removes an image on a court's order (articles/admin/expunging.py)."""
        image = get_object_or_404(Image, pk=pk)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": str(image)}
        return expunging.image(request, image, context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Image | None:
        image = super().get_object(request, object_id, from_field)
        if image is not None:
            image.seen_by = publications_of(request)  # `uses` has no request of its own
        return image

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Return the upload page; after a POST of files, each with its image or the reason why it was refused."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        results: list[dict[str, Any]] = []
        if request.method == "POST":
            results = [self._add(request, file, n) for n, file in enumerate(request.FILES.getlist("files"))]
            if not results:
                messages.error(request, _("Choose at least one file."))
            elif len(results) == 1 and "image" in results[0]:
                for remark in results[0]["remarks"]:
                    messages.warning(request, remark)
                return redirect("admin:articles_image_change", results[0]["image"].pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Add images"),
            "results": results,
            "too_large": images.too_large_message(),  # of what the server refuses before this page is asked
        }
        return TemplateResponse(request, "admin/articles/image/upload.html", context)

    def _add(self, request: HttpRequest, file: Any, number: int = 0) -> dict[str, Any]:
        """Add one file with the texts typed for it (`alt-0`, `alt-1`…) or for all (`alt`).

        Return {"name": …, "image": Image, "remarks": […]} or {"name": …, "error": the reason}.
        """
        texts = {
            name: (request.POST.get(f"{name}-{number}") or request.POST.get(name, "")).strip()
            for name in ("alt", "caption", "credit")
        }
        try:
            label, remarks = file.name.rsplit(".", 1)[0], list[str]()
            image = images.add(file, by=request.user, label=label, remarks=remarks, **texts)
            return {"name": file.name, "image": image, "remarks": remarks}
        except Refused as refused:
            return {"name": file.name, "error": str(refused)}

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        reload_other_fields(obj, form)
        images.describe(obj, by=request.user)

    def picker_view(self, request: HttpRequest) -> HttpResponse:
        """Return thumbnails of the images that match `q`, as a fragment for the picker's dialog."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = request.GET.get("q", "").strip()
        rows = Image.objects.all()
        for word in query.split()[:5]:
            rows = rows.filter(
                Q(label__icontains=word)
                | Q(alt__icontains=word)
                | Q(caption__icontains=word)
                | Q(credit__icontains=word)
            )
        return render(request, "desk/picker.html", {"images": rows[:PICKER_SIZE], "query": query})

    def thumb_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Redirect to a small rendition, for the editor, which knows an image by its id only."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(rendition_url(get_object_or_404(Image, pk=pk), 640, "webp"))

    def upload_view(self, request: HttpRequest) -> JsonResponse:
        """Add one image, with its alternative text, for a script; return JSON, or 400 with the reason."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        file = request.FILES.get("file")
        if file is None:
            return JsonResponse({"error": _("Choose at least one file.")}, status=400)
        if not request.POST.get("alt", "").strip():
            return JsonResponse({"error": _("Say what the image shows, for who cannot see it.")}, status=400)
        result = self._add(request, file)
        if "error" in result:
            return JsonResponse({"error": result["error"]}, status=400)
        image = result["image"]
        page = reverse("admin:articles_image_change", args=[image.pk])
        thumbnail = rendition_url(image, 640, "webp")
        return JsonResponse(
            {"id": image.pk, "alt": image.alt, "thumbnail": thumbnail, "page": page, "remarks": result["remarks"]}
        )
