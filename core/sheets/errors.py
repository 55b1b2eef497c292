"""Why a file can't be read as a table, each with what would be right. Nothing of such a file is used."""

from core.errors import DomainError

KINDS = "Save it as CSV (UTF-8) or as an Excel workbook (.xlsx)."


class UnreadableFile(DomainError):
    """The base of every refusal of a whole file, so that callers can answer all of them the same way."""

    code = "sheets.unreadable"


class EmptyFile(UnreadableFile):
    """There is nothing in it."""

    code = "sheets.empty"

    @property
    def message(self) -> str:
        return "The file is empty. Its first row must name the columns, the rows below hold the data."


class NotATable(UnreadableFile):
    """The content is of another kind than its name may say: a PDF, a picture, an old workbook."""

    code = "sheets.not_a_table"

    def __init__(self, *, found: str) -> None:
        self.found = found

    @property
    def message(self) -> str:
        return f"The file is {self.found}, not a table. {KINDS}"


class WrongEncoding(UnreadableFile):
    """The letters are written in an encoding that is neither Unicode nor Windows Western."""

    code = "sheets.encoding"

    def __init__(self, *, encoding: str, line: int) -> None:
        self.encoding, self.line = encoding, line

    @property
    def message(self) -> str:
        return f"Line {self.line} holds letters that can't be read as {self.encoding}. Save the file as CSV UTF-8."


class FileTooLarge(UnreadableFile):
    """More bytes than one upload may have."""

    code = "sheets.too_large"

    def __init__(self, *, size: int, largest: int) -> None:
        self.size, self.largest = size, largest

    @property
    def message(self) -> str:
        return f"The file has {_megabytes(self.size)}; at most {_megabytes(self.largest)} can be read. Split it."


class UnpacksTooLarge(UnreadableFile):
    """A workbook is packed; this one would unpack to far more than a table holds (a zip bomb)."""

    code = "sheets.unpacks_too_large"

    def __init__(self, *, size: int, largest: int) -> None:
        self.size, self.largest = size, largest

    @property
    def message(self) -> str:
        return (
            f"The workbook unpacks to {_megabytes(self.size)}; at most {_megabytes(self.largest)} can be read. "
            "Copy the rows into a new workbook, or save them as CSV."
        )


class UnsafeMarkup(UnreadableFile):
    """A part of the workbook declares a document type or entities, which no spreadsheet program writes."""

    code = "sheets.unsafe_markup"

    def __init__(self, *, part: str) -> None:
        self.part = part

    @property
    def message(self) -> str:
        return f"The workbook's part {self.part} declares entities, which is not safe to read. {KINDS}"


class BrokenFile(UnreadableFile):
    """It begins like a table but does not hold together."""

    code = "sheets.broken"

    def __init__(self, *, what: str) -> None:
        self.what = what

    @property
    def message(self) -> str:
        return f"{self.what} Open the file in a spreadsheet program and save it again."


class TooManyRows(UnreadableFile):
    """More rows than one file may have."""

    code = "sheets.too_many_rows"

    def __init__(self, *, most: int) -> None:
        self.most = most

    @property
    def message(self) -> str:
        return f"The file has more than {self.most:,} rows. Split it."


class TooManyColumns(UnreadableFile):
    """More columns than a table of ours needs."""

    code = "sheets.too_many_columns"

    def __init__(self, *, row: int, most: int) -> None:
        self.row, self.most = row, most

    @property
    def message(self) -> str:
        return f"Row {self.row} has more than {self.most} columns. Delete those that are not needed."


class CellTooLong(UnreadableFile):
    """A cell with more text than any of our fields; in CSV mostly a quote that was never closed."""

    code = "sheets.cell_too_long"

    def __init__(self, *, row: int, most: int) -> None:
        self.row, self.most = row, most

    @property
    def message(self) -> str:
        return (
            f"A cell in row {self.row} has more than {self.most:,} characters. "
            "Shorten it; in a CSV look for a quotation mark that is not closed."
        )


class ColumnTwice(UnreadableFile):
    """Two columns have the same name, so nobody knows which one is meant."""

    code = "sheets.column_twice"

    def __init__(self, *, name: str) -> None:
        self.name = name

    @property
    def message(self) -> str:
        return f"Two columns are called “{self.name}”. Rename or delete one of them."


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
