"""Two complete sets of objects, one tied to a user in a role and one that is not, for the matrix test."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, reverse
from django.utils import timezone

from meetings.letters.facts import to_json
from meetings.minutes.frozen import kept
from meetings.models import (
    Acknowledgement,
    Action,
    AgendaItem,
    Circulation,
    Conflict,
    Decision,
    Deferral,
    FamilyGuest,
    ItemRecord,
    ItemVersion,
    Letter,
    Meeting,
    Minutes,
    MinutesComment,
    MinutesSheet,
    NextStep,
    PanelConfig,
    PanelType,
    Recommendation,
    Release,
    Risk,
    RosterEntry,
    Sent,
    SettingNotice,
    StandingMember,
    VersionRelease,
)
from panel.models import (
    Address,
    AdviceRequest,
    Agency,
    Dispatch,
    Exemption,
    Installation,
    Membership,
    Relationship,
    SchoolClosure,
    Support,
    User,
)
from panel.platform.policy import OBSERVER_ROLES, Role
from tests.make import (
    NOW,
    make_case,
    make_document,
    make_paper,
    make_parent,
    make_person,
    make_setting,
    make_user,
)
from tests.meetings.letters.sample import NOT_ASSESS
from tests.meetings.minutes.test_frozen import HEARD

ANSWERS = [
    {"limb": "a", "answer": "yes", "reasons": "Talks little for his age.", "papers": []},
    {"limb": "b", "answer": "yes", "reasons": "Support so far has not been enough.", "papers": []},
]


@dataclass
class World:
    """The user per role, and the public ids of her own and of other objects by the name of their URL argument."""

    users: dict[Role, User] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)

    def url(self, pattern: URLPattern, *, own: bool) -> str:
        """The address of `pattern` with this user's own object or another one in it."""
        objects = self.own if own else self.other
        names = list(pattern.pattern.converters)
        missing = [name for name in names if name not in objects]
        assert not missing, f"{pattern.name}: tests/world.py makes no example for {missing}"
        return reverse(str(pattern.name), kwargs={name: objects[name] for name in names})


def make_panel_config() -> PanelConfig:
    """Rules of one inclusion panel."""
    panel_type, _ = PanelType.objects.get_or_create(name="Inclusion panel")
    found = panel_type.configs.first()
    if found:
        return found
    config = PanelConfig(
        panel_type=panel_type,
        valid_from=dt.date(2020, 1, 1),
        delegation_reference="SEND 4.2",
        minimum_total=3,
        required_seats=["educational_psychologist"],
        minimum_agencies=2,
    )
    config.save()
    return config


def make_meeting(by: User, **fields: Any) -> Meeting:
    """A meeting planned for this morning."""
    config = make_panel_config()
    now = timezone.now()
    values: dict[str, Any] = {
        "panel_type": config.panel_type,
        "config": config,
        "starts_at": now - dt.timedelta(hours=1),
        "ends_at": now + dt.timedelta(hours=2),
        "venue": "Room 1",
        "created_at": now,
        "created_by": by,
    }
    return Meeting.objects.create(**{**values, **fields})


def make_seat(meeting: Meeting, user: User, seat: str = "health", **fields: Any) -> RosterEntry:
    """A seat at a meeting."""
    agency = Agency.objects.first() or Agency.objects.create(name="Health service", kind="health")
    return RosterEntry.objects.create(meeting=meeting, user=user, seat=seat, agency=agency, **fields)


def make_world(role: Role | None = None) -> World:
    """A world for one role; with no role, a world that belongs to nobody."""
    world = World()
    # A demonstration asks staff for no second factor, so that every page is reached and none answers with its redirect.
    Installation(
        demonstration=True,
        authority_name="Testshire",
        seeded_on=timezone.localdate(),
        created_at=timezone.now(),
    ).save()
    user = make_user("Robin Role", *([role] if role else []))
    if role:
        world.users[role] = user
    world.own = _objects(user, role)
    world.other = _objects(make_user("Somebody Else"), None)
    return world


def _objects(user: User, role: Role | None) -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localdate()
    clerk, officer = make_user("A Clerk"), make_user("An Officer")
    child = make_person("Robin", "Ashdown", born_on=dt.date(2018, 5, 4))
    relationship = make_parent(child)
    if role is Role.PARENT:
        relationship.person.user = user
        relationship.person.save(update_fields=["user"])
    case = make_case(
        child=child,
        coordinator=user if role is Role.COORDINATOR else None,
        submitted_by=user if role is Role.PROFESSIONAL else None,
        received_on=today - dt.timedelta(weeks=4),
    )
    paper = make_paper(case, by=user if role is Role.PROFESSIONAL else clerk)
    exemption = Exemption.objects.create(
        case=case,
        stage="C1",
        ground="c",
        starts_on=case.received_on,
        impractical_because="His mother was in hospital.",
        recorded_at=NOW,
    )
    closed_from = dt.date(2025, 7, 23) + dt.timedelta(days=SchoolClosure.objects.count())
    closure = SchoolClosure.objects.create(
        closed_from=closed_from,
        reopens_on=dt.date(2025, 9, 3),
        recorded_at=NOW,
        recorded_by=clerk,
    )
    advice = AdviceRequest.objects.create(case=case, item="c", body="Health", requested_on=case.received_on)
    meeting = make_meeting(clerk)
    seated = user if role in {Role.CHAIR, Role.MEMBER, Role.PARENT_REPRESENTATIVE} else make_user("A Member")
    entry = make_seat(meeting, seated, "chair" if role is Role.CHAIR else "health")
    member = make_seat(meeting, make_user("Another Member"), "sen_lead")
    if role in OBSERVER_ROLES and seated != user:
        looks_on = make_seat(meeting, user, "observer", voting=False)
        Acknowledgement(meeting=meeting, user=looks_on.user, text_version="2026-1", at=now).save()
    item = AgendaItem.objects.create(meeting=meeting, case=case, stage="assess", position=1, minutes=9)
    conflict = Conflict.objects.create(
        item=item,
        entry=member,
        kind="other",
        source="declared",
        effect="note",
        recorded_at=now,
        recorded_by=clerk,
    )
    recommendation = Recommendation(
        item=item,
        stage="assess",
        outcome="assess",
        test_version="cfa2014-s36-8",
        answers=ANSWERS,
        reasons="He needs more.",
        quorum={"quorate": True, "sentence": "Quorum is 3, 4 eligible members present for this item."},
        by=seated,
        at=now,
    )
    recommendation.save()
    step = NextStep(
        recommendation=recommendation,
        position=1,
        what="Ring the family",
        owner="Somebody",
        agency="Education",
        due_on=today,
    )
    step.save()
    action = Action(step=step, item=item, owner=user if role else clerk, due_on=today)
    action.save()
    Deferral(item=item, reason="time", makes_late=True, by=seated, at=now).save()
    decision = Decision(
        case=case,
        item=item,
        recommendation=recommendation,
        config=meeting.config,
        stage="assess",
        route="panel",
        outcome="assess",
        test_version="cfa2014-s36-8",
        answers=ANSWERS,
        reasons="He needs more.",
        delegation_reference="SEND 4.2",
        by=officer,
        by_role="officer",
        decided_at=now,
        entered_at=now,
    )
    decision.save()
    letter = _letter(decision, relationship, clerk, officer, now)
    minutes = Minutes(meeting=meeting, version=1, record={}, record_sha256="0" * 64, by=clerk, at=now)
    minutes.save()
    record = ItemRecord(minutes=minutes, item=item, position=1, record=kept(HEARD), record_sha256="0" * 64)
    record.save()
    version = _version(item, record, decision, clerk, officer, role)
    sheet = MinutesSheet(minutes=minutes, part="joined", document=make_document("minutes"))
    sheet.save()
    circulation = Circulation(minutes=minutes, until_on=today, by=clerk, at=now)
    circulation.save()
    comment = MinutesComment(circulation=circulation, words="It was Tuesday.", by=clerk, at=now)
    comment.save()
    dispatch = Dispatch.objects.create(
        key=uuid.uuid4().hex,
        kind="letter.email",
        subject=letter.public_id,
        state="unknown",
        inputs_sha256="",
        created_at=now,
    )
    membership = Membership.objects.create(user=clerk, role=Role.CLERK, starts_on=today)
    risk = Risk(
        case=case,
        level="significant",
        indicators=["exclusion"],
        lead=user if role else clerk,
        accept_by=today + dt.timedelta(days=2),
        contact_by=today + dt.timedelta(days=7),
        review_on=today + dt.timedelta(days=28),
        by=clerk,
        at=now,
    )
    risk.save()
    support = Support.objects.create(
        name="Early talk",
        offered_by="Health",
        what="Help with first words.",
        contact="01632 960 000",
        how="Parents ring.",
        starts_on=today,
        recorded_at=now,
    )
    member = StandingMember.objects.create(
        panel_type=meeting.panel_type, user=clerk, seat="minute_taker", voting=False, starts_on=today
    )
    return {
        "guest": FamilyGuest.objects.create(
            item=item, person=relationship.person, tie="parent", invited_by=clerk, invited_at=now
        ).public_id,
        "case": case.public_id,
        "paper": paper.public_id,
        "advice": advice.public_id,
        "exemption": exemption.public_id,
        "closure": closure.public_id,
        "person": relationship.person.public_id,
        "child": child.public_id,
        "relationship": relationship.public_id,
        "risk": risk.public_id,
        "body": "health",
        "notice": _notice(decision, user, role).public_id,
        "action": action.public_id,
        "support": support.public_id,
        "panel": meeting.panel_type.public_id,
        "member": member.public_id,
        "meeting": meeting.public_id,
        "item": item.public_id,
        "entry": entry.public_id,
        "conflict": conflict.public_id,
        "recommendation": recommendation.public_id,
        "decision": decision.public_id,
        "letter": letter.public_id,
        "minutes": minutes.public_id,
        "comment": comment.public_id,
        "version": version.public_id,
        "sheet": sheet.pk,
        "dispatch": dispatch.public_id,
        "user": clerk.public_id,
        "membership": membership.public_id,
    }


def _notice(decision: Decision, user: User, role: Role | None) -> SettingNotice:
    """The outcome as a setting is told it, where a professional works."""
    notice = SettingNotice(setting=make_setting(), decision=decision, at=NOW)
    notice.save()
    if role is Role.PROFESSIONAL:
        Membership.objects.create(user=user, role=role, setting=notice.setting, starts_on=dt.date(2020, 1, 1))
    return notice


def _version(
    item: AgendaItem, record: ItemRecord, decision: Decision, author: User, releaser: User, role: Role | None
) -> ItemVersion:
    """A released version: the family's where a parent is asked for, else the setting's, where a professional works."""
    reader = "family" if role is Role.PARENT else "setting"
    setting = make_setting() if reader == "setting" else None
    if role is Role.PROFESSIONAL:
        Membership.objects.create(
            user=item.case.submitted_by, role=role, setting=setting, starts_on=dt.date(2020, 1, 1)
        )
    version = ItemVersion(
        item=item,
        item_record=record,
        reader=reader,
        number=1,
        decision=decision,
        setting=setting,
        content={},
        content_sha256="0" * 64,
        by=author,
        at=NOW,
    )
    version.save()
    shown = make_document("item_version")
    VersionRelease(
        version=version,
        author=author,
        by=releaser,
        at=NOW,
        content_sha256="0" * 64,
        shown=shown,
        shown_sha256="0" * 64,
    ).save()
    return version


def _letter(
    decision: Decision, relationship: Relationship, author: User, releaser: User, now: dt.datetime
) -> Letter:
    address = Address.objects.get(person=relationship.person)
    letter = Letter(
        decision=decision,
        recipient=relationship.person,
        relationship=relationship,
        address=address,
        version=1,
        facts=to_json(NOT_ASSESS),
        content_sha256="0" * 64,
        author=author,
        drafted_at=now,
    )
    letter.save()
    shown = make_document("letter")
    Release(
        letter=letter,
        author=author,
        by=releaser,
        at=now,
        content_sha256="0" * 64,
        shown=shown,
        shown_sha256="0" * 64,
    ).save()
    Sent(
        letter=letter, document=make_document("letter"), letter_on=now.date(), channel="online", at=now
    ).save()
    return letter
