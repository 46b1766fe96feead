"""The trials' side of the installation under trial: starts its driver, gives every trial the same fresh start."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import psycopg.sql

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 0.2


class DriverFailed(Exception):
    """The driver gave no result: what it said stands in the message."""


@dataclass(frozen=True)
class Ended:
    """How a command ended: killed at its fault point, or with a result."""

    killed: bool
    result: dict[str, Any]


class Store:
    """A database of our own: an SQLite file, or a PostgreSQL database beside the one in DATABASE_URL."""

    def __init__(self, folder: Path, address: str, purpose: str = "faults") -> None:
        self.postgres = address if address.startswith("postgres") else ""
        self.folder = folder
        self.name = f"{urlsplit(address).path.strip('/')}_{purpose}"

    @property
    def url(self) -> str:
        if self.postgres:
            return urlunsplit(urlsplit(self.postgres)._replace(path=f"/{self.name}"))
        return f"sqlite:///{self.folder / 'trial.sqlite3'}"

    def create(self) -> None:
        """An empty database."""
        if self.postgres:
            self._ask("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
            self._ask("CREATE DATABASE {}", self.name)

    def keep(self) -> None:
        """What the database holds now is what every trial starts from."""
        if self.postgres:
            self._ask("DROP DATABASE IF EXISTS {} WITH (FORCE)", f"{self.name}_kept")
            self._ask("ALTER DATABASE {} RENAME TO {}", self.name, f"{self.name}_kept")
        else:
            (self.folder / "trial.sqlite3").rename(self.folder / "kept.sqlite3")

    def renew(self) -> None:
        """The kept database again, and nothing of the last trial."""
        if self.postgres:
            self._ask("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
            self._ask("CREATE DATABASE {} TEMPLATE {}", self.name, f"{self.name}_kept")
            return
        for path in self.folder.glob("trial.sqlite3*"):
            path.unlink()
        shutil.copyfile(self.folder / "kept.sqlite3", self.folder / "trial.sqlite3")

    def drop(self) -> None:
        """Leave nothing on the server."""
        if self.postgres:
            for name in (self.name, f"{self.name}_kept"):
                self._ask("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _ask(self, words: str, *names: str) -> None:
        server = urlunsplit(urlsplit(self.postgres)._replace(path="/postgres"))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL(words).format(*map(psycopg.sql.Identifier, names)))


class World:
    """An installation of its own: database, files, keys, mail, and a driver that runs its processes."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder, self.store = folder, store
        self.letters: list[str] = []
        for name in ("media", "keys", "mail", "tmp"):
            (folder / name).mkdir()
        self.errors = folder / "driver.log"
        with self.errors.open("ab") as errors:
            self._driver = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.driver"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def environment(self, **more: str) -> dict[str, str]:
        """What a process of this installation is started with."""
        own = {
            "PANEL_VAR": str(self.folder),
            "DATABASE_URL": self.store.url,
            "MEDIA_ROOT": str(self.folder / "media"),
            "KEYS_ROOT": str(self.folder / "keys"),
            "EMAIL_URL": f"filemail:///{self.folder / 'mail'}",
            "TMPDIR": str(self.folder / "tmp"),
            "REDIS_URL": "",
            "OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS),
            "PANEL_FAULT_POINT": "",
            "LOG_LEVEL": "WARNING",
        }
        return os.environ | own | more

    def do(
        self, command: str, *, point: str = "", settings: dict[str, Any] | None = None, **arguments: Any
    ) -> Ended:
        """Run one command in a process of its own, which dies at `point` if it comes there."""
        order = {"command": command, "point": point, "settings": settings or {}, "arguments": arguments}
        if self._driver.stdin is None or self._driver.stdout is None:
            raise DriverFailed("not started with pipes")
        self._driver.stdin.write(json.dumps(order) + "\n")
        self._driver.stdin.flush()
        line = self._driver.stdout.readline()
        reply = json.loads(line or '{"code": "no answer", "killed": false, "result": {}}')
        if reply["code"] and not reply["killed"]:
            raise DriverFailed(f"{command}: {reply['code']}\n{self.errors.read_text()[-3000:]}")
        return Ended(reply["killed"], reply["result"])

    def prepare(self, seed: int, day: str) -> None:
        """Build the day every trial starts from."""
        self.store.create()
        prepared = self.do("prepare", seed=seed, day=day).result
        if "refused" in prepared:
            raise DriverFailed(f"prepare: {prepared['refused']}: {prepared['sentence']}")
        self.letters = prepared["letters"]
        self.store.keep()
        (self.folder / "media").rename(self.folder / "kept-media")

    def renew(self) -> None:
        """The prepared day again."""
        self.store.renew()
        for name in ("media", "mail", "keys", "tmp"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir()
        # Stored files are never changed, so a second name of the same file is as good as a copy.
        shutil.copytree(
            self.folder / "kept-media", self.folder / "media", copy_function=os.link, dirs_exist_ok=True
        )

    def close(self) -> None:
        """End the driver and leave nothing on a server."""
        if self._driver.stdin and self._driver.stdout:
            self._driver.stdin.close()
            self._driver.wait(10)
            self._driver.stdout.close()
        self.store.drop()


@contextmanager
def opened(folder: Path, *, seed: int, day: str) -> Iterator[World]:
    """A prepared world for the length of the block, on the kind of database this run of the suite uses."""
    world = World(folder, Store(folder, os.environ.get("DATABASE_URL", "")))
    try:
        world.prepare(seed, day)
        yield world
    finally:
        world.close()
