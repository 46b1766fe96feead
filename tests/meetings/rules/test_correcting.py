"""What is asked of words that are put right: the words alone, never the facts they were written under."""

import datetime as dt

from meetings.rules.correcting import kept_problems, words_problems
from panel.law.legal import Answer, LimbAnswer, Outcome, Record, Stage

ENOUGH = " ".join(["She follows one step of an instruction and waits for the next."] * 8)
DAY = dt.date(2026, 11, 12)


def record(**fields) -> Record:
    values = {
        "stage": Stage.ISSUE,
        "outcome": Outcome.NOT_ISSUE,
        "answers": (LimbAnswer("necessary", Answer.NO, "School can give all of it, and does."),),
        "reasons": ENOUGH,
        "received_on": DAY,
        # Before the request, without a decision to assess and with advice lacking: facts that words cannot mend.
        "decided_on": DAY - dt.timedelta(days=1),
        "advice_lacking": ("health advice",),
    }
    return Record(**{**values, **fields})


def codes(**fields) -> list[str]:
    return [problem.code for problem in words_problems(record(**fields))]


def test_facts_that_changed_since_stop_no_correction() -> None:
    assert codes() == []


def test_words_have_to_say_why() -> None:
    assert codes(reasons="") == ["reasons_missing"]
    assert codes(reasons="Too few words.") == ["reasons_short"]
    assert codes(answers=(LimbAnswer("necessary", Answer.NO, "-"),)) == ["limb_without_reasons"]


def test_why_it_departs_is_neither_added_nor_taken_out() -> None:
    none, some = {"departs_because": "", "no_panel_because": ""}, "A report came later."
    departs = {**none, "departs_because": some}
    assert [p.code for p in kept_problems(departs, none)] == ["departs_because_missing"]
    assert [p.code for p in kept_problems(none, departs)] == ["not_this_decision"]
    assert list(kept_problems(departs, {**departs, "departs_because": f"{some} It is here."})) == []
