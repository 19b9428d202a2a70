from django.urls import URLPattern, path

from editing.shopper import views

urlpatterns: list[URLPattern] = [
    path("wishes/", views.wish, name="wish"),
]
