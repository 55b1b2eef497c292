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
    difference, with the columns document_kind, document_id, what, expected, found, and where it is known
    company_id, which decides who may see it; none means the invariant holds. `prepare` runs first where one
    query is not enough, and leaves what it found in a temporary table that `differences` reads.
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


def named(name: str) -> list[Check]:
    """The check of this name, or all checks of an app or group: `ledger.balanced`, or `ledger`."""
    return [check for check in all_checks() if check.name == name or check.name.startswith(f"{name}.")]


def run(checks: Iterable[Check], *, tell: Callable[[Result], None] | None = None) -> list[Result]:
    """Run checks on one snapshot, so that work going on beside them never looks like a difference.

    `tell` hears each result as soon as it is known. Within a transaction the checks see what it sees.
    """
    outermost = not connection.in_atomic_block
    results: list[Result] = []
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for check in checks:
            results.append(_run(check))
            if tell:
                tell(results[-1])
    return results


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
        cursor.execute(
            f"SELECT * FROM ({sql}) AS difference ORDER BY document_kind, document_id, what LIMIT {SHOWN}"  # noqa: S608
        )
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]
