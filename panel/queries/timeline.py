"""What has happened to a case, day by day, read off its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from panel.models import AdviceRequest, Case, Paper, PriorOutcome

OUTCOMES = {
    "assess": "to assess",
    "not_assess": "not to assess",
    "issue": "to issue a plan",
    "not_issue": "not to issue a plan",
}


@dataclass(frozen=True, order=True)
class Event:
    """One line of the timeline. `kind` chooses its mark; `url` leads on where there is somewhere to go."""

    on: date
    sentence: str
    kind: str = ""
    url: str = ""


def timeline(
    case: Case,
    *,
    papers: Sequence[Paper],
    advice: Sequence[AdviceRequest],
    prior: Sequence[PriorOutcome],
    more: Iterable[Event] = (),
) -> list[Event]:
    """Every event, newest first; of one day too, in the order in which such things follow one another: a request, its papers,
    advice that came, a panel, a decision and its letters, advice asked for. `more` are events of apps this one does not know,
    those of one day in that order.
    """
    events = [Event(case.received_on, "The request was received", "request")]
    events += [
        Event(timezone.localdate(paper.received_at), f"Paper received: {paper.title}", "paper")
        for paper in papers
    ]
    events += [
        Event(one.received_on, f"Advice came from {one.body}", "advice") for one in advice if one.received_on
    ]
    for outcome in prior:
        told = OUTCOMES[outcome.outcome]
        if outcome.decided_on:
            events.append(
                Event(outcome.decided_on, f"Decided {told}, before this system was in use", "decision")
            )
    events += more
    told_on = {
        "whether to assess": case.assess_notified_on,
        "whether to issue a plan": case.issue_notified_on,
    }
    events += [Event(day, f"The family was told {what}", "letter") for what, day in told_on.items() if day]
    if case.final_sent_on:
        events.append(Event(case.final_sent_on, "The final plan was sent", "letter"))
    events += [Event(one.requested_on, f"Advice asked of {one.body}", "advice") for one in advice]
    return sorted(events, key=lambda event: event.on)[::-1]
