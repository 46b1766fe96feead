"""What must hold of a panel day at every moment, read off its rows."""

from meetings.models import (
    AgendaItem,
    Conflict,
    Decision,
    Deferral,
    Interval,
    LateEntry,
    MinutesSignature,
    Recommendation,
)
from meetings.queries.sign_offs import led_by_deputies
from panel.models import CaseState, Denial
from tests.meetings.counted import KEPT, digest_of
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
    for item in AgendaItem.objects.all():
        if item.state in {"recommended", "sent_back"}:
            assert item.recommendations.filter(superseded_by=None).count() == 1
        assert (item.state == "deferred") == Deferral.objects.filter(item=item).exists()


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
    for item in AgendaItem.objects.select_related("case"):
        chain = Decision.objects.filter(case=item.case, stage=item.stage)
        standing = chain.filter(superseded_by=None, set_aside=None)
        assert standing.count() <= 1
        decided = standing.first()
        if decided is not None:
            assert item.case.state == LEADS_TO[decided.outcome]
            assert decided.by_id == day.officer.pk
        else:
            assert item.case.state == ("requested" if item.stage == "assess" else "assessing")


def whoever_leaves_for_a_conflict_is_shut_out_and_nobody_else(day: Day) -> None:
    shut = set(Denial.objects.live().values_list("case_id", "user_id"))
    leaving = set(Conflict.objects.filter(effect="leaves").values_list("item__case_id", "entry__user_id"))
    assert shut == leaving


def what_is_kept_never_changes(rows: dict[tuple[str, int], str]) -> None:
    for model in KEPT:
        for row in model.objects.all():
            key, value = (model.__name__, row.pk), digest_of(row)
            assert rows.setdefault(key, value) == value
    counted = {name for name, _ in rows}
    for model in KEPT:
        if model.__name__ in counted:
            assert model.objects.count() == sum(name == model.__name__ for name, _ in rows)


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


INVARIANTS = (
    one_item_at_a_time_and_only_in_session,
    states_rest_on_rows,
    no_refusal_with_every_limb_yes_and_none_on_cannot_tell,
    one_decision_stands_and_the_case_follows_it,
    whoever_leaves_for_a_conflict_is_shut_out_and_nobody_else,
    times_lie_within_the_meeting_and_paper_is_entered_afterwards,
    no_view_is_given_once_they_are_open,
    signed_by_the_chair_of_a_closed_meeting,
)
