"""Celery, where Redis is set: a doorbell and nothing more. Correctness never rests on it (design.md 2, fact 7)."""

import os

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panel.config.settings")

app = Celery("panel")
app.conf.update(
    broker_url=os.environ.get("REDIS_URL", ""),
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=100,
    task_time_limit=115,
    broker_transport_options={"socket_timeout": 1, "socket_connect_timeout": 1, "visibility_timeout": 600},
    broker_connection_retry_on_startup=True,
    beat_schedule={"sweep": {"task": "panel.sweep", "schedule": 30.0}},
)
app.autodiscover_tasks(["panel"])

# One try of half a second: a Redis that hangs would otherwise hold up each release for four.
_BELL = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 0}

log = structlog.get_logger()


def ring_bell(dispatch_id: str) -> None:
    """Publish the row's id once, without retrying: the sweeper is the retry."""
    try:
        with app.connection_for_write(transport_options=_BELL) as connection:
            app.send_task(
                "panel.doorbell", args=[dispatch_id], retry=False, ignore_result=True, connection=connection
            )
    except (OperationalError, OSError) as fault:
        log.warning("outbox_bell_failed", fault=type(fault).__name__)
