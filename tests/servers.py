"""Run a command beside PostgreSQL and Redis: `python tests/servers.py COMMAND ...`.

Servers that already answer on their usual ports are used; otherwise throw-away ones are started on free ports from the
installed programs, or from Debian's packages when this account may install them. Whatever was started is stopped by its own
process id, and the test databases of this run are dropped, also when the command failed. Exit code 77 means "not possible
here", with the reason on standard error; otherwise the exit code is the command's.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import psycopg
import psycopg.sql
import redis

NOT_POSSIBLE = 77
PATIENCE = 30  # seconds for a server to answer


class NotPossible(Exception):
    """There is no server and none can be had; the sentence says why."""


def main(command: list[str]) -> int:
    name = f"panel_{os.getpid()}_{secrets.token_hex(4)}"
    with contextlib.ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="panel-servers-")))
            folder.chmod(0o755)
            postgres = stack.enter_context(postgresql(folder))
            redis_url = stack.enter_context(redis_server(folder))
        except NotPossible as reason:
            print(reason, file=sys.stderr)
            return NOT_POSSIBLE
        stack.callback(drop_databases, postgres, name)
        environment = os.environ | {"DATABASE_URL": f"{postgres}/{name}", "REDIS_URL": redis_url}
        # SIGTERM unwinds this stack, so that nothing started here outlives it.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        with subprocess.Popen(command, env=environment) as child:
            try:
                return child.wait()
            except BaseException:
                child.terminate()
                raise


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server without a database name; it answers for the length of the block."""
    usual = "postgres://postgres@127.0.0.1:5432"
    if answers_postgresql(usual):
        yield usual
        return
    programs = find_postgresql() or (install("postgresql") and find_postgresql())
    if not programs:
        raise NotPossible(
            "PostgreSQL does not answer on 127.0.0.1:5432, is not installed, and cannot be installed from here"
        )
    data, port = folder / "postgresql", free_port()
    data.mkdir()
    account: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(data, "postgres", "postgres")
        account = ["runuser", "-u", "postgres", "--"]
    setup = [
        *account,
        f"{programs}/initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    made = subprocess.run(setup, capture_output=True, text=True, check=False, cwd="/")
    if made.returncode:
        raise NotPossible(f"initdb failed: {made.stderr.strip()}")
    quick = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]
    serve = [f"{programs}/postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", data, *quick]
    with (folder / "postgresql.log").open("wb") as log, started([*account, *serve], log, signal.SIGINT):
        address = f"postgres://postgres@127.0.0.1:{port}"
        wait_for("PostgreSQL", lambda: answers_postgresql(address), folder / "postgresql.log")
        yield address


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The address of an empty Redis of our own: the usual one may hold somebody's work."""
    program = shutil.which("redis-server") or (install("redis-server") and shutil.which("redis-server"))
    if not program:
        raise NotPossible("redis-server is not installed, and cannot be installed from here")
    port = free_port()
    serve = [
        program,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        folder,
    ]
    with (folder / "redis.log").open("wb") as log, started(serve, log, signal.SIGTERM):
        address = f"redis://127.0.0.1:{port}/0"
        wait_for("Redis", lambda: answers_redis(address), folder / "redis.log")
        yield address


def find_postgresql() -> str | None:
    """The folder of PostgreSQL's programs: Debian keeps them off the path, newest version last."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name))
    if folders:
        return str(folders[-1])
    on_path = shutil.which("initdb")
    return str(Path(on_path).parent) if on_path else None


def install(package: str) -> bool:
    """Bring a Debian package when this account may; true when apt was content."""
    if not shutil.which("apt-get"):
        return False
    if os.geteuid() == 0:
        sudo = []
    elif (
        shutil.which("sudo")
        and not subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
    ):
        sudo = ["sudo", "-n"]
    else:
        return False
    print(f"installing {package} with apt", file=sys.stderr)
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    bring = [*apt, "install", "-y", "--no-install-recommends", package]
    if not subprocess.run(bring, capture_output=True, check=False).returncode:
        return True
    subprocess.run([*apt, "update"], capture_output=True, check=False)
    return not subprocess.run(bring, capture_output=True, check=False).returncode


@contextlib.contextmanager
def started(command: list[object], log: IO[bytes], farewell: signal.Signals) -> Iterator[None]:
    """A process of our own, stopped politely at the end and by force after ten seconds."""
    # A session of its own, so that Ctrl-C at the terminal reaches the tests first and the server last.
    words = [str(word) for word in command]
    process = subprocess.Popen(words, stdout=log, stderr=log, cwd="/", start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, farewell)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(what: str, answers: Callable[[], bool], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not answers():
        if time.monotonic() > until:
            raise NotPossible(
                f"{what} was started and did not answer: {log.read_text(errors='replace')[-2000:]}"
            )
        time.sleep(0.1)


def answers_postgresql(address: str) -> bool:
    try:
        psycopg.connect(f"{address}/postgres", connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def answers_redis(address: str) -> bool:
    try:
        return bool(redis.Redis.from_url(address, socket_connect_timeout=2).ping())
    except redis.RedisError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def drop_databases(address: str, name: str) -> None:
    """Drop what a killed test run left: its database and those of its parallel workers."""
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%{name}%"]
        ).fetchall()
        for (database,) in found:
            drop = psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(psycopg.sql.Identifier(database)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
