"""Every address of the product. Each view names its verb; a URL whose view names none fails the build."""

from django.urls import include, path

from panel.config.home import home

urlpatterns = [
    path("", home, name="home.view"),
    path("accounts/", include("allauth.urls")),
    path("", include("panel.urls")),
    path("", include("meetings.urls")),
]
