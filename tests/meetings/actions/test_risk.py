"""Raising a risk at the panel, whose hands it is in, and what the family is told of it."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from meetings.actions.live import withdraw_item
from meetings.actions.risk import answer_risk, record_risk
from meetings.models import Risk, RiskStep
from meetings.queries.risk import open_risks, risk_line, risks_today, standing_risk
from meetings.queries.sheets import freeze
from meetings.rules.risk import Level, Standing
from panel.actions.access import grant_restricted_case
from panel.models import AuditEntry, Case, Denial, User
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_case, make_user
from tests.meetings.day import Day, advise, after, begin, closed, make_day

pytestmark = pytest.mark.django_db
Kind = RiskStep.Kind


def raised(case: Case, lead: User | None, by: User, **fields: Any) -> Risk:
    values: dict[str, Any] = {
        "level": Level.SIGNIFICANT,
        "indicators": ["exclusion"],
        "review_on": TODAY + dt.timedelta(days=21),
        "now": NOW,
    }
    return record_risk(case=case, lead=lead, by=by, **{**values, **fields})


@pytest.fixture
def adviser() -> User:
    return make_user("Andy Adviser", Role.ADVISER)


def test_chair_names_a_lead_at_the_item_and_the_minutes_say_so(adviser: User) -> None:
    day = begin(make_day())
    item = day.items[0]
    risk = raised(item.case, adviser, day.chair, item=item)
    assert (risk.accept_by, risk.contact_by) == (TODAY + dt.timedelta(days=2), TODAY + dt.timedelta(days=7))
    assert AuditEntry.objects.filter(verb="risk.record", case=item.case.public_id).count() == 1
    advise(day, item)
    closed(day)
    sheet = freeze(day.meeting, version=1, correction="", by=day.clerk).items[0][1]
    assert sheet.risk is not None
    assert (sheet.risk.level, sheet.risk.lead, sheet.risk.shown_by) == (
        "Significant",
        "Andy Adviser",
        ("Exclusion is threatened",),
    )


def test_new_record_supersedes_and_a_stale_one_is_refused(clerk: User, adviser: User) -> None:
    case = make_case()
    first = raised(case, adviser, clerk)
    with pytest.raises(Refused) as no:
        raised(case, adviser, clerk)
    assert no.value.code == "stale"
    answer_risk(risk=first, kind=Kind.ACCEPTED, by=adviser, now=NOW)
    second = raised(case, adviser, clerk, level=Level.IMMINENT, read=first)
    assert Risk.objects.standing().get(case=case) == second
    # The same person goes on: a second yes is not asked for.
    assert list(second.steps.values_list("kind", flat=True)) == ["accepted"]
    third = raised(case, make_user("B. Other", Role.ADVISER), clerk, read=second)
    assert third.steps.count() == 0
    over = raised(
        case, None, clerk, level=Level.NONE, indicators=[], words="Settled in.", review_on=None, read=third
    )
    assert (list(Risk.objects.open()), over.lead) == ([], None)


def test_whoever_is_shut_out_cannot_lead(clerk: User, adviser: User) -> None:
    case = make_case()
    Denial.objects.create(case=case, user=adviser, source="test", since=NOW)
    with pytest.raises(Refused) as no:
        raised(case, adviser, clerk)
    assert (no.value.code, no.value.field) == ("cannot_lead", "lead")
    for other in (make_user("P. Arent", Role.PARENT), make_user("Ada Ministrator", Role.ADMINISTRATOR)):
        with pytest.raises(Refused):
            raised(case, other, clerk)


def named_for(case: Case, *users: User) -> None:
    officer = make_user("Olga Officer", Role.OFFICER)
    for user in users:
        grant_restricted_case(
            case=case, user=user, until=NOW + dt.timedelta(days=90), reason="duty", by=officer, now=NOW
        )


def test_restricted_case_is_led_by_somebody_named_for_it(clerk: User, adviser: User) -> None:
    case = make_case(restricted=True)
    named_for(case, clerk)
    with pytest.raises(Refused) as no:
        raised(case, adviser, clerk)
    assert no.value.code == "cannot_lead"
    named_for(case, adviser)
    risk = raised(case, adviser, clerk)
    assert [line.risk for line in risks_today(adviser, NOW)] == [risk]
    assert list(Risk.objects.visible_to(adviser, NOW)) == [risk]
    later = NOW + dt.timedelta(days=91)
    assert list(Risk.objects.visible_to(adviser, later)) == []
    line = standing_risk(case, later)
    assert line is not None
    assert risk_line(line, later.date()).standing is Standing.SHUT_OUT


def test_lead_shut_out_later_has_to_be_replaced(clerk: User, adviser: User) -> None:
    officer = make_user("Oli Officer", Role.OFFICER)
    case = make_case()
    raised(case, adviser, clerk)
    assert not any(line.pressing for line in risks_today(officer, NOW))
    Denial.objects.create(case=case, user=adviser, source="test", since=NOW)
    assert [line.standing for line in risks_today(officer, NOW)] == [Standing.SHUT_OUT]


def test_new_record_gives_the_same_person_no_longer_and_an_imminent_risk_a_new_call(
    clerk: User, adviser: User
) -> None:
    case = make_case()
    first = raised(case, adviser, clerk)
    answer_risk(risk=first, kind=Kind.CONTACTED, on=TODAY, by=adviser, now=NOW)
    later = NOW + dt.timedelta(days=10)
    second = raised(case, adviser, clerk, words="A word more.", read=first, now=later)
    assert (second.accept_by, second.contact_by) == (first.accept_by, first.contact_by)
    assert [step.kind for step in second.steps.all()] == ["contacted"]
    third = raised(case, adviser, clerk, level=Level.IMMINENT, read=second, now=later)
    assert (list(third.steps.all()), third.contact_by) == ([], TODAY + dt.timedelta(days=17))


def test_panel_judges_only_what_it_hears(adviser: User) -> None:
    """What is raised at an item is printed in its minutes as the panel's: not what was said before or after."""
    day = begin(make_day(2))
    with pytest.raises(Refused) as no:
        raised(day.items[1].case, adviser, day.chair, item=day.items[1])
    assert no.value.code == "not_in_session"
    advise(day, day.items[0])
    risk = raised(day.items[0].case, adviser, day.chair, item=day.items[0])
    officer = make_user("Oli Officer", Role.OFFICER)
    for item in day.items[1:]:
        withdraw_item(item=item, because="Withdrawn by the family", by=day.chair, now=after(day, 20))
    closed(day)
    with pytest.raises(Refused) as no:
        raised(day.items[0].case, adviser, officer, item=day.items[0], read=risk)
    assert no.value.code == "not_in_session"


def test_member_of_a_past_panel_does_not_read_what_was_raised_since(clerk: User, adviser: User) -> None:
    day = begin(make_day())
    risk = raised(day.items[0].case, adviser, clerk)
    assert [one.risk for one in open_risks(clerk, NOW)] == [risk]
    assert open_risks(day.nurse, NOW) == []


def test_nothing_follows_a_no(clerk: User, adviser: User) -> None:
    risk = raised(make_case(), adviser, clerk)
    answer_risk(risk=risk, kind=Kind.DECLINED, words="I leave next week.", by=adviser, now=NOW)
    for kind in (Kind.ACCEPTED, Kind.CONTACTED):
        with pytest.raises(Refused) as no:
            answer_risk(risk=risk, kind=kind, on=TODAY, by=adviser, now=NOW)
        assert no.value.code == "declined"


def test_lead_answers_and_nobody_else_does(clerk: User, adviser: User) -> None:
    risk = raised(make_case(), adviser, clerk)
    with pytest.raises(Refused) as no:
        answer_risk(risk=risk, kind=Kind.ACCEPTED, by=clerk, now=NOW)
    assert no.value.code == "not_allowed"
    with pytest.raises(Refused) as no:
        answer_risk(risk=risk, kind=Kind.ACCEPTED, by=make_user("Oli Officer", Role.OFFICER), now=NOW)
    assert no.value.code == "not_the_lead"
    with pytest.raises(Refused) as no:
        answer_risk(risk=risk, kind=Kind.DECLINED, by=adviser, now=NOW)
    assert no.value.field == "words"
    answer_risk(risk=risk, kind=Kind.ACCEPTED, by=adviser, now=NOW)
    answer_risk(risk=risk, kind=Kind.ACCEPTED, by=adviser, now=NOW)
    assert RiskStep.objects.count() == 1
    with pytest.raises(Refused) as no:
        answer_risk(risk=risk, kind=Kind.CONTACTED, on=TODAY + dt.timedelta(days=1), by=adviser, now=NOW)
    assert no.value.field == "on"
    with pytest.raises(Refused) as no:
        answer_risk(risk=risk, kind=Kind.DECLINED, words="Too much", by=adviser, now=NOW)
    assert no.value.code == "accepted_already"


def test_what_nobody_took_on_in_time_comes_to_the_officer(clerk: User, adviser: User) -> None:
    officer, coordinator = make_user("Oli Officer", Role.OFFICER), make_user("C. Owns", Role.COORDINATOR)
    risk = raised(make_case(coordinator=coordinator), adviser, clerk)
    raised(make_case(), adviser, clerk, level=Level.WATCH, review_on=None)
    assert [line.standing for line in risks_today(adviser, NOW)] == [Standing.TO_ACCEPT]
    assert not any(line.pressing for line in risks_today(officer, NOW))
    late = NOW + dt.timedelta(days=3)
    assert [line.risk for line in risks_today(officer, late)] == [risk]
    assert [line.standing for line in risks_today(coordinator, late)] == [Standing.NOT_ACCEPTED]
    assert risks_today(make_user("C. Other", Role.COORDINATOR), late) == []
    assert len(open_risks(officer, late)) == 2


def test_denied_user_sees_no_risk_of_the_case() -> None:
    day: Day = begin(make_day())
    raised(day.items[0].case, day.nurse, day.chair, item=day.items[0])
    assert len(open_risks(day.head, NOW)) == 1
    Denial.objects.create(case=day.items[0].case, user=day.nurse, source="test", since=NOW)
    assert open_risks(day.nurse, NOW) == []


def test_list_of_risks_is_flat(clerk: User, adviser: User, django_assert_max_num_queries: Any) -> None:
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            raised(make_case(), adviser, clerk)
        fresh = User.objects.get(pk=clerk.pk)
        with django_assert_max_num_queries(4) as captured:
            assert open_risks(fresh, timezone.now())
        counts.append(len(captured))
    assert counts[0] == counts[1]
