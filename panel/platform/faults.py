"""Named places where the fault trials kill or stop the process. Without PANEL_FAULT_POINT every one of them does nothing."""

import os
import signal

from django.conf import settings


def fault_point(name: str) -> None:
    """Die here, as hard as a power cut, when the trial asked for this very point (reliability.md 4.1).

    Asked for as `NAME stop`, the process stands still until somebody wakes it: a worker that was only slow.
    """
    if name == settings.FAULT_POINT:
        os.kill(os.getpid(), signal.SIGKILL)
    elif f"{name} stop" == settings.FAULT_POINT:
        os.kill(os.getpid(), signal.SIGSTOP)
