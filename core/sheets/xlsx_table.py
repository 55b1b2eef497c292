"""Reading Excel workbooks: packed XML that may be larger, deeper or nastier than it looks."""

import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal
from functools import singledispatch
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from core.sheets.errors import BrokenFile, EmptyFile, NotATable, TooManyRows, UnpacksTooLarge, UnsafeMarkup
from core.sheets.table import Limits, RawRow, Table, trimmed
from core.sheets.texts import from_file

PARTS = 1_000
"""The most files a workbook may be packed of."""

DAMAGE = (
    *(BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, InvalidFileException, ParseError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError),
)
"""What openpyxl and zipfile raise on content that is not what it claims to be."""

FORMULA = ("sheets.formula", "The cell holds a formula. Copy the column and paste it as values.")
ERROR = ("sheets.error_value", "The cell shows {value}. Correct it in the spreadsheet.")


class XlsxTable(Table):
    """The first visible sheet of a workbook. Formulas are never run nor taken for their last value.

    Rows are cut one column beyond the limit, so that a cell far to the right costs nothing.
    """

    format = "Excel workbook"

    def __init__(self, stored: BinaryIO, limits: Limits) -> None:
        self._stored = stored
        refuse_unsafe_package(stored, limits)
        with closing(self._workbook()) as book:
            self._sheet = first_visible(book)
        self.described = f"sheet {self._sheet}"
        super().__init__(limits)

    def _workbook(self) -> Workbook:
        self._stored.seek(0)
        try:
            return openpyxl.load_workbook(self._stored, read_only=True, keep_links=False)
        except DAMAGE as error:
            raise BrokenFile(what="The workbook does not hold together.") from error

    def _raw(self) -> Iterator[RawRow]:
        with closing(self._workbook()) as book:
            sheet = book[self._sheet]
            sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
            rows = enumerate(sheet.iter_rows(max_col=self.limits.columns + 1), start=1)
            while (row := self._next(rows)) is not None:
                number, cells, faults = row
                if number > self.limits.rows * 2:
                    raise TooManyRows(most=self.limits.rows)
                if cells:
                    yield number, cells, faults

    def _next(self, rows: Iterator[tuple[int, Any]]) -> RawRow | None:
        try:
            number, cells = next(rows)
            texts = trimmed([_text(cell) for cell in cells])
            return number, texts, {index: fault for index, cell in enumerate(cells) if (fault := _fault(cell))}
        except StopIteration:
            return None
        except DefusedXmlException as error:
            raise UnsafeMarkup(part=self._sheet) from error
        except DAMAGE as error:
            raise BrokenFile(what=f"The sheet {self._sheet} does not hold together.") from error


def first_visible(book: Workbook) -> str:
    """The name of the sheet that a person sees first."""
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            return sheet.title
    raise EmptyFile


def _fault(cell: Any) -> tuple[str, str] | None:
    match cell.data_type:
        case "f":
            return FORMULA
        case "e":
            return ERROR[0], ERROR[1].format(value=cell.value)
        case _:
            return None


def _text(cell: Any) -> str:
    """The value as a CSV would write it; a formula as the text it is."""
    if cell is EMPTY_CELL:
        return ""
    if cell.data_type == "f":
        return str(getattr(cell.value, "text", cell.value))
    return written(cell.value)


@singledispatch
def written(value: object) -> str:
    """A cell's value as plain text: `1234.5`, `2026-11-23`, `yes`."""
    return from_file(str(value))


@written.register
def _(value: None) -> str:
    return ""


@written.register
def _(value: bool) -> str:
    return "yes" if value else "no"


@written.register
def _(value: int) -> str:
    return str(value)


@written.register
def _(value: float) -> str:
    # A spreadsheet shows fifteen digits; the sixteenth is noise of its arithmetic.
    return f"{Decimal(f'{value:.15g}'):f}"


@written.register(date)
@written.register(time)
def _(value: date | time) -> str:
    return value.isoformat()


@written.register
def _(value: datetime) -> str:
    return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")


def refuse_unsafe_package(stored: BinaryIO, limits: Limits) -> None:
    """Refuse a package that is no workbook, unpacks beyond the limits, or holds XML with a document type."""
    stored.seek(0)
    try:
        with ZipFile(stored) as package:
            _refuse_bomb(package, limits)
            _refuse_other_package(package)
            for part in package.namelist():
                if part.lower().endswith((".xml", ".rels", ".vml")):
                    _refuse_document_type(package, part)
    except DAMAGE as error:
        raise BrokenFile(what="The workbook is damaged or locked with a password.") from error


def _refuse_bomb(package: ZipFile, limits: Limits) -> None:
    """Sizes are those the package declares; unpacking never goes beyond what is declared."""
    size = sum(part.file_size for part in package.infolist())
    if size > limits.unpacked_bytes or len(package.infolist()) > PARTS:
        raise UnpacksTooLarge(size=size, largest=limits.unpacked_bytes)


def _refuse_other_package(package: ZipFile) -> None:
    names = set(package.namelist())
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise NotATable(found="a binary workbook (.xlsb)")
    if "word/document.xml" in names:
        raise NotATable(found="a text document (.docx)")
    if "mimetype" in names and b"spreadsheet" in package.open("mimetype").read(100):
        raise NotATable(found="an OpenDocument spreadsheet (.ods)")
    raise NotATable(found="a zip archive")


def _refuse_document_type(package: ZipFile, part: str) -> None:
    """A document type stands before the root element, so only what comes before that is read."""
    parser = expat.ParserCreate()
    begun: list[str] = []

    def refuse(*_: object) -> None:
        raise UnsafeMarkup(part=part)

    def begin(name: str, _: dict[str, str]) -> None:
        begun.append(name)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    with package.open(part) as content:
        while not begun and (block := content.read(4096)):
            try:
                parser.Parse(block, False)  # noqa: FBT003 (expat takes it by position)
            except expat.ExpatError as error:
                raise BrokenFile(what=f"The workbook's part {part} does not hold together.") from error
