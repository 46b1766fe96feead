"""What the rows of a panel day say, counted by hand: never by the code under test."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Q

from meetings.models import AgendaItem, Conflict, ItemAttendance

Rows = dict[Any, tuple[Any, ...]]

# What a statement that begins so does to which table; one that is neither this nor harmless may have done anything.
WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)
HARMLESS = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK TO) ", re.IGNORECASE)


class Watch:
    """Every table of every installed model: which were written to since the last look, and which say something else now.

    Hung around the statements of a connection (`connection.execute_wrappers`), so that only what was written to is read again.
    """

    def __init__(self) -> None:
        models = apps.get_models(include_auto_created=True)
        self.keys = {model._meta.db_table: model._meta.pk.column for model in models}
        self.kept = {
            model._meta.db_table for model in apps.get_models() if getattr(model, "insert_only", False)
        }
        self.written = set(self.keys)
        self.known: dict[str, Rows] = {}

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = WRITES.match(sql)
        if found:
            self.written.add(found.group(1))
        elif not HARMLESS.match(sql):
            self.written |= set(self.keys)
        return execute(sql, *rest)

    def changed(self) -> list[str]:
        """The tables that do not say what they said at the last look."""
        return sorted(table for table in self.written if self._rows(table) != self.known[table])

    def look(self) -> bool:
        """Take in what was written; whether anything was. What is kept for good must stand there as it was."""
        written, self.written = self.written, set()
        for table in written:
            rows = self._rows(table)
            if table in self.kept:
                edited = [key for key, row in self.known.get(table, {}).items() if rows.get(key) != row]
                assert not edited, f"{table}: {edited} were made once and are something else now"
            self.known[table] = rows
        return bool(written)

    def _rows(self, table: str) -> Rows:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (a table of our own models)
            key = [column[0] for column in cursor.description].index(self.keys[table])
            return {row[key]: row for row in cursor.fetchall()}


def barred(item: AgendaItem) -> set[int]:
    return set(
        Conflict.objects.filter(item=item).exclude(effect="note").values_list("entry__user_id", flat=True)
    )


def voters_there(item: AgendaItem, at: dt.datetime) -> int:
    """Members with a vote who are there at `at`, less whoever is recused or excepted for the item."""
    there = Q(intervals__joined_at__lte=at) & (Q(intervals__left_at=None) | Q(intervals__left_at__gt=at))
    excepted = dict(ItemAttendance.objects.filter(item=item).values_list("entry_id", "present"))
    found = {entry.pk for entry in item.meeting.roster.filter(there, voting=True)}
    found |= {key for key, present in excepted.items() if present}
    found -= {key for key, present in excepted.items() if not present}
    return item.meeting.roster.filter(pk__in=found, voting=True).exclude(user__in=barred(item)).count()
