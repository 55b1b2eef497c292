"""Posting entries, against writing just their rows with bare SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from bench import books
from bench.measure import Measure, Scale, seconds
from core.models import Company
from ledger.drafts import Draft, DraftTax, ItemFacts, credit, debit
from ledger.models import ItemKind, Journal, JournalEntry, JournalLine, OpenItem, TaxLine
from ledger.operations import post_entries
from masterdata.models import Customer

DAY = date(books.YEAR + 1, 3, 2)


def posting_against_sql(scale: Scale) -> Measure:
    """Invoices of three lines booked a second, set by set, against one INSERT per table of the very same rows."""
    payers = _payers()
    _book(_drafts(payers, "warm", scale.set_size))
    ours = bare = 0.0
    for turn in range(scale.sets):
        drafts = _drafts(payers, str(turn), scale.set_size)
        ours += seconds(partial(_book, drafts))
        bare += seconds(partial(_insert, list(_rows_again(f"bench:{turn}:"))))
    booked = scale.sets * scale.set_size
    return Measure(booked / ours, booked / bare, "entries/s", target=0.5)


def posting_statements(scale: Scale) -> Measure:
    """SQL statements for a whole set in one call, against those for one entry: they are the same."""
    payers = _payers()

    def statements(size: int) -> int:
        drafts = _drafts(payers, f"counted:{size}", size)
        with CaptureQueriesContext(connection) as captured:
            _book(drafts)
        return len(captured)

    statements(2)  # the first call may fill caches
    return Measure(statements(scale.set_size), statements(1), "statements", target=1.0, less_is_better=True)


def _payers() -> list[Customer]:
    return list(Customer.objects.filter(company=books.company()).order_by("pk")[:1000])


def _drafts(payers: list[Customer], turn: str, size: int) -> list[Draft]:
    company = books.company()
    return [_invoice(company, payers[place % len(payers)], f"bench:{turn}:{place}") for place in range(size)]


def _invoice(company: Company, payer: Customer, source: str) -> Draft:
    """100.00 and 20 % tax on account."""
    return Draft(
        company=company,
        source=source,
        description=source,
        journal=Journal.SALES,
        lines=[
            debit("1200", Decimal("120.00"), payer_id=payer.pk, item=ItemFacts(ItemKind.INVOICE, number=source)),
            credit("4000", Decimal("100.00"), takes_rest=True),
        ],
        taxes=[DraftTax("S20", "S", Decimal(20), Decimal("100.00"), Decimal("20.00"), account="2200")],
    )


def _book(drafts: list[Draft]) -> None:
    post_entries(drafts, on=DAY, by=None).require_all()


@dataclass(frozen=True)
class _Rows:
    """Rows of one table as arrays, column by column, as bare SQL would be given them."""

    model: type[models.Model]
    columns: list[str]
    arrays: list[list[Any]]


def _rows_again(sources: str) -> Iterator[_Rows]:
    """The rows that entries made, table by table, once more under new keys and other sources."""
    entries = JournalEntry.objects.filter(company=books.company(), source__startswith=sources)
    kinds: dict[type[models.Model], models.QuerySet[Any]] = {
        JournalEntry: entries,
        JournalLine: JournalLine.objects.filter(entry__in=entries),
        TaxLine: TaxLine.objects.filter(entry__in=entries),
        OpenItem: OpenItem.objects.filter(entry__in=entries),
    }
    keys: dict[type[models.Model], dict[int, int]] = {}
    for model, rows in kinds.items():
        found = list(rows.order_by("pk").values_list(*(field.attname for field in model._meta.concrete_fields)))
        keys[model] = dict(zip((row[0] for row in found), _drawn(model, len(found)), strict=True))
        yield _as_arrays(model, found, keys)


def _drawn(model: type[models.Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor]


def _as_arrays(
    model: type[models.Model], rows: list[tuple[Any, ...]], keys: dict[type[models.Model], dict[int, int]]
) -> _Rows:
    fields = list(model._meta.concrete_fields)
    columns = [list(values) for values in zip(*rows, strict=True)]
    for place, field in enumerate(fields):
        pointed = model if field.primary_key else field.related_model
        if pointed in keys:
            columns[place] = [keys[pointed].get(value, value) for value in columns[place]]
        elif field.name == "source":
            columns[place] = [f"again:{value}" for value in columns[place]]
    return _Rows(model, [str(field.column) for field in fields], columns)


@transaction.atomic
def _insert(tables: list[_Rows]) -> None:
    """One INSERT … SELECT FROM unnest per table, in one transaction: as few statements as bare SQL can do with."""
    with connection.cursor() as cursor:
        for rows in tables:
            fields = rows.model._meta.concrete_fields
            arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
            names = ", ".join(connection.ops.quote_name(column) for column in rows.columns)
            cursor.execute(
                f"INSERT INTO {rows.model._meta.db_table} ({names}) SELECT * FROM unnest({arrays})",  # noqa: S608
                rows.arrays,
            )
