"""Lists as files: the rows of a filtered list as CSV or XLSX, typed, and safe to open in a spreadsheet."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.html import strip_tags
from django_tables2.data import TableQuerysetData
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import IllegalCharacterError

from core.errors import DomainError
from core.tables import SheetTable

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
MOST_ROWS_OF_A_SHEET = 100_000
ROWS_AT_A_TIME = 2_000
BYTE_ORDER_MARK = "\ufeff"


class TooManyRows(DomainError):
    """More rows than a spreadsheet file should hold."""

    code = "core.too_many_rows"

    @property
    def message(self) -> str:
        return f"A spreadsheet holds at most {MOST_ROWS_OF_A_SHEET:,} rows. Narrow the filter, or export as CSV."


def neutral(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run as a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def typed(value: Any) -> Any:
    """Numbers and days as such, everything else as harmless text."""
    match value:
        case None | bool() | int() | Decimal():
            return value
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value
        case _:
            return neutral(strip_tags(str(value)) if hasattr(value, "__html__") else str(value))


def rows_of(table: SheetTable) -> Iterator[list[Any]]:
    """The head and the rows of a list as it is filtered and sorted, without ticks and buttons.

    Rows of the database are read by a cursor there, a set at a time: a long file never stands in memory.
    """
    if isinstance(table.data, TableQuerysetData):
        table.rows.data = table.data.data.iterator(chunk_size=ROWS_AT_A_TIME)
    return ([typed(value) for value in row] for row in table.as_values(exclude_columns=()))


def csv_response(table: SheetTable, name: str) -> HttpResponseBase:
    """The list as CSV: UTF-8 with a byte order mark, comma, ISO days, decimal points; sent while it is read."""
    response = StreamingHttpResponse(_lines(rows_of(table)), content_type="text/csv; charset=utf-8")
    return _as_file(response, f"{name}.csv")


def _lines(rows: Iterator[list[Any]]) -> Iterator[str]:
    buffer = StringIO(BYTE_ORDER_MARK)
    buffer.seek(len(BYTE_ORDER_MARK))
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def xlsx_response(table: SheetTable, name: str) -> HttpResponse:
    """The list as a workbook with typed cells and a head that stays; refuses more rows than people can use."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows_of(table)):
        if number > MOST_ROWS_OF_A_SHEET:
            raise TooManyRows
        sheet.append([_cell(sheet, value, bold=number == 0) for value in row])
    stored = BytesIO()
    book.save(stored)
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(stored.getvalue(), content_type=media)
    _as_file(response, f"{name}.xlsx")
    return response


def _cell(sheet: Any, value: Any, *, bold: bool) -> Any:
    try:
        cell = WriteOnlyCell(sheet, value=value)
    except IllegalCharacterError:
        cell = WriteOnlyCell(sheet, value="".join(letter for letter in str(value) if letter.isprintable()))
    if bold:
        cell.font = Font(bold=True)
    return cell


def _as_file(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
