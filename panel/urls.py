"""Addresses of the panel app, by subject."""

from django.urls import path

from panel.views import about, session

urlpatterns = [
    path("accessibility/", about.accessibility, name="accessibility.view"),
    path("help/", about.help_page, name="help.view"),
    path("healthz", about.alive, name="health.view"),
    path("readyz", about.ready, name="health.ready"),
    path("demonstration/<str:secret>/", session.demonstrate, name="session.demonstrate"),
]
