"""The one action of the import."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from panel.actions.cases import one_at_a_time
from panel.actions.imports.batch import Batch
from panel.actions.imports.report import Findings, ImportReport
from panel.actions.papers import PAPERS_PER_CASE, refuse_bytes
from panel.importing import CaseRow, Parsed
from panel.models import Case, User
from panel.platform import access, quarantine
from panel.platform.policy import Refused, Verb


def known_references() -> set[str]:
    """The references there are already, for `panel.importing.parse`."""
    return set(Case.objects.values_list("reference", flat=True))


def import_cases(
    *, parsed: Parsed, papers: Mapping[str, bytes], by: User | None, now: datetime, dry_run: bool = False
) -> ImportReport:
    """Store a whole case list, or nothing of it where anything is wrong; a known reference is reported and left unchanged.

    `papers` gives the bytes of each named paper. `by` None is whoever runs commands on the host. In one transaction: settings,
    people, cases with earlier outcomes, advice and exemptions, papers to be inspected, and their entries in the trail. The
    papers' bytes are written before it begins and removed again if it does not end well. A dry run goes all the way, writes no
    bytes, and takes everything back.
    """
    if by is not None:
        access.require(by, Verb.CASE_IMPORT, now=now)
    findings = Findings(problems=list(parsed.problems))
    if not findings.problems:
        _look_at_papers(parsed.rows, papers, findings)
    if findings.problems:
        return _report(parsed, [], 0, findings, stored=False)
    with quarantine.kept_only_if_all_goes_well() as kept:
        files = {} if dry_run else _keep(parsed.rows, papers, kept)
        report = _store(parsed, files, findings, by, now, dry_run=dry_run)
        stored = set(report.created) if report.stored else set()
        for row in parsed.rows:
            if row.reference not in stored:
                _forget(row, files)
    return report


def _look_at_papers(rows: Sequence[CaseRow], papers: Mapping[str, bytes], findings: Findings) -> None:
    """Every named paper is there and could be a paper; what is inside, the inspection finds out later."""
    for row in rows:
        for paper in row.papers:
            data = papers.get(paper.file)
            if data is None:
                findings.bad(row.row, "papers", "A paper named in this row is not in the papers folder.")
                continue
            try:
                refuse_bytes(paper.file, data)
            except Refused as no:
                findings.bad(row.row, "papers", no.sentence)
        if len(row.papers) > PAPERS_PER_CASE:
            findings.bad(row.row, "papers", f"A case can have {PAPERS_PER_CASE} papers at most.")


def _keep(rows: Sequence[CaseRow], papers: Mapping[str, bytes], kept: list[str]) -> dict[str, str]:
    files = {}
    for row in rows:
        for paper in row.papers:
            files[paper.file] = quarantine.keep(papers[paper.file])
            kept.append(files[paper.file])
    return files


def _forget(row: CaseRow, files: Mapping[str, str]) -> None:
    for paper in row.papers:
        if paper.file in files:
            quarantine.remove(files[paper.file])


def _store(
    parsed: Parsed,
    files: Mapping[str, str],
    findings: Findings,
    by: User | None,
    now: datetime,
    *,
    dry_run: bool,
) -> ImportReport:
    with transaction.atomic():
        one_at_a_time()
        there = {reference.casefold() for reference in known_references()}
        # Asked again under the lock: somebody may have brought in a case since the list was read.
        rows = [row for row in parsed.rows if row.reference.casefold() not in there]
        batch = Batch(rows, files, findings, by, now)
        stored = not findings.problems and not dry_run
        papers = 0 if findings.problems else batch.store()
        if not stored:
            transaction.set_rollback(True)
    return _report(parsed, rows, papers, findings, stored=stored)


def _report(
    parsed: Parsed, rows: Sequence[CaseRow], papers: int, findings: Findings, *, stored: bool
) -> ImportReport:
    taken = {row.reference for row in rows}
    late = (
        () if findings.problems else tuple(row.reference for row in parsed.rows if row.reference not in taken)
    )
    return ImportReport(
        created=() if findings.problems else tuple(row.reference for row in rows),
        known=parsed.known + late,
        papers=papers,
        problems=tuple(findings.problems),
        warnings=tuple(findings.warnings),
        stored=stored,
    )
