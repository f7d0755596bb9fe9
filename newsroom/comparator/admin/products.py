"""Products at the desk: found by their words, changed; how to put a price box into an article."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.comparator import gtin, search
from newsroom.comparator.actions import products as writing
from newsroom.comparator.addresses import product_url
from newsroom.comparator.models import Product
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    class Meta:
        model = Product
        fields = writing.DESK_FIELDS

    gtin = forms.CharField(label=gettext_lazy("bar code"), required=False, max_length=20)

    def clean_gtin(self) -> str | None:
        """Return the bar code in 14 digits; None for none."""
        typed = str(self.cleaned_data["gtin"] or "")
        code = gtin.normalised(typed)
        if typed.strip() and not code:
            raise forms.ValidationError(_("This is no bar code: its check digit does not fit."))
        if code and Product.objects.filter(gtin=code).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another product has this bar code."))
        return code or None


@admin.register(Product)
class ProductAdmin(DeskAdmin):
    view_verb, add_verb, change_verb = "product.view", "product.change", "product.change"
    form = ProductForm
    fields = writing.DESK_FIELDS
    list_display = ["name", "brand", "model", "category", "offer_count"]
    search_fields = ["name"]
    search_help_text = gettext_lazy("Words of the name, the model’s number, or a bar code")
    sortable_by = ()
    ordering = ("-offer_count", "name_key", "pk")
    actions = None
    change_form_template = "admin/comparator/product_form.html"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        """Return the products that readers find by these words."""
        if not search_term.strip():
            return queryset, False
        return search.matching(search.typed(search_term)).order_by(*self.ordering), False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        product, on = kwargs.get("obj"), current_publication(request)
        if product is not None and on is not None and on.compares_prices:
            context |= {"address": on.origin + product_url(on, product.slug)}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        writing.save_product(obj, by=request.user)
