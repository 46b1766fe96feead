"""The demonstration authority: an invented county, generated from a seed and a day."""

from panel.demonstration.generate import Demonstration, PanelCase, PortalRow, generate
from panel.demonstration.settings_list import AgencyRow, Place
from panel.demonstration.staff import StaffRow

__all__ = ["AgencyRow", "Demonstration", "PanelCase", "Place", "PortalRow", "StaffRow", "generate"]
