"""The reader of uploaded tables: what it understands, and what it refuses without harm."""

import os
import tracemalloc
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from core.sheets import Limits, UnreadableFile, from_file, open_table, to_file

HOSTILE = Path(os.environ.get("REFERENCE_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "hostile"


def csv_file(text: str, encoding: str = "utf-8") -> BytesIO:
    return BytesIO(text.encode(encoding))


def workbook(*rows) -> BytesIO:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stored = BytesIO()
    book.save(stored)
    return stored


def rows_of(stored, limits=None):
    return [row.cells for row in open_table(stored, limits).rows()]


def refusal(stored, limits=None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        rows_of(stored, limits)
    assert refused.value.message
    return refused.value.code


def with_part(stored: BytesIO, part: str, content: bytes) -> BytesIO:
    """The same workbook with one of its parts replaced or added."""
    changed = BytesIO()
    with ZipFile(stored) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return changed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_reads_every_usual_encoding(encoding):
    stored = csv_file("Number,Name\n1,Blumenhaus Müller\n", encoding)

    assert rows_of(stored) == [{"Number": "1", "Name": "Blumenhaus Müller"}]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_finds_the_separator_even_where_texts_hold_others(separator):
    stored = csv_file(separator.join(["Number", "Name"]) + "\n" + separator.join(["1", '"Reed, Sons; Co"']) + "\n")

    assert rows_of(stored) == [{"Number": "1", "Name": "Reed, Sons; Co"}]


def test_takes_the_separator_that_the_file_declares():
    stored = csv_file("sep=^\r\nNumber^Name\r\n1^a,b,c\r\n", "utf-16")

    table = open_table(stored)

    assert table.columns == ["Number", "Name"]
    assert [(row.number, row.cells["Name"]) for row in table.rows()] == [(2, "a,b,c")]


def test_quoted_line_breaks_stay_in_their_cell_and_rows_keep_the_numbers_a_spreadsheet_shows():
    stored = csv_file('Number,Address\r\n1,"Dock 4\nBristol"\r\n\r\n,,\r\n2,Leeds\r\n')

    found = [(row.number, row.cells["Address"]) for row in open_table(stored).rows()]

    assert found == [(2, "Dock 4\nBristol"), (5, "Leeds")]


def test_rows_can_be_read_twice():
    table = open_table(csv_file("Number\n1\n2\n"))

    assert (
        [row.cells for row in table.rows()] == [row.cells for row in table.rows()] == [{"Number": "1"}, {"Number": "2"}]
    )


def test_says_how_the_file_was_understood():
    table = open_table(csv_file("Number;Name\n1;Müller\n", "cp1252"))

    assert (table.format, table.described) == ("CSV", "semicolons, Windows Western")


def test_a_short_row_has_empty_cells_and_a_long_one_is_at_fault():
    rows = list(open_table(csv_file("Number,Name\n1\n2,Reed, Sons\n")).rows())

    assert rows[0].cells == {"Number": "1", "Name": ""}
    assert [(fault.column, fault.code) for fault in rows[1].faults] == [("C", "sheets.row_too_wide")]


def test_a_column_without_a_name_is_called_by_its_letter():
    assert open_table(csv_file("Number,,Name\n1,2,3\n")).columns == ["Number", "Column B", "Name"]


def test_a_workbook_reads_as_the_same_texts_as_a_csv():
    stored = workbook(
        ["Number", "Price", "From", "At", "Sold", "GTIN", "Sum"],
        ["A1", 1234.5, date(2026, 11, 23), datetime.fromisoformat("2026-11-23 08:30"), True, 4006381333931, 0.1 + 0.2],
    )

    assert rows_of(stored) == [
        {
            "Number": "A1",
            "Price": "1234.5",
            "From": "2026-11-23",
            "At": "2026-11-23 08:30:00",
            "Sold": "yes",
            "GTIN": "4006381333931",
            "Sum": "0.3",
        }
    ]


def test_reads_the_first_visible_sheet():
    book = openpyxl.Workbook()
    book.active.append(["Hidden"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("Customers")
    shown.append(["Number"])
    shown.append([1])
    stored = BytesIO()
    book.save(stored)

    table = open_table(stored)

    assert (table.described, table.columns) == ("sheet Customers", ["Number"])


def test_a_formula_in_a_workbook_is_a_fault_and_never_its_value():
    row = next(open_table(workbook(["Number", "Limit"], ["1", "=1+1"])).rows())

    assert row.cells["Limit"] == "=1+1"
    assert [(fault.column, fault.code) for fault in row.faults] == [("Limit", "sheets.formula")]


def test_a_spreadsheet_error_in_a_cell_is_a_fault():
    row = next(open_table(workbook(["Number", "Limit"], ["1", "#N/A"])).rows())

    assert [(fault.column, fault.code) for fault in row.faults] == [("Limit", "sheets.error_value")]


@pytest.mark.parametrize("text", ["=1+1", "+49 40 123", "-5", "@home", "'=1+1", "''=x", "'twas", "O'Neill", "a=b"])
def test_what_we_write_harmless_reads_back_as_it_was(text):
    assert from_file(to_file(text)) == text
    assert not to_file(text).startswith(("=", "+", "-", "@"))


def test_hostile_cells_are_harmless_once_written():
    path = HOSTILE / "csv_injection.txt"
    if not path.exists():
        pytest.skip("hostile samples are not at hand; REFERENCE_DATA names the folder that holds them")

    for line in path.read_text().splitlines():
        assert to_file(line) == f"'{line}"
        assert from_file(to_file(line)) == line


@pytest.mark.parametrize("name", ["dtd.xml", "external.xml", "xmlbomb.xml"])
def test_hostile_markup_inside_a_workbook_is_refused(name):
    path = HOSTILE / "xml" / name
    if not path.exists():
        pytest.skip("hostile samples are not at hand; REFERENCE_DATA names the folder that holds them")
    stored = with_part(workbook(["Number"], [1]), "xl/sharedStrings.xml", path.read_bytes())

    assert refusal(stored) == "sheets.unsafe_markup"


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_in_any_part_is_refused_however_late_and_in_whatever_encoding(part, encoding):
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!--{" " * 9000}--><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    stored = with_part(workbook(["Number"], [1]), part, bomb.encode(encoding))

    assert refusal(stored) == "sheets.unsafe_markup"


def test_a_workbook_that_unpacks_to_far_more_than_a_table_is_refused_before_it_is_unpacked():
    stored = with_part(workbook(["Number"], [1]), "xl/media/zeros.bin", b"\0" * 30_000_000)
    tracemalloc.start()

    code = refusal(stored, Limits(unpacked_bytes=20_000_000))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == "sheets.unpacks_too_large"
    assert peak < 5_000_000


def test_a_cell_far_away_costs_nothing():
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = "Number"
    sheet["XFD2"] = 1
    sheet["A1048576"] = 1
    stored = BytesIO()
    book.save(stored)

    assert refusal(stored, Limits(rows=1000)) == "sheets.too_many_rows"


REFUSED = {
    "nothing": (b"", "sheets.empty"),
    "blanks": (b" \n \r\n", "sheets.empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "sheets.empty"),
    "only separators": (b",,,\n,,,\n", "sheets.empty"),
    "a PDF": (b"%PDF-1.7\n", "sheets.not_a_table"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "sheets.not_a_table"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "sheets.not_a_table"),
    "a web page": (b"<!DOCTYPE html><html></html>", "sheets.not_a_table"),
    "binary zeros": (b"a\0\0b\0\0\0c", "sheets.not_a_table"),
    "control characters": (b"Number,Name\n1,\x07\n", "sheets.not_a_table"),
    "half of UTF-16": ("Number\n1".encode("utf-16") + b"x", "sheets.encoding"),
    "no known encoding": (b"Number,Name\n1,\x81\xff\n", "sheets.encoding"),
    "a quote that is not closed": (b'Number,Name\n1,"Reed\n2,Sons\n', "sheets.broken"),
    "a quote inside a text": (b'Number,Name\n1,"Re"ed"\n', "sheets.broken"),
    "the same column twice": (b"Name,Number,name\n1,2,3\n", "sheets.column_twice"),
    "a cut workbook": (workbook(["Number"], [1]).getvalue()[:900], "sheets.broken"),
    "a zip archive": (with_part(BytesIO(b"PK\x05\x06" + b"\0" * 18), "a.txt", b"a").getvalue(), "sheets.not_a_table"),
}


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_what_is_no_table_and_says_what_would_be_right(content, code):
    assert refusal(BytesIO(content)) == code


def test_names_the_line_that_can_not_be_read():
    with pytest.raises(UnreadableFile) as refused:
        open_table(BytesIO(b"Number,Name\n1,M\xfcller\n2,\x81\n"))

    assert refused.value.message == (
        "Line 3 holds letters that can't be read as Windows Western. Save the file as CSV UTF-8."
    )


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(file_bytes=30), "sheets.too_large"),
        (Limits(rows=2), "sheets.too_many_rows"),
        (Limits(columns=1), "sheets.too_many_columns"),
        (Limits(cell=9), "sheets.cell_too_long"),
    ],
)
@pytest.mark.parametrize("make", [csv_file, None], ids=["csv", "xlsx"])
def test_refuses_what_is_beyond_a_limit(limits, code, make):
    rows = [["Number", "Name"], ["1", "Blumenhaus"], ["2", "Reed"], ["3", "Sons"]]
    stored = make("\n".join(",".join(row) for row in rows)) if make else workbook(*rows)

    assert refusal(stored, limits) == code


def test_memory_stays_flat_however_many_rows_there_are():
    line = b"C-%06d,Blumenhaus Lindner GmbH,Hamburg,Lange Reihe 12\n"
    stored = BytesIO(b"Number,Name,City,Street\n" + b"".join(line % number for number in range(100_000)))
    table = open_table(stored)
    tracemalloc.start()

    count = sum(1 for _ in table.rows())

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 2_000_000
