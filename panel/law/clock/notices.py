"""What a person should know beside the dates: nothing here moves a date or blocks a step. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from panel.law.clock.exemptions import excuse, exempted, names_no_ground
from panel.law.clock.result import DraftWindow, Duty, Notice
from panel.law.facts import STEPS, Facts
from panel.law.rights import young_person_from
from panel.law.rules import Basis, Code, RuleSet
from panel.law.words import in_words
from panel.law.workdays import add_months


def notices(
    facts: Facts, rules: RuleSet, as_of: date, rows: tuple[Duty, ...], final: Duty | None, window: DraftWindow
) -> tuple[Notice, ...]:
    """Every notice on these facts. `final` is the final plan's duty that governs, `window` the draft's dates under it."""
    return (
        *_about_the_request(facts, rules),
        *_about_the_rights(facts, as_of, rows),
        *_about_exemptions(facts, rules, rows),
        *_about_the_draft(facts, final, window),
        *_about_changes(facts, rows),
        *_about_what_is_recorded(facts, as_of, rows),
    )


def _about_the_request(facts: Facts, rules: RuleSet) -> Iterable[Notice]:
    done = facts.assessment_completed_on
    if done is not None and done <= facts.received_on < add_months(done, rules.assessment_months):
        yield Notice(
            "six_months",
            f"An assessment was completed on {in_words(done)}, less than {rules.assessment_months} months before the request. "
            "The duty to assess does not arise again so soon (s36(6)(b)); the authority may assess all the same.",
        )
    refused = facts.earlier_refusal_on
    if refused is not None:
        yield Notice(
            "repeat_request",
            f"An earlier request was refused on {in_words(refused)}. A refusal starts no waiting time: this request has a "
            f"clock of its own from {in_words(facts.received_on)}.",
        )
    if facts.reassessment:
        yield Notice(
            "reassessment",
            "A re-assessment is answered within 15 days (reg 25). Its later dates run from the decision to re-assess and "
            "are not computed here.",
        )


def _about_the_rights(facts: Facts, as_of: date, rows: Iterable[Duty]) -> Iterable[Notice]:
    if facts.born_on is None:
        return
    passes = young_person_from(facts.born_on)
    last = max(duty.legal_due for duty in rows)
    if passes <= as_of:
        yield Notice(
            "young_person_holds",
            f"The rights are the young person’s own since {in_words(passes)}: letters, mediation and appeal are theirs.",
        )
    elif passes <= last:
        yield Notice(
            "rights_pass",
            f"The rights pass to the young person on {in_words(passes)}, before this process ends. Letters from that day are "
            "addressed to the young person.",
        )


def _about_exemptions(facts: Facts, rules: RuleSet, rows: tuple[Duty, ...]) -> Iterable[Notice]:
    if not facts.exemptions:
        return
    for duty in rows:
        if duty.basis != Basis.STATUTORY:
            continue
        for exemption in exempted(facts, duty.code):
            found = excuse(exemption, facts, rules, duty.starts_on, duty.legal_due)
            if found.refused is not None:
                yield Notice(
                    "exemption_not_available",
                    f"{duty.code}, “{rules.label[duty.code]}”, is not excused. {found.refused}",
                )
                continue
            if found.target_on is not None:
                yield Notice(
                    "exemption_target",
                    f"{duty.code} stays due on {in_words(duty.legal_due)} and is excused until {in_words(found.target_on)} "
                    "at most: the end of the exemption and the days it took. Tell the family the new date.",
                )
            if names_no_ground(exemption):
                yield Notice(
                    "exemption_reason",
                    f"The reason given for {duty.code} reads like a matter of staff, panels or paperwork, which excuses "
                    "nothing. Say what in the life of this family or school made the limit impractical.",
                )


def _about_the_draft(facts: Facts, final: Duty | None, window: DraftWindow) -> Iterable[Notice]:
    if final is None or facts.draft_served_on is None or window.earliest_final_on is None:
        return
    sent = facts.final_sent_on
    if sent is not None and facts.draft_served_on <= sent < window.earliest_final_on:
        yield Notice(
            "final_within_reply_time",
            f"The final plan was sent on {in_words(sent)}; the family had until {in_words(window.earliest_final_on - _ONE_DAY)} "
            "to answer the draft. That is lawful only if they had answered before: keep their answer.",
        )
    elif sent is None and window.earliest_final_on > final.legal_due and window.latest_service_on is not None:
        yield Notice(
            "draft_too_late",
            f"The draft was served on {in_words(facts.draft_served_on)}, so the final plan can be sent from "
            f"{in_words(window.earliest_final_on)}, after it is due on {in_words(final.legal_due)}. It had to be served by "
            f"{in_words(window.latest_service_on)}, unless the family answers sooner.",
        )


_ONE_DAY = timedelta(days=1)


def _about_changes(facts: Facts, rows: tuple[Duty, ...]) -> Iterable[Notice]:
    if facts.reversed_on is not None and any(duty.basis == Basis.REVERSAL and duty.open for duty in rows):
        yield Notice(
            "reversal",
            f"The authority changed its mind on {in_words(facts.reversed_on)}. The first dates stay the legal ones; the dates "
            "beside them are to work to. If an appeal is open, tell the tribunal that it is not opposed (reg 45).",
        )
    refused, assessed = facts.refused_notified_on, facts.assess_notified_on
    restated = facts.tribunal_order or facts.mediation_agreement or facts.unopposed or facts.reversed_on
    if refused is not None and assessed is not None and refused <= assessed and restated is None:
        yield Notice(
            "change_unexplained",
            "A refusal was followed by a decision to assess. Record what changed it: an order, a mediation agreement, an "
            "appeal not opposed, or the authority’s own reversal.",
        )


def _about_what_is_recorded(facts: Facts, as_of: date, rows: tuple[Duty, ...]) -> Iterable[Notice]:
    later = [name for name in STEPS if (day := getattr(facts, name)) is not None and day > as_of]
    if later:
        yield Notice(
            "later_than_as_of",
            f"Not counted, because it lies after {in_words(as_of)}: {', '.join(later)}.",
        )
    first = next((duty for duty in rows if duty.code == Code.C1), None)
    if first is not None and first.superseded_by in (Code.C3, Code.C4, Code.C6):
        yield Notice(
            "not_recorded",
            "It is not recorded when the family was told that there would be an assessment, though later steps are.",
        )
    letter, told = (
        facts.letter_on,
        {facts.refused_notified_on, facts.not_issue_notified_on, facts.final_sent_on} - {None},
    )
    if letter is not None and told and letter not in told:
        yield Notice(
            "letter_date_differs",
            f"The letter is dated {in_words(letter)}, which is no day on which the family is recorded as told. "
            "The time to appeal runs from a letter that is dated the day it is sent.",
        )
