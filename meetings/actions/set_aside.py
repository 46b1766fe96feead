"""A decision keyed wrongly is cured by two people before anybody is told of it: both rows are kept, neither is changed."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from meetings.actions.locks import lock_case
from meetings.models import Decision, Sent, SetAside, SetAsideProposal
from meetings.queries.reconsider import told_again_on
from meetings.rules import decisions
from meetings.rules.reconsidering import NOT_SET_ASIDE
from panel.actions.cases import advance
from panel.law.legal import Stage
from panel.law.words import in_words
from panel.models import Case, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line


def propose_set_aside(*, decision: Decision, reason: str, by: User, now: datetime) -> SetAsideProposal:
    """Say that a decision was entered wrongly. Nothing changes until a second person confirms.

    Refused: `no_reason`, `family_told` (then it stands: reconsider), `already_set_aside`, `already_proposed`, `superseded`,
    `reconsidered` for an agreement that took the place of a refusal.
    """
    access.require(by, Verb.DECISION_SET_ASIDE, decision, now=now)
    said = clean_line(reason, limit=500, label="The reason")
    with transaction.atomic():
        case = lock_case(decision.case)
        proposed = SetAsideProposal.objects.filter(decision=decision).first()
        if proposed is not None and not hasattr(decision, "set_aside"):
            raise Refused(
                "already_proposed", "This was proposed already. A second person must now confirm it."
            )
        _may_set_aside(decision, case, said, proposed_by=by.pk, confirmed_by=None)
        proposal = SetAsideProposal(decision=decision, reason=said, by=by, at=now)
        proposal.save()
        _audit("decision.propose_set_aside", decision, by, now, {"reason": said})
        return proposal


def confirm_set_aside(*, proposal: SetAsideProposal, by: User, now: datetime) -> SetAside:
    """A second person agrees: the decision no longer stands, both rows are kept, and the case goes back to its question.

    Its recommendation stands; a new decision supersedes this one. Refused: `same_person`, `family_told`,
    `already_set_aside`, `wrong_state` once the case has moved on.
    """
    decision = proposal.decision
    access.require(by, Verb.DECISION_SET_ASIDE, decision, now=now)
    with transaction.atomic():
        case = lock_case(decision.case)
        _may_set_aside(decision, case, proposal.reason, proposed_by=proposal.by_id, confirmed_by=by.pk)
        confirmed = SetAside(proposal=proposal, decision=decision, proposed_by=proposal.by, by=by, at=now)
        confirmed.save()
        decision.case = advance(case=case, verb=f"case.set_aside_{decision.stage}", by=by, now=now)
        _audit("decision.confirm_set_aside", decision, by, now, {"proposed_by": str(proposal.by.public_id)})
        return confirmed


def _may_set_aside(
    decision: Decision, case: Case, reason: str, *, proposed_by: int, confirmed_by: int | None
) -> None:
    if decision.route == Decision.Route.RECONSIDERED:
        told = told_again_on(decision)
        raise Refused(
            "reconsidered",
            f"The family was told of this agreement on {in_words(told)}. It is never taken back."
            if told
            else NOT_SET_ASIDE,
        )
    if hasattr(decision, "superseded_by"):
        raise Refused("superseded", "This decision was superseded by a later one.")
    decisions.refuse(
        decisions.check_set_aside(
            decisions.SettingAside(
                reason=reason,
                proposed_by=proposed_by,
                confirmed_by=confirmed_by,
                told_on=_told_on(decision, case),
                already=hasattr(decision, "set_aside"),
            )
        )
    )


def _told_on(decision: Decision, case: Case) -> date | None:
    """The day anybody was told of this decision: the family's date on the case, or the date of a letter that went out."""
    noted = case.assess_notified_on if decision.stage == Stage.ASSESS else case.issue_notified_on
    sent = Sent.objects.filter(letter__decision=decision).order_by("letter_on").first()
    return noted or (sent.letter_on if sent else None)


def _audit(verb: str, decision: Decision, by: User, now: datetime, values: dict[str, Any]) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="decision",
        subject=decision.public_id,
        case=decision.case.public_id,
        values=values,
    )
