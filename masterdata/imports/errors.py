"""Why a cell of an imported file is refused, each with what would be right in its place."""

import difflib
from collections.abc import Collection
from typing import Any

from core.errors import DomainError


class CellRefused(DomainError):
    """The base of every refusal of one cell; the row and the column are told beside it."""

    code = "import.cell"


class Missing(CellRefused):
    """The cell is empty, or the file lacks the column, and the record can't do without it."""

    code = "import.required"

    def __init__(self, *, column: str, in_file: bool) -> None:
        self.column, self.in_file = column, in_file

    @property
    def message(self) -> str:
        if not self.in_file:
            return f"A new row needs {self.column}, and the file has no such column. Add it."
        return f"{self.column} is empty. Fill it in."


class TooLong(CellRefused):
    """More letters than the field has room for."""

    code = "import.too_long"

    def __init__(self, *, length: int, longest: int) -> None:
        self.length, self.longest = length, longest

    @property
    def message(self) -> str:
        return f"The text has {self.length} characters; at most {self.longest} fit. Shorten it."


class UnknownCode(CellRefused):
    """A code that the company does not have: a group, a payment term, a unit."""

    code = "import.unknown_code"

    def __init__(self, *, what: str, text: str, known: Collection[str]) -> None:
        self.what, self.text, self.known = what, text, known

    @property
    def message(self) -> str:
        return f"There is no {self.what} “{self.text}”. {_suggest(self.text, self.known)}"


class NotAChoice(CellRefused):
    """A word that is none of the few that are allowed."""

    code = "import.not_a_choice"

    def __init__(self, *, text: str, choices: Collection[str]) -> None:
        self.text, self.choices = text, choices

    @property
    def message(self) -> str:
        return f"“{self.text}” is none of the choices. Write {_either(self.choices)}."


class NotANumber(CellRefused):
    """Something that does not read as a number; letters that look like digits are named."""

    code = "import.not_a_number"
    LOOK_ALIKES = {"O": "0", "o": "0", "l": "1", "I": "1", "S": "5", "B": "8"}

    def __init__(self, *, text: str) -> None:
        self.text = text

    @property
    def message(self) -> str:
        swapped = "".join(self.LOOK_ALIKES.get(letter, letter) for letter in self.text)
        letter = next((letter for letter in self.text if letter in self.LOOK_ALIKES), "")
        if letter and swapped.replace(".", "", 1).isdecimal():
            return f"“{self.text}” is not a number: it holds the letter {letter}. Write {swapped}."
        return f"“{self.text}” is not a number. Write it like 1234.50, without a unit or currency."


class AmbiguousNumber(CellRefused):
    """One comma before three digits: thousands in one country, decimals in another."""

    code = "import.ambiguous_number"

    def __init__(self, *, text: str) -> None:
        self.text = text

    @property
    def message(self) -> str:
        whole, decimals = self.text.split(",")
        return f"“{self.text}” can be {whole}{decimals} or {whole}.{decimals}. Write it without the comma."


class OutOfRange(CellRefused):
    """A number that is too small, too large or too fine."""

    code = "import.out_of_range"

    def __init__(self, *, text: str, allowed: str) -> None:
        self.text, self.allowed = text, allowed

    @property
    def message(self) -> str:
        return f"{self.text} is out of range. Give {self.allowed}."


class NotADay(CellRefused):
    """A date that does not exist, or that can be read in two ways."""

    code = "import.not_a_day"

    def __init__(self, *, text: str) -> None:
        self.text = text

    @property
    def message(self) -> str:
        return f"“{self.text}” is not a day that can only be read one way. Write it like 2026-11-23."


class NotValid(CellRefused):
    """An identifier with a wrong check digit, a country or a mail address that can't be; it says why itself."""

    code = "import.not_valid"

    def __init__(self, *, reason: str) -> None:
        self.reason = reason

    @property
    def message(self) -> str:
        return self.reason


class Shortened(CellRefused):
    """A long number that a spreadsheet program rewrote as a power of ten, losing its digits."""

    code = "import.shortened"

    def __init__(self, *, text: str) -> None:
        self.text = text

    @property
    def message(self) -> str:
        return f"“{self.text}” was shortened by a spreadsheet. Format the column as text and enter all digits again."


class TwiceInFile(CellRefused):
    """Two rows for the same record: nobody knows which one counts."""

    code = "import.twice_in_file"

    def __init__(self, *, text: str, first: int) -> None:
        self.text, self.first = text, first

    @property
    def message(self) -> str:
        return f"{self.text} stands in row {self.first} already. Keep one of the two rows."


class TakenBy(CellRefused):
    """An identifier that belongs to somebody else, and can only belong to one."""

    code = "import.taken"

    def __init__(self, *, text: str, owner: str) -> None:
        self.text, self.owner = text, owner

    @property
    def message(self) -> str:
        return f"{self.text} belongs to {self.owner} already. Correct one of the two."


class Conflicting(CellRefused):
    """A value that does not go with another one of the same row."""

    code = "import.conflicting"

    def __init__(self, *, reason: str) -> None:
        self.reason = reason

    @property
    def message(self) -> str:
        return self.reason


class ColumnMissing(DomainError):
    """The column that says which record a row means is not in the file, so no row can be used."""

    code = "import.column_missing"

    def __init__(self, *, column: str, found: Collection[str]) -> None:
        self.column, self.found = column, found

    @property
    def message(self) -> str:
        return f"No column is called {self.column}. The file has: {', '.join(self.found)}. Rename one in its first row."


class MeansTwice(DomainError):
    """Two columns of the file would fill the same field."""

    code = "import.column_means_twice"

    def __init__(self, *, column: str, found: Collection[str]) -> None:
        self.column, self.found = column, found

    @property
    def message(self) -> str:
        return f"{_either(self.found, last='and')} both mean {self.column}. Delete one, or rename it."


def _suggest(text: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(text.upper(), known, n=1)
    if close:
        return f"Did they mean {close[0]}?"
    if not known:
        return "None is set up yet; an administrator can add it."
    few = sorted(known)[:8]
    return f"Known are {', '.join(few)}{' and more' if len(known) > len(few) else ''}."


def _either(words: Collection[Any], last: str = "or") -> str:
    *others, end = [str(word) for word in words]
    return f"{', '.join(others)} {last} {end}" if others else end
