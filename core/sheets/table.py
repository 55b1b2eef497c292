"""A table as every importer sees it, whatever file it came from: column names, and rows of text with their numbers."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.sheets.errors import CellTooLong, ColumnTwice, EmptyFile, TooManyColumns, TooManyRows


@dataclass(frozen=True)
class Limits:
    """What one file may cost: bytes as sent, bytes unpacked, rows, columns, characters in a cell."""

    file_bytes: int = 20_000_000
    unpacked_bytes: int = 200_000_000
    rows: int = 200_000
    columns: int = 100
    cell: int = 5_000


@dataclass(frozen=True)
class CellFault:
    """A cell that can't be taken as text: a formula, a spreadsheet's own error, a cell beyond the last column."""

    column: str
    code: str
    message: str


@dataclass(frozen=True)
class Row:
    """One row by column name. `number` is the one the spreadsheet program shows beside it; the head is mostly 1.

    Texts are stripped; an empty cell is an empty text; numbers and days of a workbook are written plainly
    (`1234.5`, `2026-11-23`), as a CSV would write them.
    """

    number: int
    cells: dict[str, str]
    faults: list[CellFault] = field(default_factory=list)


RawCell = tuple[str, CellFault | None]
RawRow = tuple[int, Sequence[str], dict[int, tuple[str, str]]]
"""Row number, its cells, and faults by cell index as code and message."""


class Table(ABC):
    """An open file. Rows are read as they are asked for, so memory stays flat however long the file is.

    `format` and `described` say how it was understood, for people: `CSV`, `semicolons, Windows Western`.
    """

    format: str
    described: str

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.columns = self._read_head()

    @abstractmethod
    def _raw(self) -> Iterator[RawRow]:
        """Every row that holds something, from the first, with its number."""

    def _read_head(self) -> list[str]:
        for number, cells, _ in self._bounded():
            return name_columns(cells, number, self.limits)
        raise EmptyFile

    def rows(self) -> Iterator[Row]:
        """The rows below the head, read again from the start each time; rows without any text are left out."""
        rows = self._bounded()
        next(rows)
        for number, cells, faults in rows:
            yield self._row(number, cells, faults)

    def _row(self, number: int, cells: Sequence[str], faults: dict[int, tuple[str, str]]) -> Row:
        named = dict.fromkeys(self.columns, "") | dict(zip(self.columns, cells, strict=False))
        found = [CellFault(self._column(index), code, message) for index, (code, message) in faults.items()]
        if any(cells[len(self.columns) :]):
            found.append(self._too_wide(cells))
        return Row(number, named, found)

    def _column(self, index: int) -> str:
        return self.columns[index] if index < len(self.columns) else letters(index)

    def _too_wide(self, cells: Sequence[str]) -> CellFault:
        message = (
            f"The row has {len(cells)} cells, the head {len(self.columns)}. "
            "Put quotation marks around a text that holds the separator, or name the column."
        )
        return CellFault(letters(len(self.columns)), "sheets.row_too_wide", message)

    def _bounded(self) -> Iterator[RawRow]:
        """Rows within the limits; a file that goes beyond is refused as a whole."""
        for count, (number, cells, faults) in enumerate(self._raw()):
            if count > self.limits.rows:
                raise TooManyRows(most=self.limits.rows)
            if len(cells) > self.limits.columns:
                raise TooManyColumns(row=number, most=self.limits.columns)
            if any(len(cell) > self.limits.cell for cell in cells):
                raise CellTooLong(row=number, most=self.limits.cell)
            yield number, cells, faults


def name_columns(cells: Sequence[str], number: int, limits: Limits) -> list[str]:
    """The column names of the head; a column without a name is called by its letter."""
    names = [" ".join(cell.split()) or f"Column {letters(index)}" for index, cell in enumerate(trimmed(cells))]
    if len(names) > limits.columns:
        raise TooManyColumns(row=number, most=limits.columns)
    for name, times in Counter(name.casefold() for name in names).items():
        if times > 1:
            raise ColumnTwice(name=next(given for given in names if given.casefold() == name))
    return names


def trimmed(cells: Sequence[str]) -> Sequence[str]:
    """The cells without the empty ones at the end."""
    last = len(cells)
    while last and not cells[last - 1].strip():
        last -= 1
    return cells[:last]


def letters(index: int) -> str:
    """The letters a spreadsheet program shows above a column: 0 is A, 26 is AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
