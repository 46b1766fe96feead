"""Who is told of a place at risk: the lead professional, those who answer for the case, and the family."""

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from meetings.actions.risk import answer_risk, escalate_risks, record_risk, tell_of_lead
from meetings.letters.sending import record_posted
from meetings.models import Risk, RiskStep
from meetings.queries.risk import ASK, LATE, duty_lead_of, open_risks, risks_today
from meetings.rules.risk import Level
from panel.actions.access import grant_restricted_case
from panel.models import AuditEntry, Case, Denial, Dispatch, User
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_case, make_user
from tests.meetings.actions.test_risk import raised
from tests.meetings.claims import sent_once_by_two_workers
from tests.meetings.day import begin, make_config, make_day
from tests.meetings.letters.household import drain, make_contacts, make_household
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db
Kind = RiskStep.Kind
LATER = NOW + dt.timedelta(days=3)
# Five working days after the Monday on which it was raised.
LAST_DAY = NOW + dt.timedelta(days=7)


@pytest.fixture
def adviser() -> User:
    return make_user("Andy Adviser", Role.ADVISER)


@pytest.fixture
def officer() -> User:
    return make_user("Oli Officer", Role.OFFICER)


def sent(now: dt.datetime = NOW) -> list[tuple[str, str]]:
    """To whom what went, since the last time."""
    mail.outbox.clear()
    drain(now)
    return sorted((message.to[0], message.subject) for message in mail.outbox)


def test_lead_is_asked_once_by_a_message_that_names_nobody(clerk: User, adviser: User) -> None:
    case = make_case()
    first = raised(case, adviser, clerk)
    raised(case, adviser, clerk, words="His mother rang.", read=first)
    assert sent() == [(adviser.email, "You are asked to take something on")]
    said = mail.outbox[0].subject + mail.outbox[0].body
    for word in (
        case.reference,
        case.child.forename,
        case.child.surname,
        "Andy",
        "risk.",
        "ignificant",
        "rang",
    ):
        assert word not in said
    assert sent() == []
    assert set(Dispatch.objects.values_list("inputs", flat=True).get(kind=ASK)) == {"person", "again"}


def test_two_workers_and_a_retry_send_one_message(clerk: User, adviser: User) -> None:
    raised(make_case(), adviser, clerk)
    sent_once_by_two_workers()


def test_who_goes_on_hears_again_when_the_risk_rises_and_only_then(clerk: User, adviser: User) -> None:
    case = make_case()
    first = raised(case, adviser, clerk)
    sent()
    answer_risk(risk=first, kind=Kind.ACCEPTED, by=adviser, now=NOW)
    second = raised(case, adviser, clerk, words="The same.", read=first)
    assert sent() == []
    raised(case, adviser, clerk, level=Level.IMMINENT, read=second)
    assert sent() == [(adviser.email, "Something you lead has become more pressing")]


@pytest.mark.parametrize("why", ["denied", "closed", "answered", "another"])
def test_nobody_is_asked_who_is_not_to_lead_any_more(why: str, clerk: User, adviser: User) -> None:
    risk = raised(make_case(), adviser, clerk)
    if why == "denied":
        Denial.objects.create(case=risk.case, user=adviser, source="test", since=NOW)
    elif why == "closed":
        User.objects.filter(pk=adviser.pk).update(is_active=False)
    elif why == "answered":
        answer_risk(risk=risk, kind=Kind.ACCEPTED, by=adviser, now=NOW)
    else:
        other = make_user("B. Other", Role.ADVISER)
        raised(risk.case, other, clerk, read=risk)
        assert sent() == [(other.email, "You are asked to take something on")]
        return
    assert sent() == []
    assert Dispatch.objects.get(kind=ASK).state == "cancelled"


def test_what_nobody_takes_on_is_told_once_to_those_who_answer_for_it(
    clerk: User, adviser: User, officer: User
) -> None:
    coordinator, other = make_user("C. Owns", Role.COORDINATOR), make_user("C. Other", Role.COORDINATOR)
    case = make_case(coordinator=coordinator)
    raised(case, adviser, clerk)
    sent()
    assert (escalate_risks(NOW), sent()) == (0, [])
    assert [escalate_risks(LATER), escalate_risks(LATER)] == [2, 0]
    wanted = [(one.email, "Something in your cases is overdue") for one in (coordinator, officer)]
    assert sent(LATER) == sorted(wanted)
    assert other.email not in {message.to[0] for message in mail.outbox}
    for word in (case.reference, case.child.surname, "Andy", "risk."):
        assert word not in mail.outbox[0].subject + mail.outbox[0].body
    # The next thing that goes wrong is told once as well.
    late = LAST_DAY + dt.timedelta(days=1)
    answer_risk(risk=Risk.objects.get(), kind=Kind.ACCEPTED, by=adviser, now=LATER)
    assert (escalate_risks(LATER), [escalate_risks(late), escalate_risks(late)]) == (0, [2, 0])
    assert sent(late) == sorted(wanted)


def test_a_no_goes_to_the_officer_at_once(clerk: User, adviser: User, officer: User) -> None:
    risk = raised(make_case(), adviser, clerk)
    sent()
    answer_risk(risk=risk, kind=Kind.DECLINED, words="I leave next week.", by=adviser, now=NOW)
    assert (escalate_risks(NOW), sent()) == (1, [(officer.email, "Something in your cases is overdue")])


def test_one_message_a_day_however_many_are_overdue(clerk: User, adviser: User, officer: User) -> None:
    for _ in range(3):
        raised(make_case(), adviser, clerk)
    sent()
    assert (escalate_risks(LATER), len(sent(LATER))) == (3, 1)
    assert set(Dispatch.objects.filter(kind=LATE).values_list("state", flat=True)) == {"sent"}


def test_whoever_is_shut_out_hears_nothing_nor_of_what_was_put_right(
    clerk: User, adviser: User, officer: User
) -> None:
    restricted, denied, mended = make_case(restricted=True), make_case(), make_case()
    for user in (clerk, adviser):
        until = NOW + dt.timedelta(days=90)
        grant_restricted_case(case=restricted, user=user, until=until, reason="duty", by=officer, now=NOW)
    for case in (restricted, denied):
        raised(case, adviser, clerk)
    Denial.objects.create(case=denied, user=officer, source="test", since=NOW)
    sent()
    assert escalate_risks(LATER) == 0
    risk = raised(mended, adviser, clerk)
    sent()
    assert escalate_risks(LATER) == 1
    answer_risk(risk=risk, kind=Kind.ACCEPTED, by=adviser, now=LATER)
    assert sent(LATER) == []


def test_round_asks_the_same_of_one_and_of_three(
    clerk: User, adviser: User, officer: User, django_assert_num_queries: object
) -> None:
    for rows in (1, 2):
        for _ in range(rows):
            raised(make_case(), adviser, clerk)
        escalate_risks(LATER)
        with django_assert_num_queries(3):  # type: ignore[operator]
            assert escalate_risks(LATER) == 0


def owed(user: User, now: dt.datetime) -> list[tuple[Case, dt.date | None, bool]]:
    return [(line.risk.case, line.tell_by, line.tell_now) for line in open_risks(user, now)]


def test_family_between_panels_is_told_by_somebody(clerk: User, adviser: User, officer: User) -> None:
    risk = raised(make_case(), adviser, clerk)
    assert owed(officer, NOW) == [(risk.case, LAST_DAY.date(), True)]
    assert [line.risk for line in risks_today(officer, NOW)] == [risk]
    tell_of_lead(risk=risk, on=TODAY, how="By telephone", by=officer, now=NOW)
    tell_of_lead(risk=risk, on=TODAY, how="By telephone", by=clerk, now=NOW)
    assert list(risk.steps.values_list("kind", "words", "by")) == [("told", "By telephone", officer.pk)]
    assert AuditEntry.objects.filter(verb="risk.tell", subject=risk.public_id).count() == 1
    assert (owed(officer, LAST_DAY)[0][1:], risks_today(officer, NOW)) == ((None, False), [])
    # The lead professional can still say no; whoever is named then is news to the family.
    answer_risk(risk=risk, kind=Kind.DECLINED, words="I leave next week.", by=adviser, now=NOW)
    assert owed(officer, NOW)[0][1:] == (None, False)
    raised(risk.case, make_user("B. Other", Role.ADVISER), clerk, read=risk)
    assert owed(officer, NOW)[0][2]


def test_the_leads_own_call_tells_the_family_and_the_same_lead_is_no_news(
    clerk: User, adviser: User, officer: User
) -> None:
    called = raised(make_case(), adviser, clerk)
    answer_risk(risk=called, kind=Kind.CONTACTED, on=TODAY, by=adviser, now=NOW)
    assert owed(officer, NOW)[0][1:] == (None, False)
    told = raised(make_case(), adviser, clerk)
    tell_of_lead(risk=told, on=TODAY, how="By telephone", by=officer, now=NOW)
    raised(told.case, adviser, clerk, level=Level.IMMINENT, read=told)
    assert {line[1:] for line in owed(officer, NOW)} == {(None, False)}


def test_word_is_left_to_a_letter_while_one_can_come_in_time(adviser: User, officer: User) -> None:
    day = begin(make_day())
    item = day.items[0]
    raised(item.case, adviser, day.chair, item=item)
    assert owed(officer, NOW)[0] == (item.case, LAST_DAY.date(), False)
    assert risks_today(officer, NOW) == []
    assert owed(officer, LAST_DAY)[0][2]


def test_letter_that_names_the_lead_to_each_parent_is_the_notice(adviser: User) -> None:
    make_contacts()
    home = make_household()
    officer = home.decision.by
    raised(home.case, adviser, home.clerk)
    assert owed(officer, NOW)[0][2] is False
    home.until_released()
    drain()
    letters = home.decision.letters.all()
    assert {letter.facts["lead_professional"] for letter in letters} == {"Andy Adviser"}
    # Hers went to her page; of two parents the one who was written to is not the family.
    assert owed(officer, LAST_DAY)[0][2]
    record_posted(letter=home.letter_to(home.father), posted_on=TODAY, by=home.clerk, now=NOW)
    assert owed(officer, LAST_DAY)[0][1:] == (None, False)
    raised(home.case, make_user("B. Other", Role.ADVISER), home.clerk, read=Risk.objects.get())
    assert owed(officer, NOW)[0][2]


def test_telling_the_family_is_refused_where_it_makes_no_sense(
    clerk: User, adviser: User, officer: User
) -> None:
    watched = raised(make_case(), None, clerk, level=Level.WATCH, review_on=None)
    risk = raised(make_case(), adviser, clerk)
    tomorrow = TODAY + dt.timedelta(days=1)
    for one, on, how, code in (
        (watched, TODAY, "By telephone", "no_lead"),
        (risk, tomorrow, "By telephone", "on"),
        (risk, TODAY - dt.timedelta(days=1), "By telephone", "on"),
        (risk, TODAY, " ", "how"),
    ):
        with pytest.raises(Refused) as no:
            tell_of_lead(risk=one, on=on, how=how, by=officer, now=NOW)
        assert no.value.code == code
    newer = raised(risk.case, adviser, clerk, read=risk)
    with pytest.raises(Refused) as no:
        tell_of_lead(risk=risk, on=TODAY, how="By telephone", by=officer, now=NOW)
    assert no.value.code == "superseded"
    with pytest.raises(Refused):
        tell_of_lead(risk=newer, on=TODAY, how="By telephone", by=adviser, now=NOW)


def test_officer_records_on_the_page_that_the_family_knows(adviser: User, officer: User) -> None:
    now = timezone.now()
    risk = record_risk(
        case=make_case(),
        level=Level.SIGNIFICANT,
        indicators=["notice"],
        lead=adviser,
        review_on=timezone.localdate() + dt.timedelta(days=7),
        by=officer,
        now=now,
    )
    client = as_(officer)
    assert "Tell the family who leads" in words(client.get(reverse("home.view")))
    page, url = reverse("risk.view", args=[risk.public_id]), reverse("risk.tell", args=[risk.public_id])
    assert url in client.get(page).content.decode()
    assert url not in as_(adviser).get(page).content.decode()
    assert "Andy Adviser is the lead professional" in words(client.get(url))
    missing = client.post(url, {"how": "", **boxes("told_on", timezone.localdate())})
    assert (missing.status_code, RiskStep.objects.count()) == (422, 0)
    said = words(
        client.post(url, {"how": "By telephone", **boxes("told_on", timezone.localdate())}, follow=True)
    )
    assert "Family told who leads" in said
    assert "To be told who leads" not in said
    assert "Tell the family who leads" not in words(client.get(reverse("home.view")))
    # No answer of the lead professional's own.
    assert (
        as_(adviser).post(reverse("risk.answer", args=[risk.public_id]), {"does": "told"}).status_code == 422
    )


def test_lead_on_duty_is_offered_between_panels_too(adviser: User, clerk: User) -> None:
    case = make_case()
    assert duty_lead_of(case, TODAY) is None
    make_config(duty_lead=adviser)
    assert duty_lead_of(case, TODAY) == adviser.pk
    page = as_(clerk).get(reverse("risk.raise", args=[case.public_id])).content.decode()
    assert f'<option value="{adviser.pk}" selected>' in page
