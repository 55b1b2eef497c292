"""Damage as only a superuser can do it: with the triggers switched off."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from core import invariants


@contextmanager
def behind_our_back() -> Iterator[None]:
    """Within, no trigger and no foreign key guards the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what was written before is checked now, not at the end
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def plant(sql: str, values: list[Any] | None = None) -> None:
    """Run a statement behind the application's back."""
    with behind_our_back(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def found(group: str = "") -> dict[str, list[tuple[str, int, str]]]:
    """The checks that differ, each with the documents it names: kind, key, what is wrong."""
    checks = invariants.named(group) if group else invariants.all_checks()
    assert checks
    return {
        result.check.name: [(row["document_kind"], row["document_id"], row["what"]) for row in result.shown]
        for result in invariants.run(checks)
        if not result.holds
    }
