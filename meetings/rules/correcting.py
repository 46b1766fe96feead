"""What is asked of words that are put right after they were recorded: the same as of the words they take the place of.

Pure. What stands is the outcome, the answers and the codes (practice.md A5): a fact that has changed since is no reason to keep
a wrong sentence, so only what is wrong with the words is said.
"""

from collections.abc import Iterator, Mapping

from meetings.rules.decisions import written_problems
from panel.law.legal import Record, says_something, too_little
from panel.law.problems import Problem

# Words a decision has only where it was made that way: they may be put right, never added and never taken out.
SAID_WHERE_MADE = {
    "departs_because": "Say why the authority decides otherwise than the panel recommends.",
    "no_panel_because": "Say why it was decided without a panel.",
}


def words_problems(record: Record) -> tuple[Problem, ...]:
    """What is wrong with the reasons of a record that stands: too few words, or a condition the law does not set."""
    return tuple(
        problem
        for problem in written_problems(record)
        if problem.field == "reasons" or problem.field.endswith(".reasons")
    )


def kept_problems(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Problem]:
    """Words of `SAID_WHERE_MADE` that were emptied, or came where there were none."""
    for name, ask in SAID_WHERE_MADE.items():
        if before[name] and not says_something(after[name]):
            yield Problem(f"{name}_missing", name, f"{too_little(after[name])}{ask}")
        if after[name] and not before[name]:
            yield Problem("not_this_decision", name, "This decision was not made that way.")
