"""A signed item whose discussion speaks of others, and the steps by which its versions are made, for tests."""

import datetime as dt
from typing import Any

import pytest

from meetings.actions.decide import record_decision
from meetings.actions.live import save_revision
from meetings.actions.minutes import prepare_minutes, sign_minutes
from meetings.actions.versions import (
    prepare_version,
    release_version,
    tag_paragraphs,
)
from meetings.minutes.redaction import Ground, Reader, words_digest
from meetings.models import ItemVersion, Minutes, VersionRelease
from meetings.queries.versions import newest_record, preview_of
from panel.law.legal import Outcome, Stage
from panel.models import User
from panel.platform import outbox
from panel.platform.policy import Refused
from tests.make import make_case, make_person, make_setting, make_user
from tests.meetings.actions.test_minutes import stand_in_sheets
from tests.meetings.day import Day, advise, after, begin, closed, list_cases, make_day
from tests.meetings.letters.household import Press, make_contacts

BROTHER = "Another pupil, Sidney Vale, had bitten him twice."
NEIGHBOUR = "Somebody in the street had telephoned about shouting."
PLAIN = "She joins in when the group is small. Nia Nurse saw it."
DISCUSSION = f"{PLAIN}\n\n{BROTHER}\n\n{NEIGHBOUR}"


def sign(day: Day, minutes: Minutes, at: int) -> None:
    stand_in_sheets(minutes)
    shown = minutes.sheets.get(part="joined").document.sha256
    sign_minutes(
        minutes=minutes, shown_sha256=shown, confirmed_at=after(day, at), by=day.chair, now=after(day, at)
    )


def write(day: Day, text: str, *, n: int = 1, minute: int = 2, correcting: bool = False) -> None:
    save_revision(
        item=day.items[0],
        group="discussion",
        n=n,
        edit_id=make_user().public_id,
        data={"text": text},
        by=day.clerk,
        now=after(day, minute),
        correcting=correcting,
    )


def heard_day(*, decided: bool = True, outcome: Outcome = Outcome.ASSESS, **of_case: str) -> Day:
    """A heard and decided item whose discussion speaks of others; the child's setting is known."""
    make_contacts()
    day = make_day(0)
    child = make_person("Robin", "Ashdown", born_on=dt.date(2018, 5, 4))
    list_cases(day, make_case(child=child, setting=make_setting("Elm School"), **of_case))
    begin(day)
    write(day, DISCUSSION)
    advise(day, day.items[0], outcome)
    closed(day)
    item = day.items[0]
    if decided:
        record_decision(
            case=item.case, stage=Stage.ASSESS, item=item, outcome=outcome, by=day.officer, now=after(day, 90)
        )
    return day


def signed_day(**fields: Any) -> Day:
    """The same with its minutes signed."""
    day = heard_day(**fields)
    sign(day, prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 100)), 110)
    return day


def tag(day: Day, *, by: User | None = None, minute: int = 120, **grounds: Ground) -> int:
    """Tag the discussion's second paragraph (`brother`) and third (`neighbour`)."""
    words = {"brother": BROTHER, "neighbour": NEIGHBOUR, "plain": PLAIN}
    item = day.items[0]
    return tag_paragraphs(
        item=item,
        grounds={words_digest(words[name]): ground for name, ground in grounds.items()},
        record_sha256=newest_record(item).record_sha256,
        by=by or day.clerk,
        now=after(day, minute),
    )


def prepare(day: Day, reader: Reader = Reader.FAMILY, minute: int = 130, **fields) -> ItemVersion:
    values = {"item": day.items[0], "reader": reader, "by": day.clerk, "now": after(day, minute)}
    return prepare_version(**{**values, **fields})


def drain(day: Day, tools=None) -> dict[str, int]:
    return outbox.drain(tools or Press(), lambda: after(day, 140), "test")


def release(day: Day, version: ItemVersion, **fields) -> VersionRelease:
    shown = preview_of(version)
    values = {
        "version": version,
        "content_sha256": version.content_sha256,
        "shown_sha256": shown.sha256 if shown else "",
        "by": day.officer,
        "now": after(day, 150),
    }
    return release_version(**{**values, **fields})


def released(day: Day, reader: Reader = Reader.FAMILY) -> ItemVersion:
    version = prepare(day, reader)
    drain(day)
    release(day, version)
    return version


def code(call, *args, **fields) -> str:
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    return refused.value.code
