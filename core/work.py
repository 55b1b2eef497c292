"""My work: queues that apps register; each says how much waits, since when, and what it is worth."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.models import Company
from core.roles import Someone, has_permission


@dataclass(frozen=True)
class Waiting:
    """What waits in a queue now. `value` is in company currency; `late` when the oldest has waited past its target."""

    count: int
    oldest: str = ""
    oldest_at: datetime | None = None
    value: Decimal | None = None
    late: bool = False


@dataclass(frozen=True)
class Queue:
    """Work that somebody must do: a title, where it is done, who may, and a query that says what waits."""

    key: str
    title: str
    url_name: str
    permission: str
    waiting: Callable[[Someone, Company], Waiting]
    target: str = ""
    order: int = 50
    query: str = ""
    """What follows the address, such as `?state=failed`."""


_queues: dict[str, Queue] = {}


def register(queue: Queue) -> None:
    """Make a queue known, at start."""
    _queues[queue.key] = queue


def all_queues() -> list[Queue]:
    """Every queue there is."""
    return list(_queues.values())


def queues_for(user: Someone, company: Company) -> list[tuple[Queue, Waiting]]:
    """The queues of this person's roles in this company with what waits in each, in their order; empty ones too."""
    allowed = [queue for queue in _queues.values() if has_permission(user, queue.permission, company)]
    allowed.sort(key=lambda queue: (queue.order, queue.title))
    return [(queue, queue.waiting(user, company)) for queue in allowed]
