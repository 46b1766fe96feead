"""What a release is, of a letter or of a version of minutes: two people, and the very bytes the second was shown."""

from django.db import models

from panel.models import Document, InsertOnly, Public, User


class TwoHands(Public, InsertOnly):
    """Somebody other than the author read these very bytes and let this content go. Each kind has the constraint that says so."""

    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)
    shown = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    shown_sha256 = models.CharField(max_length=64)

    class Meta(InsertOnly.Meta):
        abstract = True
