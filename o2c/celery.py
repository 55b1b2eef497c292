"""Celery: queues, schedule, and the request id that follows a task to the worker."""

import os
from typing import Any

import structlog
from celery import Celery
from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings")

app = Celery("o2c")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Django's LOGGING stays in force: a receiver of this signal keeps Celery from configuring its own."""


@before_task_publish.connect
def send_request_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    identity = structlog.contextvars.get_contextvars().get("request_id")
    if headers is not None and identity:
        headers["request_id"] = identity


@task_prerun.connect
def take_request_id(task_id: str, task: Any, **_: Any) -> None:
    identity = getattr(task.request, "request_id", None) or (task.request.headers or {}).get("request_id")
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id, request_id=identity or task_id)


@task_postrun.connect
def forget_request_id(**_: Any) -> None:
    structlog.contextvars.unbind_contextvars("task", "task_id", "request_id")
