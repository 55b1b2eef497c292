"""Writing prepared entries: each table once, whatever the size of the set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core import clock
from core.models import User
from ledger.bulk import copy_rows, insert_new, reserve_ids
from ledger.drafts import ItemFacts
from ledger.models import JournalEntry, JournalLine, OpenItem, Period, Side, TaxLine
from ledger.preparing import Prepared, PreparedLine

ENTRY = [
    "id",
    "company_id",
    "journal_id",
    "period_id",
    "kind",
    "posting_date",
    "document_date",
    "source",
    "content",
    "description",
    "document_kind",
    "document_id",
    "currency",
    "rate",
    "reverses_id",
    "line_count",
    "by_id",
    "recorded_at",
]
LINE = [
    "id",
    "company_id",
    "entry_id",
    "position",
    "account_id",
    "payer_id",
    "posting_date",
    "debit",
    "credit",
    "currency",
    "document_amount",
    "text",
]
TAX = [
    "company_id",
    "entry_id",
    "account_id",
    "fact",
    "code",
    "category",
    "rate",
    "tax_date",
    "posting_date",
    "currency",
    "base",
    "tax",
    "company_base",
    "company_tax",
]
ITEM = [
    "id",
    "company_id",
    "payer_id",
    "sold_to_id",
    "account_id",
    "side",
    "kind",
    "entry_id",
    "line_id",
    "document_kind",
    "document_id",
    "number",
    "posting_date",
    "document_date",
    "currency",
    "amount",
    "open_amount",
    "company_amount",
    "open_company_amount",
    "payment_reference",
    "due_date",
    "earmark",
    "blocked_amount",
    "block_reason",
    "dunning_level",
]

PLAIN = ItemFacts()


@dataclass(frozen=True, slots=True)
class Dated:
    """A prepared entry with the open period and the day it goes to."""

    entry: Prepared
    period: Period
    on: date


def write_entries(dated: Sequence[Dated], *, by: User | None) -> dict[int, int]:
    """Write entries with their lines, tax lines and open items; returns entry ids by place in `dated`.

    An entry whose source another transaction has booked meanwhile is left out: its place is not in the answer.
    """
    ids = reserve_ids(JournalEntry, len(dated))
    moment = clock.now()
    # Sorted by source, or two transactions that book the same sources deadlock.
    order = sorted(range(len(dated)), key=lambda place: (dated[place].entry.company.id, dated[place].entry.source))
    rows = [_entry_row(ids[place], dated[place], by=by, moment=moment) for place in order]
    written = insert_new(JournalEntry, ENTRY, rows, once=["company_id", "source"])
    booked = {place: ids[place] for place in range(len(dated)) if ids[place] in written}
    _write_lines(dated, booked)
    return booked


def _entry_row(pk: int, dated: Dated, *, by: User | None, moment: datetime) -> tuple[Any, ...]:
    entry = dated.entry
    return (
        pk,
        entry.company.id,
        entry.journal.id,
        dated.period.id,
        str(entry.kind),
        dated.on,
        entry.document_date or dated.on,
        entry.source,
        entry.content,
        entry.description,
        entry.document_kind,
        entry.document_id,
        entry.currency,
        entry.rate,
        entry.reverses_id,
        len(entry.lines),
        by and by.pk,
        moment,
    )


def _write_lines(dated: Sequence[Dated], booked: Mapping[int, int]) -> None:
    line_ids = iter(reserve_ids(JournalLine, sum(len(dated[place].entry.lines) for place in booked)))
    lines: list[tuple[Any, ...]] = []
    taxes: list[tuple[Any, ...]] = []
    items: list[tuple[Any, ...]] = []
    for place, entry_id in booked.items():
        one = dated[place]
        for position, line in enumerate(one.entry.lines, start=1):
            line_id = next(line_ids)
            lines.append(_line_row(line_id, entry_id, position, one, line))
            if one.entry.makes_items and line.account.makes_open_items:
                items.append(_item_row(entry_id, line_id, one, line))
        taxes += _tax_rows(entry_id, one)
    copy_rows(JournalLine, LINE, lines)
    copy_rows(TaxLine, TAX, taxes)
    item_ids = reserve_ids(OpenItem, len(items))
    copy_rows(OpenItem, ITEM, [(pk, *row) for pk, row in zip(item_ids, items, strict=True)])


def _line_row(pk: int, entry_id: int, position: int, dated: Dated, line: PreparedLine) -> tuple[Any, ...]:
    return (
        pk,
        dated.entry.company.id,
        entry_id,
        position,
        line.account.id,
        line.payer_id,
        dated.on,
        line.amount if line.is_debit else None,
        None if line.is_debit else line.amount,
        dated.entry.currency,
        line.document_amount,
        line.text,
    )


def _item_row(entry_id: int, line_id: int, dated: Dated, line: PreparedLine) -> tuple[Any, ...]:
    entry, facts = dated.entry, line.item or PLAIN
    return (
        entry.company.id,
        line.payer_id,
        facts.sold_to_id,
        line.account.id,
        Side.DEBIT.value if line.is_debit else Side.CREDIT.value,
        str(facts.kind),
        entry_id,
        line_id,
        entry.document_kind,
        entry.document_id,
        facts.number,
        dated.on,
        entry.document_date or dated.on,
        entry.currency,
        line.document_amount,
        line.document_amount,
        line.amount,
        line.amount,
        facts.payment_reference,
        facts.due_date or dated.on,
        facts.earmark,
        0,
        "",
        facts.dunning_level,
    )


def _tax_rows(entry_id: int, dated: Dated) -> list[tuple[Any, ...]]:
    entry = dated.entry
    return [
        (
            entry.company.id,
            entry_id,
            tax.account_id,
            tax.fact,
            tax.code,
            tax.category,
            tax.rate,
            tax.tax_date or entry.document_date or dated.on,
            dated.on,
            entry.currency,
            tax.base,
            tax.tax,
            tax.company_base,
            tax.company_tax,
        )
        for tax in entry.taxes
    ]
