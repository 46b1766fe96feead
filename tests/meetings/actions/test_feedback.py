"""Feedback is gathered at the item, and reaches the people of the setting with the outcome, never before."""

import datetime as dt
from typing import Any

import pytest

from meetings.actions.feedback import record_feedback
from meetings.models import AgendaItem, Decision, Feedback, Letter, Sent
from meetings.queries.feedback import feedback_of, notes_of, told_feedback
from meetings.rules.feedback import term_before, term_of
from panel.actions.access import grant_restricted_case
from panel.models import Address, AuditEntry, AuditValue, Case, Denial, Relationship, Setting, User
from panel.platform.policy import Refused
from tests.make import NOW, TODAY, make_case, make_document, make_parent, make_person, make_setting, make_user
from tests.meetings.day import Day, advise, after, begin, list_cases, make_day, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(db: None) -> Setting:
    return make_setting("Willow Bank School")


@pytest.fixture
def senco(school: Setting) -> User:
    user = make_user("Pat Senco")
    works_at(user, school)
    return user


def heard_at(school: Setting | None, **fields: Any) -> Day:
    day = make_day(0)
    list_cases(day, make_case(setting=school, **fields))
    return begin(day)


def given(day: Day, *, item: AgendaItem | None = None, **fields: Any) -> Feedback:
    values: dict[str, Any] = {"good": ["plan"], "gaps": ["voice"], "by": day.clerk, "now": after(day, 6)}
    return record_feedback(item=item or day.items[0], **{**values, **fields})


def decided(item: AgendaItem, by: User) -> Decision:
    """A decision on the item, as its officer would record it."""
    advice = item.recommendations.get()
    decision = Decision(
        case=item.case,
        item=item,
        recommendation=advice,
        config=item.meeting.config,
        stage=advice.stage,
        route="panel",
        outcome=advice.outcome,
        test_version=advice.test_version,
        answers=advice.answers,
        reasons=advice.reasons,
        delegation_reference="SEND 4.2",
        by=by,
        by_role="officer",
        decided_at=NOW,
        entered_at=NOW,
    )
    decision.save()
    return decision


def sent(decision: Decision, by: User) -> None:
    """The letter of that decision has gone out."""
    tie = Relationship.objects.filter(child=decision.case.child).first()
    assert tie is not None
    letter = Letter(
        decision=decision,
        recipient=tie.person,
        relationship=tie,
        address=Address.objects.get(person=tie.person),
        version=1,
        facts={},
        content_sha256="0" * 64,
        author=by,
        drafted_at=NOW,
    )
    letter.save()
    document = make_document("letter")
    Sent(letter=letter, document=document, letter_on=TODAY, channel="online", at=NOW).save()


def told(day: Day, **fields: Any) -> Feedback:
    """Feedback on the first item, whose outcome has gone out."""
    advise(day, day.items[0])
    feedback = given(day, **fields)
    sent(decided(day.items[0], day.officer), day.clerk)
    return feedback


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_newer_feedback_takes_the_place_of_the_older_and_a_stale_one_is_refused(school: Setting) -> None:
    day = heard_at(school)
    first = given(day)
    with pytest.raises(Refused) as no:
        given(day)
    assert no.value.code == "stale"
    second = given(
        day, by=day.chair, good=["voice", "plan"], gaps=[], gaps_words="Write down the measure.", read=first
    )
    line = feedback_of(day.items[0])
    assert line is not None
    assert (line.feedback, second.good, second.supersedes) == (second, ["plan", "voice"], first)
    case = day.items[0].case
    assert AuditEntry.objects.filter(verb="feedback.record", case=case.public_id).count() == 2


def test_nothing_is_said_of_what_was_not_heard_or_has_no_setting(school: Setting) -> None:
    day = make_day(0)
    list_cases(day, make_case(setting=school), make_case())
    begin(day)
    advise(day, day.items[0])
    with pytest.raises(Refused) as no:
        given(day, item=day.items[1])
    assert no.value.code == "no_setting"
    Case.objects.filter(pk=day.items[1].case_id).update(setting=school)
    with pytest.raises(Refused) as no:
        given(day, item=AgendaItem.objects.get(pk=day.items[1].pk))
    assert no.value.code == "not_heard"


def test_member_gives_none_and_a_recused_chair_neither(school: Setting) -> None:
    day = heard_at(school)
    with pytest.raises(Refused) as no:
        given(day, by=day.nurse)
    assert no.value.code == "not_allowed"
    Denial.objects.create(case=day.items[0].case, user=day.chair, source="test", since=NOW)
    with pytest.raises(Refused) as no:
        given(day, by=day.chair)
    assert no.value.code == "recused"


def test_setting_reads_it_with_the_outcome_and_not_before(school: Setting, senco: User) -> None:
    day = heard_at(school)
    advise(day, day.items[0])
    feedback = given(day)
    assert told_feedback(senco, NOW) == ()
    decision = decided(day.items[0], day.officer)
    assert told_feedback(fresh(senco), NOW) == ()
    sent(decision, day.clerk)
    (line,) = told_feedback(fresh(senco), NOW)
    assert (line.feedback, line.outcome) == (feedback, "Assess")


def test_nobody_but_the_people_of_that_setting_reads_it(school: Setting, senco: User) -> None:
    day = heard_at(school)
    told(day)
    elsewhere = make_user("Other Senco")
    works_at(elsewhere, make_setting("Hill Top School"))
    left = make_user("Former Senco")
    works_at(left, school)
    left.memberships.update(ends_on=TODAY - dt.timedelta(days=1))
    readers = [senco, elsewhere, left, day.head, day.nurse]
    assert [len(told_feedback(fresh(user), NOW)) for user in readers] == [1, 0, 0, 0, 0]


def test_it_stays_with_the_setting_it_is_about_when_the_child_moves_on(school: Setting, senco: User) -> None:
    day = heard_at(school)
    told(day)
    new_school, reader = make_setting("Hill Top School"), make_user("Other Senco")
    works_at(reader, new_school)
    Case.objects.update(setting=new_school)
    assert [len(told_feedback(fresh(user), NOW)) for user in (senco, reader)] == [1, 0]


def test_recused_head_and_a_restricted_case_stay_closed(school: Setting, senco: User) -> None:
    day = heard_at(school)
    told(day)
    case = day.items[0].case
    denial = Denial.objects.create(case=case, user=senco, source="test", since=NOW)
    assert told_feedback(fresh(senco), NOW) == ()
    denial.lifted_at = NOW
    denial.save(update_fields=["lifted_at"])
    Case.objects.update(restricted=True)
    assert told_feedback(fresh(senco), NOW) == ()
    case.refresh_from_db()
    until = NOW + dt.timedelta(days=9)
    grant_restricted_case(case=case, user=senco, until=until, reason="duty", by=day.officer, now=NOW)
    assert len(told_feedback(fresh(senco), NOW)) == 1


def test_note_of_a_term_counts_what_was_told_of_ones_own_setting(school: Setting, senco: User) -> None:
    day = heard_at(school)
    told(day)
    (note,) = notes_of(senco, term_of(TODAY), NOW)
    assert (note.setting, note.requests) == (school, 1)
    counts = {line.label: (line.good, line.gaps, line.others_gaps) for line in note.strands}
    assert counts["The child’s and the family’s voice"] == (0, 1, "not enough to say")
    (before,) = notes_of(senco, term_before(term_of(TODAY)), NOW)
    assert before.requests == 0
    assert notes_of(day.nurse, term_of(TODAY), NOW) == ()


def robins_day(school: Setting) -> Day:
    """A day about Robin Ashdown, whose mother is May Ashdown, with the case of Ada Quill on the same list."""
    robin = make_person("Robin", "Ashdown", born_on=dt.date(2018, 5, 4), upn="A123456789012")
    ada = make_person("Ada", "Quill", born_on=dt.date(2017, 8, 9))
    make_parent(robin, "May")
    day = make_day(0)
    list_cases(
        day,
        make_case(child=robin, setting=school, parents=0, reference="EHC-26-0816"),
        make_case(child=ada, reference="EHC-26-0815"),
    )
    return begin(day)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Robin Ashdown was asked what helps him.", "“Robin Ashdown” is a name"),
        ("What helps ROBIN was written down.", "“Robin” is a name"),
        ("The family (Ashdown) was at each review, and May wrote.", "“Ashdown”, “May” are names"),
        ("Nia liked the diary.", "“Nia” is a name"),
        ("Nia Nurse liked the diary.", "“Nia Nurse” is a name"),
        ("nia nurse liked the diary, as robin did.", "“Nia Nurse”, “Robin” are names"),
        ("DOB 04.05.2018", "“04/05/2018” tells which child this is."),
        ("As with a123456789012.", "“A123456789012” tells which child this is."),
        ("The parent of ehc-26-0816 said so.", "“EHC-26-0816” tells which child this is."),
    ],
)
def test_name_we_know_is_kept_only_once_somebody_says_it_names_nobody(
    school: Setting, words: str, named: str
) -> None:
    day = robins_day(school)
    for field in ("good_words", "gaps_words"):
        with pytest.raises(Refused) as no:
            given(day, **{field: words})
        assert (no.value.code, no.value.field) == ("names", field)
        assert no.value.sentence.startswith(named)
    shown = no.value.parts[0].names
    with pytest.raises(Refused):
        given(day, good_words=f"{words} The singer was Grace Ashdown.", names_nobody=shown[:-1])
    assert given(day, good_words=words, names_nobody=shown).good_words == words
    (entry,) = AuditEntry.objects.filter(verb="feedback.record")
    assert AuditValue.objects.get(entry=entry).values == {
        "good": ["plan"],
        "gaps": ["voice"],
        "names_nobody": True,
    }


@pytest.mark.parametrize(
    "words",
    [
        "As with Ada Quill, nobody measured where she began.",
        "The plan of EHC-26-0815 was better.",
        "See ehc-26-0815.",
    ],
)
def test_another_childs_name_or_reference_is_never_kept(school: Setting, words: str) -> None:
    day = robins_day(school)
    with pytest.raises(Refused) as no:
        given(day, gaps_words=words, names_nobody=[words, "Ada Quill", "EHC-26-0815"])
    assert (no.value.code, no.value.field) == ("another_case", "gaps_words")
    assert Feedback.objects.count() == 0


def test_words_without_a_name_and_small_letters_are_kept(school: Setting) -> None:
    day = robins_day(school)
    words = "It may help to write down what the nurse and the head heard."
    assert given(day, good_words=words).good_words == words
