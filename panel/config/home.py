"""Each role's home page: what needs me today? Asks each app's queries; the only page that sees all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from meetings.queries.circulation import to_comment_on
from meetings.queries.coverage import coming_up
from meetings.queries.feedback import told_feedback
from meetings.queries.finishing import words_to_confirm, words_to_finish
from meetings.queries.following import own_actions
from meetings.queries.home import items_of, letter_counts
from meetings.queries.invitations import invited_to
from meetings.queries.late_answers import late_questions
from meetings.queries.quorum import losses_to_answer
from meetings.queries.risk import risks_today
from meetings.queries.sent_back import unheard
from meetings.queries.setting_notices import told_notices
from meetings.queries.sign_offs import to_sign_off
from meetings.queries.tray import chair_tray, clerk_meetings, member_tray, officer_tray, untold
from meetings.queries.versions import for_setting, to_release
from panel.config.page import only_family
from panel.models import User
from panel.platform.policy import ROLE_LABELS, TABLE, Role, Verb
from panel.queries import (
    CaseFilter,
    clerk_tray,
    coordinator_tray,
    list_cases,
    professional_tray,
    restricted_without_grant,
)
from panel.views.base import serves

# reliability.md 4.1, rule 6: a promise that waits for longer than this means that something is not running.
WAITED_TOO_LONG = timedelta(minutes=10)
CASES_SHOWN = 10
FEEDBACK_SHOWN = 3


@dataclass(frozen=True)
class Part:
    """What one role is shown: the fragment and what it needs."""

    role: str
    template: str
    context: dict[str, Any]


def _chair(user: User, now: datetime) -> dict[str, Any]:
    tray = chair_tray(user, now)
    day = timezone.localdate(now)
    days = [(timezone.localdate(line.meeting.starts_at), line) for line in tray.meetings]
    today = [line for on, line in days if on == day]
    return {
        "tray": tray,
        "earlier": [line for on, line in days if on < day],
        "today": today,
        "later": [line for on, line in days if on > day],
        "items": items_of(user, today[0].meeting, now) if today else (),
        "to_sign_off": to_sign_off(user, now),
        "to_confirm": words_to_confirm(user, now),
        "lost": losses_to_answer(user, now),
        # A vice-chair who is no member besides finds here what a member finds on her own part of the page.
        "to_check": () if Role.MEMBER in user.roles_on(day) else to_comment_on(user, day),
    }


def _clerk(user: User, now: datetime) -> dict[str, Any]:
    tray = clerk_tray(user, now)
    waiting = tray.oldest_waiting
    meetings = clerk_meetings(user, now)
    return {
        "tray": tray,
        "meetings": meetings,
        "sent_back": unheard(user, now),
        "to_finish": words_to_finish(user, now),
        "to_answer": [row for row in meetings.unsigned if row.unanswered],  # type: ignore[attr-defined]
        "unsigned": [row for row in meetings.unsigned if not row.unanswered],  # type: ignore[attr-defined]
        "coming_up": coming_up([line.meeting for line in meetings.meetings]),
        "letters": letter_counts(user, now),
        "waiting_since": waiting if waiting and now - waiting > WAITED_TOO_LONG else None,
    }


def _officer(user: User, now: datetime) -> dict[str, Any]:
    return {
        "tray": officer_tray(user, now),
        "late": late_questions(user, now),
        "sent_back": unheard(user, now),
        "letters": letter_counts(user, now),
        "unseen": restricted_without_grant(now),
        "versions": to_release(user, now),
    }


def _professional(user: User, now: datetime) -> dict[str, Any]:
    return {
        "tray": professional_tray(user, now),
        "cases": list_cases(user, now, CaseFilter(), size=CASES_SHOWN),
        "feedback": told_feedback(user, now, size=FEEDBACK_SHOWN),
        "notices": told_notices(user, now, size=CASES_SHOWN),
        "versions": for_setting(user, now)[:CASES_SHOWN],
    }


PARTS: dict[Role, tuple[str, Callable[[User, datetime], dict[str, Any]]]] = {
    Role.CHAIR: ("home/_chair.html", _chair),
    Role.OFFICER: ("home/_officer.html", _officer),
    Role.CLERK: ("home/_clerk.html", _clerk),
    Role.COORDINATOR: (
        "home/_coordinator.html",
        lambda user, now: {"tray": coordinator_tray(user, now), "untold": untold(user, now)},
    ),
    Role.MEMBER: ("home/_member.html", lambda user, now: {"tray": member_tray(user, now)}),
    Role.PARENT_REPRESENTATIVE: ("home/_member.html", lambda user, now: {"tray": member_tray(user, now)}),
    Role.PROFESSIONAL: ("home/_professional.html", _professional),
    Role.LEADER: ("home/_leader.html", lambda _user, _now: {}),
    Role.ADMINISTRATOR: ("home/_administrator.html", lambda _user, _now: {}),
}


@serves(Verb.HOME_VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """The signed-in user's own page: a part for each role that has one. A family goes straight to its own page."""
    user: Any = request.user
    now = timezone.now()
    roles = user.roles_on(timezone.localdate(now))
    if Role.PARENT in roles and only_family(roles):
        return redirect("family.view")
    parts = [
        Part(ROLE_LABELS[role], template, ask(user, now))
        for role, (template, ask) in PARTS.items()
        if role in roles
    ]
    others = [ROLE_LABELS[role].lower() for role in Role if role in roles and role not in PARTS]
    context = {
        "parts": parts,
        "others": others,
        "today": timezone.localdate(now),
        "risks": risks_today(user, now) if roles & set(TABLE[Verb.RISK_ANSWER]) else (),
        "actions": own_actions(user, now) if roles & set(TABLE[Verb.ACTION_REPORT]) else (),
        "invitations": invited_to(user, now),
        "sees_risks": bool(roles & {Role.OFFICER, Role.COORDINATOR, Role.CLERK}),
    }
    return render(request, "home.html", context)
