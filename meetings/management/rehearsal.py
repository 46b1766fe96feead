"""A complete panel day through the same actions as the screens, on a clock of its own. See `manage.py rehearse`."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from django.utils import timezone

from meetings.actions import attendance, conflicts, decide, defer, live, minutes, seats
from meetings.actions.dissents import Dissenting
from meetings.actions.recommend import Step, record_recommendation
from meetings.actions.seeding import Seeded, seed_authority
from meetings.letters import actions as letters
from meetings.letters.queries import preview_of
from meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    Letter,
    Meeting,
    Minutes,
    MinutesSheet,
    RosterEntry,
    Seat,
)
from meetings.queries.addressed import to_young_person
from meetings.queries.item import asked_test
from meetings.queries.waiting import later_meetings
from meetings.rules import quorum
from meetings.rules.attendance import Status
from meetings.rules.deferring import DeferralReason
from panel.demonstration.generate import Demonstration, generate
from panel.demonstration.hearing import said, spoken_of
from panel.law.card import legal_card
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import LimbAnswer, Outcome, Stage
from panel.models import Case, Dispatch, Document, Need, Paper, PaperState, User
from panel.platform import outbox
from panel.platform.documents import storage
from panel.platform.policy import Role
from panel.queries.clocks import stage_due_of

# What happens to which item, by question and place among the items with that question: every kind of letter is written, and
# each exception of a panel day happens once. All others are a plain yes.
REFUSED = frozenset({("assess", 2), ("assess", 4)})
NOT_ISSUED = ("issue", 3)
DEFERRED = ("assess", 6)
DEPARTED = ("assess", 4)
DISSENTED = ("assess", 2)
DECLARED = ("assess", 1)
# The outbox would come back to a promise that failed on a busy machine after a minute; a rehearsal does so at once.
TRIES = 3


@dataclass
class Clock:
    """The rehearsal's own time: moves only when told to, so that two runs say the same times."""

    at: datetime

    def forward(self, **parts: float) -> datetime:
        """Later by so much."""
        self.at += timedelta(**parts)
        return self.at


@dataclass
class Day:
    """Everything the steps share."""

    demonstration: Demonstration
    seeded: Seeded
    clock: Clock
    tools: Any
    users: dict[str, User] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def someone(self, role: Role, place: int = 0) -> User:
        """The staff member at `place` among those with a role."""
        rows = [row for row in self.demonstration.staff if row.role is role and not row.stands_in]
        return self.seeded.users[rows[place].email]

    def drain(self) -> None:
        """Let the outbox keep every promise made so far; anything not done is a failed rehearsal."""
        for _ in range(TRIES):
            outbox.drain(self.tools, lambda: self.clock.at, "rehearsal")
            for failed in Dispatch.objects.filter(state=Dispatch.State.FAILED):
                outbox.try_again(failed)
        bad = list(
            Dispatch.objects.exclude(state=Dispatch.State.SENT).values_list("kind", "state", "error")[:5]
        )
        if bad:
            raise RuntimeError(f"the outbox could not keep every promise: {bad}")


@contextmanager
def _step(day: Day, name: str, say: Callable[[str], None]) -> Iterator[None]:
    began = time.monotonic()
    yield
    day.seconds[name] = round(time.monotonic() - began, 3)
    say(f"  {name} ({day.seconds[name]:.1f} s)")


def rehearse(*, seed: int, on: date, out: Path, tools: Any, say: Callable[[str], None]) -> None:
    """Run the day and leave `minutes.pdf`, the letters and `summary.json` in `out`. Raises on anything left undone."""
    clock = Clock(timezone.make_aware(datetime.combine(on, clock_time(8, 0))))
    began = time.monotonic()
    demonstration = generate(seed, on, cases=120)
    day = Day(demonstration, seed_authority(demonstration=demonstration, now=clock.at), clock, tools)
    day.seconds["import"] = round(time.monotonic() - began, 3)
    say(f"  import ({day.seconds['import']:.1f} s)")
    meeting = day.seeded.meeting
    with _step(day, "papers", say):
        day.drain()
    with _step(day, "attendance", say):
        _attend(day, meeting)
    with _step(day, "hearing", say):
        _hear(day, meeting)
    with _step(day, "decisions", say):
        _decide(day, meeting)
    with _step(day, "minutes", say):
        signed = _minute(day, meeting)
    with _step(day, "letters", say):
        blocked = _write(day, meeting)
    with _step(day, "files", say):
        files = _leave(day, meeting, signed, out)
    summary = _summary(day, meeting, signed, files, blocked)
    (out / "summary.json").write_text(
        json.dumps(summary, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    )


def _entry(meeting: Meeting, seat: Seat) -> RosterEntry:
    return RosterEntry.objects.get(meeting=meeting, seat=seat, substitutes__isnull=True)


def _attend(day: Day, meeting: Meeting) -> None:
    """Apologies from health, a substitute for the school member, everybody else in the room or by video."""
    clerk = day.someone(Role.CLERK)
    stand_in = next(row for row in day.demonstration.staff if row.stands_in and row.seat == Seat.SCHOOL)
    away = RosterEntry.objects.get(meeting=meeting, seat=Seat.SCHOOL)
    substitute = seats.seat(
        meeting=meeting, user=day.seeded.users[stand_in.email], seat=Seat.SCHOOL, by=clerk, now=day.clock.at
    )
    day.clock.at = meeting.starts_at - timedelta(minutes=2)
    lines = []
    for entry in RosterEntry.objects.filter(meeting=meeting).select_related("user"):
        if entry == away:
            lines.append(attendance.Line(entry=entry, status=Status.SUBSTITUTED))
        elif entry == substitute:
            lines.append(attendance.Line(entry=entry, status=Status.PRESENT, substitute_for=away))
        elif entry.seat == Seat.HEALTH:
            lines.append(attendance.Line(entry=entry, status=Status.APOLOGIES))
        else:
            mode = Attendance.Mode.VIDEO if entry.seat == Seat.SOCIAL_CARE else Attendance.Mode.ROOM
            lines.append(attendance.Line(entry=entry, status=Status.PRESENT, mode=mode))
    attendance.record_attendance(meeting=meeting, lines=lines, by=clerk, now=day.clock.at)
    day.clock.at = meeting.starts_at
    card = legal_card(timezone.localdate(day.clock.at)).version
    live.open_meeting(meeting=meeting, card=card, by=day.someone(Role.CHAIR), now=day.clock.at)


def _place(item: AgendaItem) -> tuple[str, int]:
    """The item's question and its place among the items with that question."""
    before = AgendaItem.objects.filter(meeting=item.meeting_id, stage=item.stage, position__lte=item.position)
    return item.stage, before.count()


def _outcome(item: AgendaItem) -> Outcome:
    if item.stage == Stage.ASSESS:
        return Outcome.NOT_ASSESS if _place(item) in REFUSED else Outcome.ASSESS
    return Outcome.NOT_ISSUE if _place(item) == NOT_ISSUED else Outcome.ISSUE


def _hear(day: Day, meeting: Meeting) -> None:
    """Every item in order: one is deferred, a member declares a conflict on one, another dissents."""
    chair, clerk = day.someone(Role.CHAIR), day.someone(Role.CLERK)
    for item in AgendaItem.objects.filter(meeting=meeting).select_related("case__child", "case__setting"):
        if _place(item) == DECLARED:
            early_years = RosterEntry.objects.select_related("user").get(
                meeting=meeting, seat=Seat.EARLY_YEARS
            )
            conflicts.declare_conflict(
                item=item,
                kind=quorum.ConflictKind.RELATIVE,
                detail="Knows the family",
                effect=quorum.Effect.LEAVES,
                by=early_years.user,
                now=day.clock.forward(seconds=20),
            )
        live.start_item(item=item, by=clerk, now=day.clock.forward(seconds=30))
        day.clock.forward(minutes=7)
        if _place(item) == DEFERRED:
            _defer(day, item, clerk)
            continue
        _recommend(day, meeting, item, chair)
    live.close_meeting(meeting=meeting, by=chair, now=day.clock.forward(minutes=1))


def _defer(day: Day, item: AgendaItem, clerk: User) -> None:
    later = later_meetings(item.meeting).first()
    safe_until = latest_safe_panel_for(stage_due_of(item.case, Stage(item.stage)))
    too_late = later is not None and timezone.localdate(later.starts_at) > safe_until
    defer.defer_item(
        item=item,
        reason=DeferralReason.INFORMATION,
        missing="The speech and language therapist’s report",
        owner="The case coordinator",
        by_when=day.demonstration.day + timedelta(days=4),
        next_meeting=later,
        late_because="The report is being typed and the panel meets next in a fortnight."
        if too_late or not later
        else "",
        by=clerk,
        now=day.clock.forward(seconds=30),
    )


def _recommend(day: Day, meeting: Meeting, item: AgendaItem, chair: User) -> None:
    papers = list(Paper.objects.filter(case=item.case, state=PaperState.ACCEPTED))
    outcome = _outcome(item)
    spoken = said(
        name=item.case.child.forename,
        to_them=_to_them(item),
        need=Need(item.case.primary_need).label.lower() if item.case.primary_need else "",
        setting=item.case.setting.name if item.case.setting else "",
        outcome=outcome,
        day=day.demonstration.day,
        papers=tuple(str(paper.public_id) for paper in papers),
    )
    dissents = []
    if _place(item) == DISSENTED:
        entry = RosterEntry.objects.get(meeting=meeting, seat=Seat.PARENT_CARER_REPRESENTATIVE)
        dissents.append(Dissenting(entry, "An assessment would show more than the school’s own reviews can."))
    record_recommendation(
        item=item,
        outcome=outcome,
        answers=_answers(item, spoken.answers),
        reasons=spoken.reasons,
        coded=spoken.coded,
        family_views_answered=spoken.views_answered,
        support_meanwhile=spoken.meanwhile,
        dissents=dissents,
        next_steps=[Step(**asdict(step)) for step in spoken.steps],
        papers=papers,
        by=chair,
        now=day.clock.forward(minutes=1),
    )


def _answers(item: AgendaItem, answers: tuple[LimbAnswer, ...]) -> tuple[LimbAnswer, ...]:
    """What is asked of somebody over 18 is answered as well."""
    asked = asked_test(item.case, Stage(item.stage), timezone.localdate(item.meeting.starts_at))
    words = (
        "{Name} {needs} two years for a course that most others of the same age finish in one, as the college writes."
    ).format(**spoken_of(item.case.child.forename, to_them=_to_them(item)))
    return (*answers, *(LimbAnswer(limb.code, None, words) for limb in asked.limbs if limb.in_words))


def _to_them(item: AgendaItem) -> bool:
    return to_young_person(item.case, timezone.localdate(item.meeting.starts_at)) is not None


def _decide(day: Day, meeting: Meeting) -> None:
    """The officer follows the panel, and departs from it once, with a reason."""
    officer = day.someone(Role.OFFICER)
    for item in AgendaItem.objects.filter(meeting=meeting).select_related("case__child", "case__setting"):
        advice = item.recommendations.filter(superseded_by__isnull=True).first()
        if advice is None:
            continue
        departing: dict[str, Any] = {}
        outcome = Outcome(advice.outcome)
        if _place(item) == DEPARTED:
            outcome = Outcome.ASSESS
            spoken = said(
                name=item.case.child.forename,
                to_them=_to_them(item),
                need=Need(item.case.primary_need).label.lower() if item.case.primary_need else "",
                setting=item.case.setting.name if item.case.setting else "",
                outcome=outcome,
                day=day.demonstration.day,
                papers=(),
            )
            departing = {
                "answers": _answers(item, spoken.answers),
                "reasons": spoken.reasons,
                "family_views_answered": spoken.views_answered,
                "departs_because": "The school’s last review, which came in after the papers were sent out, shows that the"
                " progress of the spring was lost again in the autumn. A plan may be needed after all.",
            }
        decide.record_decision(
            case=item.case,
            stage=Stage(item.stage),
            item=item,
            outcome=outcome,
            by=officer,
            now=day.clock.forward(minutes=3),
            **departing,
        )


def _minute(day: Day, meeting: Meeting) -> Minutes:
    clerk, chair = day.someone(Role.CLERK), day.someone(Role.CHAIR)
    prepared = minutes.prepare_minutes(meeting=meeting, by=clerk, now=day.clock.forward(minutes=5))
    day.drain()
    shown = MinutesSheet.objects.select_related("document").get(
        minutes=prepared, part=MinutesSheet.Part.JOINED
    )
    minutes.sign_minutes(
        minutes=prepared, shown_sha256=shown.document.sha256, by=chair, now=day.clock.forward(minutes=10)
    )
    day.drain()
    return prepared


def _write(day: Day, meeting: Meeting) -> int:
    """Draft, look, release by a second person, send. What keeps somebody from having a letter is counted, not guessed."""
    author, releaser = day.someone(Role.CLERK, 0), day.someone(Role.CLERK, 1)
    blocked = 0
    for decision in _decisions(meeting):
        drafted = letters.draft_letters(decision=decision, by=author, now=day.clock.forward(minutes=1))
        blocked += len(drafted.blocked)
    day.drain()
    for decision in _decisions(meeting):
        waiting = list(Letter.objects.filter(decision=decision, superseded_by__isnull=True))
        if not waiting or letters_blocked(decision, day):
            continue
        for letter in waiting:
            shown = preview_of(letter)
            if shown is None:
                raise RuntimeError("a letter has no preview")
            letters.release_letter(
                letter=letter,
                content_sha256=letter.content_sha256,
                shown_sha256=shown.sha256,
                by=releaser,
                now=day.clock.forward(minutes=1),
            )
    day.drain()
    return blocked


def letters_blocked(decision: Decision, day: Day) -> bool:
    """Whether somebody entitled to this letter cannot have one yet: then nobody's is released without a reason."""
    return bool(
        letters.draft_letters(decision=decision, by=day.someone(Role.CLERK), now=day.clock.at).blocked
    )


def _decisions(meeting: Meeting) -> list[Decision]:
    rows = Decision.objects.filter(item__meeting=meeting, superseded_by__isnull=True, set_aside__isnull=True)
    return list(rows.select_related("case__child").order_by("item__position"))


def _leave(day: Day, meeting: Meeting, signed: Minutes, out: Path) -> dict[str, dict[str, Any]]:
    """Write the files; what each is and its digest, by its name. No file is named after a person."""
    sealed = MinutesSheet.objects.select_related("document").get(
        minutes=signed, part=MinutesSheet.Part.JOINED_SEALED
    )
    unsealed = MinutesSheet.objects.select_related("document").get(
        minutes=signed, part=MinutesSheet.Part.JOINED
    )
    files = {"minutes.pdf": _write_file(out / "minutes.pdf", sealed.document)}
    files["minutes.pdf"]["unsealed_sha256"] = unsealed.document.sha256
    number = 0
    for decision in _decisions(meeting):
        rows = Letter.objects.filter(decision=decision, release__isnull=False).order_by("pk")
        for letter in rows.select_related("sent__document"):
            number += 1
            dispatch = Dispatch.objects.filter(subject=letter.public_id, kind="letter.send").latest("pk")
            document = dispatch.document
            if document is None:
                raise RuntimeError("a released letter was not made")
            name = f"letter-{number:02d}.pdf"
            files[name] = {
                **_write_file(out / name, document),
                "reference": decision.case.reference,
                "outcome": decision.outcome,
                "way": letter.sent.channel if getattr(letter, "sent", None) else "to post",
                "letter_on": timezone.localdate(day.clock.at).isoformat(),
            }
    return files


def _write_file(path: Path, document: Document) -> dict[str, Any]:
    data = storage.read(document.storage_name, document.sha256)
    path.write_bytes(data)
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "pages": document.pages}


def _summary(
    day: Day, meeting: Meeting, signed: Minutes, files: dict[str, dict[str, Any]], blocked: int
) -> dict[str, Any]:
    meeting.refresh_from_db()
    items = AgendaItem.objects.filter(meeting=meeting).select_related("case")
    counts: dict[str, int] = {}
    for row in Attendance.objects.filter(entry__meeting=meeting):
        counts[row.status] = counts.get(row.status, 0) + 1
    described = []
    for item in items:
        advice = item.recommendations.filter(superseded_by__isnull=True).first()
        decision = item.decisions.filter(superseded_by__isnull=True).first()
        described.append(
            {
                "position": item.position,
                "reference": item.case.reference,
                "stage": item.stage,
                "state": item.state,
                "recommended": advice.outcome if advice else None,
                "decided": decision.outcome if decision else None,
                "quorum": {key: advice.quorum[key] for key in ("quorate", "needed", "present")}
                if advice
                else None,
                "conflicts": item.conflicts.count(),
            }
        )
    return {
        "day": day.demonstration.day.isoformat(),
        "cases": Case.objects.count(),
        "items": described,
        "attendance": counts,
        "outcomes": {
            outcome: sum(1 for row in described if row["decided"] == outcome) for outcome in map(str, Outcome)
        },
        "meeting": {"opened_at": meeting.opened_at.isoformat(), "closed_at": meeting.closed_at.isoformat()}
        if meeting.opened_at and meeting.closed_at
        else None,
        "minutes": {"version": signed.version, "record_sha256": signed.record_sha256},
        "blocked_recipients": blocked,
        "files": files,
        "seconds": day.seconds,
    }
