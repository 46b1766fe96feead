"""A setting is told the outcome of a request of its own, and the note of a term: by message where it has accounts, else on paper."""

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse

from meetings.actions.setting_notices import record_notice_sent, tell_notes_of_term, tell_setting
from meetings.letters.sending import record_posted
from meetings.models import AgendaItem, Decision, NoticeSent, SettingNotice
from meetings.models.setting_notices import NOTICE
from meetings.queries.setting_notices import sheet_of, to_send_on_paper
from panel.actions.access import grant_restricted_case
from panel.models import AuditEntry, Case, Denial, Dispatch, Membership, Setting, User
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_case, make_setting, make_user
from tests.meetings.actions.test_feedback import decided as decided_on
from tests.meetings.actions.test_feedback import given, heard_at, sent, told
from tests.meetings.claims import sent_once_by_two_workers
from tests.meetings.day import advise, after, begin, list_cases, make_day, works_at
from tests.meetings.letters.household import Household, drain, make_contacts, make_decision, make_household
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db
READY = "An outcome for your setting is ready"
NEXT_TERM = dt.datetime(2027, 1, 11, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def school(db: None) -> Setting:
    return make_setting("Willow Bank School")


@pytest.fixture
def senco(school: Setting) -> User:
    user = make_user("Pat Senco")
    works_at(user, school)
    return user


def written() -> list[str]:
    """To whom messages about settings went, since the last time; to the families go others."""
    mail.outbox.clear()
    drain(NOW)
    return sorted(one.to[0] for one in mail.outbox if one.subject != "A letter is ready for you")


def decided(school: Setting, *, restricted: bool = False) -> tuple[Decision, SettingNotice | None]:
    """A decision on a request of the school whose letter has gone, with the notice it makes."""
    decision = make_decision(make_case(setting=school, restricted=restricted), outcome="assess")
    tell_setting(decision, NOW)
    tell_setting(decision, NOW)
    return decision, SettingNotice.objects.filter(decision=decision).first()


def home_of(school: Setting) -> Household:
    make_contacts()
    home = make_household()
    home.decision.case.setting = school
    Case.objects.filter(pk=home.case.pk).update(setting=school)
    home.case.refresh_from_db()
    return home


def test_setting_hears_when_the_letter_goes_and_not_before_and_once(school: Setting, senco: User) -> None:
    home = home_of(school)
    home.draft()
    drain()
    assert (SettingNotice.objects.count(), Dispatch.objects.filter(kind=NOTICE).count()) == (0, 0)
    for letter in home.decision.letters.all():
        home.release(letter)
    assert written() == [senco.email]
    (message,) = [one for one in mail.outbox if one.to == [senco.email]]
    assert message.subject == READY
    for word in (
        home.case.reference,
        home.case.child.surname,
        home.case.child.forename,
        school.name,
        "assess",
    ):
        assert word not in message.subject + message.body
    # The father's letter goes later, by post: of the same decision nothing more is said.
    record_posted(letter=home.letter_to(home.father), posted_on=TODAY, by=home.clerk, now=NOW)
    assert (written(), SettingNotice.objects.count()) == ([], 1)
    assert list(to_send_on_paper(home.clerk, NOW)) == []


def test_two_workers_and_a_retry_send_one_message(school: Setting, senco: User) -> None:
    decided(school)
    sent_once_by_two_workers()


def test_where_nobody_has_an_account_the_clerk_sends_a_sheet(school: Setting, clerk: User) -> None:
    decision, notice = decided(school)
    assert notice is not None
    assert (written(), list(to_send_on_paper(clerk, NOW))) == ([], [notice])
    client = as_(clerk)
    assert "1 for settings, to send on paper" in words(client.get(reverse("home.view")))
    assert decision.case.reference in words(client.get(reverse("notice.list")))
    page = words(client.get(reverse("notice.view", args=[notice.public_id])))
    for said in (decision.case.reference, "Willow Bank School", "23 November 2026", "Print this sheet"):
        assert said in page
    # A head without an account has to know whom it is about; what the family said, and why it was decided so, stand in no sheet.
    assert decision.case.child.full_name in page
    for kept in (decision.reasons[:40], "His reading grew"):
        assert kept not in page
    assert AuditEntry.objects.filter(verb="notice.view", subject=notice.public_id).count() == 1
    url = reverse("notice.send", args=[notice.public_id])
    wrong = client.post(url, {"how": "", **boxes("on", notice.at.date())})
    assert (wrong.status_code, NoticeSent.objects.count()) == (422, 0)
    for _ in range(2):
        record_notice_sent(notice=notice, on=TODAY, how="By post to the head", by=clerk, now=NOW)
    assert (NoticeSent.objects.count(), list(to_send_on_paper(clerk, NOW))) == (1, [])
    assert AuditEntry.objects.filter(verb="notice.send", subject=notice.public_id).count() == 1
    assert "for settings, to send on paper" not in words(client.get(reverse("home.view")))
    assert "By post to the head" in words(client.get(reverse("notice.view", args=[notice.public_id])))


def test_child_is_named_on_the_paper_and_not_to_everybody_of_the_setting_with_an_account(
    school: Setting, senco: User, clerk: User
) -> None:
    decision, notice = decided(school)
    assert notice is not None
    url, name = reverse("notice.view", args=[notice.public_id]), decision.case.child.full_name
    seen = {user.name: name in words(as_(user).get(url)) for user in (clerk, senco)}
    assert seen == {clerk.name: True, senco.name: False}


@pytest.mark.parametrize(
    ("on", "how", "code"),
    [
        (TODAY, " ", "how"),
        (TODAY + dt.timedelta(days=1), "Post", "on"),
        (TODAY - dt.timedelta(days=1), "Post", "on"),
    ],
)
def test_sheet_is_not_said_to_have_gone_at_an_impossible_time(
    on: dt.date, how: str, code: str, school: Setting, clerk: User
) -> None:
    _, notice = decided(school)
    assert notice is not None
    with pytest.raises(Refused) as no:
        record_notice_sent(notice=notice, on=on, how=how, by=clerk, now=NOW)
    assert (no.value.code, no.value.field) == (code, code)


@pytest.mark.parametrize("why", ["denied", "left", "closed"])
def test_whoever_lost_the_case_is_not_written_to_and_the_sheet_is_the_clerks(
    why: str, school: Setting, senco: User, clerk: User
) -> None:
    decision, notice = decided(school)
    if why == "denied":
        Denial.objects.create(case=decision.case, user=senco, source="test", since=NOW)
    elif why == "left":
        Membership.objects.filter(user=senco).update(ends_on=TODAY - dt.timedelta(days=1))
    else:
        User.objects.filter(pk=senco.pk).update(is_active=False)
    assert (written(), list(to_send_on_paper(clerk, NOW))) == ([], [notice])


def test_recused_head_gets_nothing_and_somebody_else_there_does(school: Setting, senco: User) -> None:
    head = make_user("Hetty Head")
    works_at(head, school)
    case = make_case(setting=school)
    Denial.objects.create(case=case, user=head, source="test", since=NOW)
    decision = make_decision(case, outcome="assess")
    tell_setting(decision, NOW)
    assert written() == [senco.email]
    notice = SettingNotice.objects.get()
    page = reverse("notice.view", args=[notice.public_id])
    assert [as_(user).get(page).status_code for user in (senco, head)] == [200, 404]
    assert "Outcome of" in words(as_(senco).get(reverse("home.view")))
    assert "Outcome of" not in words(as_(head).get(reverse("home.view")))


def test_restricted_case_is_told_to_those_named_for_it_alone(
    school: Setting, senco: User, clerk: User
) -> None:
    decision, notice = decided(school, restricted=True)
    assert (written(), list(to_send_on_paper(clerk, NOW))) == ([], [])
    officer = make_user("Olga Officer", Role.OFFICER)
    until = NOW + dt.timedelta(days=30)
    grant_restricted_case(case=decision.case, user=clerk, until=until, reason="duty", by=officer, now=NOW)
    assert list(to_send_on_paper(clerk, NOW)) == [notice]
    other = make_case(setting=school, restricted=True)
    grant_restricted_case(case=other, user=senco, until=until, reason="duty", by=officer, now=NOW)
    tell_setting(make_decision(other, outcome="assess", by=officer), NOW)
    assert written() == [senco.email]


def test_sheet_carries_the_feedback_of_that_setting(school: Setting, clerk: User) -> None:
    day = heard_at(school)
    feedback = told(day)
    decision = Decision.objects.get()
    tell_setting(decision, NOW)
    sheet = sheet_of(SettingNotice.objects.get(), clerk, NOW)
    assert sheet.feedback is not None
    assert (sheet.feedback.feedback, sheet.outcome) == (feedback, "Assess")
    # Of a school the child has come from nothing is said to the one it went to.
    elsewhere = SettingNotice(setting=make_setting("Elm School"), decision=decision, at=NOW)
    assert sheet_of(elsewhere, clerk, NOW).feedback is None


def test_note_of_a_term_is_told_once_when_it_is_over(school: Setting, senco: User, clerk: User) -> None:
    elm = make_setting("Elm School")
    day = make_day(0)
    _, second = list_cases(day, make_case(setting=school), make_case(setting=elm))
    told(begin(day))
    AgendaItem.objects.filter(pk=second.pk).update(state="in_discussion", started_at=after(day, 6))
    second.refresh_from_db()
    advise(day, second, now=after(day, 9))
    given(day, item=second, now=after(day, 10))
    sent(decided_on(second, day.officer), day.clerk)
    mail.outbox.clear()
    assert tell_notes_of_term(NOW) == 0
    assert [tell_notes_of_term(NEXT_TERM), tell_notes_of_term(NEXT_TERM)] == [2, 0]
    drain(NEXT_TERM)
    assert [(one.to[0], one.subject) for one in mail.outbox] == [
        (senco.email, "A note for your setting is ready")
    ]
    (notice,) = to_send_on_paper(clerk, NEXT_TERM)
    assert notice.setting == elm
    page = words(as_(clerk).get(reverse("notice.view", args=[notice.public_id])))
    assert ("Feedback from panels, autumn term 2026" in page, "1 request with feedback" in page) == (
        True,
        True,
    )


def test_feedback_that_was_not_told_makes_no_note(school: Setting, senco: User) -> None:
    given(heard_at(school))
    assert tell_notes_of_term(NEXT_TERM) == 0


def test_child_without_a_setting_has_nobody_to_tell() -> None:
    tell_setting(make_decision(make_case(setting=None), outcome="assess"), NOW)
    assert not SettingNotice.objects.exists()
