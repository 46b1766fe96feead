"""The parent's end of a child: starts the process, hands it jobs, ends and replaces it when it misbehaves."""

import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from panel.platform.child import wire
from panel.platform.child.wire import Frame, Job, Trouble
from panel.platform.faults import fault_point

ROOT = Path(__file__).resolve().parents[3]
_PIECE = 1024 * 1024

_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><cachedir>{folder}/fontconfig</cachedir></fontconfig>
"""

SENTENCES: Mapping[Trouble, str] = {
    Trouble.ASSETS_MISSING: "The style sheet and fonts for PDFs are not built on this server. Run bin/setup, then try again.",
    Trouble.BROKEN: "The PDF program failed on this file. Try again; if it fails again, tell your administrator.",
    Trouble.DIED: "The PDF program stopped without an answer. Try again; if it stops again, the file may be too large.",
    Trouble.FETCH_DENIED: "The document asked for a file or address outside this product, so it was not made.",
    Trouble.GARBAGE: "The PDF program gave an answer that makes no sense and was replaced. Try again.",
    Trouble.NO_GLYPH: "The document holds characters that cannot be printed: {detail}. Replace them, then try again.",
    Trouble.NO_TITLE: "The document has no title or no language, so screen readers could not announce it.",
    Trouble.TOO_DEEP: "The document is nested too deeply to be laid out. Use fewer levels of lists, then try again.",
    Trouble.TOO_LARGE: "The document needs more memory than one document may have. Shorten it, then try again.",
    Trouble.TOO_SLOW: "The document took longer than {seconds:.0f} seconds and was stopped. Shorten it, then try again.",
}
# Trying once more may help where the machine, not the document, was at fault.
_WORTH_RETRYING = frozenset(
    {Trouble.ASSETS_MISSING, Trouble.BROKEN, Trouble.DIED, Trouble.GARBAGE, Trouble.TOO_SLOW}
)


class ChildFailed(Exception):
    """A job without a result: `code` for programs, `sentence` for people. `retry`: the same job may succeed later."""

    def __init__(self, trouble: Trouble, *, detail: str = "", seconds: float = 0) -> None:
        self.code = str(trouble)
        self.sentence = SENTENCES[trouble].format(detail=detail, seconds=seconds)
        self.detail = detail
        self.retry = trouble in _WORTH_RETRYING
        super().__init__(self.sentence)


@dataclass(frozen=True)
class Limits:
    """What one child may use. Measured: a letter 0.04 s warm, 80 MB resident and 310 MB of addresses; 200 pages 10 s, 225 MB."""

    # Thrice the processor time: the minutes of sixty items must come out on a busy machine as well, within the lease.
    wall_seconds: float = 60
    start_seconds: float = 20
    cpu_seconds: int = 20
    memory_bytes: int = 512 * 1024 * 1024
    file_bytes: int = 64 * 1024 * 1024
    jobs: int = 200


DEFAULT_LIMITS = Limits()


class Child:
    """One warm child process, one job at a time; use it from one thread.

    The process is started by the first job, so that a forked parent never shares one, and replaced after `limits.jobs` jobs or
    any misbehaviour. The job that met the misbehaviour fails; the next one finds a new process.
    """

    def __init__(self, assets: Mapping[str, bytes], limits: Limits) -> None:
        self.assets = assets
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = ""
        self._jobs = 0

    def job(self, frame: Frame) -> Frame:
        """The child's answer to one frame. Raises `ChildFailed`."""
        if self._process is None or self._jobs >= self.limits.jobs:
            self._start()
        self._jobs += 1
        answer = self._exchange(frame, self.limits.wall_seconds)
        if not answer.header.get("ok"):
            if answer.header.get("spent"):
                self.close()
            raise self._failure(answer)
        return answer

    def close(self) -> None:
        """End the process and remove its folder. The next job starts a new one."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = ""

    def _failure(self, answer: Frame) -> ChildFailed:
        try:
            trouble = Trouble(answer.header["trouble"])
            detail = ", ".join(str(part) for part in answer.header["detail"])
        except (KeyError, TypeError, ValueError):
            self.close()
            return ChildFailed(Trouble.GARBAGE)
        return ChildFailed(trouble, detail=detail)

    def _start(self) -> None:
        self.close()
        self._folder = tempfile.mkdtemp(prefix="panel-child-")
        fontconfig = Path(self._folder) / "fonts.conf"
        fontconfig.write_text(_FONTCONFIG.format(folder=self._folder), encoding="utf-8")
        # No fonts of the machine, so the same text looks the same and has the same bytes everywhere.
        environment = {"FONTCONFIG_FILE": str(fontconfig), "TMPDIR": self._folder}
        self._process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-X", "utf8", "-m", "panel.platform.child.main"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libraries complain with words of the document
            start_new_session=True,
        )
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        self._jobs = 0
        header = {
            "job": Job.START,
            "folder": self._folder,
            "cpu_seconds": self.limits.cpu_seconds,
            # The child's own alarm is the second guard, for the case that the parent is gone.
            "wall_seconds": self.limits.wall_seconds + 5,
            "memory_bytes": self.limits.memory_bytes,
            "file_bytes": self.limits.file_bytes,
            "assets": [[name, len(content)] for name, content in self.assets.items()],
        }
        self._exchange(Frame(header, b"".join(self.assets.values())), self.limits.start_seconds)

    def _exchange(self, frame: Frame, seconds: float) -> Frame:
        """Send one frame and wait for its answer. Any misbehaviour ends the child and raises `ChildFailed`."""
        process = self._process
        assert process is not None  # noqa: S101  started by job
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        try:
            return _conversation(process.stdin.fileno(), process.stdout.fileno(), frame, seconds)
        except BaseException as error:
            # Whatever cut the conversation short, also Ctrl-C, the next answer would belong to this job: end the child.
            trouble = _trouble(error, process)
            self.close()
            if trouble is None:
                raise
            raise ChildFailed(trouble, seconds=seconds) from error


class _Silent(Exception):
    """No whole answer within the time."""


def _conversation(write: int, read: int, frame: Frame, seconds: float) -> Frame:
    outgoing = memoryview(wire.packed(frame))
    incoming = wire.reader()
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(write, selectors.EVENT_WRITE)
        selector.register(read, selectors.EVENT_READ)
        while True:
            ready = selector.select(max(0, deadline - time.monotonic()))
            if not ready and time.monotonic() >= deadline:
                raise _Silent
            for key, _ in ready:
                if key.fd == write:
                    outgoing = outgoing[os.write(write, outgoing[:_PIECE]) :]
                    if not outgoing:
                        selector.unregister(write)
                        if frame.header["job"] == Job.RENDER:
                            fault_point("C6")
                    continue
                piece = os.read(read, _PIECE)
                if not piece:
                    raise EOFError
                if (answer := incoming.feed(piece)) is not None:
                    return answer


def _trouble(error: BaseException, process: subprocess.Popen[bytes]) -> Trouble | None:
    """What a broken conversation means; None for an error that is not the child's."""
    match error:
        case _Silent():
            return Trouble.TOO_SLOW
        case wire.NotAFrame():
            return Trouble.GARBAGE
        case BrokenPipeError() | EOFError():
            return _cause_of_death(process)
    return None


def _cause_of_death(process: subprocess.Popen[bytes]) -> Trouble:
    """The kernel's own limits leave their mark in the exit status."""
    try:
        status = process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return Trouble.GARBAGE
    return Trouble.TOO_SLOW if status in (-signal.SIGXCPU, -signal.SIGALRM) else Trouble.DIED


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(timeout=0.05)
    except subprocess.TimeoutExpired:
        # The child may not fork, but its whole session is ended all the same.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
