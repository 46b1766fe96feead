"""Asking people to a meeting, telling them when it changes or falls away, and what they answer.

Each message is a row, and the e-mail its promise: whether it is still true is asked again when it goes (`meetings.kinds.invitations`).
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.locks import lock_meeting
from meetings.models import Invitation, InvitationAnswer, Meeting, RosterEntry
from meetings.queries.invitations import coming, could_substitute, last_invitations, occasion_of, papers_due
from meetings.rules.attendance import WRITTEN_VIEW_LIMIT
from meetings.rules.decisions import refuse
from meetings.rules.invitations import Said, answer_problems, remind_at
from meetings.rules.states import MeetingState
from panel.models import Dispatch, User
from panel.platform import access, audit, outbox
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_text

LAPSED = Dispatch.State.CANCELLED
INVITE, REMIND, PAPERS = "meeting.invite", "meeting.remind", "meeting.papers"


@dataclass(frozen=True)
class Sent:
    """How many were asked for the first time, how many were told of a change, and who was asked already."""

    invited: int
    updated: int
    unchanged: int


def invite_all(*, meeting: Meeting, by: User, now: datetime) -> Sent:
    """Ask everybody on the roster who was not asked yet, and tell the others where day, time or place have changed.

    Asked again, it does nothing more. Those who do not answer are reminded once. Refused: `nobody`, `wrong_state`, `past`.
    Audits `meeting.invite`.
    """
    access.require(by, Verb.MEETING_PLAN, meeting, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        _to_come(locked, now)
        people = [entry.user for entry in locked.roster.select_related("user").order_by("pk")]
        if not people:
            raise Refused("nobody", "Nobody has a seat at this meeting yet. Give somebody a seat first.")
        return _invite(locked, people, by, now)


def invite_one(*, entry: RosterEntry, by: User, now: datetime) -> Sent:
    """The same for one seat, with its meeting under lock already."""
    return _invite(entry.meeting, [entry.user], by, now)


def _invite(meeting: Meeting, people: Iterable[User], by: User, now: datetime) -> Sent:
    told, occasion = last_invitations(meeting), occasion_of(meeting)
    invited = updated = unchanged = 0
    for user in people:
        last = told.get(user.pk)
        if last is not None and last.kind == Invitation.Kind.REQUEST and last.occasion == occasion:
            unchanged += 1
            continue
        row = _tell(meeting, user, Invitation.Kind.REQUEST, last, by, now)
        remind = remind_at(timezone.localdate(meeting.starts_at), timezone.get_default_timezone())
        if remind > now:
            outbox.enqueue(kind=REMIND, subject=row.public_id, now=now, not_before=remind)
        if last is None or last.kind == Invitation.Kind.CANCEL:
            invited += 1
        else:
            updated += 1
    if invited or updated:
        _audit("meeting.invite", meeting, by, now, {"invited": invited, "updated": updated})
    return Sent(invited, updated, unchanged)


def call_off(*, meeting: Meeting, users: Collection[User], by: User, now: datetime) -> int:
    """Tell those of `users` who were invited that they need not come; how many. Within the caller's transaction and lock."""
    told = last_invitations(meeting)
    rows = [
        _tell(meeting, user, Invitation.Kind.CANCEL, last, by, now)
        for user in users
        if (last := told.get(user.pk)) is not None and last.kind == Invitation.Kind.REQUEST
    ]
    return len(rows)


def _tell(
    meeting: Meeting, user: User, kind: Invitation.Kind, last: Invitation | None, by: User, now: datetime
) -> Invitation:
    row = Invitation(
        meeting=meeting,
        user=user,
        kind=kind,
        sequence=0 if last is None else last.sequence + 1,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        venue=meeting.venue,
        by=by,
        at=now,
    )
    row.save()
    outbox.enqueue(kind=INVITE, subject=row.public_id, now=now)
    return row


def tell_papers_ready(now: datetime) -> int:
    """Promise those who said they come one message each, once the papers of a meeting had to be in; how many were made.

    A round of the sweeper, asked as often as it likes. A meeting that moves to another day has papers of that day, and whoever
    says later that they come is told then, also after having said that they cannot: a promise that lapsed told nobody.
    """
    made = 0
    for meeting in papers_due(now):
        day = timezone.localdate(meeting.starts_at).toordinal()
        promised = Dispatch.objects.filter(kind=PAPERS, subject=meeting.public_id, version=day)
        told = set(promised.exclude(state=LAPSED).values_list("inputs__person", flat=True))
        lapsed = Counter(promised.filter(state=LAPSED).values_list("inputs__person", flat=True))
        for user in coming(meeting):
            key = str(user.public_id)
            if key not in told:
                outbox.enqueue(
                    kind=PAPERS,
                    subject=meeting.public_id,
                    version=day,
                    # The same promise is made once: after one that lapsed it is another.
                    recipient=f"{key} {lapsed[key]}" if lapsed[key] else key,
                    inputs={"person": key},
                    now=now,
                )
                made += 1
    return made


def answer(
    *,
    meeting: Meeting,
    said: Said,
    substitute: User | None = None,
    written_view: str = "",
    by: User,
    now: datetime,
) -> InvitationAnswer:
    """Say whether one comes; a later answer takes its place until the meeting opens. It never counts as presence.

    A substitute is only named: the clerk gives them a seat and asks them. Refused: everything of `answer_problems`, `not_seated`,
    `cannot_substitute`, `wrong_state`. Audits `invitation.answer`.
    """
    access.require(by, Verb.INVITATION_ANSWER, meeting, now=now)
    view = clean_text(written_view, WRITTEN_VIEW_LIMIT, label="The written view")
    refuse(answer_problems(said, substitute=substitute is not None, written_view=view))
    with transaction.atomic():
        locked = lock_meeting(meeting)
        if locked.state != MeetingState.PLANNED:
            raise Refused("wrong_state", "This meeting has begun or is over. Tell the clerk instead.")
        entry = RosterEntry.objects.filter(meeting=locked, user=by).select_related("meeting").first()
        if entry is None:
            raise Refused("not_seated", "You have no seat at this meeting any more.")
        if substitute is not None and not could_substitute(entry).filter(pk=substitute.pk).exists():
            raise Refused(
                "cannot_substitute",
                f"{substitute.name} cannot hold your seat. Choose somebody of your agency who sits on this panel.",
                field="substitute",
            )
        row = InvitationAnswer(
            meeting=locked,
            user=by,
            said=said,
            starts_at=locked.starts_at,
            substitute=substitute,
            written_view=view,
            supersedes=InvitationAnswer.objects.filter(
                meeting=locked, user=by, superseded_by__isnull=True
            ).first(),
            at=now,
        )
        row.save()
        _audit(Verb.INVITATION_ANSWER, locked, by, now, {"said": str(said)})
        return row


def _to_come(meeting: Meeting, now: datetime) -> None:
    if meeting.state != MeetingState.PLANNED:
        raise Refused(
            "wrong_state", "Nobody is invited to a meeting that has begun, is over or is cancelled."
        )
    if meeting.starts_at <= now:
        raise Refused("past", "This meeting’s hour has come. Change its day and time, or open it.")


def _audit(verb: str, meeting: Meeting, by: User, now: datetime, values: dict[str, object]) -> None:
    audit.record(verb=verb, by=by, at=now, subject_kind="meeting", subject=meeting.public_id, values=values)
