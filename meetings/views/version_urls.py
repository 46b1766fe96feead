"""Addresses of the versions of minutes and of the extracts."""

from django.urls import path

from meetings.views import extract, versions

urlpatterns = [
    path("meetings/<uuid:meeting>/versions/", versions.versions, name="version.list"),
    path("meetings/<uuid:meeting>/versions/prepare/", versions.prepare_all, name="version.prepare_all"),
    path("items/<uuid:item>/paragraphs/", versions.tag, name="version.tag"),
    path("items/<uuid:item>/versions/new/", versions.prepare, name="version.prepare"),
    path("versions/<uuid:version>/", versions.version_view, name="version.view"),
    path("versions/<uuid:version>/pdf/", versions.pdf, name="version.view_pdf"),
    path("versions/<uuid:version>/release/", versions.release, name="version.release"),
    path("versions/<uuid:version>/withdraw/", versions.withdraw, name="version.withdraw"),
    path("versions/<uuid:version>/read/", versions.read, name="version.read"),
    path("extracts/", extract.extracts, name="extract.list"),
    path("extracts/<uuid:meeting>/", extract.download, name="extract.view"),
]
