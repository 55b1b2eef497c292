"""What must always be true, as named checks over whole tables that apps register; `manage.py verify` runs them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from django.db import connection, transaction

SHOWN = 50
"""How many differences of a check are kept for the reader; all are counted."""


@dataclass(frozen=True)
class Check:
    """An invariant in set-based SQL.

    `rows` is a query for the number of rows looked at. `differences` is a query that returns a row per
    difference, with the columns document_kind, document_id, what, expected, found; none means it holds.
    `prepare` runs first where plain SQL is not enough.
    """

    name: str
    title: str
    rows: str
    differences: str
    prepare: Callable[[], None] | None = None


@dataclass(frozen=True)
class Result:
    """What a check found: rows looked at, how many differ, how long it took, and the first differences."""

    check: Check
    rows: int
    differences: int
    seconds: float
    shown: list[dict[str, Any]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.differences == 0


_checks: dict[str, Check] = {}


def register(*checks: Check) -> None:
    """Make checks known, at start; the same name twice is a mistake in the wiring."""
    for check in checks:
        assert _checks.get(check.name, check) == check, f"check {check.name} registered twice"
        _checks[check.name] = check


def all_checks() -> list[Check]:
    """Every check, by name."""
    return [_checks[name] for name in sorted(_checks)]


def run(checks: Iterable[Check]) -> list[Result]:
    """Run checks on one snapshot, so that work going on beside them never looks like a difference."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return [_run(check) for check in checks]


def _run(check: Check) -> Result:
    started = perf_counter()
    if check.prepare:
        check.prepare()
    rows = _number(check.rows)
    differences = _number(f"SELECT count(*) FROM ({check.differences}) AS difference")  # noqa: S608
    shown = _first(check.differences) if differences else []
    return Result(check, rows, differences, perf_counter() - started, shown)


def _number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _first(sql: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) AS difference LIMIT {SHOWN}")  # noqa: S608
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]
