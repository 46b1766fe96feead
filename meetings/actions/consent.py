"""The consent list: clear agreements that the panel notes together, each with a record and a quorum of its own. Never a refusal."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.live import (
    audit_item,
    in_session,
    latest,
    nothing_in_discussion,
    save_revision,
    start_item,
)
from meetings.actions.locks import lock_item, lock_meeting
from meetings.actions.recommend import (
    REASONS_LIMIT,
    SUPPORT_LIMIT,
    Step,
    answers_of,
    cleaned_answers,
    legal_record,
    record_recommendation,
)
from meetings.models import AgendaItem, ConsentEntry, Meeting, Recommendation, Revision
from meetings.queries.consent import may_give_reasons, may_take_off, standing_entries, steps_of, to_note
from meetings.queries.decisions import standing_decision
from meetings.queries.guests import guests_of
from meetings.queries.late import entry_of_item
from meetings.rules import decisions
from meetings.rules.states import OVER, ItemState
from panel.law.legal import OUTCOMES_OF, LimbAnswer, Outcome, Stage
from panel.models import Paper, PaperState, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_text

DISCUSSION = (
    "On the consent list: noted together with other clear agreements, with the reasons proposed."
    " Nobody asked to hear it in full."
)


def put_on_consent(
    *,
    item: AgendaItem,
    answers: Sequence[LimbAnswer],
    reasons: str,
    reasons_by: User,
    support_meanwhile: str = "",
    by: User,
    now: datetime,
) -> ConsentEntry:
    """Put an agreement that is clear on the list of those noted together, with the reasons the coordinator or an officer gives.

    The outcome is the agreement of the item's question: a refusal has no way here. Refused: everything of
    `decisions.check_consent`, `not_their_reasons`, `family_asked`, `already_on_consent`, `already_decided`, `wrong_state`. Audits.
    """
    access.require(by, Verb.CONSENT_PROPOSE, item, now=now)
    said, why = cleaned_answers(answers), clean_text(reasons, REASONS_LIMIT, label="The reasons")
    with transaction.atomic():
        locked = lock_item(item)
        stage, day = Stage(locked.stage), timezone.localdate(locked.meeting.starts_at)
        outcome = OUTCOMES_OF[stage][0]
        _may_stand_there(locked, stage)
        if not may_give_reasons(locked, now).filter(pk=reasons_by.pk).exists():
            raise Refused(
                "not_their_reasons",
                "Choose the case’s coordinator or a designated officer who takes part in this item.",
                field="reasons_by",
            )
        decisions.refuse(
            decisions.check_consent(
                legal_record(locked.case, stage, outcome, said, why, decided_on=day, heard_on=day)
            )
        )
        entry = ConsentEntry.objects.create(
            item=locked,
            outcome=outcome,
            answers=[asdict(answer) for answer in said],
            reasons=why,
            support_meanwhile=clean_text(support_meanwhile, SUPPORT_LIMIT, label="The help meanwhile"),
            reasons_by=reasons_by,
            by=by,
            at=now,
        )
        values = {"reasons_by": str(reasons_by.public_id), "outcome": str(outcome), "reasons": why}
        audit_item(Verb.CONSENT_PROPOSE, locked, by, now, values)
        return entry


def _may_stand_there(item: AgendaItem, stage: Stage) -> None:
    if item.state != ItemState.LISTED or item.started_at is not None or item.meeting.state in OVER:
        raise Refused("wrong_state", "This item was taken up already, so it is not noted without discussion.")
    if standing_decision(item.case, stage) is not None:
        raise Refused("already_decided", "The authority has decided this question already.")
    if guests_of(item).filter(left_at=None).exists():
        raise Refused(
            "family_asked",
            "The family is asked to this item, so it is discussed with them. Take the invitation back first.",
        )
    if ConsentEntry.objects.filter(item=item, taken_off_at=None).exists():
        raise Refused(
            "already_on_consent", "This item is on the consent list. Take it off first to put it on anew."
        )


def take_off_consent(*, item: AgendaItem, by: User, now: datetime) -> ConsentEntry:
    """Have an item heard in full after all: no reason is asked for. Twice is once.

    Refused: `looks_on` from an observer's seat, `not_on_consent` where it never was, `wrong_state` once it was noted. Audits.
    """
    access.require(by, Verb.CONSENT_TAKE_OFF, item, now=now)
    if not may_take_off(by, item.meeting, now):
        raise Refused(
            "looks_on", "You look on at this meeting. Whoever is at the table can take this item off."
        )
    with transaction.atomic():
        locked = lock_item(item)
        entry = ConsentEntry.objects.filter(item=locked).order_by("-pk").first()
        if entry is None:
            raise Refused("not_on_consent", "This item is not on the consent list.")
        if entry.recommendation_id is not None:
            raise Refused(
                "wrong_state", "This item was noted. The chair can take it up again while the meeting sits."
            )
        if entry.taken_off_at is None:
            entry.taken_off_at, entry.taken_off_by = now, by
            entry.save(update_fields=["taken_off_at", "taken_off_by"])
            _keep_words(locked, entry, now)
            audit_item(Verb.CONSENT_TAKE_OFF, locked, by, now)
        return entry


def _keep_words(item: AgendaItem, entry: ConsentEntry, now: datetime) -> None:
    """What was proposed is where the hearing begins, in the name of whoever wrote it; what is written there already stays."""
    answers: dict[str, object] = {}
    for answer in answers_of(entry.answers):
        said = {"answer": str(answer.answer or ""), "reasons": answer.reasons, "papers": list(answer.papers)}
        answers |= {f"{answer.limb}_{name}": value for name, value in said.items() if value}
    advice = {
        "outcome": entry.outcome,
        "reasons": entry.reasons,
        "support_meanwhile": entry.support_meanwhile,
    }
    for group, data in (("limbs", answers), ("recommendation", {k: v for k, v in advice.items() if v})):
        if latest(item, group) is None:
            Revision(item=item, group=group, n=1, edit_id=uuid.uuid4(), data=data, by=entry.by, at=now).save()


def note_consent(
    *, meeting: Meeting, read: Collection[uuid.UUID], by: User, now: datetime
) -> tuple[Recommendation, ...]:
    """Note every item of the consent list that `by` leads, all or none, each with the quorum as it stands for that item.

    `read`: the entries that were before the chair; where others stand by now, nothing is noted. Items led by somebody else,
    or closed to `by`, are left for whoever leads them. Each goes through `record_recommendation`, as if it had been heard;
    where its times were entered from paper, as of the end its paper gives.
    Refused: `not_in_session`, `nothing_to_note`, `stale`, and everything of `start_item` and `record_recommendation` with the
    item's number. Audits.
    """
    access.require(by, Verb.CONSENT_NOTE, now=now)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        in_session(locked)
        mine = to_note(by, locked, standing_entries(locked), now)
        if not mine:
            raise Refused("nothing_to_note", "No item of the consent list is yours to note.")
        if {entry.public_id for entry in mine} != set(read):
            raise Refused("stale", "The consent list has changed since you read it. Read it again.")
        nothing_in_discussion(locked)
        noted = []
        for entry in mine:
            try:
                noted.append(_note(entry, by, now))
            except Refused as no:
                sentence = f"Item {entry.item.position}: {no.sentence} Nothing is noted yet. To note the others, take it off the list."
                raise Refused(no.code, sentence) from no
        audit.record(
            verb=Verb.CONSENT_NOTE,
            by=by,
            at=now,
            subject_kind="meeting",
            subject=locked.public_id,
            values={"items": [str(entry.item.public_id) for entry in mine]},
        )
        return tuple(noted)


def _note(entry: ConsentEntry, by: User, now: datetime) -> Recommendation:
    item = entry.item
    if entry_of_item(item) is None:
        item = start_item(item=item, by=by, now=now)
    if latest(item, "discussion") is None:
        save_revision(
            item=item,
            group="discussion",
            n=1,
            edit_id=uuid.uuid4(),
            data={"text": DISCUSSION},
            by=by,
            now=now,
        )
    entry.recommendation = record_recommendation(
        item=item,
        outcome=Outcome(entry.outcome),
        answers=answers_of(entry.answers),
        reasons=entry.reasons,
        support_meanwhile=entry.support_meanwhile,
        papers=list(
            Paper.objects.filter(case=item.case_id, state=PaperState.ACCEPTED, document__isnull=False)
        ),
        next_steps=[Step(step.what, step.owner, step.agency, step.due_on) for step in steps_of(entry)],
        by=by,
        now=now,
    )
    entry.save(update_fields=["recommendation"])
    return entry.recommendation
