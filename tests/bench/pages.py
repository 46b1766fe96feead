"""The pages people wait for, asked in-process with Django's own client, with their queries and bytes."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from meetings.actions import decide
from meetings.management import rehearsal
from meetings.models import AgendaItem, Decision, Meeting
from panel.law.legal import Outcome, Stage
from panel.models import Case, Paper, User
from panel.platform.policy import Role
from panel.queries import CaseFilter, list_cases
from tests.bench.seeding import Bench
from tests.bench.table import Budget, Line, Table

CASE_LIST = Budget(100, 15)
CASE_PAGE = Budget(60, 25)
AGENDA = Budget(120, 20)
DECISION = Budget(60, 25)
DASHBOARD = Budget(120, 20)
NOT_SET = Budget()
WARM_UP = 3
LATER_PAGES = 10


@dataclass(frozen=True)
class Page:
    """One page as one user asks for it."""

    label: str
    user: User
    name: str
    arguments: tuple[Any, ...]
    budget: Budget


class Asked:
    """One request with everything it cost."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self.queries = 0
        began, busy = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(self._counted):
            self.response = ask()
        self.busy = time.process_time() - busy
        self.seconds = time.perf_counter() - began

    def _counted(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        self.queries += 1
        return execute(sql, parameters, many, context)


def measure(bench: Bench, table: Table, runs: int) -> None:
    """Every page before and while the meeting sits."""
    day = bench.day
    coordinator, clerk, chair = (
        day.someone(Role.COORDINATOR),
        day.someone(Role.CLERK),
        day.someone(Role.CHAIR),
    )
    _case_lists(table, clerk, runs)
    case = _busiest_case()
    _page(table, runs, Page("case page", clerk, "case.view", (case.public_id,), CASE_PAGE))
    for user, role in ((coordinator, "coordinator"), (clerk, "clerk"), (chair, "chair")):
        _page(table, runs, Page(f"home, {role}", user, "home.view", (), DASHBOARD))
    rehearsal._attend(day, bench.meeting)
    item = AgendaItem.objects.filter(meeting=bench.meeting).order_by("position")[0]
    key = (bench.meeting.public_id,)
    items = AgendaItem.objects.filter(meeting=bench.meeting).count()
    _page(table, runs, Page(f"agenda of {items}, clerk", clerk, "meeting.view", key, AGENDA))
    _page(table, runs, Page(f"agenda of {items}, chair", chair, "meeting.view", key, AGENDA))
    _page(table, runs, Page(f"agenda of {items}, changing it", clerk, "agenda.edit", key, AGENDA))
    _page(table, runs, Page("item page, chair", chair, "item.view", (item.public_id,), NOT_SET))
    _page(table, runs, Page("item page, clerk", clerk, "item.view", (item.public_id,), NOT_SET))
    _page(table, runs, Page("letters", clerk, "letter.list", (), NOT_SET))


def measure_decisions(bench: Bench, table: Table) -> None:
    """Hear every item, then decide half of them by the form and half by the action behind it."""
    day, meeting = bench.day, bench.meeting
    rehearsal._hear(day, meeting)
    officer = day.someone(Role.OFFICER)
    _page(table, 10, Page("home, officer", officer, "home.view", (), DASHBOARD))
    _page(table, 10, Page("decisions that wait", officer, "decision.list", (), NOT_SET))
    items = _undecided(meeting)
    _by_form(table, officer, items[::2])
    acted = [Asked(lambda item=item: _decided(item, officer)) for item in items[1::2]]
    table.lines.append(_line("record a decision, the action", DECISION, acted))
    rehearsal._decide(day, meeting)


def _by_form(table: Table, officer: User, items: list[AgendaItem]) -> None:
    client = _signed_in(officer)
    today = timezone.localdate()
    days = {f"decided_on_{place}": part for place, part in enumerate((today.day, today.month, today.year))}
    said = {**days, "delegation_reference": "Scheme of delegation, SEND 4.2", "does": "agree"}
    addresses = [_address("decision.record", (item.public_id,)) for item in items]
    if not all(addresses):
        table.skipped.append("record a decision: no address is named decision.record yet")
        return
    opened = [Asked(lambda address=address: client.get(address)) for address in addresses]
    posted = [Asked(lambda address=address: client.post(address, said)) for address in addresses]
    if Decision.objects.filter(item__in=items).count() != len(items):
        table.skipped.append(
            f"record a decision: the form was answered with {posted[-1].response.status_code}"
        )
        return
    table.lines.append(_line("decision page", NOT_SET, opened))
    table.lines.append(_line("record a decision, the form", DECISION, posted))


def _decided(item: AgendaItem, officer: User) -> HttpResponse:
    """The action alone, in the shape of an answer."""
    outcome = Outcome(item.recommendations.get(superseded_by=None).outcome)
    decide.record_decision(
        case=item.case, stage=Stage(item.stage), item=item, outcome=outcome, by=officer, now=timezone.now()
    )
    return HttpResponse()


def _undecided(meeting: Meeting) -> list[AgendaItem]:
    heard = AgendaItem.objects.filter(meeting=meeting, recommendations__isnull=False)
    # The rehearsal departs from the advice on one item, afterwards.
    return [
        item
        for item in heard.select_related("case").order_by("position")
        if rehearsal._place(item) != rehearsal.DEPARTED
    ]


def _case_lists(table: Table, clerk: User, runs: int) -> None:
    _page(table, runs, Page("case list, first page", clerk, "case.list", (), CASE_LIST))
    client = _signed_in(clerk)
    address = reverse("case.list")
    cursor: uuid.UUID | None = None
    for _ in range(LATER_PAGES):
        cursor = list_cases(clerk, timezone.now(), CaseFilter(), after=cursor).after or cursor
    _asked(table, runs, "case list, tenth page", CASE_LIST, lambda: client.get(address, {"after": cursor}))
    wanted = {"state": "all", "need": "ASD", "sort": "reference", "due_within": ""}
    for label, words in (("by need", wanted), ("by text", {"text": "son"})):
        _asked(
            table,
            runs,
            f"case list, {label}",
            CASE_LIST,
            lambda words=words: client.post(address, words, headers={"HX-Request": "true"}),
        )


def _busiest_case() -> Case:
    """The case with most papers."""
    rows = Paper.objects.values_list("case", flat=True)
    keys = list(rows)
    return Case.objects.get(pk=max(set(keys), key=lambda key: (keys.count(key), -key)))


def _page(table: Table, runs: int, page: Page) -> None:
    address = _address(page.name, page.arguments)
    if not address:
        table.skipped.append(f"{page.label}: no address is named {page.name} yet")
        return
    client = _signed_in(page.user)
    _asked(table, runs, page.label, page.budget, lambda: client.get(address))


def _asked(table: Table, runs: int, label: str, budget: Budget, ask: Callable[[], Any]) -> None:
    for _ in range(WARM_UP):
        ask()
    asked = [Asked(ask) for _ in range(runs)]
    status = asked[-1].response.status_code
    if status != 200:
        table.skipped.append(f"{label}: answered {status}")
        return
    table.lines.append(_line(label, budget, asked))


def _line(label: str, budget: Budget, asked: list[Asked]) -> Line:
    return Line(
        name=label,
        budget=budget,
        seconds=[one.seconds for one in asked],
        busy=[one.busy for one in asked],
        queries=max(one.queries for one in asked),
        size=max(len(one.response.content) for one in asked),
    )


def _address(name: str, arguments: tuple[Any, ...]) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client
