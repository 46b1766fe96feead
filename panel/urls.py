"""Addresses of the panel app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
