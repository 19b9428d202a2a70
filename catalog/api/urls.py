from typing import Any

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from catalog.api import search, views

app_name = "api"

_SCHEMA = {
    "TITLE": "Colorway",
    "VERSION": "1",
    "DESCRIPTION": "Products, photos, edit requests and their variants, of one merchant. Send the token as `Authorization: Bearer cw_...`.",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "catalog.api.schema.add_common_answers",
    ],
}
_OPEN: dict[str, Any] = {"authentication_classes": [], "permission_classes": []}

urlpatterns = [
    path("products/", views.ProductList.as_view(), name="products"),
    path("products/<int:product_id>/", views.ProductDetail.as_view(), name="product"),
    path("products/<int:product_id>/photos/", views.ProductPhotos.as_view(), name="product-photos"),
    path("products/<int:product_id>/similar/", search.SimilarProducts.as_view(), name="product-similar"),
    path("products/<int:product_id>/in-colour/", search.ProductInColour.as_view(), name="product-in-colour"),
    path("photos/<int:photo_id>/", views.PhotoDetail.as_view(), name="photo"),
    path("schema/", SpectacularAPIView.as_view(custom_settings=_SCHEMA, **_OPEN), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="catalog/api_docs.html", **_OPEN),
        name="docs",
    ),
]
