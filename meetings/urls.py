"""Addresses of the meetings app, by subject."""

from django.urls import include, path

urlpatterns = [
    path("", include("meetings.views.letter_urls")),
]
