"""What a company knows by code while a file is read: loaded once a file, looked up for every cell."""

from dataclasses import dataclass, field

from django.db.models import Model, QuerySet

from core.models import Company


@dataclass
class Known:
    """Codes by kind: capitals folded to the code as it is stored, and the code to its key."""

    company: Company
    keys: dict[str, dict[str, int]] = field(default_factory=dict)
    _folded: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, kind: str, rows: QuerySet[Model], by: str = "code") -> None:
        """Read the codes of these rows, in one query."""
        self.keys[kind] = dict(rows.values_list(by, "pk"))
        self._folded[kind] = {code.casefold(): code for code in self.keys[kind]}

    def codes(self, kind: str) -> dict[str, str]:
        """Every code of a kind, by its folded form."""
        return self._folded[kind]

    def key(self, kind: str, code: str) -> int:
        """The key of what a code names."""
        return self.keys[kind][code]

    def key_or_none(self, kind: str, code: str | None) -> int | None:
        """The key of what a code names; nothing for no code."""
        return self.keys[kind][code] if code else None
