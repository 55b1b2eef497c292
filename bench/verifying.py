"""Sealing and verifying a long history, against bare SQL over the same rows."""

import resource

from django.db import connection

from bench import books
from bench.measure import Measure, Scale, alternate, seconds
from core import invariants, seal
from core.invariants import Result
from ledger.models import JournalLine

LINES = "ledger_journalline"


def sealing_against_sql(scale: Scale) -> Measure:
    """Rows sealed a second, all tables together, against hashing the journal lines alone in one statement."""
    books.fill(max(scale.lines - JournalLine.objects.count(), 0) // 2)
    rows = 0

    def ours() -> None:
        nonlocal rows
        rows = seal.seal().rows

    taken = seconds(ours)
    hashing = seconds(_hash_lines)
    return Measure(rows / taken, JournalLine.objects.count() / hashing, "rows/s", target=0.1)


def verify_against_sql(scale: Scale) -> Measure:
    """Seconds for every check over the whole database, against the balance of each entry and account in bare SQL."""
    ours, reference = alternate(verify, _bare, min(scale.repeats, 3))
    return Measure(ours, reference, "s", target=30.0, less_is_better=True, absolute=True)


def verify_memory(_scale: Scale) -> Measure:
    """Megabytes that the process has needed at most by the end of verifying, against before: it stays flat."""
    before = _peak_megabytes()
    verify()
    return Measure(_peak_megabytes(), before, "MB", target=1.1, less_is_better=True)


def verify() -> list[Result]:
    """Run every check; the history is sound, so nothing may differ."""
    results = invariants.run(invariants.all_checks())
    differing = [result.check.name for result in results if not result.holds]
    assert not differing, f"the history must be sound, but {differing} differ"
    return results


def _hash_lines() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sha256(string_agg(sha256(convert_to(line::text, 'UTF8')), ''::bytea)) FROM {LINES} AS line"  # noqa: S608
        )


def _bare() -> None:
    with connection.cursor() as cursor:
        for column in ("entry_id", "account_id, posting_date"):
            cursor.execute(
                f"SELECT count(*) FROM (SELECT {column}, sum(debit), sum(credit) FROM {LINES} GROUP BY {column}) AS s"  # noqa: S608
            )


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
