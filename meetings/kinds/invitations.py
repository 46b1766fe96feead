"""How the outbox keeps the promises about a meeting: ask somebody to come, say that it changed or fell away, remind them once, say that
the day for papers has passed.

No message and no calendar file says what a panel talks about: which panel, when, where, and where to sign in.
"""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from meetings.actions.invitations import INVITE, PAPERS, REMIND
from meetings.actions.locks import lock_meeting
from meetings.calendars import Entry, calendar_file
from meetings.models import AgendaItem, Invitation, Meeting, RosterEntry
from meetings.queries.invitations import answer_of, coming, occasion_of
from meetings.rules.invitations import Occasion
from meetings.rules.states import FINISHED, MeetingState
from panel.models import Dispatch, User
from panel.platform.mail import deliver, notice, sign_in_address
from panel.platform.outbox import Kind

State = Dispatch.State
# What went out, or may have.
GONE = (State.SENT, State.SENDING, State.UNKNOWN)
SUBJECTS = {
    "invite": "Invitation",
    "change": "Changed",
    "called_off": "Called off",
    "remind": "Will you come?",
    "papers": "Day for papers has passed",
}


def _invitation(dispatch: Dispatch) -> Invitation:
    found: Invitation = Invitation.objects.select_related("meeting__panel_type", "user").get(
        public_id=dispatch.subject
    )
    return found


def _lock(dispatch: Dispatch) -> None:
    lock_meeting(_invitation(dispatch).meeting)


def _untrue(dispatch: Dispatch, now: datetime) -> str | None:
    """What has happened since that makes the message wrong; None while it is right."""
    row = _invitation(dispatch)
    if Invitation.objects.filter(meeting=row.meeting, user=row.user, sequence__gt=row.sequence).exists():
        return "A newer message about this meeting replaced it."
    if not row.user.is_active:
        return "The account was closed before the message went."
    if row.kind == Invitation.Kind.CANCEL:
        return None if _was_told(row) else "The invitation itself never went."
    if row.meeting.state != MeetingState.PLANNED:
        return "The meeting has begun, is over or is cancelled."
    if not RosterEntry.objects.filter(meeting=row.meeting, user=row.user).exists():
        return "This person has no seat at the meeting any more."
    if row.occasion != occasion_of(row.meeting):
        return "The meeting has moved since: invite again."
    return None


def _was_told(row: Invitation) -> bool:
    earlier = Invitation.objects.filter(meeting=row.meeting, user=row.user, sequence__lt=row.sequence)
    return Dispatch.objects.filter(
        kind=INVITE, subject__in=list(earlier.values_list("public_id", flat=True)), state__in=GONE
    ).exists()


def _not_needed(dispatch: Dispatch, now: datetime) -> str | None:
    """A reminder is of no use to somebody who has answered, or of a meeting that has moved."""
    row = _invitation(dispatch)
    if answer_of(row.user, row.meeting) is not None:
        return "This person has answered."
    return _untrue(dispatch, now)


def _send_invitation(dispatch: Dispatch, now: datetime) -> str:
    row = _invitation(dispatch)
    called_off = row.kind == Invitation.Kind.CANCEL
    about = "called_off" if called_off else "change" if row.sequence and _was_told(row) else "invite"
    message = _message(dispatch, row, about)
    entry = Entry(
        uid=f"{row.meeting.public_id}@{_domain()}",
        sequence=row.sequence,
        cancelled=called_off,
        title=row.meeting.panel_type.name,
        occasion=row.occasion,
        words=f"Sign in to answer and to read the papers: {sign_in_address()}",
        address=sign_in_address(),
        organiser=_from_address(),
        attendee=row.user.email,
        stamped_at=row.at,
    )
    text = calendar_file(entry, timezone.get_default_timezone())
    message.attach("meeting.ics", text, f"text/calendar; method={entry.method}")
    deliver(message)
    return "handed over"


def _send_reminder(dispatch: Dispatch, now: datetime) -> str:
    deliver(_message(dispatch, _invitation(dispatch), "remind"))
    return "handed over"


def _message(dispatch: Dispatch, row: Invitation, about: str) -> EmailMessage:
    return _notice(dispatch, about, row.user.email, row.meeting.panel_type.name, row.occasion)


def _notice(dispatch: Dispatch, about: str, to: str, panel: str, occasion: Occasion) -> EmailMessage:
    starts_at = timezone.localtime(occasion.starts_at)
    return notice(
        dispatch,
        subject=f"{SUBJECTS[about]}: {panel}, {starts_at:%-d %B %Y}",
        template=f"meeting_{about}",
        to=to,
        panel=panel,
        starts_at=starts_at,
        ends_at=occasion.ends_at,
        venue=occasion.venue,
    )


def _meeting(dispatch: Dispatch) -> Meeting:
    return Meeting.objects.select_related("panel_type").get(public_id=dispatch.subject)


def _lock_meeting(dispatch: Dispatch) -> None:
    lock_meeting(_meeting(dispatch))


def _no_papers_for(dispatch: Dispatch, now: datetime) -> str | None:
    """Whoever has lost the seat or comes no more, or whose meeting has moved or begun, is not told of its papers."""
    meeting = _meeting(dispatch)
    if meeting.state != MeetingState.PLANNED:
        return "The meeting has begun, is over or is cancelled."
    if timezone.localdate(meeting.starts_at).toordinal() != dispatch.version:
        return "The meeting has moved to another day."
    if not AgendaItem.objects.filter(meeting=meeting).exclude(state__in=FINISHED).exists():
        return "Nothing is on the meeting’s list any more."
    if not coming(meeting).filter(public_id=dispatch.inputs["person"]).exists():
        return "This person does not come any more."
    return None


def _send_papers(dispatch: Dispatch, now: datetime) -> str:
    meeting, to = _meeting(dispatch), User.objects.get(public_id=dispatch.inputs["person"]).email
    deliver(_notice(dispatch, "papers", to, meeting.panel_type.name, occasion_of(meeting)))
    return "handed over"


def _from_address() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ")


def _domain() -> str:
    return _from_address().rpartition("@")[2] or "localhost"


def _nothing_more(dispatch: Dispatch, now: datetime) -> None:
    """The receipt is all there is to keep."""


# All of them lapse when they are true no more: what took their place, or the roster, says so, and nobody need look at it.
KINDS = {
    INVITE: Kind(recheck=_untrue, lock=_lock, send=_send_invitation, finish=_nothing_more, lapses=True),
    REMIND: Kind(recheck=_not_needed, lock=_lock, send=_send_reminder, finish=_nothing_more, lapses=True),
    PAPERS: Kind(
        recheck=_no_papers_for, lock=_lock_meeting, send=_send_papers, finish=_nothing_more, lapses=True
    ),
}
