"""Tables that people send: one safe reader for CSV files and Excel workbooks, whatever is in them.

    with open("customers.csv", "rb") as stored:
        table = open_table(stored)
        for row in table.rows():
            print(row.number, row.cells["Name"])

The content decides what a file is, never its name. What can't be read raises an `UnreadableFile` that says what
would be right. Rows are read as they are asked for.
"""

from io import SEEK_END
from typing import BinaryIO

from core.sheets.csv_table import CsvTable
from core.sheets.errors import EmptyFile, FileTooLarge, NotATable, UnreadableFile
from core.sheets.table import CellFault, Limits, Row, Table
from core.sheets.texts import from_file, to_file
from core.sheets.xlsx_table import XlsxTable

__all__ = ["CellFault", "Limits", "Row", "Table", "UnreadableFile", "from_file", "open_table", "to_file"]

PACKED = b"PK\x03\x04"
OTHERS = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old workbook (.xls) or one locked with a password",
    b"\x1f\x8b": "a packed file (gzip)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document (.rtf)",
    b"7z\xbc\xaf": "a packed file (7z)",
    b"Rar!": "a packed file (rar)",
    b"<?xml": "an XML file",
    b"<!doctype": "a web page",
    b"<html": "a web page",
}


def open_table(stored: BinaryIO, limits: Limits | None = None) -> Table:
    """The table in a file that can be read from its start again; refused as `UnreadableFile` if it is none."""
    limits = limits or Limits()
    size = stored.seek(0, SEEK_END)
    if size > limits.file_bytes:
        raise FileTooLarge(size=size, largest=limits.file_bytes)
    stored.seek(0)
    start = stored.read(512)
    if not start.strip():
        raise EmptyFile
    if start.startswith(PACKED):
        return XlsxTable(stored, limits)
    for mark, found in OTHERS.items():
        if start.lstrip().lower().startswith(mark.lower()):
            raise NotATable(found=found)
    return CsvTable(stored, limits)
