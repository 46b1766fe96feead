"""The table of bad input, second half: who may do what at a panel, and what a browser should never send."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.actions.conflicts import declare_conflict
from meetings.actions.decide import record_decision
from meetings.actions.live import Collided, save_revision
from meetings.actions.minutes import prepare_minutes, sign_minutes
from meetings.actions.set_aside import confirm_set_aside, propose_set_aside
from meetings.letters.actions import draft_letters
from meetings.models import (
    AgendaItem,
    Decision,
    Letter,
    Meeting,
    MinutesSheet,
    Recommendation,
    Release,
    Revision,
    Sent,
)
from meetings.rules import quorum
from panel.law.legal import Answer, LimbAnswer, Outcome, Stage
from panel.models import AuditEntry, Case, Dispatch, Installation, User
from panel.platform.policy import Refused
from tests.make import NOW, make_case, make_document, make_paper
from tests.meetings.day import NO, REASONS, YES, Day, advise, after, begin, closed, heard, make_day
from tests.meetings.letters.household import drain, make_household
from tests.panel import case_lists

pytestmark = pytest.mark.django_db


def code(call: Callable[..., Any], *args: Any, **fields: Any) -> str:
    """The code of the refusal that `call` must end in."""
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    assert refused.value.sentence
    return refused.value.code


# --- the panel --------------------------------------------------------------------------------------------------------


def decide(day: Day, outcome: Outcome = Outcome.ASSESS, **fields: Any) -> Decision:
    item = day.items[0]
    values = {
        "case": item.case,
        "stage": Stage(item.stage),
        "item": item,
        "by": day.officer,
        "now": after(day, 90),
    }
    return record_decision(outcome=outcome, **{**values, **fields})


def test_row_6_decision_before_the_request_or_the_meeting() -> None:
    day = make_day()
    heard(day)
    before = {"decided_at": after(day, 0) - dt.timedelta(days=1)}
    long_before = {"decided_at": after(day, 0) - dt.timedelta(weeks=9)}
    assert (code(decide, day, **before), code(decide, day, **long_before)) == (
        "decided_before_meeting",
        "decided_before_request",
    )
    assert not Decision.objects.exists()


def test_row_53_no_quorum_names_the_count_also_after_a_late_recusal() -> None:
    day = make_day()
    begin(day, day.vice, day.social, day.head)
    declare_conflict(item=day.items[0], kind=quorum.ConflictKind.RELATIVE, by=day.nurse, now=after(day, 3))
    with pytest.raises(Refused, match="Quorum is 4, 3 eligible members present for this item") as no:
        advise(day, day.items[0])
    assert (no.value.code, Recommendation.objects.count()) == ("no_quorum", 0)


def test_row_54_only_the_chair_recommends_and_only_the_officer_decides() -> None:
    day = begin(make_day())
    item = day.items[0]
    assert [code(advise, day, item, by=who) for who in (day.nurse, day.clerk, day.vice)] == [
        "not_allowed"
    ] * 3
    advise(day, item)
    assert (code(decide, day, by=day.clerk), code(decide, day, by=day.chair)) == (
        "not_allowed",
        "not_the_decider",
    )
    assert not Decision.objects.exists()


def test_row_54_recused_people_neither_recommend_nor_decide() -> None:
    day = begin(make_day())
    item = day.items[0]
    declare_conflict(item=item, kind=quorum.ConflictKind.RELATIVE, by=day.chair, now=after(day, 2))
    assert code(advise, day, item) == "recused"
    assert code(decide, day, by=day.chair) == "recused"


UNSURE = (YES[0], LimbAnswer("b", Answer.CANNOT_TELL, "The papers do not say enough."))
UNREASONED = (NO[0], LimbAnswer("b", Answer.NO, "-"))


@pytest.mark.parametrize(
    ("outcome", "answers", "reasons", "refusal"),
    [
        pytest.param(Outcome.ASSESS, YES, "  ", "reasons_missing", id="row 55: no reason"),
        pytest.param(
            Outcome.NOT_ASSESS, UNREASONED, REASONS, "limb_without_reasons", id="row 55: limb without reasons"
        ),
        pytest.param(Outcome.NOT_ASSESS, NO[:1], REASONS, "limb_unanswered", id="row 55: limb unanswered"),
        pytest.param(
            Outcome.NOT_ASSESS, YES, REASONS, "yes_excludes_refusal", id="row 55: both yes and a no"
        ),
        pytest.param(
            Outcome.NOT_ASSESS, UNSURE, REASONS, "cannot_tell_is_no_refusal", id="row 55: cannot tell"
        ),
    ],
)
def test_unlawful_record_is_refused_to_panel_and_officer(
    outcome: Outcome, answers: tuple[LimbAnswer, ...], reasons: str, refusal: str
) -> None:
    day = begin(make_day())
    item = day.items[0]
    assert code(advise, day, item, outcome, answers=answers, reasons=reasons) == refusal
    advise(day, item)
    departs = {"departs_because": "New facts came in today."}
    assert code(decide, day, outcome, answers=answers, reasons=reasons, **departs) == refusal
    assert (Recommendation.objects.count(), Decision.objects.count()) == (1, 0)


def test_row_56_plan_for_a_child_nobody_decided_to_assess() -> None:
    day = make_day(items=0)
    case = make_case()
    necessary = (LimbAnswer("necessary", Answer.YES, "Daily therapy is needed."),)
    values = {"answers": necessary, "reasons": REASONS, "no_panel_because": "No panel can sit in time."}
    item = None
    with pytest.raises(Refused, match="No decision to assess is recorded") as no:
        record_decision(
            case=case,
            stage=Stage.ISSUE,
            item=item,
            outcome=Outcome.ISSUE,
            by=day.officer,
            now=after(day, 90),
            **values,
        )
    assert no.value.code in {"panel_can_sit", "not_assessed"}
    assert not Decision.objects.exists()


def test_row_58_second_decision_shows_the_first() -> None:
    day = make_day()
    heard(day)
    first = decide(day)
    with pytest.raises(Refused, match="reconsider") as no:
        decide(day, Outcome.NOT_ASSESS, answers=NO, reasons=REASONS, departs_because="Another thought.")
    assert (no.value.code, Decision.objects.get()) == ("already_decided", first)


def test_row_59_minutes_wait_for_every_item_and_the_whole_sheet() -> None:
    day = begin(make_day(2))
    day.entry(day.head).attendance.delete()
    with pytest.raises(Refused) as no:
        prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 9))
    assert no.value.code == "blocked"
    for words in ("not closed yet", "Item 1 is still", "Item 2 is still", "not recorded for: Hetty Head"):
        assert words in no.value.sentence


def signed_day() -> tuple[Day, Any]:
    day = make_day()
    heard(day)
    closed(day)
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 70))
    for record in minutes.item_records.all():
        MinutesSheet(minutes=minutes, part="item", item=record.item, document=make_document()).save()
    MinutesSheet(minutes=minutes, part="meeting", document=make_document(sha256="a" * 64)).save()
    MinutesSheet(minutes=minutes, part="joined", document=make_document(sha256="b" * 64)).save()
    sign_minutes(
        minutes=minutes,
        shown_sha256="b" * 64,
        confirmed_at=after(day, 79),
        by=day.chair,
        now=after(day, 80),
    )
    return day, minutes


def test_row_61_signed_minutes_are_amended_never_edited() -> None:
    day, minutes = signed_day()
    edit = {"group": "discussion", "n": 1, "edit_id": uuid.uuid4(), "data": {"text": "Other words"}}
    with pytest.raises(Refused, match="Start an amendment") as no:
        save_revision(item=day.items[0], by=day.clerk, now=after(day, 90), **edit)
    assert (no.value.code, Revision.objects.count()) == ("signed", 0)
    minutes.because = "x"
    assert code(minutes.save) == "insert_only"
    assert code(type(minutes).objects.filter(pk=minutes.pk).update, because="x") == "insert_only"
    assert code(type(minutes).objects.bulk_update, [minutes], ["because"]) == "insert_only"
    assert code(minutes.delete) == "insert_only"


def test_row_60_no_letter_without_a_decision_that_stands() -> None:
    home = make_household()
    mothers, _ = home.draft()
    drain()
    proposal = propose_set_aside(decision=home.decision, reason="The wrong key", by=home.clerk, now=NOW)
    Case.objects.filter(pk=home.case.pk).update(state="not_assessed")
    confirm_set_aside(proposal=proposal, by=home.second, now=NOW)
    assert code(home.release, mothers) == "decision_reversed"
    assert code(draft_letters, decision=home.decision, by=home.clerk, now=NOW) == "decision_superseded"
    assert (Release.objects.count(), Sent.objects.count()) == (0, 0)


def test_row_60_letter_released_before_the_decision_was_set_aside_is_not_sent() -> None:
    home = make_household()
    home.until_released()
    proposal = propose_set_aside(decision=home.decision, reason="The wrong key", by=home.clerk, now=NOW)
    Case.objects.filter(pk=home.case.pk).update(state="not_assessed")
    confirm_set_aside(proposal=proposal, by=home.second, now=NOW)
    assert drain() == {"needs_recheck": 2}
    assert not Sent.objects.exists()


def test_row_62_the_author_does_not_release() -> None:
    home = make_household()
    mothers, _ = home.draft()
    drain()
    with pytest.raises(Refused, match="A second person must release") as no:
        home.release(mothers, by=home.clerk)
    assert (no.value.code, Release.objects.count()) == ("own_letter", 0)


def test_row_49_letter_with_something_to_fill_in_is_not_released() -> None:
    home = make_household(family_views="We want [NAME] to have help.")
    mothers, _ = home.draft()
    drain()
    assert code(home.release, mothers) == "placeholder"
    assert not Release.objects.exists()


def test_row_64_sent_twice_has_one_effect() -> None:
    day = begin(make_day())
    assert advise(day, day.items[0]) == advise(day, day.items[0])
    assert decide(day) == decide(day)
    home = make_household()
    mothers, _ = home.draft()
    drain()
    assert home.release(mothers) == home.release(mothers)
    sending = Dispatch.objects.filter(kind="letter.send").count()
    assert (Recommendation.objects.count(), Decision.objects.filter(item=day.items[0]).count(), sending) == (
        1,
        1,
        1,
    )


def test_row_65_stale_save_gives_both_texts_back() -> None:
    day = begin(make_day())

    def save(text: str, by: User) -> Any:
        return save_revision(
            item=day.items[0],
            group="discussion",
            n=1,
            edit_id=uuid.uuid4(),
            data={"text": text},
            by=by,
            now=after(day, 3),
        )

    save("Hers", day.clerk)
    assert save("His", day.chair) == Collided(Revision.objects.get(), {"text": "His"})


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            [
                {
                    **case_lists.GOOD,
                    "reference": f"EHC-{n}",
                    "received_on": "31/02/2026" if n == 250 else "01/10/2026",
                    "child_forename": f"Ada{n}",
                }
                for n in range(1, 501)
            ],
            id="row 75: one bad row in 500",
        ),
        pytest.param([case_lists.GOOD, case_lists.GOOD], id="row 75: twice the same"),
        pytest.param([{"refrence": "EHC-1"}], id="row 75: wrong header"),
    ],
)
def test_list_with_a_fault_is_reported_and_brings_nothing(rows: list[dict[str, str]]) -> None:
    parsed = case_lists.read(*rows)
    assert parsed.problems
    assert all(cell not in problem.reason for problem in parsed.problems for cell in ("31/02/2026", "Ada250"))


# --- what a browser should never send ---------------------------------------------------------------------------------


@pytest.fixture
def web(clerk: User) -> Client:
    """A clerk's browser in a demonstration, which asks for no second factor; forged requests are noticed."""
    Installation(
        demonstration=True,
        authority_name="Testshire",
        seeded_on=timezone.localdate(),
        created_at=timezone.now(),
    ).save()
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    return client


def test_row_76_post_without_its_token_is_refused(web: Client) -> None:
    paper = make_paper(make_case())
    url = reverse("paper.withdraw", args=[paper.public_id])
    foreign = {"csrfmiddlewaretoken": "x" * 64, "reason": "Mine now"}
    assert [web.post(url, data).status_code for data in ({"reason": "Mine now"}, foreign)] == [403, 403]
    paper.refresh_from_db()
    assert paper.state == "accepted"


@pytest.mark.parametrize("name", ["release", "withdraw", "print", "send_again"])
def test_row_76_reading_an_address_that_changes_something_changes_nothing(name: str, web: Client) -> None:
    letter = make_household().draft()[0]
    before = AuditEntry.objects.exclude(verb="letter.view").count(), Dispatch.objects.count()
    wanted = 200 if name == "withdraw" else 405
    assert web.get(reverse(f"letter.{name}", args=[letter.public_id])).status_code == wanted
    assert (AuditEntry.objects.exclude(verb="letter.view").count(), Dispatch.objects.count()) == before


@pytest.mark.parametrize(("name", "wanted"), [("meeting.open", 200), ("meeting.close", 200)])
def test_row_76_reading_does_not_run_a_meeting(name: str, wanted: int, web: Client) -> None:
    meeting = make_day().meeting
    assert web.get(reverse(name, args=[meeting.public_id])).status_code == wanted
    meeting.refresh_from_db()
    assert meeting.state == "planned"


def test_row_76_method_is_not_overridden(web: Client) -> None:
    letter = make_household().draft()[0]
    url = f"{reverse('letter.view', args=[letter.public_id])}?_method=DELETE"
    answer = web.get(url, headers={"X-HTTP-Method-Override": "DELETE"})
    assert (answer.status_code, Letter.objects.count()) == (200, 2)


@pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "127.0.0.1.evil.example"])
def test_row_77_foreign_host_is_refused(host: str, web: Client) -> None:
    assert web.get(reverse("home.view"), headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "there", ["//evil.example/", "https://evil.example/", "/\\evil.example/", "javascript:go()"]
)
def test_row_77_signing_in_never_leads_elsewhere(there: str, clerk: User) -> None:
    clerk.set_password("a long pass phrase of words")
    clerk.save(update_fields=["password"])
    answer = Client().post(
        reverse("account_login"),
        {"login": clerk.email, "password": "a long pass phrase of words", "next": there},
    )
    assert "evil" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("key", ["-1", "0", str(2**63), "abc", "7d6f6c1e-5b1c-4d5a-9c37-0a3f5e2b9f10"])
def test_row_79_no_such_thing_is_not_found(key: str, web: Client) -> None:
    for place in ("cases", "papers", "meetings", "items", "letters", "decisions", "minutes"):
        assert web.get(f"/{place}/{key}/").status_code == 404, place


def test_row_79_id_of_another_kind_is_not_found(web: Client) -> None:
    day = make_day()
    ids = {
        "cases": Case.objects.get().public_id,
        "meetings": Meeting.objects.get().public_id,
        "items": AgendaItem.objects.get().public_id,
    }
    for place in ids:
        for kind, key in ids.items():
            expected = 200 if kind == place else 404
            assert web.get(f"/{place}/{key}/").status_code == expected, (place, kind)
    assert day.items


def test_row_80_forged_fragment_header_opens_nothing(web: Client, stranger: User) -> None:
    case = make_case()
    outside = Client()
    outside.force_login(stranger)
    url = reverse("case.view", args=[case.public_id])
    for headers in ({}, {"HX-Request": "true"}):
        assert outside.get(url, headers=headers).status_code in {403, 404}
        answer = outside.get(reverse("case.list"), headers=headers)
        assert (answer.status_code, case.reference in answer.content.decode()) == (403, False)
        assert web.get(url, headers=headers).status_code == 200
    assert AuditEntry.objects.filter(verb="case.view").count() == 2
