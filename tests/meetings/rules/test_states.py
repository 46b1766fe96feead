"""Every cell of every machine: what the table allows, written out a second time by hand, and nothing else."""

import re

import pytest

from meetings.rules.states import ITEM, LETTER, MACHINES, MEETING, MINUTES
from panel.platform.machine import Machine
from panel.platform.policy import Refused

ALLOWED = {
    "meeting": {
        ("planned", "meeting.open"): "open",
        ("open", "meeting.close"): "closed",
        ("planned", "meeting.cancel"): "cancelled",
    },
    "agenda item": {
        ("listed", "item.open"): "in_discussion",
        ("in_discussion", "item.pause"): "listed",
        ("in_discussion", "recommendation.record"): "recommended",
        ("recommended", "recommendation.set_aside"): "in_discussion",
        ("sent_back", "recommendation.set_aside"): "in_discussion",
        ("recommended", "recommendation.send_back"): "sent_back",
        ("listed", "item.defer"): "deferred",
        ("in_discussion", "item.defer"): "deferred",
        ("deferred", "item.take_back"): "listed",
        ("listed", "item.withdraw"): "withdrawn",
        ("in_discussion", "item.withdraw"): "withdrawn",
    },
    "minutes": {
        ("draft", "minutes.prepare"): "rendered",
        ("rendered", "minutes.circulate"): "circulated",
        ("circulated", "minutes.take_back"): "rendered",
        ("rendered", "minutes.sign"): "signed",
        ("circulated", "minutes.sign"): "signed",
    },
    "letter": {
        ("drafted", "letter.block"): "blocked",
        ("drafted", "letter.redraft"): "drafted",
        ("blocked", "letter.redraft"): "drafted",
        ("needs_recheck", "letter.redraft"): "drafted",
        ("drafted", "letter.release"): "released",
        ("released", "letter.recheck"): "needs_recheck",
        ("released", "letter.send"): "sent",
        ("drafted", "letter.withdraw"): "withdrawn",
        ("blocked", "letter.withdraw"): "withdrawn",
        ("released", "letter.withdraw"): "withdrawn",
        ("needs_recheck", "letter.withdraw"): "withdrawn",
    },
    "action": {
        ("open", "action.done"): "done",
        ("open", "action.overtaken"): "overtaken",
        ("open", "action.not_done"): "not_done",
        ("done", "action.reopen"): "open",
        ("overtaken", "action.reopen"): "open",
        ("not_done", "action.reopen"): "open",
    },
}
CELLS = [(machine, *cell) for machine in MACHINES for cell in machine.cells()]


@pytest.mark.parametrize(
    ("machine", "state", "verb", "target"), CELLS, ids=[f"{m.name}-{s}-{v}" for m, s, v, _ in CELLS]
)
def test_each_cell_is_allowed_or_refused_as_written(
    machine: Machine, state: str, verb: str, target: str | None
):
    assert target == ALLOWED[machine.name].get((state, verb))
    if target is None:
        with pytest.raises(Refused) as refused:
            machine.target(state, verb)
        assert refused.value.code == "wrong_state"
    else:
        assert machine.target(state, verb) == target


def test_final_states_have_no_way_out():
    assert [
        MEETING.verbs("closed"),
        MEETING.verbs("cancelled"),
        MINUTES.verbs("signed"),
        LETTER.verbs("sent"),
        LETTER.verbs("withdrawn"),
    ] == [()] * 5
    assert ITEM.verbs("withdrawn") == ()
    assert ITEM.verbs("deferred") == ("item.take_back",)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_can_be_reached_and_has_both_labels(machine: Machine):
    reached, before = {str(machine.initial)}, set()
    while reached != before:
        before = set(reached)
        reached |= {t.target for t in machine.transitions if t.sources & before}
    assert reached == set(machine.states)
    assert all(label.staff and label.family for label in machine.states.values())


def test_verbs_are_noun_dot_verb():
    verbs = {t.verb for machine in MACHINES for t in machine.transitions}
    assert {verb for verb in verbs if not re.fullmatch(r"[a-z]+\.[a-z_]+", verb)} == set()
