from django.urls import URLPattern, path

from editing.shopper import views

urlpatterns: list[URLPattern] = [
    path("wishes/", views.wish, name="wish"),
    path("previews/", views.preview_ask, name="colour-preview-ask"),
    path("previews/<uuid:key>/", views.preview, name="colour-preview"),
]
