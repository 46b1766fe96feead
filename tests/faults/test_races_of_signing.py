"""Minutes that two people sign at the same moment, or one twice: one signature, one entry in the trail, one promise to seal."""

import datetime as dt
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.utils import timezone

from meetings.actions.live import save_revision
from meetings.actions.minutes import prepare_minutes, sign_minutes
from meetings.models import Minutes, MinutesSignature
from panel.models import AuditEntry, Dispatch
from panel.platform.policy import Refused
from tests.faults.racing import MARKS, PAIRS, Handicap, at_once, both_orders
from tests.faults.trials import Counts
from tests.meetings.actions.test_minutes import stand_in_sheets
from tests.meetings.day import Day, advise, begin, closed, make_day

pytestmark = MARKS


def version(day: Day, number: int) -> Minutes:
    """The next version of the minutes, rendered: every one but the first corrects a sentence."""
    now = timezone.now()
    save_revision(
        item=day.items[0],
        group="discussion",
        n=number,
        edit_id=uuid.uuid4(),
        data={"text": f"Sentence {number}."},
        by=day.clerk,
        now=now,
        correcting=True,
    )
    minutes = prepare_minutes(meeting=day.meeting, because="A sentence was missing.", by=day.clerk, now=now)
    stand_in_sheets(minutes)
    return minutes


def sign(minutes: Minutes, by: Any, shown: str = "b") -> MinutesSignature:
    now = timezone.now()
    return sign_minutes(minutes=minutes, shown_sha256=shown * 64, confirmed_at=now, by=by, now=now)


def entry(verb: str, minutes: Minutes) -> int:
    """The number in the trail of what was done to a version, which says what came first."""
    return AuditEntry.objects.get(verb=verb, subject=minutes.public_id).pk


def test_two_signatures_at_once_are_one(pool: ThreadPoolExecutor, counts: Counts) -> None:
    """The chair twice; the chair and somebody who did not hold the chair; the chair, and a page that shows other bytes."""
    day = begin(make_day(1, at=timezone.now() - dt.timedelta(hours=2)))
    advise(day, day.items[0])
    closed(day)
    tally: Counter[str] = Counter()
    for trial in range(PAIRS):
        minutes = version(day, trial + 1)
        chairs = partial(sign, minutes, day.chair)
        others: dict[str, Callable[[], Any]] = {
            "chair twice": chairs,
            "vice-chair": partial(sign, minutes, day.vice),
            "stale page": partial(sign, minutes, day.chair, "a"),
        }
        name = list(others)[trial % len(others)]
        first, second = at_once(pool, chairs, others[name])
        assert isinstance(first, MinutesSignature)
        if name == "chair twice":
            assert first.pk == second.pk
        else:
            assert isinstance(second, Refused)
            assert second.code in {"not_allowed", "stale", "signed"}
        tally[name] += 1
        signature = MinutesSignature.objects.get(minutes=minutes)
        assert (signature.by, signature.shown_sha256) == (day.chair, "b" * 64)
        assert AuditEntry.objects.filter(verb="minutes.sign", subject=minutes.public_id).count() == 1
        assert Dispatch.objects.filter(kind="minutes.seal", subject=minutes.public_id).count() == 1
    effects = (MinutesSignature.objects.count(), AuditEntry.objects.filter(verb="minutes.sign").count())
    counts.report("double sign-off", PAIRS, signatures=effects[0], **{"audit entries": effects[1]}, **tally)
    assert effects == (PAIRS, PAIRS)


def test_minutes_are_signed_or_made_anew_never_both(pool: ThreadPoolExecutor, counts: Counts) -> None:
    """The chair signs while the clerk prepares a corrected version: a version that was replaced is signed by nobody."""
    day = begin(make_day(1, at=timezone.now() - dt.timedelta(hours=2)))
    advise(day, day.items[0])
    closed(day)
    tally: Counter[str] = Counter({"signed first": 0, "replaced first": 0})
    handicap = Handicap("prepare")
    number = 0

    def version_after(number: int, wait: float) -> Minutes:
        time.sleep(wait)
        return version(day, number)

    for _ in range(PAIRS):
        number += 2
        minutes = version(day, number - 1)
        # A signature reads the whole record first, and the words of the new version stand before it: these are the quicker ones.
        signed, newer = at_once(
            pool, partial(sign, minutes, day.chair), partial(version_after, number, handicap.wait())
        )
        handicap.won(quicker=isinstance(signed, Refused))
        assert newer.supersedes_id == minutes.pk
        if isinstance(signed, Refused):
            # Before the new version is there, the words that it was made for are.
            assert signed.code in {"superseded", "changed_since"}
            tally["replaced first"] += 1
        else:
            tally["signed first"] += 1
            assert entry("minutes.sign", minutes) < entry("minutes.prepare", newer)
        assert MinutesSignature.objects.filter(minutes=minutes).count() == (not isinstance(signed, Refused))
    counts.report("sign against prepare", PAIRS, **tally)
    assert both_orders(*tally.values())
