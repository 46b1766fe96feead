"""The public page of deadlines: a date in, every date of the process out. Nothing is stored, nothing stands in the address."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from panel.forms.deadlines import DeadlinesForm
from panel.law.clock import Basis, Code, Duty, Result, Status, clock
from panel.law.facts import Facts
from panel.law.plain import BASES, DUTIES, REPLACED
from panel.law.words import in_words
from panel.platform.policy import Verb
from panel.views.base import public

ON_THE_LINE = (Code.C1, Code.C3, Code.C6, Code.C7)
LINE_WIDTH = 940
LINE_START = 30
LABEL_ROOM = 150


@dataclass(frozen=True)
class Entry:
    """One line of the list. `state` chooses its mark: past when empty, else now, future or late."""

    on: date
    what: str
    why: str
    stands: str
    authority: str
    state: str
    basis: str


@dataclass(frozen=True)
class Mark:
    """A point of the drawn line, in its own units. `above`: which side its words stand; none where there is no room."""

    x: int
    on: date
    words: str
    above: bool
    labelled: bool
    now: bool


@dataclass(frozen=True)
class Answer:
    """Everything the page says about one request."""

    facts: Facts
    as_of: date
    entries: tuple[Entry, ...]
    replaced: tuple[Entry, ...]
    marks: tuple[Mark, ...]
    result: Result

    @property
    def words_above(self) -> bool:
        """Whether any words stand above the line."""
        return any(mark.above and mark.labelled for mark in self.marks)


@public(Verb.DEADLINES_VIEW, "GET", "HEAD", "POST")
def deadlines_view(request: HttpRequest) -> HttpResponse:
    """Ask for a date; answer with every deadline on the same page, and keep nothing of it."""
    today = timezone.localdate()
    form = DeadlinesForm(request.POST if request.method == "POST" else None, today=today)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        if form.is_valid() and form.facts is not None:
            context["answer"] = answer(form.facts, today)
        else:
            status = 422
    response = render(request, "panel/deadlines.html", context, status=status)
    response["Cache-Control"] = "no-store, private"
    return response


def answer(facts: Facts, today: date) -> Answer:
    """The clock of these facts in words, in the order of its dates."""
    result = clock(facts)
    as_of = facts.as_of or today
    counting = [duty for duty in result.duties if duty.status is not Status.SUPERSEDED]
    replaced = [duty for duty in result.duties if duty.status is Status.SUPERSEDED]
    return Answer(
        facts=facts,
        as_of=as_of,
        entries=tuple(sorted((_entry(duty, as_of) for duty in counting), key=lambda entry: entry.on)),
        replaced=tuple(sorted((_entry(duty, as_of) for duty in replaced), key=lambda entry: entry.on)),
        marks=_marks(facts.received_on, counting, as_of),
        result=result,
    )


def _entry(duty: Duty, as_of: date) -> Entry:
    plain = DUTIES[duty.code]
    return Entry(
        on=duty.legal_due,
        what=plain.what,
        why=BASES.get(duty.basis, plain.why),
        stands=_stands(duty, as_of),
        # The rules say more of a practice than a family needs: the regulation, or the word, is enough here.
        authority=duty.authority.partition(";")[0].partition(":")[0],
        state=_state(duty, as_of),
        basis=str(duty.basis),
    )


def _state(duty: Duty, as_of: date) -> str:
    if duty.met_on is not None:
        return ""
    if duty.status is Status.BREACHED:
        return "late"
    return "future" if duty.legal_due >= as_of else ""


def _stands(duty: Duty, as_of: date) -> str:
    left = (duty.legal_due - as_of).days
    if duty.superseded_by is not None:
        return REPLACED.get(duty.superseded_by, "No longer counts.")
    if duty.met_on is not None:
        how = "in time" if duty.days_late == 0 else f"{_days(duty.days_late)} late"
        return f"Done on {in_words(duty.met_on)}, {how}." if duty.code != Code.C5 else "This time is over."
    if duty.status is Status.EXCUSED:
        return "An exemption is given. The date stays, and it must still be done as soon as it can be."
    if duty.status is Status.BREACHED:
        # Only what was entered is known: it may have been done and not been added.
        return (
            f"This day passed {_days(-left)} ago. If it has not been done, it is late and must still be done."
        )
    if left < 0:
        return "This day has passed."
    return "This is today." if left == 0 else f"{_days(left)} from now."


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _marks(received_on: date, duties: list[Duty], as_of: date) -> tuple[Mark, ...]:
    """The request, the dates that count and today, spread over the line; words left out where they would run together."""
    points = {received_on: "Request"}
    for duty in duties:
        if duty.code in ON_THE_LINE:
            points.setdefault(duty.legal_due, _short(duty))
    last = max(points)
    if received_on < as_of < last:
        points.setdefault(as_of, "Today")
    span = max(1, (last - received_on).days)
    marks: list[Mark] = []
    free = [-LABEL_ROOM, -LABEL_ROOM]
    for on, words in sorted(points.items()):
        x = LINE_START + round((on - received_on).days * LINE_WIDTH / span)
        above = words == "Today" or (x - free[0] < LABEL_ROOM <= x - free[1])
        labelled = x - free[above] >= LABEL_ROOM
        if labelled:
            free[above] = x
        marks.append(Mark(x, on, words, above, labelled, now=on == as_of))
    return tuple(marks)


def _short(duty: Duty) -> str:
    names = {
        Code.C1: "Assess or not",
        Code.C3: "No plan",
        Code.C6: "Final plan",
        Code.C7: "Assess again or not",
    }
    return names[duty.code] + (" (in practice)" if duty.basis is Basis.REVERSAL else "")
