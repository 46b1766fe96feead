"""Our own PDFs to the browser. Only what this system composed is shown inline; nothing in it may load or run anything."""

from django.http import HttpResponse

from panel.models import Document
from panel.platform.documents import storage

# A viewer built into the browser draws the page with its own styles; scripts, frames and requests stay shut out.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'; form-action 'none'"


def pdf_response(document: Document, *, name: str, download: bool = False) -> HttpResponse:
    """The stored bytes, checked against their digest. `name` is a plain file name that says nothing about anybody."""
    response = HttpResponse(storage.read_document(document), content_type="application/pdf")
    how = "attachment" if download else "inline"
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    response["Content-Security-Policy"] = f"sandbox; {POLICY}" if download else POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
