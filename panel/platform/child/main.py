"""The child's loop: one frame in, one frame out, until the parent closes the pipe."""

import os
import resource
import shutil
import sys
from typing import Any

from panel.platform.child import cage
from panel.platform.child.wire import Frame, Job, Trouble, receive, send


class Child:
    """What stays warm between two jobs: the limits, the bundled assets and, after the first rendering, the renderer."""

    def __init__(self, start: Frame) -> None:
        self.cpu_seconds: int = start.header["cpu_seconds"]
        self.wall_seconds: float = start.header["wall_seconds"]
        self.without_network = cage.close(
            memory_bytes=start.header["memory_bytes"], file_bytes=start.header["file_bytes"]
        )
        self.assets = _unpacked(start)
        self.renderer: Any = None

    def answer(self, frame: Frame) -> Frame:
        cage.allow(cpu_seconds=self.cpu_seconds, wall_seconds=self.wall_seconds)
        try:
            return self._done(frame)
        except MemoryError:
            return _failed(Trouble.TOO_LARGE, spent=True)
        except RecursionError:
            return _failed(Trouble.TOO_DEEP)
        except Exception as error:  # noqa: BLE001  the edge of the process: the parent raises it again as ChildFailed
            # The type names the fault; the message could hold words of a case, so it stays here.
            return _failed(Trouble.BROKEN, detail=[type(error).__name__], spent=True)
        finally:
            cage.rest()

    def _done(self, frame: Frame) -> Frame:
        match frame.header["job"]:
            case Job.RENDER:
                return self._render(frame)
            case Job.INSPECT:
                # A slow library, which a rendering child never needs: libmagic and pikepdf.
                from panel.platform.child.inspecting import inspected

                return inspected(frame)
            case Job.FACTS:
                return Frame(_facts(self.without_network))
        raise ValueError("unknown job")

    def _render(self, frame: Frame) -> Frame:
        # A slow library, which an inspecting child never needs: WeasyPrint takes a second to import.
        from panel.platform.child.rendering import CannotRender, Renderer

        try:
            if self.renderer is None:
                self.renderer = Renderer(self.assets)
            rendered = self.renderer.render(frame.body.decode())
        except CannotRender as error:
            return _failed(error.trouble, detail=error.detail)
        return Frame({"ok": True, "pages": rendered.pages}, rendered.pdf)


def serve() -> None:
    read, write = cage.speak_privately()
    with open(read, "rb") as source, open(write, "wb") as sink:  # noqa: PTH123  these are pipes, not paths
        start = receive(source)
        if start is None:
            return
        child = Child(start)
        try:
            send(sink, Frame({"ok": True}))
            while (frame := receive(source)) is not None:
                answer = child.answer(frame)
                send(sink, answer)
                if answer.header.get("spent"):
                    return
        finally:
            # The parent removes it too; but a parent that was killed cannot, and its child sees the pipe close.
            shutil.rmtree(start.header["folder"], ignore_errors=True)


def _unpacked(start: Frame) -> dict[str, bytes]:
    assets, at = {}, 0
    for name, length in start.header["assets"]:
        assets[name] = start.body[at : at + length]
        at += length
    return assets


def _failed(trouble: Trouble, *, detail: list[str] | None = None, spent: bool = False) -> Frame:
    """A job without a result. `spent`: the process may be damaged, so it ends after saying so."""
    return Frame({"ok": False, "trouble": trouble, "detail": detail or [], "spent": spent})


def _facts(without_network: bool) -> dict[str, Any]:  # noqa: FBT001
    """What a test asks about the process itself."""
    return {
        "ok": True,
        "environment": sorted(os.environ),
        "django": "django" in sys.modules,
        "without_network": without_network,
        "peak_memory_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


if __name__ == "__main__":
    serve()
