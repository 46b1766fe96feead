"""The officer's tray, one decision, deciding on a recommendation or without a panel, and curing a wrong key."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.decide import ADVICE_CHANGED, AlreadyDecided, record_decision
from meetings.actions.set_aside import confirm_set_aside, propose_set_aside
from meetings.forms.addressed import for_reader, spoken_of
from meetings.forms.decisions import (
    AGREE,
    ConfirmForm,
    DecideForm,
    FastTrackForm,
    SetAsideForm,
    WithoutPanelForm,
)
from meetings.forms.item import titles
from meetings.forms.limbs import offer_papers
from meetings.models import (
    AgendaItem,
    BodyTold,
    Decision,
    Noting,
    PanelConfig,
    PanelType,
    Recommendation,
    Risk,
    config_on,
)
from meetings.queries.addressed import to_young_person
from meetings.queries.decisions import (
    read_mark,
    standing_decision,
    to_moderate_afterwards,
)
from meetings.queries.finishing import is_unfinished
from meetings.queries.item import UNWRITTEN, asked_test, papers_of, written
from meetings.queries.next_panel import heard_again, next_panel_on
from meetings.queries.quorum import advice_to_decide_on, gone_since, quorum_problems
from meetings.queries.reconsider import reconsiderations, told_again_on
from meetings.queries.said import said_at, said_in
from meetings.queries.tray import officer_tray
from meetings.queries.waiting import STAGE_OF
from meetings.queries.words import corrections_of, decision_as_it_reads, keeps_old_reasons
from meetings.rules import decisions
from meetings.rules.addressing import spoken_in
from meetings.rules.reconsidering import NOT_SET_ASIDE
from meetings.rules.states import ItemState
from meetings.views.item import shown_advice
from meetings.views.load import load_case, load_decision, load_item, may, note_items_read, user_of
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import OUTCOME_LABELS, OUTCOMES_OF, REFUSALS, STAGE_LABELS, Outcome, Stage
from panel.models import Case, CaseState, Paper, PaperState
from panel.platform import audit
from panel.platform.policy import Refused, Role, Verb
from panel.queries.advice import advice_in
from panel.queries.clocks import stage_due_of
from panel.views.base import serves, status_of
from panel.views.typed import typed

# The longest waiting first; moderation itself reads all of them.
SHOWN_TO_MODERATE = 50


@serves(Verb.DECISION_LIST)
def tray(request: HttpRequest) -> HttpResponse:
    """Recommendations that wait, the most pressing first; decisions somebody proposes to set aside."""
    user, now = user_of(request), timezone.now()
    seen = Case.objects.visible_to(user, now).filter(pk=OuterRef("case"))
    to_moderate = to_moderate_afterwards().filter(Exists(seen)).select_related("case")
    context = {"tray": officer_tray(user, now), "to_moderate": to_moderate[:SHOWN_TO_MODERATE]}
    return render(request, "meetings/decision_list.html", context)


@serves(Verb.DECISION_VIEW)
def decision_view(request: HttpRequest, decision: uuid.UUID) -> HttpResponse:
    """One decision as it was made, and what became of it."""
    found = load_decision(request, decision, Verb.DECISION_VIEW)
    return _decision_page(request, found)


def _decision_page(
    request: HttpRequest, decision: Decision, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    now = timezone.now()
    read = decision_as_it_reads(decision)
    papers = titles(Paper.objects.filter(case=decision.case_id))
    newer = Decision.objects.filter(supersedes=decision).first()
    looked = reconsiderations(decision.case)
    audit.record(
        verb=Verb.DECISION_VIEW,
        by=user_of(request),
        at=now,
        subject_kind="decision",
        subject=decision.public_id,
        case=decision.case.public_id,
    )
    context = {
        "decision": read,
        "case": decision.case,
        "stage": STAGE_LABELS[Stage(decision.stage)],
        "decided": shown_advice(read, papers),
        "advised": shown_advice(read.recommendation, papers) if read.recommendation else None,
        "corrections": corrections_of(read),
        "keeps_old_reasons": keeps_old_reasons(read),
        "may_correct": newer is None and _may_correct(request, decision),
        "proposal": getattr(decision, "set_aside_proposal", None),
        "set_aside": getattr(decision, "set_aside", None),
        "newer": newer,
        "quorum_gone": gone_since(decision),
        "moderated_afterwards": decisions.moderated_afterwards(
            decisions.Route(decision.route), Outcome(decision.outcome)
        ),
        "noting": Noting.objects.filter(decision=decision).select_related("meeting__panel_type").first(),
        "told_on": _told_on(decision),
        **_written_to(decision, read),
        "bodies_told": BodyTold.objects.standing().filter(decision=decision),
        "may_tell": may(request, Verb.NOTICE_TELL, decision, now),
        "reconsiderations": [one for one in looked if one.reconsideration.stage == decision.stage],
        "may_reconsider": newer is None
        and decision.outcome in REFUSALS
        and _told_on(decision) is not None
        and may(request, Verb.DECISION_RECONSIDER, decision.case, now),
        "not_set_aside": NOT_SET_ASIDE if decision.route == Decision.Route.RECONSIDERED else "",
        "may_set_aside": may(request, Verb.DECISION_SET_ASIDE, decision, now),
        "may_draft": may(request, Verb.LETTER_DRAFT, decision, now),
        # Whoever decides goes on from here: to what waits next, and to what the clerk makes of it.
        "decides_more": Role.OFFICER in user_of(request).roles_on(timezone.localdate(now)),
        "sees_case": Case.objects.visible_to(user_of(request), now).filter(pk=decision.case_id).exists(),
        "refused": refused,
    }
    return render(request, "meetings/decision_view.html", context, status=status)


def _may_correct(request: HttpRequest, decision: Decision) -> bool:
    """Whether the words of this decision are this user's to put right: the officer's, or those of the chair who made it."""
    now, user = timezone.now(), user_of(request)
    officer = Role.OFFICER in user.roles_on(timezone.localdate(now)) or decision.by_id == user.pk
    return (
        officer
        and getattr(decision, "set_aside", None) is None
        and may(request, Verb.DECISION_RECORD, decision, now)
    )


def _written_to(decision: Decision, read: Any) -> dict[str, Any]:
    """To whom its letter goes, and, until it has gone, where its words speak of the young person they are printed for."""
    told_on = _told_on(decision)
    reader = to_young_person(decision.case, told_on or timezone.localdate())
    places = [
        *(("the answers to the legal test", row["reasons"]) for row in read.answers),
        ("the reasons", read.reasons),
        ("why it is not what the panel advised", read.departs_because),
        ("why no panel was asked", read.no_panel_because),
        ("the answer to what was said", read.family_views_answered),
        ("the help meanwhile", read.support_meanwhile),
    ]
    spoken = spoken_in(places, reader.forename) if reader is not None and told_on is None else ()
    return {"young_person": reader, "spoken": spoken}


def _told_on(decision: Decision) -> Any:
    """The day the family was told of it. The case’s own day is that of the first answer, also where another followed it."""
    case = decision.case
    if decision.route == Decision.Route.RECONSIDERED:
        return told_again_on(decision)
    return case.assess_notified_on if decision.stage == Stage.ASSESS else case.issue_notified_on


@serves(Verb.DECISION_RECORD, "GET", "HEAD", "POST")
def decide(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """Decide on what the panel recommends. A question that is decided already shows its decision (row 58)."""
    found = load_item(request, item, Verb.DECISION_RECORD)
    advice = advice_to_decide_on(found)
    if (
        request.method != "POST"
        and (standing := standing_decision(found.case, Stage(found.stage))) is not None
    ):
        return _first(request, standing)
    if advice is None:
        raise Http404
    form, status = _decide_form(request, found, advice), 200
    for_reader(form, to_young_person(found.case, timezone.localdate()))
    if request.method == "POST" and request.POST.get("read", read_mark(advice)) != read_mark(advice):
        form.is_valid()
        form.refuse(Refused("stale", ADVICE_CHANGED))
        status = 409
    elif request.method == "POST" and form.is_valid():
        try:
            decision = _decided(request, found, form, advice)
        except AlreadyDecided as no:
            return _first(request, no.decision)
        except Refused as no:
            form.refuse(no)
            status = status_of(no)
        else:
            done = "Decided. The clerk drafts the letters to everybody who has a right to one."
            messages.success(request, done)
            return redirect("decision.view", decision=decision.public_id)
    elif request.method == "POST":
        status = 422
    note_items_read(request, [found])
    papers = papers_of(found)
    offer_papers(form, form.test, papers)
    context = {"form": form, "item": found, "meeting": found.meeting, "papers": papers}
    context["read"] = read_mark(advice)
    context["quorum_gone"] = quorum_problems(found, advice)
    context["unfinished"] = decisions.WORDS_UNFINISHED if is_unfinished(advice) else ""
    if found.state == ItemState.SENT_BACK:
        context |= {"sent_back": advice.sent_back, "heard_next": heard_again(found)}
    context |= _said_there(found)
    context |= {**_question(found.case, Stage(found.stage)), "advised": shown_advice(advice, titles(papers))}
    return render(request, "meetings/decide.html", context, status=status)


def _said_there(item: AgendaItem) -> dict[str, Any]:
    """What the panel had before it beside its advice: the child's and the family's words, the discussion, the risk it saw."""
    words = written(item)
    return {
        "said": said_in(item.case, words.get("views", UNWRITTEN).data),
        "discussion": words.get("discussion", UNWRITTEN).data.get("text", ""),
        "risk": Risk.objects.filter(item=item).select_related("lead").order_by("-pk").first(),
    }


def _decide_form(request: HttpRequest, item: AgendaItem, advice: Recommendation) -> DecideForm:
    return DecideForm(
        request.POST or None,
        advice=advice,
        test=asked_test(item.case, Stage(item.stage), timezone.localdate()),
        # Whoever agrees ticks no paper of their own; `decide` offers them again where the page is shown once more.
        papers=() if request.POST.get("does") == AGREE else papers_of(item),
        initial={
            "decided_on": timezone.localdate(),
            "delegation_reference": item.meeting.config.delegation_reference,
        },
    )


def _decided(request: HttpRequest, item: AgendaItem, form: DecideForm, advice: Recommendation) -> Decision:
    """The action knows its own decision again when a form is sent twice (row 64), so nothing else guards it."""
    now = timezone.now()
    return record_decision(
        case=item.case,
        stage=Stage(item.stage),
        item=item,
        delegation_reference=form.cleaned_data["delegation_reference"],
        decided_at=form.decided_at(now),
        advice_read=read_mark(advice),
        by=user_of(request),
        now=now,
        **form.said(),
    )


def _first(request: HttpRequest, standing: Decision) -> HttpResponse:
    """The decision that stands, in place of a second one."""
    decided = f"{timezone.localdate(standing.decided_at):%-d %B %Y}"
    return _decision_page(
        request,
        load_decision(request, standing.public_id, Verb.DECISION_VIEW),
        status=409,
        refused=f"This was decided on {decided}. The decision below stands. If it was entered in error, two people can set it aside.",
    )


def _question(case: Case, stage: Stage) -> dict[str, Any]:
    due = stage_due_of(case, stage)
    return {
        "case": case,
        "young_person": to_young_person(case, timezone.localdate()),
        "stage": STAGE_LABELS[stage],
        "test": asked_test(case, stage, timezone.localdate()),
        "legal_due_on": due,
        "latest_panel_on": latest_safe_panel_for(stage_due_of(case, stage)),
        "late": due < timezone.localdate(),
    }


def _addressed(form: WithoutPanelForm | FastTrackForm, question: dict[str, Any]) -> dict[str, Any]:
    """The question with where its form speaks of the young person it will be printed for; the form asks for words to them."""
    reader = question["young_person"]
    return {**question, "spoken": spoken_of(for_reader(form, reader).words(), reader)}


@serves(Verb.DECISION_WITHOUT_PANEL, "GET", "HEAD", "POST")
def without_panel(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Decide where no quorate panel can sit in time, with the legal test answered in full."""
    found = load_case(request, case, Verb.DECISION_WITHOUT_PANEL)
    stage = STAGE_OF.get(CaseState(found.state))
    if stage is None:
        return _nothing_waits(request, found)
    papers = Paper.objects.filter(case=found, state=PaperState.ACCEPTED).select_related("document")
    item = _listed(found, stage)
    form = WithoutPanelForm(
        request.POST or None,
        test=asked_test(found, stage, timezone.localdate()),
        papers=papers,
        initial={"decided_on": timezone.localdate(), "delegation_reference": _delegation()},
    )

    def act() -> str:
        now = timezone.now()
        said = form.cleaned_data
        decision = record_decision(
            case=found,
            stage=stage,
            item=item,
            outcome=Outcome(said["outcome"]),
            answers=form.answers(),
            reasons=said["reasons"],
            coded=form.coded(),
            family_views_answered=form.answer(),
            support_meanwhile=said["support_meanwhile"],
            no_panel_because=said["no_panel_because"],
            delegation_reference=said["delegation_reference"],
            decided_at=form.decided_at(now),
            by=user_of(request),
            now=now,
        )
        messages.success(
            request, "Decided. The clerk drafts the letters to everybody who has a right to one."
        )
        return reverse("decision.view", args=[decision.public_id])

    context = {
        **_addressed(form, _question(found, stage)),
        "papers": papers,
        "said": said_at(found, item),
        "next_on": next_panel_on(found, stage, timezone.localdate()),
    }
    return typed(request, form, act, "meetings/decide_without_panel.html", context)


@serves(Verb.DECISION_WITHOUT_PANEL, "GET", "HEAD", "POST")
def fast_track(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Agree without a panel where the answer is clearly yes. It takes effect at once and the next panel notes it."""
    found = load_case(request, case, Verb.DECISION_WITHOUT_PANEL)
    stage = STAGE_OF.get(CaseState(found.state))
    if stage is None:
        return _nothing_waits(request, found)
    papers = Paper.objects.filter(case=found, state=PaperState.ACCEPTED).select_related("document")
    form = FastTrackForm(
        request.POST or None,
        test=asked_test(found, stage, timezone.localdate()),
        papers=papers,
        initial={"decided_on": timezone.localdate(), "delegation_reference": _delegation()},
    )
    agreement = OUTCOMES_OF[stage][0]

    def act() -> str:
        now = timezone.now()
        decision = record_decision(
            case=found,
            stage=stage,
            item=_listed(found, stage),
            outcome=agreement,
            answers=form.answers(),
            reasons=form.cleaned_data["reasons"],
            support_meanwhile=form.cleaned_data["support_meanwhile"],
            delegation_reference=form.cleaned_data["delegation_reference"],
            decided_at=form.decided_at(now),
            fast_track=True,
            by=user_of(request),
            now=now,
        )
        messages.success(request, "Agreed. The clerk drafts the letters; the next panel notes it.")
        return reverse("decision.view", args=[decision.public_id])

    context = {
        **_addressed(form, _question(found, stage)),
        "papers": papers,
        "agreement": OUTCOME_LABELS[agreement],
        "advice": advice_in(found) if stage is Stage.ISSUE else None,
    }
    return typed(request, form, act, "meetings/fast_track.html", context)


def _nothing_waits(request: HttpRequest, case: Case) -> HttpResponse:
    decided = Decision.objects.filter(case=case, superseded_by__isnull=True).order_by("-decided_at").first()
    if decided is not None:
        return _first(request, decided)
    return render(request, "meetings/decide_nothing.html", {"case": case}, status=409)


def _listed(case: Case, stage: Stage) -> AgendaItem | None:
    """The item that could not be heard, so that a recusal on it binds the officer as well."""
    return (
        AgendaItem.objects.filter(case=case, stage=stage)
        .select_related("meeting__config")
        .order_by("-pk")
        .first()
    )


def _delegation() -> str:
    panel_type = PanelType.objects.order_by("pk").first()
    config: PanelConfig | None = config_on(panel_type, timezone.localdate()) if panel_type else None
    return config.delegation_reference if config else ""


@serves(Verb.DECISION_SET_ASIDE, "GET", "HEAD", "POST")
def set_aside(request: HttpRequest, decision: uuid.UUID) -> HttpResponse:
    """One person says that a decision was entered wrongly, a second one confirms. Both rows are kept."""
    found = load_decision(request, decision, Verb.DECISION_SET_ASIDE)
    proposal = getattr(found, "set_aside_proposal", None)
    context = {"decision": found, "case": found.case, "proposal": proposal}
    there = reverse("decision.view", args=[found.public_id])
    if proposal is None:
        form = SetAsideForm(request.POST or None)

        def propose() -> str:
            propose_set_aside(
                decision=found, reason=form.cleaned_data["reason"], by=user_of(request), now=timezone.now()
            )
            messages.success(
                request, "Proposed. A second person must confirm it; until then the decision stands."
            )
            return there

        return typed(request, form, propose, "meetings/set_aside.html", context)

    def confirm() -> str:
        confirm_set_aside(proposal=proposal, by=user_of(request), now=timezone.now())
        messages.success(request, "Set aside. The question waits for its decision again.")
        return there

    context["own"] = proposal.by_id == user_of(request).pk
    return typed(
        request, ConfirmForm(request.POST or None), confirm, "meetings/set_aside_confirm.html", context
    )
