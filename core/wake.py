"""Waking the worker. The broker only makes things quick: without it the work waits in the database."""

from typing import Any

import structlog
from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

ASLEEP_AGAIN_AFTER = 5
"""Seconds after which a worker that never answered a call is called again."""

log = structlog.get_logger(__name__)


def wake(task: str) -> None:
    """Call a task that looks for work itself; one call is enough until it has begun. Call after the commit.

    A broker that is away is logged and not waited for: the task's own schedule finds the work.
    """
    try:
        if cache.add(f"woken:{task}", 1, timeout=ASLEEP_AGAIN_AFTER):
            current_app.send_task(task, retry=False)
    except (BrokerError, RedisError, OSError) as error:
        log.warning("worker_not_woken", task=task, error=repr(error))


def awake(task: str) -> None:
    """The task says that it has begun: whatever is written from now on calls it again."""
    try:
        cache.delete(f"woken:{task}")
    except (RedisError, OSError) as error:
        log.warning("worker_not_woken", task=task, error=repr(error))


def call(task: str, *args: Any) -> None:
    """Send a task to the worker, after the commit. Without a broker the work waits to be found, as with `wake`."""
    try:
        current_app.send_task(task, args, retry=False)
    except (BrokerError, RedisError, OSError) as error:
        log.warning("worker_not_called", task=task, error=repr(error))
