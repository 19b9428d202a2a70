from django.urls import URLPattern, URLResolver

app_name = "editing"
urlpatterns: list[URLPattern | URLResolver] = []
