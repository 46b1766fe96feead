"""What the pages of this app show: every query starts from the user, and none grows with the rows it shows."""

from panel.queries.case_file import CaseFile, FamilyMember, case_file
from panel.queries.listing import (
    CaseFilter,
    CaseLine,
    CasePage,
    Choices,
    Mark,
    Sort,
    filter_choices,
    list_cases,
)
from panel.queries.timeline import Event, timeline
from panel.queries.trays import (
    ClerkTray,
    CoordinatorTray,
    ProfessionalTray,
    clerk_tray,
    coordinator_tray,
    professional_tray,
    restricted_without_grant,
)

__all__ = [
    "CaseFile",
    "CaseFilter",
    "CaseLine",
    "CasePage",
    "Choices",
    "ClerkTray",
    "CoordinatorTray",
    "Event",
    "FamilyMember",
    "Mark",
    "ProfessionalTray",
    "Sort",
    "case_file",
    "clerk_tray",
    "coordinator_tray",
    "filter_choices",
    "list_cases",
    "professional_tray",
    "restricted_without_grant",
    "timeline",
]
