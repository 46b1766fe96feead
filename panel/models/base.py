"""What every model shares: public ids, and rows that may only ever be inserted."""

import uuid
from typing import Any, ClassVar

from django.db import models

from panel.platform.policy import Refused


class Public(models.Model):
    """A row that may be named in a URL: by a random id that says nothing, never by its key."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class InsertOnlyQuerySet(models.QuerySet[Any]):
    """Refuses in Python, kindly, what the database triggers refuse anyway."""

    def update(self, **kwargs: Any) -> int:
        raise Refused("insert_only", "This record is kept as it was made. Make a new version instead.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Refused("insert_only", "This record is kept. It can only be disposed of by two people.")


class InsertOnly(models.Model):
    """A row that is never changed: a correction is a new row (`supersedes`), disposal needs two people.

    `panel.platform.triggers` installs the database's own refusal for every subclass after each migrate.
    """

    insert_only = True
    objects: ClassVar[Any] = InsertOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Refused("insert_only", "This record is kept as it was made. Make a new version instead.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Refused("insert_only", "This record is kept. It can only be disposed of by two people.")
