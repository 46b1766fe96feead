"""The sections every outcome letter shares: how it was decided, the legal test, reasons, papers, views, dates, who helps.

A helper of `meetings.letters.content`; practice.md D1 lists the sections, law.md 1.1 and 1.2 the tests.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from meetings.letters.blocks import (
    Block,
    Voice,
    bullets,
    contact,
    heading,
    paragraph,
    spoken,
    strong,
    subheading,
    table,
    written,
)
from meetings.letters.facts import Contact, LetterFacts, LookedAgain
from panel.law.legal import Answer, Outcome
from panel.law.words import in_words


def how_decided(facts: LetterFacts) -> Iterable[Block]:
    """When it was asked, who advised, who decided, and an apology where it is late."""
    yield heading("How we decided")
    yield paragraph(f"We received the request on {in_words(facts.received_on)}.")
    advised = facts.advised
    if facts.replaces:
        yield paragraph("We looked again at our first answer. We did not need to ask a panel to change it.")
    elif facts.fast_tracked:
        yield paragraph("The papers made the answer clear, so we decided without asking a panel first.")
    elif advised is None:
        yield paragraph("No panel could meet in time, so we decided without one. This is why:")
        yield from written(facts.no_panel_because)
    else:
        agencies = spoken(name[:1].lower() + name[1:] for name in advised.agencies)
        there = f" People from {agencies} took part." if agencies else ""
        yield paragraph(
            f"The {advised.panel} talked about the request on {in_words(advised.met_on)} and advised us"
            f" {_ADVICE[advised.outcome]}.{there} A panel gives advice. It does not decide."
        )
    yield paragraph(
        f"{facts.officer} ({facts.officer_role}) made the decision for {facts.authority} on {in_words(facts.decided_on)}."
    )
    if departs(facts):
        yield paragraph("The decision is not what the panel advised. This is why:")
        yield from written(facts.departs_because)
    # An answer that takes the place of another was not late for the day the first one was due: it begins with its own apology.
    due = None if facts.replaces else facts.dates.told_by(facts.outcome)
    told_on = facts.corrects_letter_of or facts.letter_on
    if due is not None and told_on > due:
        yield paragraph(f"You should have had this letter by {in_words(due)}. It is late, and we are sorry.")


_LOOKED_AGAIN: Mapping[LookedAgain, str] = {
    LookedAgain.MEDIATION: "We looked at it again because of what was agreed in mediation.",
    LookedAgain.EVIDENCE: "We looked at it again because we were given more information.",
    LookedAgain.MODERATION: "We check our own decisions, and one of those checks asked us to look at this one again.",
    LookedAgain.TRIBUNAL: "We looked at it again because of what the tribunal ordered.",
    LookedAgain.CONCESSION: "We looked at it again and no longer think that our first answer was right.",
    LookedAgain.UNOPPOSED: "We looked at it again because of the appeal against it, which we do not oppose.",
}


def in_place_of(facts: LetterFacts) -> Iterable[Block]:
    """Of an agreement after a refusal: what stood before, why it was looked at again, and that nothing is asked of the family."""
    if facts.replaces is None:
        return
    first, day = facts.replaces, in_words(facts.replaces.told_on)
    before = (
        f"On {day} we told you that our answer was no."
        if first.told_you
        else f"Our first answer, of {day}, was no."
    )
    yield paragraph(
        f"{before} That answer no longer counts. {_LOOKED_AGAIN[first.why]} We are sorry that you had to wait for this answer."
    )
    yield paragraph(
        "You do not have to do anything for us to begin. If you have asked for mediation or have made an appeal about our first"
        f" answer, ask {who_to_ask(facts)} what happens with it now."
    )


_ADVICE: Mapping[Outcome, str] = {
    Outcome.ASSESS: "to carry out an assessment",
    Outcome.NOT_ASSESS: "not to carry out an assessment",
    Outcome.ISSUE: "to issue a plan",
    Outcome.NOT_ISSUE: "not to issue a plan",
}

# The questions of `panel.law.legal.TESTS` as a family is asked them; {name} is “you” or the child's first name.
QUESTIONS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("cfa2014-s36-8", "a"): (
        "Does {name} have special educational needs, or might {name} have them?",
        "Do you have special educational needs, or might you have them?",
    ),
    ("cfa2014-s36-8", "b"): (
        "Might {name} need help that has to be set out in an EHC plan?",
        "Might you need help that has to be set out in an EHC plan?",
    ),
    ("cfa2014-s37-1", "necessary"): (
        "Now that we have the advice, does the help {name} needs have to be set out in an EHC plan?",
        "Now that we have the advice, does the help you need have to be set out in an EHC plan?",
    ),
}
_THE_TEST: Mapping[str, str] = {
    "cfa2014-s36-8": "The law is section 36(8) of the Children and Families Act 2014. It asks two questions. If the answer to"
    " both is yes, we must assess. The word is “may”: it is a low bar.",
    "cfa2014-s37-1": "The law is section 37(1) of the Children and Families Act 2014. It asks one question. If the answer is"
    " yes, we must issue a plan.",
}
_ANSWERS: Mapping[Answer, str] = {
    Answer.YES: "Our answer is yes.",
    Answer.NO: "Our answer is no.",
    Answer.CANNOT_TELL: "We cannot tell yet.",
}


def _question(facts: LetterFacts, code: str, v: Voice) -> str:
    of_child, of_self = QUESTIONS[facts.test_version, code]
    return of_self if v.young_person else of_child.replace("{name}", v.name)


def law_in_short(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    """The legal questions and their answers."""
    yield heading("What the law asks")
    yield paragraph(_THE_TEST[facts.test_version])
    yield bullets(
        f"{_question(facts, limb.code, v)} {_ANSWERS[limb.answer]}" for limb in facts.limbs if limb.answer
    )
    if any(limb.answer is Answer.CANNOT_TELL for limb in facts.limbs):
        yield paragraph("Because the bar is low, we assess when we cannot tell.")
    yield from _additional_time(facts, v)


def law_in_full(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    """The legal questions, each with its answer and the reasons for it."""
    yield heading("What the law asks")
    yield paragraph(_THE_TEST[facts.test_version])
    for limb in facts.limbs:
        if limb.answer:
            yield subheading(_question(facts, limb.code, v))
            yield strong(_ANSWERS[limb.answer])
            yield from written(limb.reasons)
    yield from _additional_time(facts, v)


def _additional_time(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    """What the law asks to be considered about somebody over 18 (s36(10)), and what was thought of it."""
    for limb in facts.limbs:
        if limb.answer is None:
            whom, need, age = (
                ("you are", "you need", "your")
                if v.young_person
                else (f"{v.name} is", f"{v.name} needs", "that")
            )
            yield subheading("More time to finish education or training")
            yield paragraph(
                f"Because {whom} over 18, the law also asks us to think about whether {need} more time than most people of {age}"
                " age to finish education or training. This is what we thought:"
            )
            yield from written(limb.reasons)


def our_reasons(facts: LetterFacts) -> Iterable[Block]:
    """The reasons, as the officer or the panel wrote them for the family."""
    yield heading("Our reasons")
    yield from written(facts.reasons, "reasons")


def what_we_read(facts: LetterFacts) -> Iterable[Block]:
    """Every paper that was read, and what was not there."""
    yield heading("What we read")
    if facts.papers:
        yield bullets(_paper(paper.title, paper.dated_on) for paper in facts.papers)
    else:
        yield paragraph("We read the request. There were no other papers.")
    if facts.not_available.strip():
        yield paragraph("This is what we did not have:")
        yield from written(facts.not_available)


def _paper(title: str, dated_on: date | None) -> str:
    return f"{title}, {in_words(dated_on)}" if dated_on else title


def views(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    """What the reader said, what the others of the family said, each under a heading of its own, and how it was met."""
    # The record keeps one text for the family, whoever of it wrote it: a parent is not told that another's words are theirs.
    parts = (
        (("What you told us", facts.child_views), ("What your family told us", facts.family_views))
        if v.young_person
        else (("What the family told us", facts.family_views), (f"What {v.name} told us", facts.child_views))
    )
    (title, own), (others, theirs) = parts
    yield heading(title)
    if own.strip():
        yield from written(own)
    else:
        yield paragraph(
            f"We did not have your views when we decided. You can still tell us. Write to or phone {who_to_ask(facts)}."
        )
    if theirs.strip():
        yield subheading(others)
        yield from written(theirs)
    if facts.views_answered.strip():
        yield subheading("How we took this into account")
        yield from written(facts.views_answered)


def strengths(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    """What is going well, where somebody wrote it down."""
    if facts.strengths.strip():
        yield heading(f"What is going well for {v.name}")
        yield from written(facts.strengths)


def agreed_steps(facts: LetterFacts) -> Iterable[Block]:
    """Who does what, and by when."""
    if facts.steps:
        rows = (
            (step.reads, f"{step.who}, {step.agency}" if step.agency else step.who, in_words(step.by))
            for step in facts.steps
        )
        yield table("Who does what, and by when", ("What", "Who", "By"), rows)


def statutory_dates(facts: LetterFacts) -> Iterable[Block]:
    """The dates the law sets from here on; one that has passed is said to have passed, never moved."""
    rows = [("You have the final plan", facts.dates.plan_by)]
    if facts.outcome is Outcome.ASSESS:
        rows = [
            ("We tell you if we decide not to issue a plan", facts.dates.not_issue_by),
            ("You have the final plan, if there is to be one", facts.dates.plan_by),
        ]
    yield heading("The latest dates the law sets")
    yield table(
        f"Counted from {facts.dates.counted_from or 'the day we received the request'}",
        ("What", "Latest date"),
        ((what, in_words(day)) for what, day in rows),
    )
    yield from _works_to(facts)
    if any(day < facts.letter_on for _, day in rows):
        yield paragraph(
            f"A date in this table has passed. We are sorry. We will work on this without further delay, and"
            f" {who_to_ask(facts)} can tell you where it stands."
        )


def _works_to(facts: LetterFacts) -> Iterable[Block]:
    """After a change of mind of the authority alone: the law's first dates stay, and these are the days it works to."""
    dates = facts.dates
    if facts.outcome is Outcome.ASSESS and dates.answer_works_to is not None:
        yield paragraph(
            "We said no at first and then changed our mind. That does not move the dates above. We work to tell you by"
            f" {in_words(dates.answer_works_to)} if we decide not to issue a plan."
        )
    if dates.plan_works_to is not None:
        yield paragraph(
            f"If there is to be a plan, we work to send you the final plan by {in_words(dates.plan_works_to)}."
        )


def planning_meeting(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    """The offer goes with every refusal, with a leader and a day where they are known; it never holds the letter up."""
    meeting = facts.planning_meeting
    lead = f" {meeting.lead} will lead it." if meeting and meeting.lead else ""
    by = (
        f" We want to hold it by {in_words(meeting.by)}." if meeting and meeting.by >= facts.letter_on else ""
    )
    yield heading("A meeting to plan support")
    yield paragraph(
        f"We would like to meet you and the people who work with {v.name}. This is called an Inclusion Planning Meeting."
        f"{lead}{by} {who_to_ask(facts)} can agree a day with you.",
    )
    yield paragraph(
        "We will agree what will be done, who will do it and by when. Bring any papers you like, and someone you trust."
    )
    yield paragraph(
        "You do not have to come. The meeting does not change this decision. It does not affect your right to mediation or"
        " to appeal, and the time limits stay the same. If you tell us something new there, we will pass it to the officer"
        " who decided."
    )


def support_now(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    """Help goes on whatever the decision is."""
    yield heading("Support now")
    meanwhile = (
        f"{v.start(v.name)} can get help while the plan is written."
        if facts.outcome is Outcome.ISSUE
        else f"{v.start(v.name)} can get help without a plan."
    )
    senco = "special educational needs co-ordinator (SENCO)"
    whom = (
        f"Talk to the {senco} at {facts.setting}."
        if facts.setting
        else f"If {v.name} {v.does('go')} to a nursery, school or college, talk to its {senco}."
    )
    yield paragraph(f"{meanwhile} {whom} Help that is in place should carry on.")
    yield from written(facts.support_now)
    if facts.lead_professional.strip():
        yield paragraph(_lead(facts, v))


def _lead(facts: LetterFacts, v: Voice) -> str:
    """Who takes on a place at risk. What is worrying about it stands in the record, not in the letter."""
    said = f"We are worried about {v.own} place in education. {facts.lead_professional} is {v.own} lead professional"
    if facts.lead_contacted:
        return f"{said} and has been in touch with you."
    by = facts.lead_contact_by
    return f"{said} and will get in touch with you{f' by {in_words(by)}' if by and by >= facts.letter_on else ' soon'}."


def closing(facts: LetterFacts) -> Iterable[Block]:
    """Who helps, who answers, in which form the letter can be had, who else is told."""
    yield heading("Who can help you")
    if facts.sendiass is not None:
        yield paragraph(
            "This service gives free advice and support. It is private, and it does not take sides."
        )
        yield contact(facts.sendiass, "sendiass")
    if facts.contact is not None:
        yield paragraph("If you have a question about this letter, ask us:")
        yield contact(facts.contact, "named_contact")
    if facts.complaints is not None:
        yield paragraph("If you are unhappy with how we dealt with the request, you can complain:")
        yield contact(facts.complaints)
    yield paragraph(
        "You can have this letter in large print, easy read, audio, British Sign Language or another language. We can also"
        " go through it with you on the phone."
    )
    if facts.copied_to:
        yield paragraph("We also tell these people what we decided:")
        yield bullets(facts.copied_to)
    more = (
        f" Read more at {facts.privacy_web}."
        if facts.privacy_web
        else f" To know more, ask {who_to_ask(facts)}."
    )
    yield paragraph(f"We keep and use what you tell us to do the duties the law gives us.{more}")


def who_to_ask(facts: LetterFacts) -> str:
    """The authority's named contact."""
    return facts.contact.name if isinstance(facts.contact, Contact) else facts.authority


def departs(facts: LetterFacts) -> bool:
    """Whether the decision is not the one the panel advised."""
    return facts.advised is not None and facts.advised.outcome != facts.outcome
