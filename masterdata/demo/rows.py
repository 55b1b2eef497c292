"""Adding only what is missing, so that the demo may be loaded again."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from django.db import models

RowT = TypeVar("RowT", bound=models.Model)


class Tally:
    """How many rows of each kind were added."""

    def __init__(self) -> None:
        self.added: dict[str, int] = {}

    def add(
        self, kind: str, existing: models.QuerySet[RowT], rows: Iterable[RowT], key: Callable[[RowT], Hashable]
    ) -> dict[Hashable, RowT]:
        """Add the rows whose key no existing row has; returns all of them, existing and new, by key."""
        known = {key(row): row for row in existing}
        missing = [row for row in rows if key(row) not in known]
        made = existing.model._default_manager.bulk_create(missing)
        self.added[kind] = self.added.get(kind, 0) + len(made)
        return known | {key(row): row for row in made}
