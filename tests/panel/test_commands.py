"""What a person at the host's keyboard is told."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from panel.demonstration.staff import STAFF
from panel.models import AuditEntry, AuditSeal, AuditSealed, Case, Disposal, Installation, Paper, User
from panel.platform import audit, triggers
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_user
from tests.panel.case_lists import GOOD, listed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day() -> Iterator[None]:
    """Commands ask the clock; the tests live on one day."""
    with time_machine.travel(NOW):
        yield


def said(*words: Any, **options: Any) -> tuple[str, str]:
    """What the command wrote to its two outputs."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*words, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.7 not in the folder")
    (tmp_path / "papers" / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    return tmp_path


def a_list(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "cases.csv"
    path.write_bytes(listed(*rows))
    return path


def test_list_comes_in_with_its_papers(folder: Path, clerk: User) -> None:
    path = a_list(folder, {**GOOD, "papers": "a.pdf"})
    out, err = said("import_cases", path, "--papers", folder / "papers", "--by", clerk.email)
    assert (out, err) == ("1 case and 1 paper came in.\n", "")
    assert Paper.objects.get().uploaded_by == clerk
    out, _ = said("import_cases", path, "--papers", folder / "papers")
    assert out == "Known already and left as they are: EHC-1\n0 cases and 0 papers came in.\n"


def test_dry_run_says_so_and_changes_nothing(folder: Path) -> None:
    out, _ = said("import_cases", a_list(folder, GOOD), "--dry-run")
    assert (out, Case.objects.count()) == ("1 case and 0 papers would come in; nothing was changed.\n", 0)


def test_bad_rows_are_named_without_their_values(folder: Path) -> None:
    bad = {**GOOD, "reference": "EHC-2", "born_on": "31/02/2016", "child_surname": "Secret"}
    err = io.StringIO()
    with pytest.raises(CommandError, match=r"Nothing was brought in: 1 problem\."):
        call_command("import_cases", a_list(folder, GOOD, bad), stderr=err)
    assert err.getvalue() == "row 3, born_on: Enter a real date: the calendar has no such day.\n"
    assert Case.objects.count() == 0


@pytest.mark.parametrize("name", ["link.pdf", "missing.pdf"])
def test_only_plain_files_of_the_folder_are_papers(folder: Path, name: str) -> None:
    err = io.StringIO()
    with pytest.raises(CommandError):
        call_command(
            "import_cases", a_list(folder, {**GOOD, "papers": name}), papers=folder / "papers", stderr=err
        )
    assert err.getvalue() == "row 2, papers: A paper named in this row is not in the papers folder.\n"


def test_what_cannot_be_read_is_said_plainly(folder: Path, member: User) -> None:
    for words, sentence in [
        (["import_cases", folder / "none.csv"], "The list cannot be read: No such file or directory."),
        (
            ["import_cases", a_list(folder, GOOD), "--papers", folder / "none"],
            "The papers folder is not there.",
        ),
        (
            ["import_cases", a_list(folder, GOOD), "--by", "x@example.org"],
            "Nobody signs in with the address given as --by.",
        ),
        (["import_cases", a_list(folder, GOOD), "--by", member.email], "Your role does not allow this."),
    ]:
        with pytest.raises(CommandError) as no:
            said(*words)
        assert str(no.value).startswith(sentence)


def some_entries(number: int) -> None:
    for _ in range(number):
        audit.record(
            verb="case.view", by=None, at=NOW, subject_kind="case", subject=None, values={"through": "list"}
        )


def without_triggers(sql: str) -> None:
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        for name, (table, _) in triggers.wanted(connection).items():
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
        cursor.execute(sql)
    triggers.install()


def test_trail_that_agrees_is_said_to(clerk: User) -> None:
    some_entries(3)
    audit.seal_pending(NOW)
    some_entries(1)
    assert said("verify_audit")[0] == (
        "3 entries under 1 seals agree; 1 wait for the next seal; 0 values were disposed of.\n"
    )


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        (
            "UPDATE panel_auditentry SET verb = 'x' WHERE id = {first}",
            r"entry {first} \(x\) has been changed",
        ),
        (
            "UPDATE panel_auditvalue SET salt = 'x' WHERE entry_id = {first}",
            r"the value of entry {first} .* has been changed",
        ),
        ("UPDATE panel_auditentry SET verb = 'x' WHERE id = {last}", r"entry {last} \(x\) has been changed"),
        ("UPDATE panel_auditseal SET sha256 = 'x' WHERE number = 1", "seal 1 does not match its entries"),
        ("DELETE FROM panel_auditsealed WHERE entry_id = {first}", "seal 1 covers 3 entries, 2 are there"),
        ("UPDATE panel_auditseal SET number = 5 WHERE number = 2", "seal 5 does not follow seal 1"),
        (
            "DELETE FROM panel_auditvalue WHERE entry_id = {first}",
            "1 values are missing, but two people disposed of 0 only",
        ),
    ],
)
def test_tampering_is_found_and_the_row_named(sql: str, fault: str) -> None:
    some_entries(3)
    audit.seal_pending(NOW)
    some_entries(1)
    audit.seal_pending(NOW)
    some_entries(1)
    ids = list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))
    without_triggers(sql.format(first=ids[0], last=ids[-1]))
    with pytest.raises(CommandError, match=fault.format(first=ids[0], last=ids[-1])):
        said("verify_audit")


def test_value_two_people_disposed_of_is_no_tampering(clerk: User, officer: User) -> None:
    some_entries(1)
    audit.seal_pending(NOW)
    value = AuditEntry.objects.get().value
    Disposal(
        table="panel_auditvalue",
        row=value.pk,
        reason="retention",
        requested_by=clerk,
        approved_by=officer,
        at=NOW,
    ).save()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM panel_auditvalue WHERE id = %s", [value.pk])
    assert said("verify_audit")[0].endswith("1 values were disposed of.\n")


def test_sealing_twice_at_once_has_one_winner() -> None:
    some_entries(2)
    assert [audit.seal_pending(NOW), audit.seal_pending(NOW)] == [2, 0]
    assert (AuditSeal.objects.count(), AuditSealed.objects.count()) == (1, 2)


def test_outbox_does_what_is_due_seals_and_ends() -> None:
    some_entries(1)
    assert said("run_outbox", "--once")[0] == "0 promises looked after.\n"
    assert AuditSeal.objects.get().n == 1


def test_outbox_ends_after_its_time_and_seals() -> None:
    some_entries(1)
    said("run_outbox", "--max-seconds", "0.01")
    assert AuditSeal.objects.count() == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_outbox_ends_when_asked_to(number: int) -> None:
    some_entries(1)
    before = signal.getsignal(number)
    timer = threading.Timer(0.1, os.kill, [os.getpid(), number])
    timer.start()
    said("run_outbox", "--max-seconds", "30")
    timer.join()
    assert (AuditSeal.objects.count(), signal.getsignal(number)) == (1, before)


def test_outbox_refuses_to_start_without_the_databases_guards() -> None:
    name, (table, _) = min(triggers.wanted(connection).items())
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"{on}')
    with pytest.raises(CommandError, match="lacks its guards"):
        said("run_outbox", "--once")
    with pytest.raises(CommandError, match="lacks its guards"):
        said("verify_audit")


def test_first_administrator_sets_a_password_once_by_the_link(settings: Any) -> None:
    out, _ = said("invite_administrator", "Ada@example.org", "Ada Admin", "--authority", "Testshire")
    link = re.search(r"http://127\.0\.0\.1:8000(/accounts/\S+)", out)
    assert link is not None
    user = User.objects.get()
    assert (user.email, user.roles_on(TODAY), Installation.objects.get().demonstration) == (
        "ada@example.org",
        frozenset({Role.ADMINISTRATOR}),
        False,
    )
    browser = Client()
    form = browser.get(link[1], follow=True)
    assert form.status_code == 200
    words = {"password1": "a long pass phrase", "password2": "a long pass phrase"}
    browser.post(form.request["PATH_INFO"], words)
    user.refresh_from_db()
    assert user.check_password("a long pass phrase")
    assert "password1" not in Client().get(link[1], follow=True).content.decode()


def test_second_start_repeats_nothing(administrator: User) -> None:
    assert said("invite_administrator")[0] == "There is an administrator already.\n"
    assert User.objects.count() == 1


def test_further_administrator_needs_those_there_are(administrator: User) -> None:
    words = ["invite_administrator", "bea@example.org", "Bea"]
    with pytest.raises(CommandError, match="Name two administrators"):
        said(*words)
    said(*words, "--by", administrator.email)
    assert User.objects.filter(memberships__role=Role.ADMINISTRATOR).count() == 2


def test_demonstration_takes_no_administrator_of_an_authority() -> None:
    Installation(demonstration=True, authority_name="Demo", seeded_on=TODAY, created_at=NOW).save()
    with pytest.raises(CommandError, match="holds the demonstration"):
        said("invite_administrator", "ada@example.org", "Ada", "--authority", "Testshire")
    assert User.objects.count() == 0


def test_without_a_keyboard_the_line_to_run_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match=r"manage\.py invite_administrator EMAIL NAME"):
        said("invite_administrator")


@pytest.mark.slow
def test_web_server_refuses_a_database_without_guards(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    started = subprocess.run(
        [sys.executable, "-c", "import panel.config.wsgi"],
        env={**os.environ, "DATABASE_URL": address, "PANEL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 1
    assert "The database lacks its guards" in started.stderr


def test_vice_chair_of_the_demonstration_has_a_sign_in_link_of_their_own() -> None:
    Installation(demonstration=True, authority_name="Testshire", seeded_on=TODAY, created_at=NOW).save()
    make_user("Charlie Chair", Role.CHAIR)
    assert "Vice-chair" not in said("sign_in_links")[0]
    vice_chair = next(row for row in STAFF if row.seat == "vice_chair")
    User.objects.create_user(email=vice_chair.email, name=vice_chair.name)
    out, _ = said("sign_in_links")
    links = dict(line.strip().rsplit(maxsplit=1) for line in out.splitlines())
    assert set(links) == {"Panel chair", "Vice-chair"}
    here = Client(SERVER_NAME="127.0.0.1")
    assert vice_chair.name in here.get(links["Vice-chair"]).content.decode()
