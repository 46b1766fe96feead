"""Deferring, recommending, deciding, setting aside: who may, what must be there, which combination is refused.

The panel recommends and the authority decides: two records, always; where the panel type delegates, one screen writes both
(design.md 2, fact 1). The legal test itself is asked of `panel.law.legal`. Every check returns all it finds, in the order a
person would mend it; nothing found means yes. Pure: dates and moments are passed in.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from meetings.rules.answering import NOT_SAID, Views, views_problems
from meetings.rules.quorum import Conflict, QuorumResult, barred_by
from panel.law.legal import (
    ANSWER_LABELS,
    OUTCOME_LABELS,
    REFUSALS,
    LimbAnswer,
    Outcome,
    Record,
    check_record,
    says_something,
    too_little,
)
from panel.law.problems import Problem
from panel.law.reasons import (
    NOT_CODED,
    Coded,
    answer_problems,
    code_problems,
    printed_reasons,
    reason_problems,
)
from panel.law.words import in_words
from panel.platform.policy import Refused


def refuse(problems: Iterable[Problem]) -> None:
    """Raise the first problem's code with every sentence and each problem by itself; do nothing when there is none."""
    found = tuple(problems)
    if found:
        sentence = " ".join(p.sentence for p in found)
        raise Refused(found[0].code, sentence, field=found[0].field or None, parts=found)


# Recommending


@dataclass(frozen=True)
class Recommending:
    """Who records a recommendation, and how the item stands at that moment."""

    by: int
    chair: int | None
    deputy: int | None
    conflicts: tuple[Conflict, ...]
    quorum: QuorumResult
    at: datetime


def check_recommender(recommending: Recommending) -> tuple[Problem, ...]:
    """Only the chair records it, or the deputy named for this item; never a recused person (reliability.md 6, row 54)."""
    barred = barred_by(recommending.conflicts, recommending.at)
    leads = recommending.chair if recommending.deputy is None else recommending.deputy
    if leads is None or leads in barred:
        who = "a deputy chair without a conflict; name one for this item"
    else:
        who = "the chair" if recommending.deputy is None else "the deputy chair named for this item"
    if recommending.by in barred:
        return (
            Problem(
                "recused", "", f"You are recused from this item. Its recommendation is recorded by {who}."
            ),
        )
    if recommending.by != leads:
        return (Problem("not_the_chair", "", f"The recommendation is recorded by {who}."),)
    return ()


def check_led(
    *, by: int, recorded_by: int, conflicts: Iterable[Conflict], at: datetime
) -> tuple[Problem, ...]:
    """What is put right of a recorded recommendation is for whoever recorded it and so led the item, whoever holds the chair
    since; never for a recused person.
    """
    if by in barred_by(conflicts, at):
        return (
            Problem("recused", "", "You are recused from this item. Its record is not for you to put right."),
        )
    if by != recorded_by:
        return (
            Problem(
                "not_the_chair",
                "",
                "This is for whoever led the item, the chair or deputy who recorded its recommendation.",
            ),
        )
    return ()


def check_recommendation(
    recommending: Recommending, record: Record, coded: Coded = NOT_CODED, views: Views = NOT_SAID
) -> tuple[Problem, ...]:
    """Everything between an item and its recommendation: the person, the quorum, the legal test (rows 53 to 55).

    Reasons kept to their key words are enough in the room: see `words_unfinished`.
    """
    found = list(check_recommender(recommending))
    if not recommending.quorum.quorate:
        standing = recommending.quorum
        found.append(Problem("no_quorum", "", f"{standing.sentence} {standing.way_out}".strip()))
    return (*found, *in_the_room(written_problems(record, coded, views)))


def in_the_room(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """What of these stops a panel: that the words are few does not, they are finished the same day."""
    return tuple(problem for problem in found if problem.code != "reasons_short")


def words_unfinished(record: Record) -> bool:
    """Whether only the key reasons were kept, fewer than a letter needs: the clerk finishes them, who led the item confirms."""
    return any(problem.code == "reasons_short" for problem in _printed_problems(record))


def written_problems(
    record: Record, coded: Coded = NOT_CODED, views: Views = NOT_SAID
) -> tuple[Problem, ...]:
    """What is wrong with the words alone, whoever wrote them and whoever is in the room: said all at once where they are typed."""
    return (
        *check_record(record),
        *_printed_problems(record),
        *code_problems(record.stage, record.outcome, coded, record.answers),
        *views_problems(record.outcome, views),
    )


def _printed_problems(record: Record) -> tuple[Problem, ...]:
    """What the letter could not print, said while it can still be mended."""
    if record.outcome is None or not says_something(record.reasons):
        return ()
    printed = printed_reasons(record.outcome, record.reasons, record.answers)
    found = reason_problems(record.outcome, printed)
    said = {problem.code for problem in found}
    return (*found, *(one for one in answer_problems(record.outcome, record.answers) if one.code not in said))


def check_consent(record: Record) -> tuple[Problem, ...]:
    """Whether an item is clear enough to be noted with others: an agreement, lawful and reasoned as any other. Never a refusal."""
    if record.outcome in REFUSALS:
        sentence = "A refusal is never noted together with other items: it is heard in full."
        return (Problem("refusal_on_consent", "outcome", sentence),)
    return (*check_record(record), *_printed_problems(record))


# Deciding

# Enough for an afternoon's agreements, few enough that each is looked at.
MOST_AT_ONCE = 30


def check_at_once(outcomes: Collection[Outcome]) -> tuple[Problem, ...]:
    """What keeps several recommendations from being agreed to together: a refusal is always decided by itself."""
    if not outcomes:
        return (Problem("nothing_chosen", "items", "Tick at least one recommendation."),)
    if len(outcomes) > MOST_AT_ONCE:
        return (Problem("too_many", "items", f"Agree to at most {MOST_AT_ONCE} at once."),)
    if any(outcome in REFUSALS for outcome in outcomes):
        return (
            Problem(
                "refusal_at_once",
                "items",
                "A refusal is never decided together with others. Open it and decide it by itself.",
            ),
        )
    return ()


class Route(StrEnum):
    """How a decision came about."""

    PANEL = "panel"
    OFFICER = "officer"
    FAST_TRACK = "fast_track"
    RECONSIDERED = "reconsider"


# Whatever takes effect without a panel's advice on it is noted by the next one.
OFF_PANEL = frozenset({Route.OFFICER, Route.FAST_TRACK, Route.RECONSIDERED})
AGREEMENTS = frozenset(Outcome) - REFUSALS

WORDS_UNFINISHED = (
    "Only the panel’s key reasons are written yet. The clerk finishes the words and whoever led the item confirms them: agree then."
    " If that cannot be awaited, give the authority’s reasons in your own words."
)


def moderated_afterwards(route: Route, outcome: Outcome) -> bool:
    """Whether a decision is always moderated once it is made: an officer’s refusal on which no panel has advised."""
    return route is not Route.PANEL and outcome in REFUSALS


@dataclass(frozen=True)
class EarlierDecision:
    """A decision that stands on the same question."""

    outcome: Outcome
    decided_on: date


@dataclass(frozen=True)
class Deciding:
    """Who decides, on what day, and what came before.

    `delegated`: the panel type lets its chair decide and `by` is that chair, or the deputy named for the item. `next_panel_on`:
    the next day a quorate panel could hear the case, None when none is planned. `unfinished`: the panel’s own words are to be
    decided on, and only its key reasons are written yet. `advised`: the panel’s answers to the legal test with its reasons.
    """

    route: Route
    by_officer: bool
    delegated: bool
    recused: bool
    today: date
    recommended: Outcome | None
    latest_panel_on: date
    next_panel_on: date | None = None
    departs_because: str = ""
    no_panel_because: str = ""
    delegation_reference: str = ""
    unfinished: bool = False
    advised: tuple[LimbAnswer, ...] = ()
    earlier: EarlierDecision | None = None


def check_decision(
    deciding: Deciding, record: Record, coded: Coded = NOT_CODED, views: Views = NOT_SAID
) -> tuple[Problem, ...]:
    """Everything between a case and its decision, by a panel's advice or without one (rows 6, 54 to 56, 58)."""
    if deciding.earlier is not None:
        return (_already_decided(deciding.earlier),)
    return (
        *_decider_problems(deciding),
        *_day_problems(deciding, record),
        *_route_problems(deciding, record),
        *_reasons_of_the_other_answer(deciding.advised, record.answers),
        *_words_problems(deciding, written_problems(record, coded, views)),
    )


def _words_problems(deciding: Deciding, found: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """What is wrong with the words; of the panel’s own that are not finished it is said once, with who finishes them."""
    if not deciding.unfinished or deciding.delegated:
        return found
    return (Problem("words_unfinished", "reasons", WORDS_UNFINISHED), *in_the_room(found))


def _already_decided(earlier: EarlierDecision) -> Problem:
    return Problem(
        "already_decided",
        "",
        f"This was decided on {in_words(earlier.decided_on)}: {OUTCOME_LABELS[earlier.outcome].lower()}."
        " To look at it again, use “reconsider”.",
    )


def _decider_problems(deciding: Deciding) -> Iterable[Problem]:
    if deciding.recused:
        yield Problem(
            "recused", "", "You are recused from this case. Another designated officer must decide."
        )
    elif not deciding.by_officer and not (deciding.delegated and deciding.route is Route.PANEL):
        yield Problem(
            "not_the_decider",
            "",
            "Only the designated officer, or a chair to whom this panel delegates it, may decide.",
        )
    if not deciding.delegation_reference.strip():
        yield Problem(
            "no_delegation", "delegation_reference", "Name the delegation the decision is made under."
        )


def _day_problems(deciding: Deciding, record: Record) -> Iterable[Problem]:
    """A decision is never dated ahead; its order after request and meeting is the legal record's own check (row 6)."""
    if record.decided_on > deciding.today:
        yield Problem(
            "decided_in_future",
            "decided_on",
            f"The decision is dated {in_words(record.decided_on)}, and today is {in_words(deciding.today)}.",
        )


def _route_problems(deciding: Deciding, record: Record) -> Iterable[Problem]:
    if deciding.route is Route.PANEL:
        return _panel_problems(deciding, record)
    if deciding.route is Route.OFFICER:
        return _officer_problems(deciding)
    return _agreement_problems(deciding, record)


def _agreement_problems(deciding: Deciding, record: Record) -> Iterable[Problem]:
    """The routes that lead to an agreement and to nothing else."""
    if record.outcome not in REFUSALS:
        return
    if deciding.route is Route.FAST_TRACK:
        sentence = (
            "A refusal is never fast-tracked. A panel advises on it first, unless none can sit in time."
        )
        yield Problem("refusal_fast_tracked", "outcome", sentence)
    else:
        sentence = "Looking again leads to an agreement, or the refusal stands. Say then why it stands."
        yield Problem("refusal_again", "outcome", sentence)


def _panel_problems(deciding: Deciding, record: Record) -> Iterable[Problem]:
    if deciding.recommended is None:
        yield Problem(
            "no_recommendation",
            "",
            "The panel has not made its recommendation yet. Wait for the chair to record it.",
        )
    elif deciding.recommended != record.outcome and not says_something(deciding.departs_because):
        yield Problem(
            "departs_without_reason",
            "departs_because",
            f"The panel recommended: {OUTCOME_LABELS[deciding.recommended].lower()}."
            f" {too_little(deciding.departs_because)}Say why the authority decides otherwise.",
        )


def _reasons_of_the_other_answer(
    advised: Iterable[LimbAnswer], given: Iterable[LimbAnswer]
) -> Iterable[Problem]:
    """An answer that is not the panel’s, with the very reasons the panel gave for its own: the letter would argue against itself."""
    before = {one.limb: one for one in advised}
    for one in given:
        panels = before.get(one.limb)
        if panels is None or panels.answer is None or one.answer is None or panels.answer == one.answer:
            continue
        if one.reasons.strip() and _bare(one.reasons) == _bare(panels.reasons):
            yield Problem(
                "reasons_of_the_other_answer",
                f"answers.{one.limb}.reasons",
                f"These are the panel’s reasons for “{ANSWER_LABELS[panels.answer].lower()}”. Say why your answer is"
                f" “{ANSWER_LABELS[one.answer].lower()}”, with what in the papers shows it.",
            )


def _bare(words: str) -> str:
    return " ".join(words.split()).casefold()


def _officer_problems(deciding: Deciding) -> Iterable[Problem]:
    """Without a panel only where none can sit in time; then both limbs are reasoned, as the legal test asks anyway."""
    if deciding.next_panel_on is not None and deciding.next_panel_on <= deciding.latest_panel_on:
        yield Problem(
            "panel_can_sit",
            "",
            f"A panel on {in_words(deciding.next_panel_on)} can still hear this case in time"
            f" (by {in_words(deciding.latest_panel_on)}). List it there.",
        )
    else:
        yield from missing_no_panel(deciding.no_panel_because)


def missing_no_panel(because: str) -> tuple[Problem, ...]:
    """What to say where it is not said why no panel was asked."""
    sentence = f"{too_little(because)}Say why no panel could hear this case in time."
    return () if says_something(because) else (Problem("no_panel_reason", "no_panel_because", sentence),)


# Setting aside a record entered in error


@dataclass(frozen=True)
class SettingAside:
    """A wrong key, to be cured by two people before anybody is told. `told_on`: the family was notified that day."""

    reason: str
    proposed_by: int
    confirmed_by: int | None
    told_on: date | None
    already: bool = False


def check_set_aside(setting_aside: SettingAside) -> tuple[Problem, ...]:
    """Whether a decision may be proposed (nobody has confirmed yet) or confirmed as entered in error; both rows are kept."""
    if setting_aside.already:
        return (Problem("already_set_aside", "", "This decision was set aside already."),)
    if setting_aside.told_on is not None:
        return (
            Problem(
                "family_told",
                "",
                f"The family was told of this decision on {in_words(setting_aside.told_on)}. It stands; to change it, use"
                " “reconsider”.",
            ),
        )
    found = []
    if not says_something(setting_aside.reason):
        found.append(
            Problem(
                "no_reason",
                "reason",
                f"{too_little(setting_aside.reason)}Say what was entered wrongly, in a few words.",
            )
        )
    if setting_aside.confirmed_by == setting_aside.proposed_by:
        found.append(
            Problem("same_person", "", "A second person must confirm that the decision was entered in error.")
        )
    return tuple(found)
