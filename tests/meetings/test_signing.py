from dataclasses import replace

import pytest

from meetings.attendance import AttendanceProblem
from meetings.signing import Heard, Preparing, Signing, check_preparing, check_signing
from meetings.states import ItemState
from panel.law.problems import Problem

READY = Preparing(
    closed=True,
    items=(
        Heard(1, "R001", ItemState.RECOMMENDED),
        Heard(2, "R002", ItemState.DEFERRED),
        Heard(3, "R003", ItemState.WITHDRAWN),
    ),
)


def test_minutes_of_a_closed_meeting_with_every_item_finished_may_be_prepared():
    assert check_preparing(READY) == ()


def test_every_blocker_is_named_with_where_to_mend_it():
    blocked = Preparing(
        closed=False,
        items=(Heard(1, "R001", ItemState.IN_DISCUSSION), Heard(2, "R002", ItemState.LISTED), READY.items[2]),
        unaccounted=("Ann Ward",),
        attendance=(
            AttendanceProblem(7, "leaves_first", "Ben cannot leave before arriving. Check both times."),
        ),
        version=2,
    )
    assert check_preparing(blocked) == (
        Problem("meeting_open", "meeting", "The meeting is still in session. Close it first."),
        Problem(
            "item_unfinished",
            "item-1",
            "Item 1, R001, is “in discussion”. Record the panel’s recommendation, defer or withdraw it.",
        ),
        Problem(
            "item_unfinished",
            "item-2",
            "Item 2, R002, is “listed”. Record the panel’s recommendation, defer or withdraw it.",
        ),
        Problem(
            "attendance_blank",
            "attendance",
            "Nothing is recorded about Ann Ward: present, apologies or absent?",
        ),
        Problem("leaves_first", "attendance", "Ben cannot leave before arriving. Check both times."),
        Problem("no_reason", "because", "Say what this version corrects, and why."),
    )


def test_a_correction_with_its_reason_may_be_prepared():
    assert check_preparing(replace(READY, version=2, because="The health member was there.")) == ()


SIGNED = Signing(by=1, chair=1, shown_sha256="ab", kept_sha256="ab")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"by": 2}, ["not_the_chair"]),
        ({"chair": None}, ["not_the_chair"]),
        ({"newest": False}, ["not_newest"]),
        ({"shown_sha256": "cd"}, ["other_bytes"]),
        ({"shown_sha256": "", "kept_sha256": ""}, ["other_bytes"]),
    ],
)
def test_only_the_chair_signs_the_newest_version_and_the_bytes_she_saw(change, codes):
    assert [p.code for p in check_signing(replace(SIGNED, **change))] == codes
