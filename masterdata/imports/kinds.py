"""What can be imported: each kind knows its columns, what the company has already, and how good rows are stored."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.models import Company, User
from masterdata.imports.columns import Column
from masterdata.imports.errors import CellRefused
from masterdata.imports.known import Known


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Fault:
    """A cell that is refused: the file's heading (or the field's label), a stable code, and what would be right."""

    column: str
    code: str
    message: str


@dataclass
class Line:
    """A row of the file on its way in: its cells as written, what they mean, what is there already, what is wrong.

    `values` holds only the fields that the file has columns for, and only cells that could be read.
    """

    number: int
    written: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    current: dict[str, Any] | None = None
    faults: list[Fault] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    emptied: list[str] = field(default_factory=list)
    """Required fields whose cells are empty: a fault, unless there is nothing to lose."""
    called: str = ""
    """The record's key as the file writes it."""

    @property
    def changes(self) -> list[str]:
        """The fields that would get another value."""
        known = self.current
        return [] if known is None else [key for key, value in self.values.items() if known[key] != value]

    @property
    def verdict(self) -> Verdict:
        if self.faults:
            return Verdict.REFUSED
        if self.current is None:
            return Verdict.NEW
        return Verdict.CHANGED if self.changes else Verdict.UNCHANGED

    def will_be(self, key: str) -> Any:
        """The value of a field once the row is stored: from the file, else what is there already."""
        return self.values.get(key, self.current.get(key) if self.current else None)

    def refuse(self, key: str, label: str, error: CellRefused) -> None:
        """Put a fault at a field's cell."""
        self.faults.append(Fault(self.headings.get(key, label), error.code, error.message))


class Kind(ABC):
    """Something that can be imported and exported in the same shape. One object serves one reading of one file."""

    code: str
    noun: str
    permission: str
    """Who may import it."""
    view_permission: str
    """Who may export it."""
    key_columns: tuple[str, ...]
    """The fields that say which record a row means, in this company."""
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ()
    """Other fields that only one record of the company may have."""
    guarded: dict[str, str] = {}
    """Fields that only people with a permission may export."""

    @abstractmethod
    def known(self, company: Company) -> Known:
        """The codes that cells may name; read once a file."""

    @abstractmethod
    def current(self, known: Known, keys: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], dict[str, Any]]:
        """The records with these keys as rows would write them, with their `pk`; a fixed number of queries."""

    @abstractmethod
    def everything(self, known: Known) -> Iterator[dict[str, Any]]:
        """All records of the company as rows would write them, in order of their keys, read in sets."""

    def owners(self, known: Known, column: str, values: Sequence[Any]) -> dict[Any, tuple[Any, ...]]:
        """Which record has each of these values of a unique field, by key."""
        raise NotImplementedError(f"{self.code} has no unique field {column}")

    @abstractmethod
    def examine(self, known: Known, lines: Sequence[Line]) -> None:
        """Refuse what one cell can't show: values that don't go together, or that name records. Bounded queries."""

    @abstractmethod
    def remember(self, lines: Sequence[Line]) -> None:
        """Rows that were read before a pause: note what later rows of the file may refer to."""

    @abstractmethod
    def store(self, known: Known, lines: Sequence[Line], by: User | None) -> None:
        """Write new and changed rows, at most one set, in one transaction, with a fixed number of statements."""

    def column(self, key: str) -> Column:
        """The column of a field."""
        return next(column for column in self.columns if column.key == key)

    def key_of(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """Which record these values mean."""
        return tuple(values[name] for name in self.key_columns)


def spoken(key: tuple[Any, ...]) -> str:
    """A key as people read it."""
    return " ".join(str(part) for part in key if part not in (None, ""))
