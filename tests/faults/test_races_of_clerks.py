"""What a clerk does while somebody else does something about the same: the list is put off, words are written, others are told."""

import datetime as dt
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.utils import timezone

from meetings.actions.bodies import record_body_told
from meetings.actions.circulation import circulate_minutes, take_back_circulation
from meetings.actions.correct import correct_recommendation
from meetings.actions.defer import PuttingOff, defer_rest
from meetings.actions.finishing import finish_words, keep_unsent, return_words
from meetings.actions.live import Collided, Saved, pause_item, start_item
from meetings.actions.minutes import prepare_minutes
from meetings.actions.taking_back import take_back_deferral
from meetings.models import (
    AgendaItem,
    BodyTold,
    CirculationTakenBack,
    Deferral,
    RecommendationWords,
    Revision,
    WordsDraft,
    WordsReturned,
)
from meetings.queries.decisions import current_recommendation
from meetings.queries.finishing import Drafted, drafted
from meetings.queries.unsent import UNSENT
from meetings.rules.deferring import DeferralReason
from meetings.rules.states import ItemState
from panel.law.notices import Party
from panel.models import AuditEntry, User
from panel.platform.policy import Refused, Role
from tests.faults.racing import MARKS, PAIRS, at_once, both_orders
from tests.faults.trials import TRIALS, Counts
from tests.make import make_user
from tests.meetings.actions.test_correct import LIMBS
from tests.meetings.actions.test_minutes import stand_in_sheets
from tests.meetings.day import REASONS, Day, advise, begin, closed, make_day
from tests.meetings.test_bodies import decided

pytestmark = MARKS
NO_SLOT = "The panel has planned no later meeting yet."


def sitting(items: int = 1) -> Day:
    """A meeting in session by the real clock, nothing in discussion."""
    day = begin(make_day(items, at=timezone.now() - dt.timedelta(minutes=30)))
    pause_item(item=day.items[0], by=day.chair, now=timezone.now())
    return day


def put_off(day: Day, items: list[AgendaItem]) -> list[Deferral]:
    wanted = [PuttingOff(item, DeferralReason.TIME, late_because=NO_SLOT) for item in items]
    return defer_rest(meeting=day.meeting, wanted=wanted, by=day.clerk, now=timezone.now())


def test_item_is_taken_up_or_put_off_with_the_rest_never_both(
    pool: ThreadPoolExecutor, counts: Counts
) -> None:
    """The chair calls an item in the moment in which the clerk puts off what is left: all of it or nothing."""
    day = sitting(2)
    first, other = day.items
    tally: Counter[str] = Counter({"taken up first": 0, "put off first": 0, "both": 0})
    for trial in range(PAIRS):
        now = timezone.now()
        pair = [
            partial(start_item, item=first, by=day.chair, now=now),
            partial(put_off, day, [first, other]),
        ]
        turned = bool(trial % 2)
        results = at_once(pool, *(reversed(pair) if turned else pair))
        started, rest = reversed(results) if turned else results
        states = [AgendaItem.objects.get(pk=item.pk).state for item in day.items]
        standing = Deferral.objects.standing().count()
        tally["both"] += int(not isinstance(started, Refused) and not isinstance(rest, Refused))
        if isinstance(rest, Refused):
            tally["taken up first"] += 1
            assert rest.code == "stale"
            assert (states, standing) == ([ItemState.IN_DISCUSSION, ItemState.LISTED], 0)
            pause_item(item=first, by=day.chair, now=timezone.now())
        else:
            tally["put off first"] += 1
            assert (states, standing) == ([ItemState.DEFERRED, ItemState.DEFERRED], 2)
            for item in day.items:
                take_back_deferral(item=item, because="Heard after all.", by=day.clerk, now=timezone.now())
    counts.report("taken up against put off", PAIRS, **tally)
    assert tally["both"] == 0
    assert both_orders(tally["taken up first"], tally["put off first"])


def test_rest_put_off_twice_at_once_is_put_off_once(pool: ThreadPoolExecutor, counts: Counts) -> None:
    day = sitting(2)
    for _ in range(PAIRS):
        results = at_once(pool, partial(put_off, day, day.items), partial(put_off, day, day.items))
        assert [one.code for one in results if isinstance(one, Refused)] == ["stale"]
        assert Deferral.objects.standing().count() == 2
        for item in day.items:
            take_back_deferral(item=item, because="Heard after all.", by=day.clerk, now=timezone.now())
    counts.report("put off twice", PAIRS, deferrals=Deferral.objects.count())
    assert Deferral.objects.count() == 2 * PAIRS


def test_two_clerks_who_write_out_the_same_words_lose_none(pool: ThreadPoolExecutor, counts: Counts) -> None:
    day = begin(make_day(1, at=timezone.now() - dt.timedelta(minutes=30)))
    item = advise(day, day.items[0], now=timezone.now()).item
    for number in range(1, PAIRS + 1):
        texts = (f"He lost his words in week {number}.", f"She hears him read in week {number}.")
        saves = [
            partial(
                keep_unsent,
                item=item,
                n=number,
                edit_id=uuid.uuid4(),
                words={"reasons": text},
                by=day.clerk,
                now=timezone.now(),
            )
            for text in texts
        ]
        results = at_once(pool, *saves)
        assert sorted(type(one).__name__ for one in results) == ["Collided", "Saved"], results
        kept = Revision.objects.get(item=item, group=UNSENT, n=number)
        (met,) = (one for one in results if isinstance(one, Collided))
        (saved,) = (one for one in results if isinstance(one, Saved))
        assert saved.revision.pk == kept.pk
        assert kept.data["reasons"] in texts
        assert met.theirs.pk == kept.pk
    rows = Revision.objects.filter(item=item, group=UNSENT).count()
    counts.report("unsent words", PAIRS, kept=rows, **{"written over": PAIRS - rows})
    assert rows == PAIRS


def finished(item: AgendaItem, reasons: str, by: User, **shown: int) -> partial[WordsDraft]:
    return partial(finish_words, item=item, limbs=LIMBS, reasons=reasons, by=by, now=timezone.now(), **shown)


def test_clerks_words_are_confirmed_or_sent_back_never_both(pool: ThreadPoolExecutor, counts: Counts) -> None:
    day = begin(make_day(1, at=timezone.now() - dt.timedelta(minutes=30)))
    advice = advise(day, day.items[0], now=timezone.now())
    tally: Counter[str] = Counter({"confirmed": 0, "sent back": 0, "both": 0})
    for trial in range(PAIRS):
        reasons = f"{REASONS} She said so {trial} times."
        draft = finished(advice.item, reasons, day.clerk)()
        shown = {"item": advice.item, "draft": draft.pk, "by": day.chair, "now": timezone.now()}
        pair = [
            partial(correct_recommendation, limbs=LIMBS, reasons=reasons, **shown),
            partial(return_words, because="Shorter.", **shown),
        ]
        results = at_once(pool, *(reversed(pair) if trial % 2 else pair))
        assert [one.code for one in results if isinstance(one, Refused)] == ["stale"], results
        confirmed = RecommendationWords.objects.filter(takes_up=draft).count()
        back = WordsReturned.objects.filter(draft=draft).count()
        tally.update({"confirmed": confirmed, "sent back": back, "both": confirmed * back})
        stands = current_recommendation(advice.item)
        assert (stands.reasons == reasons) == bool(confirmed)
    counts.report("confirmed against sent back", PAIRS, **tally)
    assert (tally["confirmed"] + tally["sent back"], tally["both"]) == (PAIRS, 0)
    assert both_orders(tally["confirmed"], tally["sent back"])


def test_clerks_words_are_sent_anew_or_sent_back_never_both(pool: ThreadPoolExecutor, counts: Counts) -> None:
    """Whoever sends them anew has read the note, and whoever sends them back has read the words that wait."""
    day = begin(make_day(1, at=timezone.now() - dt.timedelta(minutes=30)))
    advice = advise(day, day.items[0], now=timezone.now())
    tally: Counter[str] = Counter({"sent anew": 0, "sent back": 0})
    for trial in range(PAIRS):
        draft = finished(advice.item, f"{REASONS} She said so {trial} times.", day.clerk)()
        anew = f"{REASONS} She said so {trial} times, and he as well."
        pair = [
            finished(advice.item, anew, day.clerk, stands=0, draft=draft.pk),
            partial(
                return_words,
                item=advice.item,
                draft=draft.pk,
                because="Shorter.",
                by=day.chair,
                now=timezone.now(),
            ),
        ]
        results = at_once(pool, *(reversed(pair) if trial % 2 else pair))
        assert [one.code for one in results if isinstance(one, Refused)] == ["stale"], results
        (made,) = (one for one in results if not isinstance(one, Refused))
        if isinstance(made, WordsDraft):
            tally["sent anew"] += 1
            assert drafted(advice) == Drafted(waits=made)
            assert not WordsReturned.objects.filter(draft=draft).exists()
        else:
            tally["sent back"] += 1
            assert drafted(advice) == Drafted(returned=made)
            assert WordsDraft.objects.order_by("pk").last() == draft
    counts.report("sent anew against sent back", PAIRS, **tally)
    assert both_orders(tally["sent anew"], tally["sent back"])


def test_draft_taken_back_twice_at_once_is_taken_back_once(pool: ThreadPoolExecutor, counts: Counts) -> None:
    day = begin(make_day(1, at=timezone.now() - dt.timedelta(hours=2)))
    advise(day, day.items[0])
    closed(day)
    now = timezone.now()
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=now)
    stand_in_sheets(minutes)
    until_on = timezone.localdate() + dt.timedelta(days=14)
    for trial in range(TRIALS):
        circulation = circulate_minutes(minutes=minutes, until_on=until_on, by=day.clerk, now=timezone.now())
        back = partial(
            take_back_circulation,
            circulation=circulation,
            because="An item was missing.",
            by=day.clerk,
            now=timezone.now(),
        )
        one, two = at_once(pool, back, back)
        assert one.pk == two.pk
        assert AuditEntry.objects.filter(verb="minutes.take_back").count() == trial + 1
    counts.report("draft taken back twice", TRIALS, rows=CirculationTakenBack.objects.count())
    assert CirculationTakenBack.objects.count() == TRIALS


def test_body_told_by_two_clerks_at_once_is_told_once(pool: ThreadPoolExecutor, counts: Counts) -> None:
    clerk = make_user("Cleo Clerk", Role.CLERK)
    for _ in range(PAIRS):
        decision = decided(clerk)
        tell = partial(
            record_body_told,
            body=Party.HEALTH,
            decisions=[decision.public_id],
            on=timezone.localdate(),
            how="secure e-mail",
            by=clerk,
            now=timezone.now(),
        )
        at_once(pool, tell, tell)
        assert BodyTold.objects.filter(decision=decision, body=Party.HEALTH.value).count() == 1
        assert AuditEntry.objects.filter(verb="notice.tell", subject=decision.public_id).count() == 1
    rows = BodyTold.objects.count()
    counts.report("told twice", PAIRS, rows=rows)
    assert rows == PAIRS
