"""Two people at the same moment: nothing is overwritten in silence, everything happens once, the lock decides who was
first.

reliability.md 4.6 asks for 1,000 paired edits and 500 of each other pair; `PANEL_FAULTS=full` runs so many, the suite a
few.
"""

import datetime as dt
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from meetings.actions.attendance import leave, return_
from meetings.actions.conflicts import declare_conflict
from meetings.actions.decide import record_decision
from meetings.actions.following import close_by_record, report_action
from meetings.actions.kept_conflicts import lift_kept_conflict
from meetings.actions.listing import add_items, remove_item
from meetings.actions.live import Collided, Saved, save_revision, start_item
from meetings.actions.recommend import Step, set_aside_recommendation
from meetings.models import Action, AgendaItem, Conflict, Decision, KeptConflict, Recommendation, Revision
from meetings.queries.waiting import Listing
from meetings.rules.quorum import ConflictKind
from meetings.rules.states import ActionState, ItemState
from panel.law.legal import Outcome, Stage
from panel.models import Case, Denial
from panel.platform.policy import Refused
from tests.faults.racing import MARKS, PAIRED_EDITS, PAIRS, Handicap, at_once, both_orders
from tests.faults.trials import SEED, Counts
from tests.meetings.day import Day, advise, begin, make_day

pytestmark = MARKS


@pytest.fixture
def day() -> Day:
    """A meeting in session by the real clock, its first item in discussion."""
    return begin(make_day(1, at=timezone.now() - dt.timedelta(minutes=30)))


def test_paired_edits_overwrite_nothing_in_silence(
    day: Day, pool: ThreadPoolExecutor, counts: Counts
) -> None:
    item = day.items[0]
    written: list[str] = []
    tally: Counter[str] = Counter()

    def save(by: Any, n: int, text: str) -> Saved | Collided:
        return save_revision(
            item=item,
            group="discussion",
            n=n,
            edit_id=uuid.uuid4(),
            data={"text": text},
            by=by,
            now=timezone.now(),
        )

    n = 1
    for trial in range(PAIRED_EDITS):
        texts = (f"clerk {trial}", f"chair {trial}")
        written += texts
        results = at_once(
            pool,
            lambda n=n, texts=texts: save(day.clerk, n, texts[0]),
            lambda n=n, texts=texts: save(day.chair, n, texts[1]),
        )
        kept = [one for one in results if isinstance(one, Saved)]
        lost = [one for one in results if isinstance(one, Collided)]
        assert (len(kept), len(lost)) == (1, 1)
        # The slower one sees both texts, and keeps theirs as the next number.
        assert lost[0].theirs.data == kept[0].revision.data
        again = save(day.clerk, n + 1, lost[0].mine["text"])
        assert isinstance(again, Saved)
        tally["conflicts shown"] += 1
        n += 2
    found = list(
        Revision.objects.filter(item=item, group="discussion").order_by("n").values_list("n", "data")
    )
    assert [number for number, _ in found] == list(range(1, 2 * PAIRED_EDITS + 1))
    overwritten = set(written) - {data["text"] for _, data in found}
    counts.report("paired edits", PAIRED_EDITS, **{"overwritten in silence": len(overwritten)}, **tally)
    assert not overwritten


def test_the_same_edit_twice_at_once_is_one(day: Day, pool: ThreadPoolExecutor, counts: Counts) -> None:
    item = day.items[0]
    for trial in range(PAIRS):
        edit, text = uuid.uuid4(), f"text {trial}"

        def save(n: int = trial + 1, edit: uuid.UUID = edit, text: str = text) -> Saved | Collided:
            return save_revision(
                item=item,
                group="discussion",
                n=n,
                edit_id=edit,
                data={"text": text},
                by=day.clerk,
                now=timezone.now(),
            )

        first, second = at_once(pool, save, save)
        assert isinstance(first, Saved)
        assert isinstance(second, Saved)
        assert first.revision.pk == second.revision.pk
    rows = Revision.objects.filter(item=item).count()
    counts.report("double saves", PAIRS, **{"more than one effect": rows - PAIRS})
    assert rows == PAIRS


def test_double_recommendation_and_double_decision_have_one_effect_each(
    pool: ThreadPoolExecutor, counts: Counts
) -> None:
    done, size = 0, 25
    while done < PAIRS:
        day = begin(
            make_day(
                min(size, PAIRS - done), at=timezone.now() - dt.timedelta(minutes=30), minutes_per_item=5
            )
        )
        for item in day.items:
            if AgendaItem.objects.get(pk=item.pk).state == ItemState.LISTED:
                start_item(item=item, by=day.chair, now=timezone.now())

            def recommend(item: AgendaItem = item, day: Day = day) -> Recommendation:
                return advise(day, item, now=timezone.now())

            def decide(item: AgendaItem = item, day: Day = day) -> Decision:
                return record_decision(
                    case=item.case,
                    stage=Stage.ASSESS,
                    item=item,
                    outcome=Outcome.ASSESS,
                    by=day.officer,
                    now=timezone.now(),
                )

            advised = at_once(pool, recommend, recommend)
            decided = at_once(pool, decide, decide)
            assert advised[0].pk == advised[1].pk
            assert decided[0].pk == decided[1].pk
        done += len(day.items)
        # The next meeting has a panel type of its own by the same name: one authority, many days.
        day.panel_type.name = f"Inclusion panel {done}"
        day.panel_type.save(update_fields=["name"])
    effects = (Recommendation.objects.count(), Decision.objects.count())
    counts.report("double submits", PAIRS, recommendations=effects[0], decisions=effects[1])
    assert effects == (PAIRS, PAIRS)


def test_no_recommendation_without_the_member_who_left_first(
    pool: ThreadPoolExecutor, counts: Counts
) -> None:
    """The psychologist is required: whoever is first under the meeting's lock decides whether there is a quorum."""
    day = begin(make_day(1, at=timezone.now() - dt.timedelta(minutes=30)))
    item, entry = day.items[0], day.entry(day.psychologist)
    tally: Counter[str] = Counter({"recommended first": 0, "left first": 0, "without quorum": 0})
    chance = random.Random(f"{SEED} leave")  # noqa: S311 (repeatable on purpose)
    for _ in range(PAIRS):
        pair: list[Callable[[], Any]] = [
            lambda: advise(day, item, now=timezone.now()),
            lambda: leave(entry=entry, by=day.clerk, now=timezone.now()),
        ]
        turned = chance.random() < 0.5
        results = at_once(pool, *(reversed(pair) if turned else pair))
        advised, left = reversed(results) if turned else results
        assert not isinstance(left, Refused)
        if isinstance(advised, Refused):
            assert advised.code == "no_quorum"
            tally["left first"] += 1
        else:
            left_at = entry.intervals.latest("joined_at").left_at
            tally["recommended first"] += 1
            tally["without quorum"] += int(left_at <= advised.at or not advised.quorum["quorate"])
            set_aside_recommendation(item=item, because="Again.", by=day.chair, now=timezone.now())
        return_(entry=entry, mode="room", by=day.clerk, now=timezone.now())
    counts.report("decide against leave", PAIRS, **tally)
    assert tally["without quorum"] == 0
    assert both_orders(tally["recommended first"], tally["left first"])


def test_action_is_closed_once_by_its_owner_or_by_the_record(
    day: Day, pool: ThreadPoolExecutor, counts: Counts
) -> None:
    """Somebody says what became of an action in the moment in which the letter, or the panel that hears it again,
    closes it.
    """
    due = timezone.localdate() + dt.timedelta(days=7)
    steps = [Step(f"Ring number {n}", "Nia Nurse", "Education", due) for n in range(PAIRS)]
    advise(day, day.items[0], next_steps=steps, now=timezone.now())
    tally: Counter[str] = Counter({"owner first": 0, "record first": 0, "closed twice": 0})
    handicap = Handicap("close")

    def by_record(key: int, wait: float) -> int:
        # Whoever reports is asked first whether she may, so the record is the quicker one.
        time.sleep(wait)
        with transaction.atomic():
            rows = Action.objects.filter(pk=key)
            return close_by_record(rows, ActionState.OVERTAKEN, "It was heard again.", timezone.now())

    for action in Action.objects.order_by("pk"):
        done = {"action": action, "state": ActionState.DONE, "by": day.nurse, "now": timezone.now()}
        at_once(pool, partial(report_action, **done), partial(by_record, action.pk, handicap.wait()))
        reports = list(action.reports.all())
        tally["owner first" if reports[0].by_id else "record first"] += 1
        handicap.won(quicker=not reports[0].by_id)
        tally["closed twice"] += int(len(reports) > 1)
    counts.report("report against record", PAIRS, **tally)
    assert tally["closed twice"] == 0
    assert both_orders(tally["owner first"], tally["record first"])


def test_conflict_lifted_while_its_case_is_listed_does_not_come_back(pool: ThreadPoolExecutor) -> None:
    """Whoever comes second sees what the first did: it is lifted and laid upon nothing, or stands at the item and is
    lifted there.
    """
    day = make_day(1, at=timezone.now() + dt.timedelta(days=7))
    now = timezone.now()
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.nurse, now=now)
    remove_item(item=day.items[0], by=day.clerk, now=now)
    kept, lifted = KeptConflict.objects.get(), []

    def lift() -> Any:
        try:
            row = KeptConflict.objects.select_related("case", "user").get(pk=kept.pk)
            return lift_kept_conflict(kept=row, because="Another family", by=day.clerk, now=now)
        except Refused as no:
            return no
        finally:
            connections.close_all()

    def when_read(execute: Any, sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if "keptconflict" in sql and not lifted:
            lifted.append(pool.submit(lift))
            wait(lifted, timeout=1)
        return result

    case = Case.objects.get(pk=day.items[0].case_id)
    with connection.execute_wrapper(when_read):
        add_items(meeting=day.meeting, listings=[Listing(case, Stage.ASSESS)], by=day.clerk, now=now)
    refused = isinstance(lifted[0].result(60), Refused)
    assert Conflict.objects.filter(effect="leaves").exists() is refused
    assert Denial.objects.live().exists() is refused
