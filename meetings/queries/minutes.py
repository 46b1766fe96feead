"""Where a meeting's minutes stand, what stops them, and which of their sheets somebody may read."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from meetings.models import AgendaItem, Circulation, Meeting, Minutes, MinutesSheet
from meetings.queries.finishing import items_with_words_owed
from meetings.queries.quorum import lost_quorums
from meetings.queries.room import attendance_of, load_room
from meetings.rules.states import FINISHED, ITEM, ItemState, MeetingState, MinutesState
from panel.models import Case, Denial, User
from panel.models.cases import live_grants

Part = MinutesSheet.Part
WHOLE = (Part.JOINED, Part.JOINED_SEALED)


@dataclass(frozen=True)
class Blocker:
    """Why the minutes cannot be prepared yet: `code` tells the page where to link, `item` which item it is about."""

    code: str
    sentence: str
    item: AgendaItem | None = None


def blockers(meeting: Meeting) -> tuple[Blocker, ...]:
    """What still stands between a meeting and its minutes (row 59). An officer's decision to come is no reason to wait.

    A conflict is never a draft here: it binds from the moment it is recorded, so it cannot hold the minutes up.
    """
    found: list[Blocker] = []
    if meeting.state != MeetingState.CLOSED:
        found.append(Blocker("meeting_open", "The meeting is not closed yet. Close it first."))
    for item in meeting.items.exclude(state__in=FINISHED).select_related("case__child").order_by("position"):
        state = ITEM.states[ItemState(item.state)].staff.lower()
        found.append(
            Blocker(
                "item_open",
                f"Item {item.position} is still “{state}”. Hear it, put it off or withdraw it.",
                item,
            )
        )
    room = load_room(meeting)
    blank = [entry.user.name for entry in room.entries if attendance_of(entry) is None]
    if blank:
        found.append(Blocker("attendance_blank", f"Attendance is not recorded for: {', '.join(blank)}."))
    if room.chair is None:
        found.append(Blocker("no_chair", "Nobody has the chair’s seat at this meeting. Seat the chair."))
    found += [
        Blocker("words_to_confirm" if item.words_to_confirm else "words_to_finish", words_owed(item), item)  # type: ignore[attr-defined]
        for item in items_with_words_owed(meeting)
    ]
    found += [
        Blocker("quorum_lost", f"Item {one.item.position}: {one.sentence}", one.item)
        for one in lost_quorums(room)
        if one.open
    ]
    return tuple(found)


def words_owed(item: AgendaItem) -> str:
    """What is owed of an item marked by `with_words_owed`, in a sentence."""
    if item.words_to_confirm:  # type: ignore[attr-defined]
        return f"Item {item.position}: the clerk has finished the words. Whoever led the item confirms them."
    if item.words_returned:  # type: ignore[attr-defined]
        return f"Item {item.position}: whoever led the item sent the words back. The clerk writes them otherwise."
    return f"Item {item.position} has its key reasons only. The clerk finishes the words."


def latest_minutes(meeting: Meeting) -> Minutes | None:
    """The newest version of a meeting's minutes."""
    return Minutes.objects.filter(meeting=meeting).order_by("-version").select_related("signature").first()


def themes_of(minutes: Minutes | None) -> str:
    """What the day showed across requests, as a version of its minutes says it."""
    return str(minutes.record.get("notes", "")) if minutes is not None else ""


def state_of(minutes: Minutes) -> MinutesState:
    """Where one version stands, read off its rows."""
    if hasattr(minutes, "signature"):
        return MinutesState.SIGNED
    if Circulation.objects.filter(minutes=minutes, taken_back=None).exists():
        return MinutesState.CIRCULATED
    return MinutesState.RENDERED if minutes.sheets.filter(part=Part.JOINED).exists() else MinutesState.DRAFT


def sheets_for(user: User, minutes: Minutes, now: datetime) -> tuple[MinutesSheet, ...]:
    """The sheets of one version that `user` may read, the sealed in place of the unsealed where there are some.

    Whoever is shut out of one of its cases gets nothing of that item: not its sheet, and not the joined document, which has
    it inside; the meeting sheet and the other items' sheets remain. Whether the minutes are theirs to read at all is asked
    of `access` first.
    """
    sheets = list(
        MinutesSheet.objects.filter(minutes=minutes)
        .select_related("document", "item__case__child")
        .order_by("item__position", "pk")
    )
    closed = closed_cases(user, minutes.meeting, now)
    sealed = {Part(sheet.part) for sheet in sheets}
    return tuple(
        sheet
        for sheet in sheets
        if not (sheet.item is not None and sheet.item.case_id in closed)
        and not (sheet.part in WHOLE and closed)
        and not (sheet.part == Part.MEETING and Part.MEETING_SEALED in sealed)
        and not (sheet.part == Part.JOINED and Part.JOINED_SEALED in sealed)
    )


def closed_cases(user: User, meeting: Meeting, now: datetime) -> frozenset[int]:
    """The cases on a meeting's agenda that are closed to `user`, by a denial or a restriction without a grant."""
    denied = Exists(Denial.objects.live().filter(case=OuterRef("pk"), user=user))
    restricted = Q(restricted=True) & ~Q(Exists(live_grants(user, now)))
    return frozenset(
        Case.objects.filter(items__meeting=meeting)
        .filter(Q(denied) | restricted)
        .values_list("pk", flat=True)
    )


def sheet_to_sign(user: User, minutes: Minutes, now: datetime) -> MinutesSheet | None:
    """What is put before the chair to sign: the joined document, or, to a chair recused from an item, the meeting sheet,
    which vouches for every item's sheet by its digest. None while they are being made.
    """
    part = Part.MEETING if closed_cases(user, minutes.meeting, now) else Part.JOINED
    return MinutesSheet.objects.filter(minutes=minutes, part=part).select_related("document").first()
