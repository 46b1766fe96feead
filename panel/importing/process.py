"""What has happened to a request so far: earlier outcomes, advice, exemptions and papers."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath

from panel.importing import codes
from panel.importing.cells import FILE_NAME, Cells
from panel.importing.columns import NUMBERED
from panel.importing.rows import AdviceRow, ExemptionRow, PaperRow, PriorOutcomeRow

FILE_REASON = "Use the bare name of a .pdf, .png or .jpg file, without folders."


def read_prior(
    cells: Cells, received_on: date | None, today: date
) -> tuple[tuple[PriorOutcomeRow, ...], date | None]:
    """The earlier outcomes, and the day the final plan was sent. Each date lies between the one before it and today."""
    assess = _outcome(cells, codes.Stage.ASSESS, codes.ASSESS_WORDS)
    issue = _outcome(cells, codes.Stage.ISSUE, codes.ISSUE_WORDS)
    final_sent_on = cells.day("final_sent_on")
    if issue and (assess is None or assess.outcome != codes.Outcome.ASSESS):
        cells.bad(
            "issue_outcome",
            "This needs a decision to assess before it: fill in the assess_ columns of this row.",
        )
    if final_sent_on and (issue is None or issue.outcome != codes.Outcome.ISSUE):
        cells.bad(
            "final_sent_on",
            "This needs a decision to issue before it: fill in the issue_ columns of this row.",
        )
    steps = [("received_on", received_on)]
    for row in filter(None, (assess, issue)):
        steps += [(f"{row.stage}_decided_on", row.decided_on), (f"{row.stage}_notified_on", row.notified_on)]
    _in_order(cells, [*steps, ("final_sent_on", final_sent_on)], today)
    return tuple(row for row in (assess, issue) if row), final_sent_on


def read_advice(cells: Cells, n: int, received_on: date | None, today: date) -> AdviceRow | None:
    """One request for advice, asked for after the request came in."""
    at = f"advice{n}_"
    if not any(cells.given(at + name) for name in NUMBERED["advice"]):
        return None
    item = cells.code(at + "item", codes.AdviceItem, required=True)
    body = cells.line(at + "body", required=True)
    names = ("requested_on", "received_by_body_on", "received_on")
    requested_on, received_by_body_on, answered_on = (cells.day(at + name) for name in names)
    if not cells.given(at + "requested_on"):
        cells.bad(at + "requested_on", "This is needed and was left empty.")
    steps = [("received_on", received_on), (at + "requested_on", requested_on)]
    _in_order(cells, [*steps, (at + "received_by_body_on", received_by_body_on)], today)
    _in_order(cells, [*steps, (at + "received_on", answered_on)], today)
    return (
        AdviceRow(n, item, body, requested_on, received_by_body_on, answered_on)
        if item and requested_on
        else None
    )


def read_exemption(cells: Cells, n: int, received_on: date | None, today: date) -> ExemptionRow | None:
    """One ground that excuses one duty; its reason is never left out (regs 5(4), 8(2), 10(4), 13(3): "impractical")."""
    at = f"exemption{n}_"
    if not any(cells.given(at + name) for name in NUMBERED["exemption"]):
        return None
    duty = cells.code(at + "duty", codes.Duty, required=True)
    ground = cells.code(at + "ground", codes.Ground, required=True)
    if duty and ground and ground not in codes.GROUNDS[duty]:
        cells.bad(at + "ground", "The regulation that excuses this duty has no such ground.")
    starts_on, ends_on = cells.day(at + "from", required=True), cells.day(at + "to")
    if starts_on and ends_on and ends_on < starts_on:
        cells.bad(at + "to", "This is before the day it starts.")
    because = cells.prose(at + "because")
    if not cells.given(at + "because"):
        cells.bad(at + "because", "Say why it was impractical to act in time.")
    told_on = cells.day(at + "told_family_on")
    _in_order(cells, [("received_on", received_on), (at + "told_family_on", told_on)], today)
    return (
        ExemptionRow(n, duty, ground, starts_on, ends_on, because, told_on)
        if duty and ground and starts_on
        else None
    )


def read_papers(cells: Cells, numbers: Sequence[int], today: date) -> tuple[PaperRow, ...]:
    """The numbered papers, then those of the plain list, which are known by their names alone."""
    described = [paper for n in numbers if (paper := _paper(cells, n, today))]
    plain = []
    for name in filter(None, (part.strip() for part in cells.line("papers", limit=4_000).split(";"))):
        if not bare_name(name):
            cells.bad("papers", f"{FILE_REASON} Put a semicolon between two names.")
            break
        plain.append(PaperRow(name, codes.PaperKind.OTHER, PurePath(name).stem, None, "", ""))
    names = [paper.file for paper in (*described, *plain)]
    if len(set(names)) < len(names):
        cells.bad("papers", "The same paper is named twice in this row.")
    return (*described, *plain)


def bare_name(name: str) -> bool:
    """Whether a name can only mean a file in the papers folder itself."""
    return bool(FILE_NAME.fullmatch(name)) and not name.startswith(".")


def _paper(cells: Cells, n: int, today: date) -> PaperRow | None:
    at = f"paper{n}_"
    if not any(cells.given(at + name) for name in NUMBERED["paper"]):
        return None
    file = cells.line(at + "file", required=True)
    if file and not bare_name(file):
        cells.bad(at + "file", FILE_REASON)
    kind = cells.code(at + "kind", codes.PaperKind) or codes.PaperKind.OTHER
    title = cells.line(at + "title") or re.sub(r"[_-]+", " ", PurePath(file).stem)
    dated_on = cells.day(at + "dated_on")
    if dated_on and dated_on > today:
        cells.bad(at + "dated_on", "This cannot be after today.")
    return PaperRow(file, kind, title, dated_on, cells.line(at + "author"), cells.line(at + "agency"))


def _outcome(cells: Cells, stage: codes.Stage, words: Mapping[str, codes.Outcome]) -> PriorOutcomeRow | None:
    columns = [f"{stage}_outcome", f"{stage}_decided_on", f"{stage}_notified_on"]
    if not any(map(cells.given, columns)):
        return None
    outcome = cells.code(columns[0], codes.Outcome, words, required=True)
    decided_on, notified_on = cells.day(columns[1]), cells.day(columns[2])
    if outcome and not (cells.given(columns[1]) or cells.given(columns[2])):
        cells.bad(columns[2], "Say when this was decided, or when the family was told.")
    if outcome and outcome not in words.values():
        cells.bad(columns[0], f"Use one of: {', '.join(words.values())}.")
        return None
    return PriorOutcomeRow(stage, outcome, decided_on, notified_on) if outcome else None


def _in_order(cells: Cells, steps: Sequence[tuple[str, date | None]], today: date) -> None:
    """None of the days given, in the order things happen, is before an earlier one or after today."""
    before_name, before = "", None
    for column, day in steps:
        if day is None:
            continue
        if day > today:
            # The request's own date has been checked where it was read.
            if column != "received_on":
                cells.bad(column, "This cannot be after today.")
        elif before is not None and day < before:
            cells.bad(column, f"This is before {before_name}.")
        before_name, before = column, day
