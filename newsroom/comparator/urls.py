"""Addresses of the Comparateur. Both languages' words are served; the other one's lead to the publication's own."""

from django.urls import path

from newsroom.comparator.addresses import ALERTS, HOW, OUT, steps
from newsroom.comparator.views import going_out, product, reading, sitemaps

urlpatterns = [
    path("sitemap-products.xml", sitemaps.index, name="sitemap-of-products"),
    path("sitemap-products-<int:block>.xml", sitemaps.products, name="sitemap-products"),
]
for language, (compare, step) in steps(HOW).items():
    urlpatterns += [
        path(f"{compare}/", reading.find, name=f"compare-{language}"),
        path(f"{compare}/{step}/", reading.how, name=f"compare-how-{language}"),
    ]
for compare, step in steps(OUT).values():
    urlpatterns.append(path(f"{compare}/{step}/<int:pk>/", going_out.out))
for compare, step in steps(ALERTS).values():
    urlpatterns += [
        path(f"{compare}/{step}/", going_out.asked),
        path(f"{compare}/{step}/<str:token>/", going_out.alert),
    ]
for language, (compare, _step) in steps(HOW).items():
    urlpatterns.append(path(f"{compare}/<slug:slug>/", product.product, name=f"compare-product-{language}"))
