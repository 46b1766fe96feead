"""The limits a child puts on itself before it reads anything from outside."""

import ctypes
import os
import resource
import signal
import tempfile

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38


def close(*, memory_bytes: int, file_bytes: int) -> bool:
    """Limit memory, written files, open files, new processes and core dumps for good; leave the network if the kernel allows.

    Returns whether the process stands in an empty network of its own. Many containers forbid that; the renderer's fetcher,
    which opens nothing at all, is the guard that always holds.
    """
    os.chdir(tempfile.gettempdir())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    libc = ctypes.CDLL(None, use_errno=True)
    without_network = libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return without_network


def allow(*, cpu_seconds: int, wall_seconds: float) -> None:
    """Grant the coming job its time. The kernel ends the process when either runs out, even if the parent is gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu_seconds, resource.RLIM_INFINITY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)


def rest() -> None:
    """The job is done: the wall clock stops until the next one."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def speak_privately() -> tuple[int, int]:
    """Keep the two pipes to the parent for frames only: whatever a library prints goes nowhere. Returns (read, write)."""
    source, sink = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return source, sink
