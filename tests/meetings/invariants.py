"""What must hold of a panel day at every moment, read off its rows."""

from collections import Counter
from itertools import pairwise

from django.utils import timezone

from meetings.actions.recommend import answers_of
from meetings.models import (
    AgendaItem,
    BodyTold,
    CirculationTakenBack,
    Conflict,
    ConsentEntry,
    Decision,
    Deferral,
    DeferralNotice,
    Interval,
    KeptConflict,
    LateEntry,
    Minutes,
    MinutesComment,
    MinutesSignature,
    PreView,
    Recommendation,
    Risk,
    Sent,
    WordsDraft,
)
from meetings.queries.finishing import waiting_drafts
from meetings.queries.sign_offs import led_by_deputies
from meetings.rules.decisions import words_unfinished
from meetings.rules.pre_views import PUT_OFF
from panel.law.legal import Outcome, Record, Stage
from panel.models import Case, CaseState, Denial, PriorOutcome
from tests.meetings.day import Day

# The state a case is in by the decision that stands on it.
LEADS_TO = {
    "assess": CaseState.ASSESSING,
    "not_assess": CaseState.NOT_ASSESSED,
    "issue": CaseState.DRAFTING,
    "not_issue": CaseState.NOT_ISSUED,
}


def one_item_at_a_time_and_only_in_session(day: Day) -> None:
    meeting = day.meeting
    meeting.refresh_from_db()
    states = list(AgendaItem.objects.values_list("state", flat=True))
    assert states.count("in_discussion") <= (1 if meeting.state == "open" else 0)
    if meeting.state == "closed":
        assert set(states) <= {"recommended", "sent_back", "deferred", "withdrawn"}


def states_rest_on_rows(day: Day) -> None:
    standing = Counter(Recommendation.objects.filter(superseded_by=None).values_list("item", flat=True))
    rows = Deferral.objects.standing().values_list("item", flat=True)
    put_off = set(rows)
    assert len(put_off) == len(rows)
    for key, state in AgendaItem.objects.values_list("pk", "state"):
        if state in {"recommended", "sent_back"}:
            assert standing[key] == 1
        assert (state == "deferred") == (key in put_off)


def no_refusal_with_every_limb_yes_and_none_on_cannot_tell(day: Day) -> None:
    for row in [*Recommendation.objects.all(), *Decision.objects.all()]:
        given = [answer["answer"] for answer in row.answers]
        assert row.reasons
        assert all(given)
        if row.outcome in {"not_assess", "not_issue"}:
            assert "no" in given
            assert all(answer["reasons"] for answer in row.answers)
        else:
            assert "no" not in given


def one_decision_stands_and_the_case_follows_it(day: Day) -> None:
    rows = Decision.objects.filter(superseded_by=None, set_aside=None)
    standing = {(row.case_id, row.stage): row for row in rows}
    assert len(standing) == len(rows)
    carried_in = set(PriorOutcome.objects.values_list("case", flat=True))
    for case in Case.objects.all():
        first = "assessing" if case.pk in carried_in else "requested"
        decided = standing.get((case.pk, "issue")) or standing.get((case.pk, "assess"))
        assert case.state == (LEADS_TO[decided.outcome] if decided is not None else first)
    for row in rows:
        assert row.by_id == day.officer.pk


def no_refusal_is_fast_tracked_or_comes_of_looking_again(day: Day) -> None:
    for row in Decision.objects.filter(route__in=[Decision.Route.FAST_TRACK, Decision.Route.RECONSIDERED]):
        assert row.outcome in {"assess", "issue"}
        if row.route == Decision.Route.RECONSIDERED:
            before = row.supersedes or PriorOutcome.objects.get(case=row.case, stage=row.stage)
            assert before.outcome in {"not_assess", "not_issue"}
    for entry in ConsentEntry.objects.exclude(recommendation=None):
        assert entry.recommendation.outcome in {"assess", "issue"}


def whoever_leaves_for_a_conflict_is_shut_out_and_nobody_else(day: Day) -> None:
    shut = set(Denial.objects.live().values_list("case_id", "user_id"))
    leaving = set(Conflict.objects.filter(effect="leaves").values_list("item__case_id", "entry__user_id"))
    # Where the item or the seat is gone since, the conflict is kept, and binds.
    kept = KeptConflict.objects.filter(effect="leaves")
    assert shut == leaving | set(kept.values_list("case_id", "user_id"))


def times_lie_within_the_meeting_and_paper_is_entered_afterwards(day: Day) -> None:
    meeting = day.meeting
    for item in AgendaItem.objects.exclude(started_at=None):
        assert meeting.opened_at <= item.started_at
        assert item.ended_at is None or item.started_at <= item.ended_at
        if meeting.closed_at is not None:
            assert item.ended_at is None or item.ended_at <= meeting.closed_at
    for entry in LateEntry.objects.all():
        assert entry.began_at <= (entry.ended_at or entry.at) <= entry.at
    for row in Recommendation.objects.exclude(entered_at=None):
        assert row.at < row.entered_at
        assert LateEntry.objects.filter(item=row.item, ended_at=row.at).exists()
    if meeting.closed_at is not None:
        assert not Interval.objects.filter(left_at=None).exists()


def no_view_is_given_once_they_are_open(day: Day) -> None:
    for item in AgendaItem.objects.exclude(pre_views_opened_at=None):
        assert not item.pre_views.filter(at__gt=item.pre_views_opened_at).exists()


def signed_by_the_chair_of_a_closed_meeting(day: Day) -> None:
    for signature in MinutesSignature.objects.select_related("minutes__meeting"):
        assert signature.minutes.meeting.state == "closed"
        assert signature.by_id == day.chair.pk
        # What the chair took no part in was vouched for by somebody else.
        for record in led_by_deputies().filter(minutes=signature.minutes):
            assert record.sign_off.by_id != day.chair.pk


def versions_follow_each_other_with_a_reason(day: Day) -> None:
    versions = list(Minutes.objects.order_by("version"))
    assert [one.version for one in versions] == list(range(1, len(versions) + 1))
    for before, after in pairwise(versions):
        assert after.supersedes_id == before.pk
        assert after.because


def every_comment_was_answered_before_the_signature(day: Day) -> None:
    for signature in MinutesSignature.objects.all():
        said = MinutesComment.objects.filter(at__lte=signature.at).exclude(words="")
        assert not said.exclude(answers__at__lte=signature.at).exists()


def a_risk_that_needs_a_lead_has_one(day: Day) -> None:
    for risk in Risk.objects.all():
        assert (risk.lead_id is not None) == (risk.level in {"significant", "imminent"})
        assert risk.lead_id is None or risk.review_on is not None


def key_reasons_are_neither_decided_on_nor_minuted(day: Day) -> None:
    for decision in Decision.objects.all():
        assert not words_unfinished(as_recorded(decision))
    for minutes in Minutes.objects.all():
        for row in Recommendation.objects.filter(
            item__meeting=minutes.meeting, item__state="recommended", unfinished=True, superseded_by=None
        ):
            assert row.words.exists() or row.decisions.exists() or row.at > minutes.at
    drafts = WordsDraft.objects.filter(taken_up_by=None)
    last = {draft.recommendation_id: draft.pk for draft in drafts.order_by("pk")}
    assert {draft.pk for draft in waiting_drafts()} <= set(last.values())


def nobody_is_told_before_the_family_nor_twice(day: Day) -> None:
    rows = list(BodyTold.objects.standing())
    assert len({(row.decision_id, row.body) for row in rows}) == len(rows)
    for row in BodyTold.objects.all():
        first = Sent.objects.filter(letter__decision=row.decision).order_by("letter_on").first()
        assert first is not None
        assert first.letter_on <= row.on <= timezone.localdate(row.at)


def no_draft_is_taken_back_once_signed(day: Day) -> None:
    for row in CirculationTakenBack.objects.select_related("circulation__minutes"):
        signed = MinutesSignature.objects.filter(minutes=row.circulation.minutes).first()
        assert signed is None or row.at < signed.at
        assert row.because


def a_view_puts_off_only_what_it_cannot_tell(day: Day) -> None:
    for view in PreView.objects.filter(outcome=PUT_OFF):
        given = set(view.answers.values())
        assert "cannot_tell" in given
        assert "no" not in given


def of_a_delay_a_family_is_told_after_it_was_made(day: Day) -> None:
    for notice in DeferralNotice.objects.select_related("deferral"):
        assert timezone.localdate(notice.deferral.at) <= notice.told_on <= timezone.localdate(notice.at)


def as_recorded(decision: Decision) -> Record:
    return Record(
        stage=Stage(decision.stage),
        outcome=Outcome(decision.outcome),
        answers=answers_of(decision.answers),
        reasons=decision.reasons,
        received_on=decision.case.received_on,
        decided_on=decision.decided_at.date(),
    )


INVARIANTS = (
    key_reasons_are_neither_decided_on_nor_minuted,
    one_item_at_a_time_and_only_in_session,
    states_rest_on_rows,
    no_refusal_with_every_limb_yes_and_none_on_cannot_tell,
    one_decision_stands_and_the_case_follows_it,
    whoever_leaves_for_a_conflict_is_shut_out_and_nobody_else,
    times_lie_within_the_meeting_and_paper_is_entered_afterwards,
    no_view_is_given_once_they_are_open,
    signed_by_the_chair_of_a_closed_meeting,
    no_refusal_is_fast_tracked_or_comes_of_looking_again,
    versions_follow_each_other_with_a_reason,
    every_comment_was_answered_before_the_signature,
    a_risk_that_needs_a_lead_has_one,
    nobody_is_told_before_the_family_nor_twice,
    no_draft_is_taken_back_once_signed,
    a_view_puts_off_only_what_it_cannot_tell,
    of_a_delay_a_family_is_told_after_it_was_made,
)
