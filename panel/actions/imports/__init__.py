"""The case list an authority brings from its case system: checked as a whole, stored as a whole or not at all."""

from panel.actions.imports.action import import_cases, known_references
from panel.actions.imports.report import ImportReport

__all__ = ["ImportReport", "import_cases", "known_references"]
