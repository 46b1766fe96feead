import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from panel.platform.child import wire
from panel.platform.child.wire import Frame, NotAFrame
from panel.platform.documents.worker import ChildFailed, Limits, Worker
from tests.panel.platform import hostile
from tests.panel.platform.samples import page_with

ENDLESS = page_with("<table><tr><td colspan=999999>x</table>")


def failure(worker, html):
    with pytest.raises(ChildFailed) as failed:
        worker.render(html)
    return failed.value.code


def test_child_knows_nothing_of_its_surroundings(worker):
    facts = worker.facts()
    assert set(facts["environment"]) <= {"FONTCONFIG_FILE", "TMPDIR", "LC_CTYPE"}
    assert facts["django"] is False


@pytest.mark.slow
def test_child_that_takes_too_long_is_stopped_and_replaced():
    with Worker(limits=Limits(wall_seconds=2)) as worker:
        assert failure(worker, ENDLESS) == "too_slow"
        assert worker.render(page_with("next")).pages == 1


@pytest.mark.slow
def test_child_that_uses_up_its_processor_time_is_stopped_by_the_kernel():
    with Worker(limits=Limits(cpu_seconds=1)) as worker:
        assert failure(worker, ENDLESS) == "too_slow"
        assert worker.render(page_with("next")).pages == 1


@pytest.mark.slow
def test_child_that_needs_too_much_memory_fails_and_the_next_job_renders():
    with Worker(limits=Limits(memory_bytes=280 * 1024 * 1024)) as worker:
        assert failure(worker, page_with("<p>words </p>" * 20_000)) in {"too_large", "died", "broken"}
        assert worker.render(page_with("next")).pages == 1


def test_child_that_was_killed_is_replaced():
    with Worker() as worker:
        worker.facts()
        os.kill(worker.renderer._process.pid, signal.SIGKILL)
        assert failure(worker, page_with("lost")) == "died"
        assert worker.facts()["ok"] is True


def test_child_that_hangs_is_replaced():
    with Worker(limits=Limits(wall_seconds=0.5)) as worker:
        worker.facts()
        os.kill(worker.renderer._process.pid, signal.SIGSTOP)
        assert failure(worker, page_with("lost")) == "too_slow"
        assert worker.facts()["ok"] is True


def test_child_is_replaced_after_its_share_of_jobs():
    with Worker(limits=Limits(jobs=2)) as worker:
        processes = []
        for _ in range(3):
            worker.facts()
            processes.append(worker.renderer._process.pid)
    assert [processes.index(process) for process in processes] == [0, 0, 2]


def test_child_leaves_no_process_and_no_folder():
    with Worker() as worker:
        worker.facts()
        process, folder = worker.renderer._process, Path(worker.renderer._folder)
        assert folder.is_dir()
    assert (process.poll() is not None, folder.exists()) == (True, False)


def test_child_of_a_killed_parent_ends_and_removes_its_folder(tmp_path):
    parent = (
        "import os, signal\n"
        "from panel.platform.documents.worker import Worker\n"
        "worker = Worker()\n"
        "worker.facts()\n"
        "print(worker.renderer._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", parent],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    ended_by = time.monotonic() + 10
    while list(tmp_path.iterdir()) and time.monotonic() < ended_by:
        time.sleep(0.02)
    assert (killed.returncode, int(killed.stdout) > 0, list(tmp_path.iterdir())) == (
        -signal.SIGKILL,
        True,
        [],
    )


def test_uploads_and_letters_never_meet_in_one_process():
    with Worker() as worker:
        worker.render(page_with("letter"))
        worker.inspect(hostile.pdf(), {"limits": {"pages": 1, "page_mm": 300, "pixels": 1}})
        assert worker.renderer._process.pid != worker.inspector._process.pid


def test_document_too_long_for_any_child_is_not_sent(worker):
    assert failure(worker, "x" * (8 * 1024 * 1024 + 1)) == "too_large"


def test_frame_arrives_in_pieces_of_any_size():
    frame = Frame({"job": "render", "name": "Ŵ"}, b"body")
    reader = wire.reader()
    answers = [reader.feed(bytes([byte])) for byte in wire.packed(frame)]
    assert answers[:-1] == [None] * (len(answers) - 1)
    assert answers[-1] == frame


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\n",
        wire.packed(Frame({})) + b"more",
        wire.packed(Frame({})).replace(b"{}", b"]["),
        wire.packed(Frame({})).replace(b"{}", b"42"),
        b"PNL1\xff\xff\xff\xff\0\0\0\0",
        b"PNL1\0\0\0\x02\xff\xff\xff\xff",
    ],
)
def test_garbage_is_not_a_frame(garbage):
    with pytest.raises(NotAFrame):
        wire.reader().feed(garbage)
