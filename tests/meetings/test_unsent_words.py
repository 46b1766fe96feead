"""Words a clerk has begun to write out and not sent: kept as she writes, for the clerks alone, and overwritten by nobody in silence."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from meetings.actions.finishing import keep_unsent, take_back_words
from meetings.actions.live import Collided, Saved, save_revision
from meetings.actions.minutes import prepare_minutes
from meetings.actions.recommend import set_aside_recommendation
from meetings.models import Recommendation, Revision, WordsDraft
from meetings.queries.decisions import current_recommendation
from meetings.queries.finishing import drafted, words_to_confirm
from meetings.queries.minutes import blockers
from meetings.queries.sheets import freeze
from meetings.queries.unsent import unsent_words
from panel.models import Case, Support, User
from panel.platform.policy import Role
from tests.make import NOW, make_user
from tests.meetings.actions.test_correct import LIMBS
from tests.meetings.actions.test_finishing import KEY, confirm, finish, posted, short
from tests.meetings.day import REASONS, Day, advise, after, begin, closed, heard, make_day, refresh
from tests.meetings.signed import code, signed_day
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db
HALF = "Small steps only, for"


def base(day: Day) -> str:
    return unsent_words(day.items[0], current_recommendation(day.items[0])).base


def keep(day: Day, reasons: str = HALF, **fields: Any) -> Saved | Collided:
    refresh(day)
    values = {
        "item": day.items[0],
        "n": 1,
        "edit_id": uuid.uuid4(),
        "words": {"base": base(day), "reasons": reasons},
        "by": day.clerk,
        "now": after(day, 61),
    }
    return keep_unsent(**{**values, **fields})


def second_clerk() -> User:
    return make_user("Carla Clerk", Role.CLERK)


# who, and when


def test_only_a_clerk_keeps_them_and_they_stand_for_nothing() -> None:
    day = short()
    closed(day)
    for nobody in (day.chair, day.vice, day.nurse, day.officer):
        assert code(keep, day, by=nobody) == "not_allowed"
    keep(day)
    advice = current_recommendation(day.items[0])
    assert (drafted(advice).waits, advice.reasons) == (None, Recommendation.objects.get().reasons)
    assert words_to_confirm(day.chair, after(day, 62)) == ()
    assert [stop.code for stop in blockers(day.meeting)] == ["words_to_finish"]


def test_room_does_not_write_them_and_they_need_a_recommendation() -> None:
    day = begin(make_day())
    room = {"item": day.items[0], "group": "finish", "n": 1, "edit_id": uuid.uuid4(), "data": {}}
    assert code(save_revision, **room, by=day.clerk, now=after(day, 3)) == "unknown_group"
    given = {"item": day.items[0], "n": 1, "edit_id": uuid.uuid4(), "words": {"reasons": HALF}}
    assert code(keep_unsent, **given, by=day.clerk, now=after(day, 3)) == "no_recommendation"


def test_nothing_is_kept_beside_signed_minutes() -> None:
    day = signed_day()
    words_then = {"base": base(day), "reasons": HALF}
    values = {"item": day.items[0], "n": 1, "edit_id": uuid.uuid4(), "words": words_then, "by": day.clerk}
    assert code(keep_unsent, **values, now=after(day, 600)) == "signed"


def test_second_clerk_gets_both_texts() -> None:
    day = short()
    other = second_clerk()
    assert isinstance(keep(day), Saved)
    assert keep(day, "Quite another text", by=other) == Collided(
        Revision.objects.get(), {"base": base(day), "reasons": "Quite another text"}
    )
    assert isinstance(keep(day, "Both", by=other, n=2), Saved)


def test_they_go_on_from_the_words_they_were_begun_from_and_from_no_others() -> None:
    day = short()
    item = day.items[0]

    def going_on() -> tuple[bool, bool]:
        found = unsent_words(item, current_recommendation(item))
        return found.begun is not None, bool(found.left)

    assert going_on() == (False, False)
    keep(day)
    assert going_on() == (True, False)
    # The chair finishes them without waiting: what the clerk has is kept to be read, and is in no field any more.
    confirm(day)
    assert going_on() == (False, True)


def test_what_was_sent_is_left_behind_by_nothing_that_follows() -> None:
    day = short()
    item = day.items[0]
    keep(
        day,
        words={"base": base(day), "reasons": REASONS, **{f"limbs-{k}_reasons": v for k, v in LIMBS.items()}},
    )
    finish(day)
    found = unsent_words(item, current_recommendation(item))
    assert (found.begun, found.left) == (None, ())
    take_back_words(item=item, by=day.clerk, now=after(day, 75))
    found = unsent_words(item, current_recommendation(item))
    assert (found.begun, found.left) == (None, ())


def test_minutes_do_not_have_them() -> None:
    day = make_day()
    heard(day)
    closed(day)
    keep(day, "Nobody ever said this.")
    [(_, sheet)] = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    assert "Nobody ever said this." not in str(sheet)
    prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 75))


# the page


def there(day: Day) -> str:
    return reverse("recommendation.finish", args=[day.items[0].public_id])


def hidden(client: Client, day: Day) -> dict[str, str]:
    """The hidden numbers of the page, as a browser would send them back."""
    page = client.get(there(day)).content.decode()
    found = dict(re.findall(r'type="hidden" name="([a-z-]+)" value="([^"]*)"', page))
    return {name: found[name] for name in ("finish-n", "finish-edit", "base", "once")}


def typed(client: Client, day: Day, reasons: str = HALF, **more: Any) -> dict[str, Any]:
    return {**posted(reasons), **hidden(client, day), **more}


def test_clerk_who_is_called_away_goes_on_at_another_computer() -> None:
    day = short()
    closed(day)
    clerk = as_(day.clerk)
    away = clerk.post(there(day), typed(clerk, day, later="1"), follow=True)
    assert f"Item 1: kept. {day.chair.name} does not see it before you send it." in words(away)
    page = as_(day.clerk).get(there(day))
    assert f">{HALF}</textarea>" in re.sub(r">\s+", ">", page.content.decode())
    assert f"{day.clerk.name} saved it on" in words(page)
    assert there(day) in as_(day.clerk).get(reverse("home.view")).content.decode()
    assert not WordsDraft.objects.exists()


@pytest.mark.parametrize("who", ["chair", "officer", "nurse"])
def test_nobody_else_reads_them_on_any_page(who: str) -> None:
    day = short()
    closed(day)
    keep(day, "Half a sentence that nobody reads")
    client = as_(getattr(day, who))
    item = day.items[0].public_id
    names = ("item.view", "recommendation.correct", "recommendation.finish", "decision.record")
    pages = [client.get(reverse(name, args=[item])) for name in names]
    assert [page.status_code for page in pages if "Half a sentence" in page.content.decode()] == []
    assert client.get(there(day)).status_code in {403, 404}
    assert client.post(there(day), {"later": "1"}).status_code in {403, 404}


def test_clerk_who_may_not_see_the_item_keeps_nothing() -> None:
    day = short()
    Case.objects.update(restricted=True)
    assert as_(day.clerk).post(there(day), {"only": "finish"}).status_code == 404
    assert not Revision.objects.exists()


def test_it_saves_itself_as_it_is_written() -> None:
    day = short()
    clerk, part = as_(day.clerk), as_(day.clerk, page=False)
    first = part.post(there(day), typed(clerk, day, only="finish"))
    assert (first.status_code, 'name="finish-n" value="2"' in first.content.decode()) == (200, True)
    assert Revision.objects.get().data == {
        "base": base(day),
        "reasons": HALF,
        **{f"limbs-{k}_reasons": v for k, v in LIMBS.items()},
    }


def test_same_words_are_not_kept_twice() -> None:
    day = short()
    clerk = as_(day.clerk)
    for _ in range(2):
        clerk.post(there(day), typed(clerk, day, later="1"))
    assert Revision.objects.count() == 1


def test_what_cannot_be_sent_yet_is_kept_all_the_same() -> None:
    day = short()
    clerk = as_(day.clerk)
    refused = clerk.post(there(day), typed(clerk, day))
    assert (refused.status_code, WordsDraft.objects.count()) == (422, 0)
    assert Revision.objects.get().data["reasons"] == HALF
    assert f">{HALF}</textarea>" in re.sub(r">\s+", ">", clerk.get(there(day)).content.decode())


def test_sent_words_are_kept_and_sent_once() -> None:
    day = short()
    clerk = as_(day.clerk)
    sent = typed(clerk, day, REASONS)
    assert [clerk.post(there(day), sent).status_code for _ in range(2)] == [302, 302]
    assert (WordsDraft.objects.count(), Revision.objects.count()) == (1, 1)
    page = words(clerk.get(there(day)))
    assert ("sent words on" in page, "saved it on" in page) == (True, False)


@pytest.mark.parametrize("how", ["only", "later", "send"])
def test_two_clerks_see_both_texts_before_one_is_kept(how: str) -> None:
    day = short()
    mine = as_(day.clerk, page=how != "only")
    sent = typed(as_(day.clerk), day, f"{REASONS} Mine.", **({} if how == "send" else {how: "finish"}))
    other = second_clerk()
    keep(day, "The words of the other clerk", by=other)
    clash = mine.post(there(day), sent)
    assert (clash.status_code, WordsDraft.objects.count(), Revision.objects.count()) == (409, 0, 1)
    said = words(clash)
    assert "Carla Clerk saved this at" in said
    assert ("The words of the other clerk" in said, "Mine." in said, "Keep theirs" in said) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("choice", "reasons"),
    [("mine", "Mine"), ("theirs", "Theirs"), ("merge", "Theirs\n\nMine")],
)
def test_either_or_both_are_kept_as_she_chooses(choice: str, reasons: str) -> None:
    day = short()
    clerk = as_(day.clerk)
    sent = typed(clerk, day, "Mine")
    keep(day, "Theirs", by=second_clerk())
    part = as_(day.clerk, page=False).post(
        there(day), {**sent, "choice": f"{choice}:finish", "finish-theirs": "1"}
    )
    assert part.status_code == 200
    assert 'id="finish"' in part.content.decode()
    assert Revision.objects.order_by("-n").first().data["reasons"] == reasons
    assert f"{reasons}</textarea>" in part.content.decode()


def test_what_was_typed_while_the_chair_confirmed_is_shown_and_not_lost() -> None:
    day = short()
    finish(day)
    clerk, part = as_(day.clerk), as_(day.clerk, page=False)
    sent = typed(clerk, day, f"{REASONS} And more.", only="finish")
    confirm(day)
    saved = part.post(there(day), sent)
    assert saved.status_code == 200
    assert "These words were sent, taken back or confirmed since you opened the page." in words(saved)
    page = clerk.get(there(day))
    assert f"{day.clerk.name} saved words" in words(page)
    assert "And more." in words(page)
    assert "And more.</textarea>" not in page.content.decode()


def left_on(page: Any) -> list[str]:
    """Who left words behind that the page shows beside its fields."""
    return re.findall(r"(\w+ Clerk) saved words on [^<]* that were never sent", page.content.decode())


def in_fields(page: Any, reasons: str) -> bool:
    return f">{reasons}</textarea>" in re.sub(r">\s+", ">", page.content.decode())


@pytest.mark.parametrize("how", ["page", "part"])
def test_text_of_the_other_is_kept_though_it_was_begun_from_older_words(how: str) -> None:
    day = short()
    older = base(day)
    finish(day)
    clerk = as_(day.clerk)
    sent = typed(clerk, day, "Mine")
    keep(day, words={"base": older, "reasons": "Theirs"}, by=second_clerk())
    choice = {**sent, "choice": "theirs:finish", "finish-theirs": "1"}
    answer = as_(day.clerk, page=how == "page").post(there(day), choice, follow=True)
    assert in_fields(answer, "Theirs")
    again = clerk.get(there(day))
    assert (in_fields(again, "Theirs"), left_on(again)) == (True, [])
    # Nor is it left behind once she goes on with it.
    clerk.post(there(day), typed(clerk, day, "Theirs and mine", later="1"))
    assert left_on(clerk.get(there(day))) == []


def test_words_left_behind_stay_beside_the_fields_while_somebody_goes_on() -> None:
    day = short()
    keep(day, "Hydrotherapy")
    confirm(day)
    other = second_clerk()
    client = as_(other)
    assert left_on(client.get(there(day))) == ["Cleo Clerk"]
    client.post(there(day), typed(client, day, f"{REASONS} B", later="1"))
    page = client.get(there(day))
    assert (left_on(page), in_fields(page, f"{REASONS} B")) == (["Cleo Clerk"], True)
    assert "Hydrotherapy" in words(page)
    finish(day, reasons=f"{REASONS} And what the second clerk sent.", by=other, now=after(day, 81))
    assert left_on(client.get(there(day))) == ["Carla Clerk", "Cleo Clerk"]


def test_what_is_edited_in_a_draft_outlives_taking_it_back() -> None:
    day = short()
    finish(day)
    clerk = as_(day.clerk)
    clerk.post(there(day), typed(clerk, day, f"{REASONS} Edited after it was sent.", later="1"))
    clerk.post(there(day), {"take_back": "1"})
    clerk.post(there(day), typed(clerk, day, "Begun anew", later="1"))
    page = clerk.get(there(day))
    assert "Edited after it was sent." in words(page)
    assert (left_on(page), in_fields(page, "Begun anew")) == (["Cleo Clerk"], True)


@pytest.mark.parametrize("choice", ["mine", "theirs", "merge"])
def test_no_choice_sends_over_words_that_were_confirmed_unseen(choice: str) -> None:
    day = short()
    clerk, part = as_(day.clerk), as_(day.clerk, page=False)
    sent = typed(clerk, day, f"{REASONS} Mine.")
    keep(day, f"{REASONS} Theirs.", by=second_clerk())
    confirm(day)
    moved_on = "These words were sent, taken back or confirmed since you opened the page."
    for clash in (part.post(there(day), {**sent, "only": "finish"}), clerk.post(there(day), sent)):
        assert (clash.status_code, moved_on in words(clash)) == (409, True)
    chosen = part.post(there(day), {**sent, "choice": f"{choice}:finish", "finish-theirs": "1"})
    kept = {"mine": "Mine.", "theirs": "Theirs.", "merge": "Mine."}[choice]
    assert (moved_on in words(chosen), kept in chosen.content.decode()) == (True, True)
    found = dict(re.findall(r'type="hidden" name="([a-z-]+)" value="([^"]*)"', chosen.content.decode()))
    assert (found["base"], found["stands"]) == (sent["base"], "0")
    refused = clerk.post(there(day), {**sent, **found, "reasons": f"{REASONS} {kept}"})
    assert (refused.status_code, WordsDraft.objects.count()) == (409, 0)
    assert kept in words(clerk.get(there(day)))


def test_page_that_nobody_wrote_in_keeps_nothing() -> None:
    day = short()
    clerk = as_(day.clerk)
    untouched = typed(clerk, day, KEY)
    left = clerk.post(there(day), {**untouched, "later": "1"}, follow=True)
    assert ("nothing was changed" in words(left), Revision.objects.count()) == (True, 0)
    assert clerk.post(there(day), untouched).status_code == 422
    assert as_(day.clerk, page=False).post(there(day), {**untouched, "only": "finish"}).status_code == 200
    assert not Revision.objects.exists()
    finish(day)
    clerk.post(there(day), typed(clerk, day, REASONS, later="1"))
    assert not Revision.objects.exists()


def test_save_that_does_not_say_which_it_is_is_refused() -> None:
    day = short()
    part = as_(day.clerk, page=False)
    answer = part.post(there(day), {**posted(HALF), "only": "finish", "base": base(day)})
    assert (answer.status_code, Revision.objects.count()) == (409, 0)
    assert "Not saved. This page is out of step with the record." in words(answer)


def test_signed_minutes_leave_what_is_typed_on_the_page() -> None:
    day = signed_day()
    part = as_(day.clerk, page=False)
    answer = part.post(there(day), {**posted(HALF), "only": "finish", "finish-n": "1", "base": base(day)})
    assert (answer.status_code, Revision.objects.filter(group="finish").count()) == (422, 0)
    assert "Not saved. The minutes were signed" in words(answer)


# the directory of support


def service(**fields: Any) -> Support:
    return Support.objects.create(
        **{
            "name": "Talking partners",
            "offered_by": "Community Health",
            "what": "Small-group work on speech",
            "how": "The SENCO asks",
            "contact": "01632 960 202",
            "needs": ["SLCN"],
            "starts_on": dt.date(2020, 1, 1),
            "recorded_at": NOW,
            **fields,
        }
    )


def test_finish_page_offers_what_fits_the_child_and_nothing_else() -> None:
    fitting, other = service(), service(name="Autism advisers", needs=["ASD"])
    day = short()
    page = words(as_(day.clerk).get(there(day)))
    assert (fitting.name in page, other.name in page) == (True, False)


def test_words_of_a_service_go_under_the_help_meanwhile_and_nothing_typed_is_lost() -> None:
    one = service()
    day = short()
    clerk = as_(day.clerk)
    sent = typed(clerk, day, support_meanwhile="Speech therapy goes on.", insert="finish")
    answer = clerk.post(there(day), {**sent, "pick-finish": str(one.public_id)})
    assert answer.url.endswith("#finish")
    data = Revision.objects.order_by("-n").first().data
    assert data["support_meanwhile"] == f"Speech therapy goes on.\n\n{one.sentence}"
    assert data["reasons"] == HALF
    assert one.contact in clerk.get(there(day)).content.decode()


@pytest.mark.parametrize("picked", ["", "nonsense", "ended"])
def test_nothing_that_is_not_offered_is_put_in(picked: str) -> None:
    one = service(ends_on=dt.date(2021, 1, 1))
    day = short()
    clerk = as_(day.clerk)
    sent = typed(clerk, day, insert="finish")
    clerk.post(there(day), {**sent, "pick-finish": str(one.public_id) if picked == "ended" else picked})
    assert "support_meanwhile" not in Revision.objects.order_by("-n").first().data


def test_an_item_heard_again_begins_with_words_of_its_own() -> None:
    day = make_day()
    heard(day)
    keep(day, "Of the first time")
    set_aside_recommendation(item=day.items[0], because="The report came.", by=day.chair, now=after(day, 62))
    refresh(day)
    advise(day, day.items[0], reasons=f"{REASONS} Of the second time.", now=after(day, 63))
    found = unsent_words(day.items[0], current_recommendation(day.items[0]))
    assert (found.begun, [one.data["reasons"] for one in found.left]) == (None, ["Of the first time"])
