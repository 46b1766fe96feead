"""Everything a list becomes: rows of every table, made in memory first and stored in a few statements each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import Permission
from django.utils import timezone

from panel.actions import cases, due
from panel.actions.access import GRANT_LIMIT
from panel.actions.imports.children import Children
from panel.actions.imports.contacts import Families
from panel.actions.imports.report import Findings
from panel.actions.papers import PAPER_INSPECT
from panel.importing import CaseRow, SettingRow
from panel.models import (
    Address,
    AdviceRequest,
    Case,
    CaseGrant,
    CaseState,
    Exemption,
    Membership,
    Paper,
    Person,
    PriorOutcome,
    Relationship,
    Restriction,
    Setting,
    User,
)
from panel.platform import audit, outbox, uploads
from panel.platform.policy import Role, Verb

Place = tuple[str, str]
STATE_AFTER = {
    "assess": CaseState.ASSESSING,
    "not_assess": CaseState.NOT_ASSESSED,
    "issue": CaseState.DRAFTING,
    "not_issue": CaseState.NOT_ISSUED,
}


class Batch:
    """The rows of one list, with what they need from the database looked up once for all of them."""

    def __init__(
        self,
        rows: Sequence[CaseRow],
        files: Mapping[str, str],
        findings: Findings,
        by: User | None,
        now: datetime,
    ) -> None:
        """`files` names the stored bytes of each paper; empty in a dry run."""
        self.rows = rows
        self.files = files
        self.findings = findings
        self.by = by
        self.now = now
        self.today = timezone.localdate(now)
        self.children = Children(rows, findings)
        self.families = Families(rows, self.children, findings, self.today)
        self.settings = _settings(rows, findings)
        self.coordinators = _coordinators(rows, now)
        self.cases = [self._case(row) for row in rows]
        self._link_previous()

    def _case(self, row: CaseRow) -> Case:
        coordinator = self.coordinators.get(row.coordinator_email)
        if row.coordinator_email and coordinator is None:
            reason = "Nobody with this e-mail address is a case coordinator here today. Invite them first."
            self.findings.bad(row.row, "coordinator_email", reason)
        case = Case(
            reference=row.reference,
            child=self.families.child(row),
            source=row.source,
            received_on=row.received_on,
            setting=self.settings[_place(row.setting)] if row.setting else None,
            year_group=row.year_group or "",
            primary_need=row.primary_need or "",
            coordinator=coordinator,
            restricted=row.restricted,
            family_views=row.family_views,
            child_views=row.child_views,
            created_at=self.now,
            final_sent_on=row.final_sent_on,
        )
        for outcome in row.prior:
            case.state = STATE_AFTER[outcome.outcome]
            setattr(case, f"{outcome.stage}_notified_on", outcome.notified_on)
        if row.final_sent_on:
            case.state = CaseState.ISSUED
        due.refresh(case)
        for contact in row.contacts:
            self.families.take(row, contact)
        return case

    def _link_previous(self) -> None:
        """Tie each repeat to the request before it: the one the row names, else the child's latest earlier one."""
        here = {case.child.pk for case in self.cases if case.child.pk}
        recorded = list(Case.objects.filter(child__in=here).select_related("child"))
        of_child: dict[int, list[Case]] = defaultdict(list)
        by_reference = {case.reference.casefold(): case for case in (*recorded, *self.cases)}
        same = {case.child.pk: case.child for case in self.cases if case.child.pk}
        for case in (*recorded, *self.cases):
            of_child[id(same.get(case.child_id, case.child))].append(case)
        for row, case in zip(self.rows, self.cases, strict=True):
            others = [one for one in of_child[id(case.child)] if one is not case]
            earlier = [one for one in others if one.received_on < case.received_on]
            named = by_reference.get(row.previous_reference.casefold()) if row.previous_reference else None
            if row.previous_reference and named not in others:
                self.findings.bad(row.row, "previous_reference", "The earlier case is about another child.")
            case.previous = named or max(earlier, key=lambda one: one.received_on, default=None)
            if case.is_open and any(one.is_open for one in others):
                self.findings.warn(row.row, "reference", "There is another active request for this child.")

    def store(self) -> int:
        """Write everything in the caller's transaction, audit and enqueue; how many papers there are."""
        self.families.stamp(self.by, self.now)
        Setting.objects.bulk_create([setting for setting in self.settings.values() if not setting.pk])
        Person.objects.bulk_create([*self.children.new, *self.families.new])
        Person.objects.bulk_update(self.children.completed, ["upn"])
        Address.objects.bulk_create(self.families.addresses)
        Relationship.objects.bulk_create(self.families.ties)
        Restriction.objects.bulk_create(self.families.restrictions)
        self._store_cases()
        self._store_process()
        papers = self._store_papers()
        self._open_restricted()
        return papers

    def _store_cases(self) -> None:
        """Cases first, then their links: an earlier case may stand below the later one in the list."""
        previous = {case.public_id: case.previous for case in self.cases if case.previous}
        for case in self.cases:
            case.previous = None
        Case.objects.bulk_create(self.cases)
        repeats = [case for case in self.cases if case.public_id in previous]
        for case in repeats:
            case.previous = previous[case.public_id]
        Case.objects.bulk_update(repeats, ["previous"])
        cases.tie_to_self(list({case.child_id: case.child for case in self.cases}.values()), self.today)
        audit.record_many(
            [
                audit.Event(Verb.CASE_IMPORT, "case", case.public_id, case.public_id, _told(row, case))
                for row, case in zip(self.rows, self.cases, strict=True)
            ],
            by=self.by,
            at=self.now,
        )

    def _store_process(self) -> None:
        pairs = list(zip(self.rows, self.cases, strict=True))
        made = {"recorded_at": self.now, "recorded_by": self.by}
        PriorOutcome.objects.bulk_create(
            PriorOutcome(
                case=case,
                stage=prior.stage,
                outcome=prior.outcome,
                decided_on=prior.decided_on,
                notified_on=prior.notified_on,
                **made,
            )
            for row, case in pairs
            for prior in row.prior
        )
        AdviceRequest.objects.bulk_create(
            AdviceRequest(
                case=case,
                item=advice.item,
                body=advice.body,
                requested_on=advice.requested_on,
                received_by_body_on=advice.received_by_body_on,
                received_on=advice.received_on,
            )
            for row, case in pairs
            for advice in row.advice
        )
        Exemption.objects.bulk_create(
            Exemption(
                case=case,
                stage=exemption.duty,
                ground=exemption.ground,
                starts_on=exemption.starts_on,
                ends_on=exemption.ends_on,
                impractical_because=exemption.because,
                told_family_on=exemption.told_family_on,
                **made,
            )
            for row, case in pairs
            for exemption in row.exemptions
        )

    def _store_papers(self) -> int:
        papers = [
            Paper(
                case=case,
                kind=paper.kind,
                title=paper.title,
                author=paper.author,
                author_agency=paper.agency,
                dated_on=paper.dated_on,
                received_at=self.now,
                uploaded_by=self.by,
                quarantine_name=self.files.get(paper.file, ""),
                shown_name=uploads.shown_name(paper.file),
            )
            for row, case in zip(self.rows, self.cases, strict=True)
            for paper in row.papers
        ]
        Paper.objects.bulk_create(papers)
        outbox.enqueue_many(kind=PAPER_INSPECT, subjects=[paper.public_id for paper in papers], now=self.now)
        audit.record_many(
            [
                audit.Event(
                    Verb.PAPER_UPLOAD, "paper", paper.public_id, paper.case.public_id, {"title": paper.title}
                )
                for paper in papers
            ],
            by=self.by,
            at=self.now,
        )
        return len(papers)

    def _open_restricted(self) -> None:
        """Give each restricted case's own coordinator the leave without which nobody could look after it."""
        restricted = [case for case in self.cases if case.restricted and case.coordinator]
        if self.by is None or not restricted:
            return
        permission = Permission.objects.get(codename="view_restricted", content_type__app_label="panel")
        CaseGrant.objects.bulk_create(
            CaseGrant(
                user=case.coordinator,
                permission=permission,
                content_object=case,
                starts_at=self.now,
                expires_at=self.now + GRANT_LIMIT,
                reason="coordinator named in the imported list",
                granted_by=self.by,
            )
            for case in restricted
            if case.coordinator != self.by
        )


def _told(row: CaseRow, case: Case) -> dict[str, object]:
    """What the trail keeps of one imported case."""
    return {
        "reference": case.reference,
        "received_on": row.received_on.isoformat(),
        "state": case.state,
        "previous": case.previous.reference if case.previous else "",
        "restricted": case.restricted,
        "contacts": len(row.contacts),
        "papers": len(row.papers),
    }


def _place(row: SettingRow) -> Place:
    return (row.urn, "" if row.urn else row.name.casefold())


def _settings(rows: Sequence[CaseRow], findings: Findings) -> dict[Place, Setting]:
    """Every setting named, by URN, or by name where it has none."""
    found: dict[Place, Setting] = {}
    for setting in Setting.objects.order_by("-pk"):
        found[(setting.urn or "", "" if setting.urn else setting.name.casefold())] = setting
    named: dict[Place, Setting] = {}
    for row in rows:
        if row.setting is None:
            continue
        place = _place(row.setting)
        setting = found.setdefault(
            place, Setting(name=row.setting.name, urn=row.setting.urn or None, phase=row.setting.phase)
        )
        if place not in named and (setting.name, setting.phase) != (row.setting.name, row.setting.phase):
            findings.warn(
                row.row, "setting_name", "This setting has another name or phase here, which was left so."
            )
        named[place] = setting
    return named


def _coordinators(rows: Sequence[CaseRow], now: datetime) -> dict[str, User]:
    mails = {row.coordinator_email for row in rows if row.coordinator_email}
    live = Membership.objects.live(timezone.localdate(now)).filter(role=Role.COORDINATOR)
    return {
        user.email: user
        for user in User.objects.filter(email__in=mails, is_active=True, memberships__in=live)
    }
