"""A mail server that falls silent: before it took the message, after it took it, or not at all."""

import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

PATIENCE = 30


class Mood(StrEnum):
    """What the server does with a message."""

    TAKES = "takes it and says so"
    TAKES_AND_HANGS = "takes it and says nothing"
    TAKES_AND_DROPS = "takes it and hangs up"
    HANGS = "says nothing before taking it"


@contextmanager
def mail_host(kept_in: Path, mood: Mood) -> Iterator[int]:
    """The port of such a server; each message it takes is a file in `kept_in`."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        host = threading.Thread(target=_serve, args=(server, kept_in, mood, over))
        host.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            host.join(PATIENCE)


def _serve(server: socket.socket, kept_in: Path, mood: Mood, over: threading.Event) -> None:
    while not over.is_set():
        try:
            caller, _ = server.accept()
        except TimeoutError:
            continue
        with caller:
            caller.settimeout(PATIENCE)
            _talk(caller, kept_in, mood, over)


def _talk(caller: socket.socket, kept_in: Path, mood: Mood, over: threading.Event) -> None:
    caller.sendall(b"220 here\r\n")
    with caller.makefile("rb") as lines:
        for line in lines:
            verb = line.strip().upper()[:4]
            if verb == b"QUIT":
                caller.sendall(b"221 bye\r\n")
                return
            if verb != b"DATA":
                caller.sendall(b"250 yes\r\n")
                continue
            if mood is Mood.HANGS:
                over.wait(PATIENCE)
                return
            caller.sendall(b"354 go on\r\n")
            message = b"".join(iter(lines.readline, b".\r\n"))
            (kept_in / f"{uuid.uuid4()}.eml").write_bytes(message)
            if mood is Mood.TAKES_AND_HANGS:
                over.wait(PATIENCE)
                return
            if mood is Mood.TAKES_AND_DROPS:
                return
            caller.sendall(b"250 taken\r\n")
