"""Reading CSV: which encoding, which separator, and quoted texts that go over several lines."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO

from core.sheets.errors import BrokenFile, CellTooLong, NotATable, WrongEncoding
from core.sheets.table import Limits, RawRow, Table, trimmed
from core.sheets.texts import from_file

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SPOKEN = {
    **dict.fromkeys(("utf-8", "utf-8-sig"), "UTF-8"),
    **dict.fromkeys(("utf-16", "utf-16-le", "utf-16-be"), "UTF-16"),
    "cp1252": "Windows Western",
}
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
SAMPLE = 64 * 1024
SAMPLE_ROWS = 50
BLOCK = 256 * 1024


class CsvTable(Table):
    """A CSV file. Byte order marks, a `sep=;` line as Excel writes it, and any kind of line end are understood."""

    format = "CSV"

    def __init__(self, stored: BinaryIO, limits: Limits) -> None:
        self._stored = stored
        self._encoding = encoding_of(stored)
        self._separator, self._declared = separator_of(stored, self._encoding)
        self.described = f"{SEPARATORS.get(self._separator, self._separator)}, {SPOKEN[self._encoding]}"
        super().__init__(limits)

    def _raw(self) -> Iterator[RawRow]:
        self._stored.seek(0)
        text = TextIOWrapper(self._stored, encoding=self._encoding, newline="")
        try:
            if self._declared:
                text.readline()
            yield from self._records(text)
        finally:
            text.detach()

    def _records(self, text: TextIOWrapper) -> Iterator[RawRow]:
        reader = csv.reader(text, delimiter=self._separator, strict=True)
        number = 0
        try:
            for number, cells in enumerate(reader, start=1):
                found = [from_file(cell) for cell in trimmed(cells)]
                if found:
                    yield number, found, {}
        except csv.Error as error:
            if "field larger than field limit" in str(error):
                raise CellTooLong(row=number + 1, most=self.limits.cell) from error
            what = f"Row {number + 1} of the file does not hold together: a quotation mark is missing or one too many."
            raise BrokenFile(what=what) from error


def encoding_of(stored: BinaryIO) -> str:
    """UTF-8 or UTF-16 by their marks or by how they look, else Windows Western; other content is refused."""
    stored.seek(0)
    start = stored.read(SAMPLE)
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return _readable(stored, encoding)
    if b"\0" in start:
        return _readable(stored, _sixteen_bits(start))
    try:
        return _readable(stored, "utf-8")
    except WrongEncoding:
        return _readable(stored, "cp1252")


def _sixteen_bits(start: bytes) -> str:
    """Which half of UTF-16 a text without a mark is in: of Western letters every other byte is zero."""
    if not start[::2].count(0):
        return "utf-16-le"
    if not start[1::2].count(0):
        return "utf-16-be"
    raise NotATable(found="no text (it holds binary zeros)")


def _readable(stored: BinaryIO, encoding: str) -> str:
    """The encoding, if the whole file can be read in it; read in blocks, so that memory stays flat."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    line = 1
    stored.seek(0)
    try:
        while block := stored.read(BLOCK):
            text = decoder.decode(block)
            _refuse_controls(text)
            line += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        before = bytes(error.object[: error.start]).count(b"\n")
        raise WrongEncoding(encoding=SPOKEN[encoding], line=line + before) from error
    return encoding


def _refuse_controls(text: str) -> None:
    if CONTROLS.search(text):
        raise NotATable(found="no text (it holds control characters)")


def separator_of(stored: BinaryIO, encoding: str) -> tuple[str, bool]:
    """The separator, and whether a `sep=` line declares it; else the one that cuts the first rows most evenly."""
    stored.seek(0)
    text = TextIOWrapper(stored, encoding=encoding, newline="")
    try:
        sample = text.read(SAMPLE)
    finally:
        text.detach()
    first = sample.split("\n", 1)[0].strip()
    if first[:4].lower() == "sep=" and len(first) == 5:
        return first[4], True
    return max(SEPARATORS, key=lambda separator: _evenness(sample, separator)), False


def _evenness(sample: str, separator: str) -> tuple[float, int]:
    """How well a separator explains the sample: the share of rows with the most frequent width, then that width."""
    widths = Counter(len(cells) for cells in islice(_sample_rows(sample, separator), SAMPLE_ROWS) if cells)
    if not widths:
        return 0.0, 0
    width, rows = max(widths.items(), key=lambda pair: (pair[0] > 1, pair[1], pair[0]))
    return (rows / widths.total(), width) if width > 1 else (0.0, 1)


def _sample_rows(sample: str, separator: str) -> Iterator[list[str]]:
    """Rows of the sample; one that the sample cuts off in the middle of a text counts as it is."""
    try:
        yield from csv.reader(sample.splitlines(keepends=True), delimiter=separator)
    except csv.Error:
        return
