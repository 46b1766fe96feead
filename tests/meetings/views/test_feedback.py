"""The pages of feedback: gathered at the item, read on the home page of the setting’s people, and the note of a term."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from meetings.models import Feedback
from panel.models import User
from tests.make import make_case, make_person, make_setting, make_user
from tests.meetings.actions.test_feedback import decided, sent
from tests.meetings.day import Day, advise, after, begin, list_cases, make_day, works_at
from tests.meetings.views.client import as_, shown, this_morning, words

pytestmark = pytest.mark.django_db


def heard(cases: int = 1) -> tuple[Day, User]:
    """A meeting of this morning with requests of one school, and somebody who works there."""
    school, senco = make_setting("Willow Bank School"), make_user("Pat Senco")
    works_at(senco, school)
    day = make_day(0, at=this_morning())
    list_cases(day, *(make_case(setting=school) for _ in range(cases)))
    return begin(day), senco


def test_clerk_gathers_it_and_the_setting_reads_it_once_the_outcome_has_gone_out() -> None:
    day, senco = heard()
    item = day.items[0]
    clerk, page = as_(day.clerk), reverse("feedback.record", args=[item.public_id])
    assert "Give feedback" in words(clerk.get(reverse("item.view", args=[item.public_id])))
    answer = clerk.post(
        page, {"good": ["plan"], "gaps_words": "Write down where each child began."}, follow=True
    )
    assert ("The feedback is kept." in words(answer), "Change the feedback" in words(answer)) == (True, True)
    advise(day, item, now=after(day, 5))
    client = as_(senco)
    assert "Feedback from panels" not in words(client.get(reverse("home.view")))
    assert "No feedback yet" in words(client.get(reverse("feedback.list")))
    sent(decided(item, day.officer), day.clerk)
    for url in (reverse("home.view"), reverse("feedback.list")):
        shown = words(client.get(url))
        assert ("Write down where each child began." in shown, "Whether to assess: assess." in shown) == (
            True,
            True,
        )
        assert item.case.child.surname not in shown
    note = words(client.get(reverse("feedback.note")))
    assert ("1 request with feedback" in note, "not enough to say" in note) == (True, True)
    assert "No feedback on a request" in words(client.get(reverse("feedback.note") + "?before"))


def test_empty_feedback_is_refused_beside_its_cause_and_a_strand_twice_too() -> None:
    day, _ = heard()
    client, page = as_(day.chair), reverse("feedback.record", args=[day.items[0].public_id])
    assert "Tick what the panel saw, or say it in words." in words(client.post(page, {"good_words": " "}))
    both = client.post(page, {"good": ["plan"], "gaps": ["plan"], "good_words": "A diary."})
    assert (both.status_code, Feedback.objects.count()) == (422, 0)
    assert "is ticked as good practice and as a gap" in words(both)
    assert "A diary." in both.content.decode()


def test_second_person_writing_at_once_is_told_and_loses_nothing() -> None:
    day, _ = heard()
    page = reverse("feedback.record", args=[day.items[0].public_id])
    as_(day.clerk).post(page, {"good": ["plan"]})
    late = as_(day.chair).post(page, {"good": ["voice"], "good_words": "They asked the child."})
    assert (late.status_code, Feedback.objects.count()) == (409, 1)
    assert "They asked the child." in late.content.decode()
    read = str(Feedback.objects.get().public_id)
    as_(day.chair).post(page, {"good": ["voice"], "read": read})
    assert Feedback.objects.standing().get().good == ["voice"]


def test_member_neither_reads_nor_gives_it() -> None:
    day, _ = heard()
    item = day.items[0]
    as_(day.clerk).post(reverse("feedback.record", args=[item.public_id]), {"good": ["plan"]})
    nurse = as_(day.nurse)
    assert "Feedback to the setting" not in words(nurse.get(reverse("item.view", args=[item.public_id])))
    assert nurse.get(reverse("feedback.record", args=[item.public_id])).status_code == 403
    assert nurse.get(reverse("feedback.list")).status_code == 403


@pytest.mark.parametrize(("name", "queries"), [("feedback.list", 7), ("feedback.note", 7), ("home.view", 15)])
def test_page_costs_the_same_with_one_and_with_three(
    name: str, queries: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    day, senco = heard(3)
    client, counts = as_(senco), []
    for items in (day.items[:1], day.items[1:]):
        for item in items:
            item.state = "in_discussion"
            item.started_at = after(day, 2)
            item.save(update_fields=["state", "started_at"])
            advise(day, item, now=after(day, 5))
            as_(day.clerk).post(reverse("feedback.record", args=[item.public_id]), {"good": ["plan"]})
            sent(decided(item, day.officer), day.clerk)
        client.get(reverse(name))
        with django_assert_max_num_queries(queries) as captured:
            client.get(reverse(name))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_name_is_asked_about_beside_the_words_and_they_are_kept() -> None:
    day, _ = heard()
    item = day.items[0]
    client, page = as_(day.clerk), reverse("feedback.record", args=[item.public_id])
    assert "names_nobody" not in client.get(page).content.decode()
    typed = {"gaps": ["voice"], "gaps_words": f"Ask {item.case.child.forename} what helps."}
    answer = client.post(page, typed)
    assert (answer.status_code, Feedback.objects.count()) == (422, 0)
    assert list(answer.context["form"].errors) == ["gaps_words"]
    page_now = answer.content.decode()
    assert (typed["gaps_words"] in page_now, 'name="names_nobody"' in page_now) == (True, True)
    assert client.post(page, {**typed, "names_nobody": "on", **shown(answer)}).status_code == 302
    assert Feedback.objects.get().gaps_words == typed["gaps_words"]


def test_tick_for_one_name_lets_no_other_through() -> None:
    school, day = make_setting("Willow Bank School"), make_day(0, at=this_morning())
    list_cases(day, make_case(setting=school, child=make_person("Will", "Ashdown")))
    begin(day)
    client, page = as_(day.clerk), reverse("feedback.record", args=[day.items[0].public_id])
    first = client.post(page, {"good_words": "Will the plan be read by all?"})
    assert shown(first) == {"names_shown": ["Will"]}
    ticked = {"names_nobody": "on", **shown(first)}
    second = client.post(page, {"good_words": "Will Ashdown is well supported by Nia Nurse.", **ticked})
    assert (second.status_code, Feedback.objects.count()) == (422, 0)
    assert shown(second) == {"names_shown": ["Will", "Will Ashdown", "Nia Nurse"]}
    assert not second.context["form"]["names_nobody"].value()
    assert client.post(page, {"good_words": "Will the plan be read by all?", **ticked}).status_code == 302
