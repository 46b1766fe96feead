"""The whole table, role by role, in words a person can check against the matrix of who may do what."""

import pytest

from panel.platform.policy import ROLE_LABELS, TABLE, Facts, Reach, Role, Verb, answer

EVERYBODY = (
    "home.view session.demonstrate session.view accessibility.view help.view deadlines.view health.view"
)

# A bare verb reaches every object; one after "own" only what is tied to the user in that role.
ANY = {
    Role.CLERK: """case.list case.view case.create case.import person.record paper.upload paper.read paper.withdraw
        advice.record clock.record exemption.record closure.list closure.record delay.list delay.record
        panel.list panel.seat contact.record meeting.list meeting.view meeting.plan agenda.edit attendance.record conflict.impose meeting.run
        item.view item.write item.hear decision.view decision.set_aside minutes.view minutes.prepare minutes.circulate minutes.answer letter.list
        letter.view letter.draft letter.release letter.post""",
    Role.OFFICER: """case.list case.view panel.list closure.list delay.list case.grant paper.read meeting.list meeting.view item.view decision.list
        decision.view decision.record decision.without_panel decision.set_aside minutes.view letter.list letter.view
        letter.release""",
    Role.ADMINISTRATOR: "user.list user.invite user.end panel.list panel.configure panel.seat agency.record contact.record",
}
ANY[Role.CHAIR] = "panel.list"
for role in (Role.CLERK, Role.OFFICER):
    ANY[role] += " risk.list risk.view risk.record risk.raise risk.tell"
ANY[Role.CLERK] += " meeting.record_later item.record_later guest.record recommendation.finish"
ANY[Role.OFFICER] += " risk.answer decision.reconsider"
ANY[Role.COORDINATOR] = "closure.list"
ANY[Role.CLERK] += " version.list version.tag version.prepare version.view version.release"
ANY[Role.OFFICER] += " version.list version.view version.release extract.list extract.view"
ANY[Role.LEADER] = "extract.list extract.view"
OWN = {
    Role.CHAIR: """meeting.list meeting.view meeting.plan agenda.edit attendance.record
        conflict.impose meeting.run item.view item.write item.hear preview.give preview.open recommendation.record decision.view decision.record
        minutes.view minutes.prepare minutes.circulate minutes.comment minutes.answer minutes.sign minutes.sign_off""",
    Role.MEMBER: "meeting.list meeting.view item.view preview.give minutes.view minutes.comment minutes.sign_off",
    Role.PARENT_REPRESENTATIVE: "meeting.list meeting.view item.view preview.give",
    Role.COORDINATOR: """case.list case.view person.record paper.upload paper.read advice.record clock.record
        exemption.record delay.list delay.record decision.view letter.list letter.view letter.draft""",
    Role.PROFESSIONAL: "case.list case.view paper.upload paper.read",
    Role.PARENT: "family.view family.letter",
    Role.ADVISER: "",
    Role.PLANNING_LEAD: "",
}
for role in (Role.CHAIR, Role.MEMBER, Role.COORDINATOR, Role.PROFESSIONAL, Role.ADVISER, Role.PLANNING_LEAD):
    OWN[role] += " risk.list risk.view risk.answer"
for role in (Role.CHAIR, Role.MEMBER, Role.PARENT_REPRESENTATIVE):
    OWN[role] += " card.acknowledge"
OWN[Role.CHAIR] += " consent.note recommendation.return"
ANY[Role.CLERK] += " consent.propose consent.take_off"
for role in (Role.CHAIR, Role.MEMBER, Role.PARENT_REPRESENTATIVE):
    OWN[role] += " consent.take_off"
for role in (Role.CLERK, Role.ADMINISTRATOR, Role.CHAIR, Role.COORDINATOR, Role.OFFICER, Role.PLANNING_LEAD):
    ANY[role] = f"{ANY.get(role, '')} support.list"
for role in (Role.CLERK, Role.ADMINISTRATOR):
    ANY[role] += " support.record"
ANY[Role.CLERK] += " action.list action.report feedback.record"
for role in (
    Role.CHAIR,
    Role.MEMBER,
    Role.COORDINATOR,
    Role.OFFICER,
    Role.PROFESSIONAL,
    Role.ADVISER,
    Role.PLANNING_LEAD,
):
    OWN[role] = f"{OWN.get(role, '')} action.list action.report"
OWN[Role.CHAIR] += " risk.record feedback.record"
OWN[Role.PROFESSIONAL] += " feedback.list notice.view"
ANY[Role.CLERK] += " notice.list notice.view notice.send notice.tell"
OWN[Role.CHAIR] += " risk.record meeting.record_later item.record_later guest.record"
OWN[Role.CHAIR] += " risk.record"
# Whoever has a seat at a meeting; beyond a panel's own roles that is an observer's.
LOOKS_ON = (Role.COORDINATOR, Role.PROFESSIONAL, Role.ADVISER, Role.PLANNING_LEAD, Role.LEADER)
for role in LOOKS_ON:
    OWN[role] = OWN.get(role, "") + " meeting.view item.view"
for role in (*LOOKS_ON, Role.CHAIR, Role.MEMBER, Role.PARENT_REPRESENTATIVE, Role.CLERK, Role.OFFICER):
    OWN[role] = OWN.get(role, "") + " invitation.answer confidentiality.acknowledge conflict.declare"
OWN[Role.COORDINATOR] += " risk.raise risk.tell"
OWN[Role.CHAIR] += " version.list version.tag"
OWN[Role.PROFESSIONAL] += " version.read"
OWN[Role.PARENT] += " family.version"


def _written(role: Role, verb: Verb) -> Reach | None:
    if verb in f"{EVERYBODY} {ANY.get(role, '')}".split():
        return Reach.ANY
    return Reach.OWN if verb in OWN.get(role, "").split() else None


@pytest.mark.parametrize("role", list(Role))
def test_table_says_what_is_written_here(role: Role) -> None:
    assert {verb: TABLE[verb].get(role) for verb in Verb} == {verb: _written(role, verb) for verb in Verb}


@pytest.mark.parametrize("role", list(Role))
def test_answer_follows_the_table(role: Role) -> None:
    roles = frozenset({role})
    for verb in Verb:
        reach = _written(role, verb)
        assert answer(verb, Facts(roles, own=roles)).allowed == (reach is not None)
        assert answer(verb, Facts(roles)).allowed == (reach is Reach.ANY)
        assert answer(verb, Facts(roles, about_object=False)).allowed == (reach is not None)


@pytest.mark.parametrize("role", list(Role))
def test_denial_binds_every_role_and_verb(role: Role) -> None:
    roles = frozenset({role})
    for verb in Verb:
        no = answer(verb, Facts(roles, own=roles, denied=True, granted=True))
        assert (no.allowed, no.code) == (False, "recused")


@pytest.mark.parametrize("role", list(Role))
def test_restriction_binds_all_but_the_named_and_the_family(role: Role) -> None:
    roles = frozenset({role})
    for verb in Verb:
        allowed = answer(verb, Facts(roles, own=roles)).allowed
        assert answer(verb, Facts(roles, own=roles, restricted=True, granted=True)).allowed == allowed
        family = role in {Role.PARENT, Role.ADVOCATE}
        assert answer(verb, Facts(roles, own=roles, restricted=True)).allowed == (allowed and family)


def test_chairs_role_in_a_members_seat_does_what_a_member_does_and_no_more() -> None:
    seated = Facts(frozenset({Role.CHAIR}), own=frozenset({Role.MEMBER, Role.PARENT_REPRESENTATIVE}))
    allowed = {verb for verb in Verb if answer(verb, seated).allowed}
    of_member = {verb for verb, cells in TABLE.items() if Role.MEMBER in cells}
    anywhere = {verb for verb, cells in TABLE.items() if cells.get(Role.CHAIR) is Reach.ANY}
    assert allowed == of_member | anywhere
    assert {Verb.MEETING_RUN, Verb.RECOMMENDATION_RECORD, Verb.MINUTES_SIGN} & allowed == set()
    elsewhere = Facts(frozenset({Role.CHAIR}), own=frozenset())
    assert answer(Verb.MEETING_VIEW, elsewhere).allowed is False


def test_nobody_without_a_role_may_do_anything() -> None:
    assert [verb for verb in Verb if answer(verb, Facts(frozenset())).allowed] == []


def test_no_says_who_can() -> None:
    no = answer(Verb.CASE_GRANT, Facts(frozenset({Role.CLERK}), about_object=False))
    assert (no.code, no.sentence) == (
        "not_allowed",
        "Your role does not allow this. It can be done by: designated officer.",
    )


def test_every_role_has_a_label_and_every_verb_a_row() -> None:
    assert set(ROLE_LABELS) == set(Role)
    assert set(TABLE) == set(Verb)
