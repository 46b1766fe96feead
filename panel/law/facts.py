"""What is recorded about one request, as the clock reads it, and how it is read from outside. Pure.

`parse` collects every wrong fact before it says no, so that a person mends all of them at once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar

from panel.law.legal import says_something
from panel.law.problems import Problem
from panel.law.rights import request_problems
from panel.law.rules import RULE_SETS, Code, Ground, OrderKind, UnopposedKind, rules_for
from panel.law.words import in_words

FIRST_DAY = date(1980, 1, 1)
LAST_DAY = date(2099, 12, 31)
GROUNDS = RULE_SETS[0].grounds
AGREED_CODES = (Code.C1, Code.C3, Code.C4, Code.C6)

AgreedDates = tuple[tuple[Code, date], ...]
Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class SchoolClosure:
    """The school is shut from `closed_from`, its first closed day, until it re-opens on `reopens_on`."""

    closed_from: date
    reopens_on: date


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why one stage of this case could not be done in time. `to` is the last day it was impractical, None while it is."""

    stage: Code
    ground: str
    starts_on: date
    ends_on: date | None
    impractical_because: str


@dataclass(frozen=True, slots=True)
class MediationAgreement:
    """An agreement in writing (reg 42). `other_dates` are those the parties put in the place of the regulation's."""

    agreed_on: date
    other_dates: AgreedDates = ()
    kind: OrderKind | None = None


@dataclass(frozen=True, slots=True)
class TribunalOrder:
    """An order of the tribunal (reg 44). `other_dates` are those the order itself directs."""

    kind: OrderKind
    ordered_on: date
    other_dates: AgreedDates = ()


@dataclass(frozen=True, slots=True)
class Unopposed:
    """The authority told the tribunal that it does not oppose the appeal (reg 45)."""

    kind: UnopposedKind
    notified_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One request. `received_on`: the day it reached any part of the authority. Notified means sent, not decided.

    `as_of` is the day the clock is read; what happened later does not count yet. `issue_notified_on`: the family was told that
    a plan will be made. `amended_sent_on`: the plan was sent again, changed by an order or an agreement; the first day stays. `earlier_refusal_on` belongs to an earlier request. `reassessment`: asked for under reg 25.
    """

    received_on: date
    as_of: date | None = None
    born_on: date | None = None
    school_closures: tuple[SchoolClosure, ...] = ()
    advice_asked_on: date | None = None
    exemptions: tuple[Exemption, ...] = ()
    assess_notified_on: date | None = None
    refused_notified_on: date | None = None
    not_issue_notified_on: date | None = None
    issue_notified_on: date | None = None
    final_sent_on: date | None = None
    amended_sent_on: date | None = None
    draft_served_on: date | None = None
    mediation_agreement: MediationAgreement | None = None
    tribunal_order: TribunalOrder | None = None
    unopposed: Unopposed | None = None
    reversed_on: date | None = None
    letter_on: date | None = None
    certificate_on: date | None = None
    assessment_completed_on: date | None = None
    earlier_refusal_on: date | None = None
    reassessment: bool = False


# Steps of this request: none can lie before it, and the clock reads none that lies after `as_of`.
STEPS: Final = (
    "advice_asked_on",
    "assess_notified_on",
    "refused_notified_on",
    "not_issue_notified_on",
    "issue_notified_on",
    "draft_served_on",
    "final_sent_on",
    "amended_sent_on",
    "reversed_on",
)
_DATES: Final = (
    "as_of",
    "born_on",
    *STEPS,
    "letter_on",
    "certificate_on",
    "assessment_completed_on",
    "earlier_refusal_on",
)
_NESTED: Final = ("school_closures", "exemptions", "mediation_agreement", "tribunal_order", "unopposed")
FIELDS: Final = ("received_on", *_DATES, *_NESTED, "reassessment")


class BadFacts(Exception):
    """Facts that cannot be: `errors` are sentences that begin with the name of the field."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        self.errors = tuple(f"{problem.field}: {problem.sentence}" for problem in self.problems)
        super().__init__(" ".join(self.errors))


def last_step(facts: Facts) -> date:
    """The latest day on which something recorded happened to this request."""
    days: list[date] = [
        facts.received_on,
        *(day for name in STEPS if (day := getattr(facts, name)) is not None),
    ]
    if facts.mediation_agreement is not None:
        days.append(facts.mediation_agreement.agreed_on)
    if facts.tribunal_order is not None:
        days.append(facts.tribunal_order.ordered_on)
    if facts.unopposed is not None:
        days.append(facts.unopposed.notified_on)
    return max(days)


def parse(given: Mapping[str, Any], *, today: date | None = None) -> Facts:
    """`Facts` from a mapping of plain values (JSON), dates as YYYY-MM-DD. Raises `BadFacts` with every wrong fact.

    Without `as_of` the clock is read on `today`, or on the day of the last recorded step if that is later.
    """
    reader = _Reader()
    values = reader.read(given)
    if reader.problems:
        raise BadFacts(reader.problems)
    facts = Facts(**values)
    if facts.as_of is None and today is not None:
        facts = Facts(**{**values, "as_of": max(today, last_step(facts))})
    problems = list(_order_problems(facts))
    if problems:
        raise BadFacts(problems)
    return facts


class _Reader:
    """Reads values one by one and keeps what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, given: object) -> dict[str, Any]:
        if not isinstance(given, Mapping):
            self._wrong("not_an_object", "facts", "Give an object of facts, at least with received_on.")
            return {}
        self._unknown(given, FIELDS, "")
        values: dict[str, Any] = {"received_on": self._day(given, "received_on", needed=True)}
        for name in _DATES:
            values[name] = self._day(given, name)
        values["school_closures"] = tuple(self._each(given, "school_closures", self._closure))
        values["exemptions"] = tuple(self._each(given, "exemptions", self._exemption))
        values["mediation_agreement"] = self._one(given, "mediation_agreement", self._mediation)
        values["tribunal_order"] = self._one(given, "tribunal_order", self._order)
        values["unopposed"] = self._one(given, "unopposed", self._unopposed)
        values["reassessment"] = given.get("reassessment") or False
        if not isinstance(values["reassessment"], bool):
            self._wrong("not_a_boolean", "reassessment", "Give true or false.")
        return values

    def _wrong(self, code: str, field: str, sentence: str) -> None:
        self.problems.append(Problem(code, field, sentence))

    def _unknown(self, given: Mapping[str, Any], known: Sequence[str], at: str) -> None:
        for name in given:
            if name not in known:
                names = ", ".join(known)
                self._wrong(
                    "unknown_fact", f"{at}{name}", f"There is no such fact here. The facts are {names}."
                )

    def _day(self, given: Mapping[str, Any], name: str, at: str = "", *, needed: bool = False) -> date | None:
        value = given.get(name)
        if value is None or value == "":
            if needed:
                self._wrong("missing", f"{at}{name}", "Give this date, as YYYY-MM-DD.")
            return None
        day = _real_date(value)
        if day is None:
            self._wrong("not_a_date", f"{at}{name}", "Enter a real date, as YYYY-MM-DD.")
        elif not FIRST_DAY <= day <= LAST_DAY:
            years = f"between {FIRST_DAY.year} and {LAST_DAY.year}"
            self._wrong("out_of_range", f"{at}{name}", f"Enter a date {years}.")
            return None
        return day

    def _each(self, given: Mapping[str, Any], name: str, read: Any) -> Iterable[Any]:
        rows = given.get(name) or []
        if not isinstance(rows, list | tuple):
            self._wrong("not_a_list", name, "Give a list.")
            return
        for n, row in enumerate(rows):
            yield self._object(row, f"{name}[{n}]", read)

    def _one(self, given: Mapping[str, Any], name: str, read: Any) -> Any:
        row = given.get(name)
        return None if row is None else self._object(row, name, read)

    def _object(self, row: Any, at: str, read: Any) -> Any:
        if not isinstance(row, Mapping):
            self._wrong("not_an_object", at, "Give an object with named values.")
            return None
        before = len(self.problems)
        value = read(row, f"{at}.")
        return value if len(self.problems) == before else None

    def _closure(self, row: Mapping[str, Any], at: str) -> SchoolClosure | None:
        self._unknown(row, ("closed_from", "reopens_on"), at)
        closed = self._day(row, "closed_from", at, needed=True)
        reopens = self._day(row, "reopens_on", at, needed=True)
        if closed is None or reopens is None:
            return None
        if reopens <= closed:
            self._wrong(
                "reopens_before_closing",
                f"{at}reopens_on",
                f"The school cannot re-open on {in_words(reopens)}: its first closed day is {in_words(closed)}.",
            )
        return SchoolClosure(closed, reopens)

    def _exemption(self, row: Mapping[str, Any], at: str) -> Exemption | None:
        self._unknown(row, ("stage", "ground", "from", "to", "impractical_because"), at)
        stage, ground = self._stage_and_ground(row, at)
        starts, ends = self._day(row, "from", at, needed=True), self._day(row, "to", at)
        if starts is not None and ends is not None and ends < starts:
            sentence = f"It ends on {in_words(ends)}, before it begins on {in_words(starts)}."
            self._wrong("ends_before_it_begins", f"{at}to", sentence)
        why = row.get("impractical_because")
        if not isinstance(why, str) or not says_something(why):
            sentence = "Say why keeping the time limit was impractical in this case. An exemption is never given in bulk."
            self._wrong("reason_missing", f"{at}impractical_because", sentence)
            return None
        if stage is None or starts is None:
            return None
        if ends is None and GROUNDS[stage].get(ground) == Ground.ABSENCE:
            sentence = "Give the last day of the absence; it must have lasted at least four weeks."
            self._wrong("absence_without_end", f"{at}to", sentence)
        return Exemption(stage, ground, starts, ends, why)

    def _stage_and_ground(self, row: Mapping[str, Any], at: str) -> tuple[Code | None, str]:
        stage = next((code for code in GROUNDS if code == row.get("stage")), None)
        ground = str(row.get("ground", "")).strip("() ").lower()
        if stage is None:
            self._wrong("unknown_stage", f"{at}stage", f"Give one of {', '.join(GROUNDS)}.")
        elif ground not in GROUNDS[stage]:
            names = ", ".join(GROUNDS[stage])
            self._wrong("unknown_ground", f"{at}ground", f"Give one of the grounds {names} for {stage}.")
        return stage, ground

    def _mediation(self, row: Mapping[str, Any], at: str) -> MediationAgreement | None:
        self._unknown(row, ("agreed_on", "other_dates", "kind"), at)
        agreed = self._day(row, "agreed_on", at, needed=True)
        kind = self._kind(row, at, OrderKind) if row.get("kind") else None
        others = self._agreed_dates(row, at)
        return None if agreed is None else MediationAgreement(agreed, others, kind)

    def _order(self, row: Mapping[str, Any], at: str) -> TribunalOrder | None:
        self._unknown(row, ("kind", "ordered_on", "other_dates"), at)
        kind, ordered = self._kind(row, at, OrderKind), self._day(row, "ordered_on", at, needed=True)
        others = self._agreed_dates(row, at)
        return None if kind is None or ordered is None else TribunalOrder(kind, ordered, others)

    def _unopposed(self, row: Mapping[str, Any], at: str) -> Unopposed | None:
        self._unknown(row, ("kind", "notified_on"), at)
        kind, notified = self._kind(row, at, UnopposedKind), self._day(row, "notified_on", at, needed=True)
        return None if kind is None or notified is None else Unopposed(kind, notified)

    def _kind(self, row: Mapping[str, Any], at: str, kinds: type[Kind]) -> Kind | None:
        value = row.get("kind")
        if not isinstance(value, str) or value not in list(kinds):
            self._wrong("unknown_kind", f"{at}kind", f"Give one of {', '.join(kinds)}.")
            return None
        return kinds(value)

    def _agreed_dates(self, row: Mapping[str, Any], at: str) -> AgreedDates:
        given = row.get("other_dates") or {}
        if not isinstance(given, Mapping):
            self._wrong(
                "not_an_object", f"{at}other_dates", 'Give an object of dates, as {"C6": "2026-06-03"}.'
            )
            return ()
        self._unknown(given, AGREED_CODES, f"{at}other_dates.")
        days = ((code, self._day(given, code, f"{at}other_dates.")) for code in AGREED_CODES if code in given)
        return tuple((code, day) for code, day in days if day is not None)


def _real_date(value: object) -> date | None:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None


def _order_problems(facts: Facts) -> Iterable[Problem]:
    begins = rules_for(facts.received_on).effective_from
    if facts.received_on < begins:
        sentence = f"These rules govern requests received from {in_words(begins)}."
        yield Problem("before_the_law", "received_on", sentence)
    as_of = facts.as_of or last_step(facts)
    yield from request_problems(born_on=facts.born_on, received_on=facts.received_on, today=as_of)
    for field, day in _events(facts):
        if day < facts.received_on:
            sentence = f"{in_words(day)} is before the request was received on {in_words(facts.received_on)}."
            yield Problem("before_request", field, sentence)
    for field, earlier, after, than in (
        ("reversed_on", facts.reversed_on, "refused_notified_on", facts.refused_notified_on),
        ("certificate_on", facts.certificate_on, "letter_on", facts.letter_on),
    ):
        if earlier is not None and than is not None and earlier < than:
            sentence = f"{in_words(earlier)} is before {after}, {in_words(than)}."
            yield Problem("out_of_order", field, sentence)


def _events(facts: Facts) -> Iterable[tuple[str, date]]:
    for name in (*STEPS, "letter_on", "certificate_on"):
        if (step := getattr(facts, name)) is not None:
            yield name, step
    if facts.mediation_agreement is not None:
        yield "mediation_agreement.agreed_on", facts.mediation_agreement.agreed_on
    if facts.tribunal_order is not None:
        yield "tribunal_order.ordered_on", facts.tribunal_order.ordered_on
    if facts.unopposed is not None:
        yield "unopposed.notified_on", facts.unopposed.notified_on
