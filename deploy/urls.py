from django.contrib import admin
from django.urls import include, path

from deploy import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("catalog.api.urls")),
    path("api/v1/", include("editing.api.urls")),
    path("", include("editing.urls")),
    path("", include("catalog.urls")),
]

handler400 = "catalog.views.errors.bad_request"
handler404 = "catalog.views.errors.not_found"
handler500 = "catalog.views.errors.server_error"
