"""The authority's people, cases and papers, and the rows of the platform."""

from panel.models.advice import AdviceRequest
from panel.models.base import InsertOnly, Public
from panel.models.cases import (
    CASE_MACHINE,
    OPEN_STATES,
    Case,
    CaseState,
    Denial,
    Exemption,
    Need,
    PriorOutcome,
    RequestSource,
)
from panel.models.clocks import ClockEvent, DelayReason, SchoolClosure
from panel.models.papers import PAPER_MACHINE, Paper, PaperKind, PaperState
from panel.models.people import (
    Address,
    Agency,
    Membership,
    Person,
    Relationship,
    Restriction,
    Setting,
    User,
    current_address,
)
from panel.models.platform import (
    AuditEntry,
    AuditSeal,
    AuditSealed,
    AuditValue,
    CaseGrant,
    Dispatch,
    Disposal,
    Document,
    Installation,
)
from panel.models.support import Support

__all__ = [
    "CASE_MACHINE",
    "OPEN_STATES",
    "PAPER_MACHINE",
    "Address",
    "AdviceRequest",
    "Agency",
    "AuditEntry",
    "AuditSeal",
    "AuditSealed",
    "AuditValue",
    "Case",
    "CaseGrant",
    "CaseState",
    "ClockEvent",
    "DelayReason",
    "Denial",
    "Dispatch",
    "Disposal",
    "Document",
    "Exemption",
    "InsertOnly",
    "Installation",
    "Membership",
    "Need",
    "Paper",
    "PaperKind",
    "PaperState",
    "Person",
    "PriorOutcome",
    "Public",
    "Relationship",
    "RequestSource",
    "Restriction",
    "SchoolClosure",
    "Setting",
    "Support",
    "User",
    "current_address",
]
