"""What the rows of a panel day say, counted by hand: never by the code under test."""

import datetime as dt
import hashlib
import json
from typing import Any

from django.core import serializers
from django.db.models import Q

from meetings.models import (
    AgendaItem,
    Conflict,
    Decision,
    Deferral,
    ItemAttendance,
    ItemSignOff,
    LateEntry,
    Meeting,
    Minutes,
    MinutesSignature,
    PreView,
    Recommendation,
    SetAside,
)
from panel.models import Denial

# Rows that are made once and kept.
KEPT = (
    Recommendation,
    Decision,
    Deferral,
    SetAside,
    Minutes,
    ItemSignOff,
    MinutesSignature,
    LateEntry,
    PreView,
)


def digest_of(row: Any) -> str:
    return hashlib.sha256(serializers.serialize("json", [row]).encode()).hexdigest()


def everything() -> str:
    """Everything a refused verb must leave alone."""
    watched = (*KEPT, Meeting, AgendaItem, Conflict, ItemAttendance, Denial)
    state = [[model.__name__, *model.objects.order_by("pk").values_list()] for model in watched]
    return hashlib.sha256(json.dumps(state, default=str).encode()).hexdigest()


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
