"""Who was asked whether they wrote a paper, and did not."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from panel.models import Case, InsertOnly


class NotAuthor(InsertOnly):
    """Somebody of an author's name who did not write the paper. No conflict, and never shown as one: it only ends the
    question.

    It counts for the words on the paper, wherever the case is listed next; a paper by other words is asked about anew.
    Whoever wrote it after all has a conflict, which needs no change here.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # The author as written on the paper.
    author = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="not_the_author_once", fields=["case", "user", "author"])
        ]

    def __str__(self) -> str:
        return f"not the author {self.pk}"
