"""One wrong thing in what was recorded, in words that say what to do about it. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is for programs and tests, `field` names what to change, `sentence` is shown to the person beside it."""

    code: str
    field: str
    sentence: str
