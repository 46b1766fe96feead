"""What a family's page says of a question that a panel put off: why, what is missing, who gets it, when the panel looks again. Pure."""

from dataclasses import dataclass
from datetime import date

from meetings.rules.deferring import DeferralReason
from panel.law.words import in_words

HEADING = "The panel has put this off"


@dataclass(frozen=True)
class PutOff:
    """A question that waits for a panel again. `missing` and `owner`: as the family may read them, empty where it may not.

    `again_on`: the day of the panel that has it on its list, None while none has.
    """

    panel: str
    on: date
    reason: DeferralReason
    missing: str = ""
    owner: str = ""
    by_when: date | None = None
    again_on: date | None = None


def told(put_off: PutOff, today: date) -> tuple[str, ...]:
    """The sentences in their order. A day that has passed is never promised again, and a family is never sent to fetch anything."""
    why = (
        f"{_WHY[put_off.reason].format(panel=put_off.panel, on=in_words(put_off.on))} Nothing is decided yet."
    )
    return tuple(filter(None, (why, _missing(put_off, today), _again(put_off, today))))


_WHY = {
    DeferralReason.INFORMATION: "The {panel} met on {on} and could not give advice yet, because information is missing.",
    DeferralReason.QUORUM: "The {panel} met on {on} and could not give advice, because too few of its members could take part.",
    DeferralReason.TIME: "The {panel} met on {on} and did not have enough time for it.",
}


def _missing(put_off: PutOff, today: date) -> str:
    if put_off.reason is not DeferralReason.INFORMATION:
        return ""
    what = (
        f"What is missing: {_ended(put_off.missing)}"
        if put_off.missing
        else "You can ask us what is missing."
    )
    by = put_off.by_when
    who = put_off.owner or "Somebody on our side"
    who = f"{who[:1].upper()}{who[1:]}"
    gets = f"{who} gets it by {in_words(by)}." if by and by >= today else f"{who} gets it."
    late = (
        f" It should have been here by {in_words(by)}, and you can ask us about it."
        if by and by < today
        else ""
    )
    return f"{what} {gets}{late} You do not have to get it."


def _ended(words: str) -> str:
    """Words that somebody typed as the end of a sentence."""
    bare = words.strip()
    return bare if bare.endswith((".", "!", "?")) else f"{bare}."


def _again(put_off: PutOff, today: date) -> str:
    if put_off.again_on is None or put_off.again_on < today:
        return "There is no day yet on which the panel looks at it again. You can ask us when that will be."
    return f"The panel looks at it again on {in_words(put_off.again_on)}."
