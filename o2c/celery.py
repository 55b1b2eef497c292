"""Celery: the schedule, the request id that follows a task to the worker, and the worker's sign of life."""

import os
from typing import Any

import structlog
from celery import Celery
from celery.schedules import crontab
from celery.signals import before_task_publish, heartbeat_sent, setup_logging, task_postrun, task_prerun
from django.core.cache import cache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings")

WORKER_HEARTBEAT = "worker-heartbeat"
HEARTBEAT_SECONDS = 30

SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-outbox": {"task": "core.tasks.sweep_outbox", "schedule": 1.0, "options": {"expires": 2}},
    "deliver-mail": {"task": "core.tasks.deliver_mail", "schedule": 5.0, "options": {"expires": 10}},
    "recover-jobs": {"task": "core.tasks.recover_jobs", "schedule": 30.0, "options": {"expires": 30}},
    "publish-due-work": {"task": "core.tasks.publish_due_work", "schedule": crontab(hour="2", minute="15")},
    "clear-done-events": {"task": "core.tasks.clear_done_events", "schedule": crontab(hour="3", minute="40")},
    "seal-rows": {"task": "core.tasks.seal_rows", "schedule": 300.0, "options": {"expires": 300}},
    "mail-seal-head": {"task": "core.tasks.mail_seal_head", "schedule": crontab(hour="4", minute="30")},
    "check-everything": {"task": "core.tasks.check_everything", "schedule": crontab(hour="5", minute="0")},
    "clear-old-sessions": {"task": "o2c.tasks.clear_old_sessions", "schedule": crontab(hour="3", minute="10")},
}
"""What runs by itself, and when (UTC). Tasks are named, not imported; a test looks each of them up."""

ROUTES = {name: {"queue": "mail"} for name in ("core.tasks.deliver_mail", "core.tasks.send_password_link")}
"""Work that waits for others' servers stands in a line of its own; all else is in the default queue."""

app = Celery("o2c")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.conf.task_routes = ROUTES
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Django's LOGGING stays in force: a receiver of this signal keeps Celery from configuring its own."""


@heartbeat_sent.connect
def show_sign_of_life(**_: Any) -> None:
    """Every few seconds: `/health/ready` looks whether any worker was heard of lately."""
    cache.set(WORKER_HEARTBEAT, "alive", timeout=HEARTBEAT_SECONDS)


@before_task_publish.connect
def send_request_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    identity = structlog.contextvars.get_contextvars().get("request_id")
    if headers is not None and identity:
        headers["request_id"] = identity


@task_prerun.connect
def take_request_id(task_id: str, task: Any, **_: Any) -> None:
    """A task that no request caused (the schedule did) goes by its own id."""
    identity = getattr(task.request, "request_id", None) or task_id
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id, request_id=identity)


@task_postrun.connect
def forget_request_id(**_: Any) -> None:
    structlog.contextvars.unbind_contextvars("task", "task_id", "request_id")
