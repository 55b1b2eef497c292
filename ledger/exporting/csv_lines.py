"""CSV: one row per journal line, for spreadsheets and other programs."""

import csv
from typing import TextIO

from core.exports import typed
from ledger.exporting.book import Book, plain
from ledger.models import JournalEntry, JournalLine

HEAD = (
    "company",
    "entry",
    "posting_date",
    "document_date",
    "journal",
    "kind",
    "source",
    "description",
    "line",
    "account",
    "account_name",
    "payer",
    "text",
    "debit",
    "credit",
    "currency",
    "document_amount",
    "document_currency",
    "rate",
    "reverses",
)


def write(books: list[Book], file: TextIO) -> None:
    """ISO days, decimal points, no separators of thousands; text that a spreadsheet would run is made harmless."""
    writer = csv.writer(file)
    writer.writerow(HEAD)
    for book in books:
        for entry in book.entries():
            for line in sorted(entry.lines.all(), key=lambda line: line.position):
                writer.writerow([typed(value) for value in _row(book, entry, line)])


def _row(book: Book, entry: JournalEntry, line: JournalLine) -> tuple[object, ...]:
    return (
        book.company.code,
        entry.pk,
        entry.posting_date,
        entry.document_date,
        entry.journal.code,
        entry.kind,
        entry.source,
        entry.description,
        line.position,
        line.account.number,
        line.account.name,
        line.payer.number if line.payer else None,
        line.text,
        None if line.debit is None else plain(line.debit),
        None if line.credit is None else plain(line.credit),
        book.company.currency,
        plain(line.document_amount),
        line.currency,
        None if entry.rate is None else entry.rate.normalize(),
        entry.reverses_id,
    )
