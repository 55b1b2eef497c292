"""The books for others' tools: accountants' programs, spreadsheets, the tax office."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TextIO

from django.db import connection, transaction

from core.models import Company
from ledger.exporting import beancount, csv_lines, saft
from ledger.exporting.book import Book

FORMATS: dict[str, Callable[[list[Book], TextIO], None]] = {
    "beancount": beancount.write,
    "csv": csv_lines.write,
    "saft": saft.write,
}
"""How a list of books is written to a file, by the format's name."""


@dataclass(frozen=True)
class Written:
    """How much an export holds."""

    companies: int
    entries: int
    lines: int


def export(
    companies: list[Company], first: date | None, last: date | None, file: TextIO, *, file_format: str
) -> Written:
    """Write the entries of companies between two days, both included; without days, all of them.

    Everything is read in one snapshot: a document posted meanwhile is in the file whole or not at all. Companies
    without entries are left out.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        books = [book for company in companies if (book := Book.of(company, first, last))]
        FORMATS[file_format](books, file)
        return Written(
            len(books),
            int(sum(book.totals["entries"] for book in books)),
            int(sum(book.totals["lines"] for book in books)),
        )
