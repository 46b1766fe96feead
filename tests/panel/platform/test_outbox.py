"""A promise is kept once, or shown to a person; never lost, never kept twice on a guess."""

import datetime as dt
import uuid
from typing import Any

import pytest
import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from structlog.testing import capture_logs

from panel.models import Dispatch
from panel.platform import outbox
from panel.platform.outbox import NotSent, claim, drain, enqueue, keep_promise, oldest_waiting, try_again
from panel.platform.policy import Refused
from tests.make import NOW
from tests.panel.platform.fake_kinds import WORLD

pytestmark = pytest.mark.django_db
SUBJECT = uuid.UUID(int=7)


@pytest.fixture(autouse=True)
def _fake_kinds(settings: Any) -> None:
    settings.OUTBOX_KINDS = "tests.panel.platform.fake_kinds.KINDS"
    WORLD.reset()


def promise(kind: str = "made", **more: Any) -> Dispatch:
    return enqueue(kind=kind, subject=SUBJECT, now=NOW, **more)


def swept(**more: Any) -> dict[str, int]:
    return drain("tools", lambda: NOW, "worker", **more)


def lose_lease(dispatch: Dispatch) -> None:
    """What time does to a worker that stopped: its lease lies in the past."""
    Dispatch.objects.filter(pk=dispatch.pk).update(lease_until=Now() - dt.timedelta(seconds=1))


def wait_for_retry(dispatch: Dispatch) -> None:
    Dispatch.objects.filter(pk=dispatch.pk).update(next_attempt_at=Now() - dt.timedelta(seconds=1))


def test_same_promise_twice_is_one_row() -> None:
    assert promise().pk == promise().pk
    assert promise(version=2).pk != promise().pk
    assert promise(recipient="another").pk != promise().pk
    assert Dispatch.objects.count() == 3


def test_many_promises_are_the_same_rows_as_one_by_one() -> None:
    outbox.enqueue_many(kind="made", subjects=[SUBJECT], now=NOW)
    assert promise().pk == Dispatch.objects.get().pk


def test_promise_is_undone_with_the_fact_it_follows() -> None:
    with transaction.atomic():
        promise()
        transaction.set_rollback(True)
    assert Dispatch.objects.count() == 0


def test_made_promise_ends_done_with_its_document() -> None:
    dispatch = promise()
    assert swept() == {"sent": 1}
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.attempt, dispatch.document.kind, dispatch.finished_at) == (
        "sent",
        1,
        "tools",
        NOW,
    )
    assert dict(WORLD.done) == {"recheck": 2, "make": 1, "keep": 1, "lock": 1, "finish": 1}


def test_sent_promise_keeps_its_receipt() -> None:
    dispatch = promise("sent")
    assert swept() == {"sent": 1}
    dispatch.refresh_from_db()
    assert dispatch.receipt == f"receipt for {dispatch.key[:8]}"


def test_point_of_no_return_is_committed_before_the_call() -> None:
    seen: list[str] = []
    WORLD.meanwhile = lambda row: seen.append(Dispatch.objects.get(pk=row.pk).state)
    promise("sent")
    swept()
    assert seen == ["sending"]


def test_hundred_bells_keep_a_promise_once() -> None:
    dispatch = promise("sent")
    for _ in range(100):
        if claimed := claim("worker", dispatch.public_id):
            keep_promise(claimed, "tools", NOW)
    assert WORLD.done["send"] == 1


def test_claim_is_exclusive_while_the_lease_lasts() -> None:
    promise()
    first = claim("one")
    assert first is not None
    assert (first.attempt, first.lease_owner, claim("two")) == (1, "one", None)


def test_expired_lease_is_claimed_anew_and_fences_the_first_worker_out() -> None:
    promise()
    slow = claim("slow")
    assert slow is not None
    lose_lease(slow)
    fast = claim("fast")
    assert fast is not None
    assert (fast.pk, fast.attempt) == (slow.pk, 2)
    assert keep_promise(slow, "slow tools", NOW) == "lease_lost"
    assert keep_promise(fast, "fast tools", NOW) == "sent"
    assert Dispatch.objects.get().document.kind == "fast tools"


def test_worker_that_loses_its_lease_while_working_changes_nothing() -> None:
    dispatch = promise()
    WORLD.meanwhile = lambda row: Dispatch.objects.filter(pk=row.pk).update(attempt=F("attempt") + 1)
    assert swept(limit=1) == {"lease_lost": 1}
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.document, WORLD.done["finish"]) == ("leased", None, 0)


def test_worker_that_died_before_sending_is_followed_by_one_that_sends() -> None:
    promise("sent")
    dead = claim("dead")
    assert dead is not None
    lose_lease(dead)
    assert swept() == {"sent": 1}
    assert WORLD.done["send"] == 1


@pytest.mark.parametrize(("kind", "ends", "calls"), [("sent", "unknown", 0), ("sent.repeatable", "sent", 1)])
def test_worker_that_died_while_sending_leaves_it_to_the_provider_or_a_person(
    kind: str, ends: str, calls: int
) -> None:
    dispatch = promise(kind)
    dead = claim("dead")
    assert dead is not None
    Dispatch.objects.filter(pk=dead.pk).update(state="sending")
    lose_lease(dead)
    assert swept() == {ends: 1}
    dispatch.refresh_from_db()
    assert (dispatch.state, WORLD.done["send"]) == (ends, calls)
    assert swept() == {}


def test_changed_facts_stop_a_promise_before_any_work() -> None:
    dispatch = promise("made.sent")
    WORLD.changed = ["The address has changed."]
    assert swept() == {"needs_recheck": 1}
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.error, dict(WORLD.done)) == (
        "needs_recheck",
        "The address has changed.",
        {"recheck": 1},
    )


def test_facts_that_change_while_rendering_stop_it_before_the_sending() -> None:
    promise("made.sent")
    WORLD.changed = [None, "The address has changed."]
    assert swept() == {"needs_recheck": 1}
    assert WORLD.done["send"] == 0


def test_promise_that_lapses_is_put_before_nobody() -> None:
    dispatch = promise("sent.lapsing")
    WORLD.changed = [None, "It is done already."]
    assert swept() == {"cancelled": 1}
    dispatch.refresh_from_db()
    assert (dispatch.error, WORLD.done["send"]) == ("It is done already.", 0)


def test_promise_waits_for_its_hour_and_its_age_is_counted_from_then() -> None:
    soon = timezone.now() + dt.timedelta(hours=1)
    dispatch = promise("sent", not_before=soon)
    assert (claim("worker"), oldest_waiting(), dispatch.created_at) == (None, None, soon)
    wait_for_retry(dispatch)
    assert swept() == {"sent": 1}


def test_failure_is_tried_again_later_and_then_kept() -> None:
    dispatch = promise()
    WORLD.fault = OSError("no room; the child's name is Robin")
    assert swept() == {"failed": 1}
    assert swept() == {}
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.error) == ("failed", "OSError")
    WORLD.fault = None
    wait_for_retry(dispatch)
    assert swept() == {"sent": 1}


def test_refusal_is_kept_by_its_code() -> None:
    dispatch = promise()
    WORLD.fault = Refused("storage_full", "There is no room left.")
    swept()
    dispatch.refresh_from_db()
    assert dispatch.error == "storage_full"


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (9, 15)])
def test_waiting_grows_to_a_quarter_of_an_hour(attempts: int, minutes: int) -> None:
    dispatch = promise()
    Dispatch.objects.update(attempt=attempts - 1)
    WORLD.fault = OSError()
    swept()
    in_time = Dispatch.objects.filter(
        pk=dispatch.pk,
        next_attempt_at__gt=Now() + dt.timedelta(minutes=minutes, seconds=-5),
        next_attempt_at__lte=Now() + dt.timedelta(minutes=minutes),
    )
    assert in_time.exists()


def test_failure_of_two_days_is_left_to_a_person_who_may_try_again() -> None:
    dispatch = promise()
    Dispatch.objects.update(created_at=NOW - dt.timedelta(hours=49))
    WORLD.fault = OSError()
    assert swept() == {"dead": 1}
    WORLD.fault = None
    try_again(dispatch)
    assert swept() == {"sent": 1}


@pytest.mark.parametrize(
    ("kind", "fault", "ends"),
    [
        ("sent", OSError(), "unknown"),
        ("sent", NotSent("ConnectionRefusedError"), "failed"),
        ("sent.repeatable", OSError(), "failed"),
    ],
)
def test_fault_of_a_call_is_tried_again_only_where_that_is_safe(
    kind: str, fault: Exception, ends: str
) -> None:
    promise(kind)
    WORLD.fault = fault
    assert swept() == {ends: 1}
    assert swept() == {}


def test_unknown_is_never_tried_again_by_itself() -> None:
    dispatch = promise("sent")
    Dispatch.objects.update(state="unknown")
    try_again(dispatch)
    assert swept() == {}


def test_kind_of_a_newer_version_waits_for_it() -> None:
    dispatch = promise("from the future")
    assert swept() == {"failed": 1}
    dispatch.refresh_from_db()
    assert dispatch.error == "unknown_kind"


def test_one_bad_promise_does_not_stop_the_others() -> None:
    promise("from the future")
    promise("sent")
    assert swept() == {"failed": 1, "sent": 1}


def test_log_of_a_fault_holds_no_words_of_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    promise()
    WORLD.fault = ValueError("Robin Ashdown")
    with capture_logs() as lines:
        monkeypatch.setattr(outbox, "log", structlog.get_logger())
        swept()
    assert [line["event"] for line in lines] == ["outbox_fault"]
    assert "Ashdown" not in str(lines)
    assert "Ashdown" not in str(Dispatch.objects.values().get())


def test_oldest_waiting_is_the_one_promised_first() -> None:
    late = promise(version=2)
    first = promise(version=1)
    Dispatch.objects.filter(pk=first.pk).update(created_at=NOW - dt.timedelta(hours=1))
    assert oldest_waiting() == first
    Dispatch.objects.filter(pk=first.pk).update(state="sent")
    assert oldest_waiting() == late


def test_promises_are_claimed_oldest_first() -> None:
    rows = [promise(version=number) for number in range(3)]
    assert [claim("worker") for _ in rows] == rows


def test_claim_reads_little_of_a_long_outbox(django_assert_num_queries: Any) -> None:
    promise()
    with django_assert_num_queries(3):
        claim("worker")
    with django_assert_num_queries(1):
        claim("worker")
