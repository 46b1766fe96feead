"""One row of the list, as a case. A row with any fault is no row at all; its faults are in `cells.problems`."""

from collections.abc import Sequence
from datetime import date

from panel.importing import codes
from panel.importing.cells import REFERENCE, URN, Cells
from panel.importing.columns import numbers
from panel.importing.people import read_child, read_contacts
from panel.importing.process import read_advice, read_exemption, read_papers, read_prior
from panel.importing.rows import CaseRow, SettingRow

REFERENCE_REASON = "Use up to 30 letters, digits, dots, dashes, slashes or underscores."


def read_case(cells: Cells, columns: Sequence[str], today: date) -> CaseRow | None:
    """The case of this row, or None when a cell of it is wrong."""
    before = len(cells.problems)
    reference = cells.matching("reference", REFERENCE, REFERENCE_REASON)
    if not cells.given("reference"):
        cells.bad("reference", "This is needed and was left empty.")
    received_on = _received_on(cells, today)
    child = read_child(cells, received_on, today)
    source = cells.code("request_source", codes.Source, codes.SOURCE_WORDS, required=True)
    contacts = read_contacts(cells, numbers(columns, "contact"), today)
    prior, final_sent_on = read_prior(cells, received_on, today)
    advice = [read_advice(cells, n, received_on, today) for n in numbers(columns, "advice")]
    exemptions = [read_exemption(cells, n, received_on, today) for n in numbers(columns, "exemption")]
    papers = read_papers(cells, numbers(columns, "paper"), today)
    setting = _setting(cells)
    year_group = cells.code("year_group", codes.YearGroup, codes.YEAR_WORDS)
    need = cells.code("primary_need", codes.Need)
    coordinator_email = cells.email("coordinator_email")
    previous = cells.matching("previous_reference", REFERENCE, REFERENCE_REASON)
    restricted = cells.flag("restricted")
    family_views, child_views = cells.prose("family_views"), cells.prose("child_views")
    if len(cells.problems) > before or child is None or received_on is None or source is None:
        return None
    return CaseRow(
        row=cells.row,
        reference=reference,
        previous_reference=previous,
        child=child,
        received_on=received_on,
        source=source,
        setting=setting,
        year_group=year_group,
        primary_need=need,
        coordinator_email=coordinator_email,
        restricted=restricted,
        family_views=family_views,
        child_views=child_views,
        contacts=contacts,
        prior=prior,
        final_sent_on=final_sent_on,
        advice=tuple(row for row in advice if row),
        exemptions=tuple(row for row in exemptions if row),
        papers=papers,
    )


def _received_on(cells: Cells, today: date) -> date | None:
    received_on = cells.day("received_on", required=True)
    if received_on is not None and received_on > today:
        cells.bad("received_on", "The request cannot have been received after today.")
        return None
    return received_on


def _setting(cells: Cells) -> SettingRow | None:
    """A named place with its phase; no cell filled means that the child attends none."""
    if not any(cells.given(column) for column in ("setting_urn", "setting_name", "setting_phase")):
        return None
    urn = cells.matching("setting_urn", URN, "A URN has six digits.")
    name = cells.line("setting_name", required=True)
    phase = cells.code("setting_phase", codes.Phase, codes.PHASE_WORDS, required=True)
    return SettingRow(urn, name, phase) if name and phase else None
