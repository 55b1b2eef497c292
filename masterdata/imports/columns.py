"""Columns: what the fields of an import are called in files, and which column of a file means which field."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from masterdata.imports.errors import ColumnMissing, MeansTwice
from masterdata.imports.reading import Reader


@dataclass(frozen=True)
class Column:
    """A field that a file can fill: its heading, other words for it, and how its cells are read.

    `required` fields may never be empty. An empty cell of another one means `empty`; a field without a column in the
    file stays as it is.
    """

    key: str
    label: str
    read: Reader
    synonyms: tuple[str, ...] = ()
    required: bool = False
    empty: Any = ""


@dataclass(frozen=True)
class Mapping:
    """Which column of the file means which field, in the file's order, and which are not used."""

    used: dict[str, Column]
    unused: list[str]

    def heading(self, key: str) -> str | None:
        """What the file calls a field."""
        return next((heading for heading, column in self.used.items() if column.key == key), None)

    def saved(self) -> dict[str, str]:
        """The mapping as it can be kept for the next file: heading to field."""
        return {heading: column.key for heading, column in self.used.items()}


def map_columns(
    headings: Sequence[str], columns: Sequence[Column], key: str, chosen: dict[str, str] | None = None
) -> Mapping:
    """Find each heading's field by label, key or synonym, whatever its capitals, accents and signs.

    `chosen` (heading to field key, as `Mapping.saved` gives it) goes before what headings mean by themselves.
    Refused where the key column is missing, or two columns mean one field.
    """
    by_word = _by_word(columns)
    by_key = {column.key: column for column in columns}
    used: dict[str, Column] = {}
    for heading in headings:
        column = by_key.get((chosen or {}).get(heading, "")) or by_word.get(_plain(heading))
        if column is not None:
            _refuse_second(used, heading, column)
            used[heading] = column
    if key not in {column.key for column in used.values()}:
        raise ColumnMissing(column=by_key[key].label, found=list(headings))
    return Mapping(used, [heading for heading in headings if heading not in used])


def _by_word(columns: Sequence[Column]) -> dict[str, Column]:
    """What headings mean: labels go before other words, and those before the names of fields."""
    by_word: dict[str, Column] = {}
    for words in (lambda column: [column.label], lambda column: column.synonyms, lambda column: [column.key]):
        for column in columns:
            for word in words(column):
                by_word.setdefault(_plain(word), column)
    return by_word


def _refuse_second(used: dict[str, Column], heading: str, column: Column) -> None:
    first = next((other for other, known in used.items() if known.key == column.key), None)
    if first is not None:
        raise MeansTwice(column=column.label, found=[first, heading])


def _plain(heading: str) -> str:
    """`Kunden-Nr.` and `kunden nr` are one word; so are `Straße` and `strasse`."""
    folded = unicodedata.normalize("NFKD", heading.casefold())
    return re.sub(r"[^a-z0-9]", "", "".join(letter for letter in folded if not unicodedata.combining(letter)))
