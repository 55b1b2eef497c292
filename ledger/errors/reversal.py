"""Why an entry is not taken back."""

from collections.abc import Sequence
from datetime import date

from core.errors import DomainError


class BookedForDocument(DomainError):
    """An entry that follows from a document is taken back with the document, never by itself."""

    code = "ledger.booked_for_document"

    def __init__(self, *, entry: int, document: str) -> None:
        self.entry, self.document = entry, document

    @property
    def message(self) -> str:
        return f"Entry {self.entry} was booked for a document. Reverse it where it was made: {self.document}."


class NotReversible(DomainError):
    """An entry that the ledger made by itself, or a reversal."""

    code = "ledger.not_reversible"

    def __init__(self, *, kind: str, instead: str) -> None:
        self.kind, self.instead = kind, instead

    @property
    def message(self) -> str:
        return f"An entry of kind {self.kind} is not reversed by hand. {self.instead}"


class ItemsSettled(DomainError):
    """Open items of the entry are settled, wholly or in part."""

    code = "ledger.items_settled"

    def __init__(self, *, items: Sequence[int]) -> None:
        self.items = list(items)

    @property
    def message(self) -> str:
        named = ", ".join(map(str, self.items))
        return f"Open items of this entry are settled ({named}). Undo their settlements first."


class ReversedBeforeBooked(DomainError):
    """A counter-entry may not stand before what it takes back."""

    code = "ledger.reversed_before_booked"

    def __init__(self, *, posting_date: date, on: date) -> None:
        self.posting_date, self.on = posting_date, on

    @property
    def message(self) -> str:
        return f"It was booked on {self.posting_date}, after {self.on}. Choose that day or a later one."
