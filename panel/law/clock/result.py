"""What the clock answers: plain rows with everything a page or a program needs to show a date and say why. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from panel.law.rules import Basis, Code


class Status(StrEnum):
    """Where a duty stands on the day the clock is read.

    `breached`: open after its legal date. `excused`: an exemption applies; the date stays. `superseded`: something else took its
    place or made it fall away, named in `superseded_by`; the date stays.
    """

    MET_ON_TIME = "met_on_time"
    MET_LATE = "met_late"
    DUE = "due"
    AT_RISK = "at_risk"
    BREACHED = "breached"
    EXCUSED = "excused"
    SUPERSEDED = "superseded"


OPEN = frozenset({Status.DUE, Status.AT_RISK, Status.BREACHED, Status.EXCUSED})


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty under one basis. `days_late`: calendar days after `legal_due`, until met or until the clock is read.

    `superseded_by` is a basis (`reg44`), a later duty (`C6`) or the outcome that ended the process (`refusal`, `not_issue`).
    """

    code: Code
    basis: Basis
    starts_on: date
    legal_due: date
    safe_due: date
    act_by: date
    status: Status
    met_on: date | None
    days_late: int
    authority: str
    superseded_by: str | None

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.met_on is None and self.status in OPEN

    def to_json(self) -> dict[str, Any]:
        """The row with dates as YYYY-MM-DD."""
        return {
            "code": str(self.code),
            "basis": str(self.basis),
            "legal_due": self.legal_due.isoformat(),
            "safe_due": self.safe_due.isoformat(),
            "act_by": self.act_by.isoformat(),
            "status": str(self.status),
            "met_on": _iso(self.met_on),
            "days_late": self.days_late,
            "authority": self.authority,
            "superseded_by": self.superseded_by,
        }


@dataclass(frozen=True, slots=True)
class DraftWindow:
    """Fifteen days for the family (reg 13(1)(a)). The first two need a served draft; `latest_service_on` a final plan's date."""

    last_reply_on: date | None
    earliest_final_on: date | None
    latest_service_on: date | None


@dataclass(frozen=True, slots=True)
class ClosureWindow:
    """When advice asked of a school may rest on its closure (regs 5(4)(a), 10(4)(a)), and `why` it may or may not."""

    starts_on: date | None
    ends_on: date | None
    ground_available: bool
    why: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """The two dates a refusal letter prints; None until there is a letter."""

    mediation_contact_by: date | None
    appeal_by: date | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know about the request that moves no date and blocks nothing."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Result:
    """The whole answer."""

    duties: tuple[Duty, ...]
    draft_window: DraftWindow
    closure_window: ClosureWindow
    appeal: Appeal
    young_person_from: date | None
    notices: tuple[Notice, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`, dates as YYYY-MM-DD."""
        return {
            "duties": [duty.to_json() for duty in self.duties],
            "draft_window": {
                "last_reply_on": _iso(self.draft_window.last_reply_on),
                "earliest_final_on": _iso(self.draft_window.earliest_final_on),
                "latest_service_on": _iso(self.draft_window.latest_service_on),
            },
            "closure_window": {
                "from": _iso(self.closure_window.starts_on),
                "to": _iso(self.closure_window.ends_on),
                "ground_available": self.closure_window.ground_available,
                "why": self.closure_window.why,
            },
            "appeal": {
                "mediation_contact_by": _iso(self.appeal.mediation_contact_by),
                "appeal_by": _iso(self.appeal.appeal_by),
            },
            "young_person_from": _iso(self.young_person_from),
            "notices": [{"code": notice.code, "sentence": notice.sentence} for notice in self.notices],
        }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
