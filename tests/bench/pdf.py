"""The minutes of the long meeting: our renderer beside WeasyPrint alone on the same HTML, and the seal."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from meetings.actions.minutes import prepare_minutes
from meetings.minutes import frozen as records
from meetings.minutes.records import build
from meetings.models import Minutes
from panel import tasks
from panel.platform import sealing
from panel.platform.child.rendering import SCHEME, STYLE_SHEET, BundledOnly
from panel.platform.documents.assets import bundled
from panel.platform.documents.worker import Limits, Worker
from panel.platform.policy import Role
from tests.bench.seeding import Bench

RUNS = 5
BUDGET = 1.2
# A busy machine shall give a figure, not a failure.
PATIENT = Limits(wall_seconds=300, cpu_seconds=300)


def measure(bench: Bench) -> Iterator[str]:
    """Times in turn; the best of each, because whatever else the machine does only ever adds."""
    day = bench.day
    minutes = prepare_minutes(
        meeting=bench.meeting, by=day.someone(Role.CLERK), now=day.clock.forward(minutes=5)
    )
    html = joined_html(minutes)
    with Worker(limits=PATIENT) as worker:
        rendered = worker.render(html)
        alone = _weasyprint_alone()
        alone(html)
        process = worker.renderer._process
        if process is None:
            raise RuntimeError("the renderer has no process")
        ours, bare = [], []
        for _ in range(RUNS):
            ours.append(_cost(lambda: worker.render(html), lambda: _busy_seconds(process.pid)))
            bare.append(_cost(lambda: alone(html), time.process_time))
        day.tools = tasks.Tools(worker)
        kept = _seconds(day.drain)
    (wall, busy), (bare_wall, bare_busy) = _best(ours), _best(bare)
    yield (
        f"minutes of {minutes.item_records.count()} items, {rendered.pages} pages, {len(rendered.pdf) // 1024} KB: "
        f"rendered and finished {wall:.2f} s, WeasyPrint alone {bare_wall:.2f} s, ratio {wall / bare_wall:.2f} of {BUDGET} "
        f"{'ok' if wall / bare_wall <= BUDGET else 'OVER'} (CPU {busy:.2f} s, {bare_busy:.2f} s, {busy / bare_busy:.2f})"
    )
    yield f"sealing them: {_sealing(rendered.pdf):.2f} s"
    yield f"all {minutes.item_records.count() + 2} sheets made, stored and kept: {kept:.1f} s"


def joined_html(minutes: Minutes) -> str:
    """The page of the joined minutes, with digests as long as the real ones."""
    rows = list(minutes.item_records.order_by("position"))
    items = [build(records.ItemSheet, row.record) for row in rows]
    meeting = build(records.MeetingSheet, minutes.record)
    context = records.joined_context(meeting, items, [row.record_sha256 for row in rows])
    return render_to_string("pdf/minutes_joined.html", context)


def _weasyprint_alone() -> Callable[[str], bytes]:
    """A warm WeasyPrint with our sheet and fonts read once, and nothing else: no variant, no tags, no checks, no finish."""
    assets = bundled()
    fonts = FontConfiguration()
    sheet = CSS(
        string=assets[STYLE_SHEET].decode(),
        font_config=fonts,
        url_fetcher=BundledOnly(assets),
        base_url=SCHEME,
    )
    fetcher = BundledOnly({**assets, STYLE_SHEET: b""})

    def write(html: str) -> bytes:
        page = HTML(string=html, url_fetcher=fetcher, base_url=SCHEME)
        written: bytes = page.write_pdf(stylesheets=[sheet], font_config=fonts)
        return written

    return write


def _sealing(pdf: bytes) -> float:
    certificate = sealing.make_certificate(
        settings.KEYS_ROOT, organisation="Benchmark", valid_from=timezone.localdate()
    )
    return min(
        _seconds(
            lambda: sealing.seal(
                pdf,
                key_path=certificate.key_path,
                cert_path=certificate.cert_path,
                field_name="Seal",
                reason="Benchmark",
                at=timezone.now(),
            )
        )
        for _ in range(RUNS)
    )


def _cost(work: Callable[[], object], busy: Callable[[], float]) -> tuple[float, float]:
    """Seconds on the wall, and seconds of the process that did the work."""
    before = busy()
    wall = _seconds(work)
    return wall, busy() - before


def _best(costs: list[tuple[float, float]]) -> tuple[float, float]:
    return min(wall for wall, _ in costs), min(busy for _, busy in costs)


def _busy_seconds(pid: int) -> float:
    """What Linux has counted for a process so far, in user and system."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
