"""What a family's page says of a question that a panel put off: why, whether we are getting what is missing, when the panel looks again.

What somebody typed for the panel stands in none of it: it was written for colleagues, the page is read by each parent alike and at
once, and nobody has read it for them (design.md 2.6). Pure.
"""

from dataclasses import dataclass
from datetime import date

from meetings.rules.deferring import DeferralReason
from panel.law.words import in_words

HEADING = "The panel has put this off"


@dataclass(frozen=True)
class PutOff:
    """A question that waits for a panel again. `by_when`: the day by which what is missing is to be here; `got`: it is here, or is
    waited for no more. `again_on`: the day of the panel that has it on its list, None while none has. `answered`: it was decided
    without a panel since, and the family's letter has not gone.
    """

    panel: str
    on: date
    reason: DeferralReason
    by_when: date | None = None
    got: bool = False
    again_on: date | None = None
    answered: bool = False


def told(put_off: PutOff, today: date, *, again: bool = True) -> tuple[str, ...]:
    """The sentences in their order. A day that has passed is never promised again, and a family is never sent to fetch anything.

    `again`: with the day on which the panel looks again, where the page does not say it beside what is due.
    """
    why = _WHY[put_off.reason].format(panel=put_off.panel, on=in_words(put_off.on))
    if put_off.answered:
        # The letter tells it. Until then no page does, and none says what is no longer true.
        return (why, "We will write to you with our answer.")
    why = f"{why} Nothing is decided yet."
    return tuple(filter(None, (why, _missing(put_off, today), _again(put_off, today) if again else "")))


_WHY = {
    DeferralReason.INFORMATION: "The {panel} met on {on} and could not give its advice yet, because information was missing.",
    DeferralReason.QUORUM: "The {panel} met on {on} and could not give its advice, because too few of its members could take part.",
    DeferralReason.TIME: "The {panel} met on {on} and did not have enough time to talk about this.",
}


def _missing(put_off: PutOff, today: date) -> str:
    if put_off.reason is not DeferralReason.INFORMATION or put_off.got:
        return ""
    by = put_off.by_when
    if by is not None and by < today:
        return f"We hoped to have it by {in_words(by)}. You can ask us what is missing. You do not have to get it yourself."
    soon = f", and hope to have it by {in_words(by)}" if by is not None else ""
    return f"We are getting it{soon}. You can ask us what is missing. You do not have to get it yourself."


def _again(put_off: PutOff, today: date) -> str:
    if put_off.again_on is None or put_off.again_on < today:
        return "There is no day yet on which the panel looks at it again. You can ask us when that will be."
    return f"The panel looks at it again on {in_words(put_off.again_on)}."
