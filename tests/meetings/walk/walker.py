"""Whoever walks through a panel day: the dice, the day, and how one verb is pressed."""

import datetime as dt
import random
from collections import Counter
from contextlib import ExitStack
from typing import Any, Self, TypeVar

from django.db import connection, transaction

from meetings.models import AgendaItem, Decision
from panel.law.legal import Answer, LimbAnswer, Outcome, Stage
from panel.models import Case
from panel.platform.policy import Refused, Role
from tests.make import NOW, TODAY, make_case, make_setting, make_user
from tests.meetings.counted import Watch
from tests.meetings.day import Day, assessed_case, list_cases, make_day, sit_down
from tests.meetings.invariants import INVARIANTS

PEOPLE = ("chair", "vice", "psychologist", "nurse", "social", "head", "clerk", "officer")
ON_THE_ROSTER = ("chair", "vice", "psychologist", "nurse", "social", "head")
T = TypeVar("T")
WORDS = (
    "He is far behind in speech, two terms of help in a small group have not closed the gap, and his frustration now keeps him"
    " out of lessons most mornings. School and therapist agree on what has been tried and on what it did not change, his"
    " parents see the same at home, and nobody can yet say what he will need when he moves on to the next school."
)
# What is kept in the room, for the clerk to finish.
KEY_REASONS = "Behind in speech; a small group has not helped."
REASONS = (WORDS, WORDS, WORDS, "", "The school has not spent £6,000 yet.")
ANSWERS = (Answer.YES, Answer.YES, Answer.NO, Answer.CANNOT_TELL, None)
# How often each verb wrote something and how often it was refused, over all walks: a walk that gets nowhere proves nothing.
HAPPENED: Counter[str] = Counter()
REFUSED: Counter[str] = Counter()


class Walker:
    """A meeting with its cases, and everybody who may press anything. Whatever happens is undone at the end."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.now = NOW
        self.watch = Watch()
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(transaction.atomic())
            stack.callback(transaction.set_rollback, True)
            stack.enter_context(connection.execute_wrapper(self.watch))
            self._set_up()
            self._undo = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def _set_up(self) -> None:
        """Two requests, a late one for which no panel sits in time and a finished assessment are listed; one case is not."""
        school = make_setting()
        self.day: Day = make_day(
            0, minimum_total=5, pre_views=True, comment_days=self.any_of(0, 0, 0, 2), minutes_per_item=10
        )
        self.late = make_case(setting=school, received_on=TODAY - dt.timedelta(weeks=6))
        list_cases(self.day, make_case(setting=school), make_case(), self.late)
        list_cases(self.day, assessed_case(setting=school), stage=Stage.ISSUE)
        self.unlisted = make_case(setting=school)
        self.adviser = make_user("Andy Adviser", Role.ADVISER)
        sit_down(self.day)

    # Drawing lots

    def any_of(self, *choices: T) -> T:
        return self.dice.choice(choices)

    def likely(self) -> bool:
        """Four times of five."""
        return self.dice.random() < 0.8

    def mostly(self, meant: T, *others: T) -> T:
        """What leads on, or now and then what may not."""
        return meant if self.likely() else self.any_of(*others)

    def item(self, *states: str) -> AgendaItem:
        """Any item; mostly one in one of these states, where there is one."""
        items = list(AgendaItem.objects.select_related("meeting__config", "case").order_by("position"))
        meant = [item for item in items if item.state in states]
        return self.any_of(*self.mostly(meant or items, items))

    def undecided(self) -> list[AgendaItem]:
        """What the panel has advised on and no decision stands on."""
        items = AgendaItem.objects.select_related("meeting__config", "case").filter(state="recommended")
        standing = Decision.objects.filter(superseded_by=None, set_aside=None)
        decided = set(standing.values_list("case", "stage"))
        return [item for item in items.order_by("position") if (item.case_id, item.stage) not in decided]

    def case(self) -> Case:
        return self.any_of(*Case.objects.order_by("pk"))

    def somebody(self, *names: str) -> Any:
        return getattr(self.day, self.any_of(*(names or PEOPLE)))

    def seat(self) -> Any:
        return self.day.entry(self.somebody(*ON_THE_ROSTER))

    def outcome_and_answers(self, stage: str, *, meant: bool) -> tuple[Outcome, list[LimbAnswer]]:
        """An outcome with answers: those that lead to it, or any."""
        outcomes = {
            "assess": (Outcome.ASSESS, Outcome.NOT_ASSESS),
            "issue": (Outcome.ISSUE, Outcome.NOT_ISSUE),
        }
        return self.with_answers(stage, self.any_of(*(outcomes[stage] if meant else Outcome)), meant=meant)

    def with_answers(self, stage: str, outcome: Outcome, *, meant: bool) -> tuple[Outcome, list[LimbAnswer]]:
        limbs = ("a", "b") if stage == "assess" else ("necessary",)
        last = Answer.YES if outcome in {Outcome.ASSESS, Outcome.ISSUE} else Answer.NO
        leading = [Answer.YES, last][-len(limbs) :]
        given = leading if meant else [self.any_of(*ANSWERS) for _ in limbs]
        return outcome, [LimbAnswer(limb, answer, WORDS) for limb, answer in zip(limbs, given, strict=True)]

    # Pressing things

    def attempt(self, act: Any, **fields: Any) -> Any:
        """One verb, a minute after the last. A refusal leaves everything as it was.

        Nothing is undone here for it: what an action wrote before it refused would still stand, as it would in production.
        """
        self.now += dt.timedelta(minutes=1)
        self.watch.look()
        try:
            done, refused = act(now=self.now, **fields), None
        except Refused as no:
            done, refused = None, no.code
        if refused is None:
            HAPPENED[act.__name__] += bool(self.watch.written)
            return done
        REFUSED[act.__name__] += 1
        changed = self.watch.changed()
        assert not changed, f"{act.__name__} was refused ({refused}) and changed {', '.join(changed)}"
        return None

    def check(self) -> None:
        """Hold what stands there against the invariants, where anything was written since the last time."""
        if self.watch.look():
            for holds in INVARIANTS:
                holds(self.day)
