"""Panels, meetings, what was advised and decided, minutes and letters."""

from meetings.models.decisions import (
    Decision,
    Deferral,
    DeferralNotice,
    Dissent,
    NextStep,
    PlanningOffer,
    Recommendation,
    SetAside,
    SetAsideProposal,
)
from meetings.models.letters import Letter, Omission, Release, Sent, Withdrawal
from meetings.models.meetings import (
    AgendaItem,
    Attendance,
    Conflict,
    Interval,
    ItemAttendance,
    Meeting,
    PaperConsidered,
    Revision,
    RosterEntry,
)
from meetings.models.minutes import ItemRecord, Minutes, MinutesSheet, MinutesSignature
from meetings.models.panels import AuthorityContact, PanelConfig, PanelType, Seat, StandingMember, config_on

__all__ = [
    "AgendaItem",
    "Attendance",
    "AuthorityContact",
    "Conflict",
    "Decision",
    "Deferral",
    "DeferralNotice",
    "Dissent",
    "Interval",
    "ItemAttendance",
    "ItemRecord",
    "Letter",
    "Meeting",
    "Minutes",
    "MinutesSheet",
    "MinutesSignature",
    "NextStep",
    "Omission",
    "PanelConfig",
    "PanelType",
    "PaperConsidered",
    "PlanningOffer",
    "Recommendation",
    "Release",
    "Revision",
    "RosterEntry",
    "Seat",
    "Sent",
    "SetAside",
    "SetAsideProposal",
    "StandingMember",
    "Withdrawal",
    "config_on",
]
