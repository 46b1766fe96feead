"""What every action here asks first: the locks, always in this order: meeting, item, case. Fixed, so that two of them
never wait for each other. On SQLite the transaction itself holds the one write lock; on PostgreSQL these rows are
locked.
"""

from django.utils import timezone

from meetings.models import AgendaItem, Meeting, MinutesSignature
from meetings.queries.said import with_views
from meetings.rules.states import ItemState, MeetingState
from panel.law.legal import Stage
from panel.law.words import in_words
from panel.models import Case
from panel.platform.policy import Refused


def lock_meeting(meeting: Meeting) -> Meeting:
    """The meeting as it stands now, under lock."""
    return (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("config", "panel_type")
        .get(pk=meeting.pk)
    )


def lock_item(item: AgendaItem) -> AgendaItem:
    """The item as it stands now, under its meeting's lock and its own."""
    meeting = lock_meeting(item.meeting)
    locked = (
        AgendaItem.objects.select_for_update(of=("self",))
        .select_related("case", "case__child", "deputy_chair")
        .get(pk=item.pk)
    )
    locked.meeting = meeting
    return locked


def lock_question(item: AgendaItem) -> AgendaItem:
    """The item as `lock_item` gives it, with its views, and its case as it stands now, under lock as well: in one query less."""
    meeting = lock_meeting(item.meeting)
    locked = (
        with_views(AgendaItem.objects.select_for_update(of=("self", "case")))
        .select_related("case", "case__child", "deputy_chair")
        .get(pk=item.pk)
    )
    locked.meeting = meeting
    return locked


def lock_case(case: Case) -> Case:
    """The case as it stands now, under lock."""
    return Case.objects.select_for_update(of=("self",)).select_related("child").get(pk=case.pk)


def not_signed(meeting: Meeting, *, correcting: bool) -> None:
    """Refuse `signed` to change what signed minutes rest on (row 61), unless it is meant as a correction.

    A correction changes nothing of the signed version: it is read by the next one, which says why it was made. Nobody
    is present at a cancelled meeting: `wrong_state`.
    """
    if meeting.state == MeetingState.CANCELLED:
        raise Refused("wrong_state", "This meeting is cancelled. Nobody’s attendance is recorded.")
    signed = MinutesSignature.objects.filter(minutes__meeting=meeting).order_by("-pk").first()
    if signed is not None and not correcting:
        raise Refused(
            "signed",
            f"The minutes were signed on {in_words(timezone.localdate(signed.at))}. Start an amendment to correct them.",
        )


def not_in_discussion(case: Case, stage: Stage) -> None:
    """Whatever the way around a panel, no question is decided over the heads of those who are discussing it: `in_discussion`."""
    if AgendaItem.objects.filter(case=case, stage=stage, state=ItemState.IN_DISCUSSION).exists():
        raise Refused(
            "in_discussion",
            "A panel is discussing this case now. Wait for its recommendation, or until it has put the case off.",
        )


def not_closed(meeting: Meeting) -> None:
    """Refuse to change who sits at a meeting, or what it hears, once it is over."""
    if meeting.state == MeetingState.CANCELLED:
        raise Refused("wrong_state", "This meeting is cancelled. Its roster and agenda stay as they were.")
    if meeting.state == MeetingState.CLOSED:
        raise Refused("wrong_state", "This meeting has taken place. Its roster and agenda stay as they were.")
