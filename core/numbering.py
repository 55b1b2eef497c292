"""Document numbers: gapless series for invoices and credit notes, plain sequences for everything else."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from core.errors import DomainError
from core.models import Company, NumberSeries
from core.sets import MAX_SET


@dataclass(frozen=True)
class NumberKind:
    """A kind of number: its key, its word on screens, and the pattern a new series or a plain sequence prints."""

    key: str
    label: str
    pattern: str


class EarlierThanLastNumber(DomainError):
    """Numbers run in document-date order; this date lies before the last number's."""

    code = "core.earlier_than_last_number"

    def __init__(self, *, series: str, on: date, last: date) -> None:
        self.series, self.on, self.last = series, on, last

    @property
    def message(self) -> str:
        return f"The last number of {self.series} is dated {self.last}. Date the document {self.last} or later."


class OutsideSeries(DomainError):
    """The document's date belongs to another year than the series."""

    code = "core.outside_series"

    def __init__(self, *, series: str, on: date) -> None:
        self.series, self.on = series, on

    @property
    def message(self) -> str:
        return f"{self.on} does not lie in the year of {self.series}. Take the series of {self.on.year}."


_kinds: dict[str, NumberKind] = {}


def register(*kinds: NumberKind) -> None:
    """Make kinds of numbers known, at start."""
    for kind in kinds:
        assert _kinds.get(kind.key, kind) == kind, f"number kind {kind.key} registered twice"
        _kinds[kind.key] = kind


def all_kinds() -> list[NumberKind]:
    """Every kind, by key."""
    return [_kinds[key] for key in sorted(_kinds)]


def series_for(company: Company, kind: str, on: date) -> NumberSeries:
    """The gapless series of this company and kind for the year of a document date; the first of a year opens it.

    A new year goes on with the pattern of the year before.
    """
    found = NumberSeries.objects.filter(company=company, kind=kind, year__lte=on.year).order_by("-year").first()
    if found and found.year == on.year:
        return found
    pattern = found.pattern if found else _kinds[kind].pattern
    # Two workers may open the year at once: the second waits for the first and finds its row.
    NumberSeries.objects.bulk_create(
        [NumberSeries(company=company, kind=kind, year=on.year, pattern=pattern)],
        ignore_conflicts=True,
    )
    return NumberSeries.objects.get(company=company, kind=kind, year=on.year)


def take(series: NumberSeries, count: int, *, on: date) -> list[str]:
    """The next numbers of a gapless series, in order, for documents dated `on`; one statement.

    Other workers wait until this transaction ends, and a rollback gives the numbers back, so draw last and
    commit soon. A date before the last number's is refused (`EarlierThanLastNumber`).
    """
    assert connection.in_atomic_block, "a number belongs to the transaction that uses it"
    assert 0 <= count <= MAX_SET, f"{count} numbers at once"
    if on.year != series.year:
        raise OutsideSeries(series=str(series), on=on)
    if not count:
        return []
    last = _advance(series, count, on)
    return [series.number(ordinal) for ordinal in range(last - count + 1, last + 1)]


def _advance(series: NumberSeries, count: int, on: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_numberseries SET last_number = last_number + %s, last_date = %s "
            "WHERE id = %s AND (last_date IS NULL OR last_date <= %s) RETURNING last_number",
            [count, on, series.pk, on],
        )
        row = cursor.fetchone()
    if row is None:
        last = NumberSeries.objects.values_list("last_date", flat=True).get(pk=series.pk)
        assert last is not None
        raise EarlierThanLastNumber(series=str(series), on=on, last=last)
    return int(row[0])


def next_numbers(company: Company, kind: str, count: int) -> list[str]:
    """The next numbers of a plain sequence, one statement; nobody waits, and a rollback leaves a gap.

    Each company counts each kind on its own; the first number makes the sequence.
    """
    assert 0 <= count <= MAX_SET, f"{count} numbers at once"
    name = f"core_numbers_{kind.replace('.', '_')}_{company.pk}"
    ordinals = _draw(name, count)
    if len(ordinals) < count:
        _make_sequence(name)
        ordinals = _draw(name, count)
    return [_kinds[kind].pattern.format(number=ordinal) for ordinal in ordinals]


def _draw(name: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        # Without the sequence there are no rows, and no error that would end the transaction.
        cursor.execute(
            "SELECT nextval(sequence) FROM (SELECT to_regclass(%s) AS sequence) AS found, generate_series(1, %s) "
            "WHERE sequence IS NOT NULL",
            [name, count],
        )
        return [int(row[0]) for row in cursor]


def _make_sequence(name: str) -> None:
    # IF NOT EXISTS alone fails when two transactions make it at once; the lock holds to the end of this one.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
        cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {connection.ops.quote_name(name)}")
