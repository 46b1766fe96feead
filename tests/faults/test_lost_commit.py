"""C15 and C16: the connection dies around COMMIT. Whoever presses again meets the first effect, or makes the only one."""

import datetime as dt
import socket
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, connection, connections
from django.utils import timezone

from meetings.actions.decide import record_decision
from meetings.actions.live import Saved, save_revision, start_item
from meetings.models import AgendaItem, Decision, Recommendation, Revision
from meetings.rules.states import ItemState
from panel.law.legal import Outcome, Stage
from tests.faults.trials import TRIALS, Counts
from tests.meetings.day import Day, advise, begin, make_day

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# reliability.md 4.6 asks for 500 when each crash point gets its fifty; a third of them for each of three verbs.
ITEMS = max(1, TRIALS * 10 // 3)
LARGEST_DAY = 25
BUFFER = 65_536


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    """SQLite has no connection that could be cut."""
    if connection.vendor != "postgresql":
        pytest.skip("a connection is cut on PostgreSQL: SQLite has none")


@contextmanager
def cut_at_commit(*, passed_on: bool) -> Iterator[int]:
    """The port of a way to the database that breaks at the first COMMIT: after it was `passed_on`, or just before."""
    there = (connection.settings_dict["HOST"] or "127.0.0.1", int(connection.settings_dict["PORT"] or 5432))
    with socket.create_server(("127.0.0.1", 0)) as server:
        way = threading.Thread(target=_carry, args=(server, there, passed_on))
        way.start()
        try:
            yield server.getsockname()[1]
        finally:
            way.join(30)


def _carry(server: socket.socket, there: tuple[str, int], passed_on: bool) -> None:  # noqa: FBT001 (a thread's arguments)
    server.settimeout(30)
    caller, _ = server.accept()
    # One way only: whoever tries to come back is told at once that it is closed.
    server.close()
    with caller, socket.create_connection(there) as database:
        back = threading.Thread(target=_answers, args=(database, caller))
        back.start()
        while said := caller.recv(BUFFER):
            if b"COMMIT" in said:
                # From here on the caller hears nothing; the database may, and ends the transaction either way.
                caller.shutdown(socket.SHUT_RDWR)
                if passed_on:
                    database.sendall(said)
                break
            database.sendall(said)
        database.shutdown(socket.SHUT_WR)
        back.join(30)


def _answers(database: socket.socket, caller: socket.socket) -> None:
    while said := database.recv(BUFFER):
        try:
            caller.sendall(said)
        except OSError:
            continue


def by_a_way_that_breaks(act: Callable[[], Any], *, passed_on: bool) -> bool:
    """Do it over a connection of its own that is cut at COMMIT; whether the caller was told that it failed."""
    failed: list[bool] = []

    def run(port: int) -> None:
        own = connections["default"]
        # Not out of the pool, whose connections go another way; and in the clear, so that COMMIT can be seen.
        options = {name: value for name, value in own.settings_dict["OPTIONS"].items() if name != "pool"}
        options |= {"sslmode": "disable", "gssencmode": "disable", "connect_timeout": 20}
        own.settings_dict = {**own.settings_dict, "HOST": "127.0.0.1", "PORT": port, "OPTIONS": options}
        try:
            act()
        except (DatabaseError, InterfaceError):
            failed.append(True)
        finally:
            own.close()

    with cut_at_commit(passed_on=passed_on) as port:
        cut = threading.Thread(target=run, args=(port,))
        cut.start()
        cut.join(60)
    return bool(failed)


def days(items: int) -> Iterator[Day]:
    """Meetings in session, with so many items in all."""
    done = 0
    while done < items:
        day = begin(
            make_day(
                min(LARGEST_DAY, items - done),
                at=timezone.now() - dt.timedelta(minutes=30),
                minutes_per_item=5,
            )
        )
        yield day
        done += len(day.items)
        # The next meeting has a panel type of its own by the same name: one authority, many days.
        day.panel_type.name = f"Inclusion panel {done}"
        day.panel_type.save(update_fields=["name"])


@pytest.mark.parametrize("passed_on", [False, True], ids=["C15 before COMMIT", "C16 after COMMIT"])
def test_pressed_again_after_a_lost_answer_has_one_effect(passed_on: bool, counts: Counts) -> None:  # noqa: FBT001 (a parameter)
    tally: Counter[str] = Counter()
    for day in days(ITEMS):
        for item in day.items:
            if AgendaItem.objects.get(pk=item.pk).state == ItemState.LISTED:
                start_item(item=item, by=day.chair, now=timezone.now())
            for act in _verbs(day, item, uuid.uuid4()):
                tally["told of a failure"] += by_a_way_that_breaks(act, passed_on=passed_on)
                act()
                tally["pressed"] += 1
    effects = Revision.objects.count() + Recommendation.objects.count() + Decision.objects.count()
    name = "C16 COMMIT unanswered" if passed_on else "C15 cut before COMMIT"
    counts.report(name, tally["pressed"], told=tally["told of a failure"], effects=effects)
    assert tally["told of a failure"] == tally["pressed"] == effects == 3 * ITEMS


def _verbs(day: Day, item: AgendaItem, edit: uuid.UUID) -> tuple[Callable[[], Any], ...]:
    """Saving words, recording the recommendation, deciding: each with the key by which it is known again."""

    def save() -> None:
        saved = save_revision(
            item=item,
            group="discussion",
            n=1,
            edit_id=edit,
            data={"text": "He is far behind in speech."},
            by=day.clerk,
            now=timezone.now(),
        )
        assert isinstance(saved, Saved)

    def recommend() -> None:
        advise(day, item, now=timezone.now())

    def decide() -> None:
        record_decision(
            case=item.case,
            stage=Stage.ASSESS,
            item=item,
            outcome=Outcome.ASSESS,
            by=day.officer,
            now=timezone.now(),
        )

    return save, recommend, decide
