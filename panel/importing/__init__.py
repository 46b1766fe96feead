"""The case list an authority exports on day one, read into plain rows. Columns: docs/importing.md."""

from panel.importing.parse import parse
from panel.importing.rows import (
    AddressRow,
    AdviceRow,
    CaseRow,
    ChildRow,
    ContactRow,
    ExemptionRow,
    PaperRow,
    Parsed,
    PriorOutcomeRow,
    Problem,
    RestrictionRow,
    SettingRow,
)

__all__ = [
    "AddressRow",
    "AdviceRow",
    "CaseRow",
    "ChildRow",
    "ContactRow",
    "ExemptionRow",
    "PaperRow",
    "Parsed",
    "PriorOutcomeRow",
    "Problem",
    "RestrictionRow",
    "SettingRow",
    "parse",
]
