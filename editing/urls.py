from django.urls import URLPattern, URLResolver, include, path

app_name = "editing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("editing.studio.urls")),
]
