"""Master data as files in the very shape that the import reads: export, change, import."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from core.models import Company
from core.roles import Someone, has_permission
from core.sheets import to_file
from masterdata.imports.columns import Column
from masterdata.imports.kinds import Kind, Line
from masterdata.imports.pipeline import Reading

BYTE_ORDER_MARK = "\ufeff"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def columns_for(kind: Kind, user: Someone, company: Company) -> list[Column]:
    """The columns that this person may see."""
    return [
        column
        for column in kind.columns
        if column.key not in kind.guarded or has_permission(user, kind.guarded[column.key], company)
    ]


def written(value: Any) -> str:
    """A value as a cell of a CSV file: plain numbers, ISO days, and nothing a spreadsheet program would run."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case _:
            return to_file(str(value))


def csv_lines(head: Sequence[str], rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    """A CSV file line by line: UTF-8 with a byte order mark, commas."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    yield BYTE_ORDER_MARK
    writer.writerow([to_file(name) for name in head])
    for row in rows:
        writer.writerow([written(value) for value in row])
        if buffer.tell() > 60_000:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def values(kind: Kind, company: Company, columns: Sequence[Column]) -> Iterator[list[Any]]:
    """Every record of the company as a row of these columns, in order of its key, read in sets."""
    return ([row[column.key] for column in columns] for row in kind.everything(kind.known(company)))


def workbook(title: str, head: Sequence[str], rows: Iterator[Sequence[Any]]) -> bytes:
    """A workbook with a head that stays; numbers as numbers, codes as text, so that no leading zero is lost."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, value=name) for name in head]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    for row in rows:
        sheet.append([_typed(value) for value in row])
    stored = BytesIO()
    book.save(stored)
    return stored.getvalue()


def _typed(value: Any) -> Any:
    is_number = isinstance(value, Decimal | int) and not isinstance(value, bool)
    return value if is_number else written(value)


def refused_rows(reading: Reading) -> Iterator[list[str]]:
    """The rows of a file that are refused, as they were written, with what is wrong behind them."""
    for lines in reading.sets():
        yield from (_with_reasons(reading, line) for line in lines if line.faults)


def _with_reasons(reading: Reading, line: Line) -> list[str]:
    reasons = " ".join(f"{fault.column}: {fault.message}" for fault in line.faults)
    return [*(line.written.get(name, "") for name in reading.table.columns), str(line.number), reasons]


REASON_COLUMNS = ["Row in the file", "What is wrong"]
