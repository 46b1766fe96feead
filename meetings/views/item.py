"""One item in the room: what is known, what is written as it is heard, and what becomes of it."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from meetings.actions.feedback import GATHERED
from meetings.actions.live import pause_item, start_item
from meetings.actions.recommend import coded_of
from meetings.actions.risk import HEARD
from meetings.forms.item import GROUP_LABELS, HearingForm, rows_wanted, titles
from meetings.models import WAITS_IN, AgendaItem, MinutesSignature, PanelConfig, Recommendation
from meetings.queries.addressed import to_young_person
from meetings.queries.agenda import seat_lines
from meetings.queries.consent import consent_of, may_take_off
from meetings.queries.dissents import dissents_from
from meetings.queries.feedback import feedback_of
from meetings.queries.finishing import Drafted, drafted, is_unfinished
from meetings.queries.guests import guests_of
from meetings.queries.home import items_of
from meetings.queries.item import UNWRITTEN, ItemPage, item_page, paper_of
from meetings.queries.late import entered_words
from meetings.queries.next_panel import heard_again, next_panel_on
from meetings.queries.previews import pre_views
from meetings.queries.risk import RiskLine
from meetings.queries.sent_back import asked_to_look_again
from meetings.queries.words import corrections_of
from meetings.rules.states import ADVISED, FINISHED, OVER, ItemState, MeetingState, item_words
from meetings.views.load import in_the_way, load_item, may_each, poll_every, prepared_before, press, user_of
from meetings.views.script import RailLine, rail
from meetings.views.written_since import holds, written_since
from panel.actions.papers import hand_out
from panel.law.legal import (
    FACTOR_LABELS,
    OUTCOME_LABELS,
    REFUSALS,
    STAGE_LABELS,
    Answer,
    Factor,
    Outcome,
    Stage,
    answer_label,
    legal_test_of,
)
from panel.law.reasons import REASON_LABELS, ReasonCode, appeal_risks, conditions_mentioned
from panel.models import User
from panel.platform import audit
from panel.platform.policy import TABLE, Refused, Role, Verb
from panel.views.base import serves
from panel.views.papers import attachment


@serves(Verb.ITEM_VIEW)
def item_view(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """One item: the child, the views, the papers, the people, the legal test. The reading is in the trail."""
    found = load_item(request, item, Verb.ITEM_VIEW)
    audit.record(
        verb=Verb.ITEM_VIEW,
        by=user_of(request),
        at=timezone.now(),
        subject_kind="item",
        subject=found.public_id,
        case=found.case.public_id,
    )
    return item_page_of(request, found)


def item_page_of(
    request: HttpRequest, item: AgendaItem, *, status: int = 200, form: HearingForm | None = None, **more: Any
) -> HttpResponse:
    """The page of an item that was loaded for this user, with what was typed and the no of a rule if there is one."""
    now, user = timezone.now(), user_of(request)
    page = item_page(user, item, now)
    allowed, consent = _may(request, item), consent_of(item)
    context = {
        **_facts(page, user),
        **allowed,
        "takes_off": allowed["takes_off"] and consent is not None and may_take_off(user, item.meeting, now),
        **_script(page, allowed),
        "feedback": feedback_of(item) if allowed["gives_feedback"] else None,
        "risk": _risk(page, user, now),
        "consent": consent,
        "guests": guests_of(item) if allowed["asks_family"] else (),
        "poll": poll_every(request),
        "views": pre_views(
            item,
            page.room,
            user,
            now,
            sees_progress=Role.CLERK in user.roles_on(timezone.localdate(now))
            or (page.leader is not None and page.leader.user_id == user.pk),
        ),
        "list": items_of(user, item.meeting, now),
        "people": seat_lines(page.room, now),
        "exceptions": {row.entry_id: row.present for row in page.room.exceptions.get(item.pk, ())},
        "form": form or HearingForm(page=page, rows=rows_wanted(request.GET)),
        "correct": "correct" in request.GET,
        **prepared_before(request, item.meeting),
        **more,
    }
    return render(request, "meetings/item_view.html", {**context, "seen": _digest(context)}, status=status)


def _risk(page: ItemPage, user: User, now: datetime) -> RiskLine | None:
    """The risk as this reader may see it: members what was said at this item, clerk and officer also what was said since."""
    line = page.risk
    roles = user.roles_on(timezone.localdate(now))
    if line is None or not roles & set(TABLE[Verb.RISK_VIEW]):
        return None
    return line if roles & {Role.CLERK, Role.OFFICER} or line.risk.item_id == page.item.pk else None


def _script(page: ItemPage, may: dict[str, bool]) -> dict[str, tuple[RailLine, ...]]:
    """The chair's script, for those who write while the item is in discussion, and what of it is not done yet."""
    lines = rail(page) if may["writes"] and page.item.state == ItemState.IN_DISCUSSION else ()
    undone = tuple(line for line in lines if not line.done)
    return {"script": lines, "undone": undone, "needed": tuple(line for line in undone if line.needed)}


def _may(request: HttpRequest, item: AgendaItem) -> dict[str, bool]:
    """What this user can do to the item now: role, seat, and where the item stands."""
    now = timezone.now()
    unfinished = item.state not in FINISHED and item.meeting.state not in OVER
    signed = MinutesSignature.objects.filter(minutes__meeting=item.meeting).exists()
    can = may_each(
        request,
        item,
        now,
        may_write=Verb.ITEM_WRITE,
        hears=Verb.ITEM_HEAR,
        declares=Verb.CONFLICT_DECLARE,
        imposes=Verb.CONFLICT_IMPOSE,
        attends=Verb.ATTENDANCE_RECORD,
        recommends=Verb.RECOMMENDATION_RECORD,
        finishes=Verb.RECOMMENDATION_FINISH,
        decides=Verb.DECISION_RECORD,
        decides_alone=Verb.DECISION_WITHOUT_PANEL,
        raises=Verb.RISK_RECORD,
        takes_off=Verb.CONSENT_TAKE_OFF,
        puts_on_consent=Verb.CONSENT_PROPOSE,
        gives_feedback=Verb.FEEDBACK_RECORD,
        enters_paper=Verb.ITEM_RECORD_LATER,
        asks_family=Verb.GUEST_RECORD,
    )
    hearing = item.meeting.state == MeetingState.OPEN and item.state in HEARD
    return {
        **can,
        "raises": can["raises"] and hearing,
        "puts_on_consent": can["puts_on_consent"]
        and unfinished
        and item.state == ItemState.LISTED
        and item.started_at is None,
        "gives_feedback": can["gives_feedback"]
        and item.case.setting_id is not None
        and item.state in GATHERED,
        "enters_paper": can["enters_paper"] and unfinished and item.meeting.state == MeetingState.OPEN,
        "writes": can["may_write"] and (not signed or "correct" in request.GET),
        "declares": unfinished and can["declares"],
        "imposes": unfinished and can["imposes"],
        "attends": not signed and can["attends"],
        "signed": signed,
        "in_session": item.meeting.state == MeetingState.OPEN,
        "deciding_chair": item.meeting.config.decides == PanelConfig.Decides.CHAIR,
    }


def _facts(page: ItemPage, user: User) -> dict[str, Any]:
    item, stage = page.item, Stage(page.item.stage)
    return {
        "page": page,
        "reader": user.pk,
        # Called once for each group: the number under which one save is known, however often it is sent.
        "new_edit": uuid.uuid4,
        "stands": {group: page.written.get(group, UNWRITTEN) for group in GROUP_LABELS},
        "item": item,
        "case": page.case,
        "young_person": to_young_person(page.case, timezone.localdate()),
        "meeting": item.meeting,
        "stage": STAGE_LABELS[stage],
        "history": _history(page),
        "state": item_words(ItemState(item.state), taken_up=item.started_at is not None),
        "late": page.legal_due_on < timezone.localdate(),
        "advised": shown_advice(page.recommendation, titles(page.papers)) if page.recommendation else None,
        "corrections": corrections_of(page.recommendation) if page.recommendation else (),
        **_words(page),
        "heard_for": _minutes_heard(item),
        # Words and recommendation are written while the panel hears it, and once its times on paper are entered.
        "hearing": item.state == ItemState.IN_DISCUSSION
        or (page.late is not None and item.state not in FINISHED),
        "from_paper": entered_words(page.late) if page.late else "",
        "leads": page.leader is not None and page.leader.user_id == user.pk,
        "deferred": page.deferral,
        "no_panel_in_time": page.deferral is not None and _no_panel_in_time(page),
        "last_safe_passed": page.latest_panel_on < timezone.localdate(),
        "heard_next": heard_again(item) if page.deferral or item.state == ItemState.SENT_BACK else None,
        "again": asked_to_look_again([item]).get(item.pk),
        "still_waits": page.case.state == WAITS_IN[stage],
    }


def _words(page: ItemPage) -> dict[str, Any]:
    """Whether the words of the advice are still to be finished or confirmed, and what became of the clerk's draft of them."""
    advice = page.recommendation
    if advice is None or page.item.state not in ADVISED:
        return {"words_owed": False, "words_waiting": None, "words_returned": None}
    sent = drafted(advice)
    owed = sent != Drafted() or is_unfinished(advice)
    return {"words_owed": owed, "words_waiting": sent.waits, "words_returned": sent.returned}


def _no_panel_in_time(page: ItemPage) -> bool:
    """Whether a question that was put off and still waits would be heard too late by every panel that can be foreseen."""
    if page.case.state != WAITS_IN[Stage(page.item.stage)]:
        return False
    next_on = next_panel_on(page.case, Stage(page.item.stage), timezone.localdate())
    return next_on is None or next_on > page.latest_panel_on


def _minutes_heard(item: AgendaItem) -> int | None:
    """For how many whole minutes the item has been in discussion by now; None while it is not."""
    if item.state != ItemState.IN_DISCUSSION or item.started_at is None:
        return None
    return int((timezone.now() - item.started_at).total_seconds() // 60)


def _history(page: ItemPage) -> list[tuple[str, str]]:
    """What was decided on this case before: where, and what with its day."""
    rows = [
        ("Decided before", row.outcome, timezone.localdate(row.decided_at)) for row in page.history.decisions
    ]
    rows += [("Before this system", row.outcome, row.decided_on) for row in page.history.before]  # type: ignore[misc]
    return [
        (where, OUTCOME_LABELS[Outcome(what)] + (f", {day:%-d %B %Y}" if day else ""))
        for where, what, day in rows
    ]


def shown_advice(record: Any, papers: dict[str, str]) -> dict[str, Any]:
    """A recommendation or a decision as it is read: each answer under its question, the papers by title."""
    questions = legal_test_of(record.test_version).questions
    return {
        "record": record,
        "outcome": OUTCOME_LABELS[Outcome(record.outcome)],
        "dissents": dissents_from(record) if isinstance(record, Recommendation) else (),
        "left_out": [
            (papers[row["paper"]], row["because"]) for row in record.papers_left_out if row["paper"] in papers
        ]
        if isinstance(record, Recommendation)
        else (),
        "factors": [FACTOR_LABELS[Factor(one)] for one in record.factors]
        if isinstance(record, Recommendation)
        else (),
        "codes": [f"{code}: {REASON_LABELS[ReasonCode(code)]}" for code in _codes(record)],
        "conditions": conditions_mentioned(
            Outcome(record.outcome),
            "\n".join(
                [record.reasons, *(row["reasons"] for row in record.answers if row["answer"] == Answer.NO)]
            ),
        ),
        "risks": appeal_risks(coded_of(record), record.reasons) if record.outcome in REFUSALS else (),
        "answers": [
            {
                "question": questions[row["limb"]],
                "answer": answer_label(row["answer"]),
                "reasons": row["reasons"],
                "papers": [papers[key] for key in row["papers"] if key in papers],
            }
            for row in record.answers
        ],
    }


def _codes(record: Any) -> list[str]:
    return [record.primary_reason, *record.other_reasons] if record.primary_reason else []


@serves(Verb.ITEM_VIEW)
def status(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Quorum, people and conflicts of an item as they stand now; 204 while they are what this viewer has."""
    found = load_item(request, item, Verb.ITEM_VIEW)
    now, user = timezone.now(), user_of(request)
    page = item_page(user, found, now)
    may = _may(request, found)
    context = {
        **_facts(page, user),
        **may,
        "since": written_since(request.GET, page.written, user, writes=may["writes"]),
        **_script(page, may),
        "poll": poll_every(request),
        "people": seat_lines(page.room, now),
        "exceptions": {row.entry_id: row.present for row in page.room.exceptions.get(found.pk, ())},
    }
    digest = _digest(context)
    if request.GET.get("seen") == digest:
        return HttpResponse(status=204)
    stands = item_words(ItemState(found.state), taken_up=found.started_at is not None)
    context |= {"seen": digest, "oob": True, "state_words": stands, "holds": holds(request)}
    return render(request, "meetings/_item_status.html", context)


def _digest(context: dict[str, Any]) -> str:
    words = render_to_string("meetings/_item_status.html", context) + str(context["script"])
    words += render_to_string("meetings/_since.html", context)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


@serves(Verb.ITEM_VIEW)
def paper(request: HttpRequest, item: uuid.UUID, paper: uuid.UUID) -> HttpResponse:
    """A paper of the item’s case, opened through the item and no other way; every reading is in the trail."""
    found = load_item(request, item, Verb.ITEM_VIEW)
    now, user = timezone.now(), user_of(request)
    wanted = paper_of(user, found, paper, now)
    if wanted is None:
        raise Http404
    return attachment(hand_out(paper=wanted, by=user, now=now, through=f"item:{found.public_id}"))


@serves(Verb.ITEM_HEAR, "POST")
def start(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Take an item up."""
    found = load_item(request, item, Verb.ITEM_HEAR)
    return _button(request, found, lambda: start_item(item=found, by=user_of(request), now=timezone.now()))


@serves(Verb.ITEM_HEAR, "POST")
def pause(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Set an item back on the list; what was written stays."""
    found = load_item(request, item, Verb.ITEM_HEAR)
    return _button(request, found, lambda: pause_item(item=found, by=user_of(request), now=timezone.now()))


def _button(request: HttpRequest, item: AgendaItem, act: Any) -> HttpResponse:
    def show(no: Refused, status: int) -> HttpResponse:
        return item_page_of(
            request,
            item,
            status=status,
            refused=no.sentence,
            mends=in_the_way(request, no.code, item.meeting),
        )

    return press(act, reverse("item.view", args=[item.public_id]), show)


def to_item(item: AgendaItem, **asked: int) -> HttpResponse:
    """Back to the item’s page, with as many empty lines as are asked for."""
    query = "&".join(f"{name}={number}" for name, number in asked.items())
    return redirect(reverse("item.view", args=[item.public_id]) + (f"?{query}" if query else ""))
