"""The one lock order of the house: who locks in another order may deadlock with everybody who keeps it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.apps import apps

_LOCKING = re.compile(
    r"\bFOR\s+(?:NO\s+KEY\s+UPDATE|UPDATE|SHARE|KEY\s+SHARE)\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_OF = re.compile(r"^\s*OF\s+(?P<tables>[\w\".,\s]+?)(?:\s+(?:NOWAIT|SKIP)\b|$)", re.IGNORECASE)
_FROM = re.compile(r"\b(?:FROM|JOIN)\s+\"?(\w+)\"?", re.IGNORECASE)


class OutOfOrder(AssertionError):
    """A verb locks a table after one that comes later in the house's order: a bug, never shown to people."""


_ranks: dict[str, int] = {}


def register(order: Sequence[Sequence[str]]) -> None:
    """Say at start in which order rows are locked: steps of model labels; models of one step share a rank."""
    _ranks.clear()
    _ranks.update({label.lower(): rank for rank, step in enumerate(order) for label in step})


def ranked_tables() -> dict[str, int]:
    """The rank of every table in the order."""
    return {apps.get_model(label)._meta.db_table: rank for label, rank in _ranks.items()}


def tables_locked(sql: str) -> list[str]:
    """The tables whose rows a statement locks and may have to wait for; rows it skips are never waited for."""
    found = _LOCKING.search(sql)
    if not found or "SKIP LOCKED" in found["rest"].upper():
        return []
    named = _OF.match(found["rest"])
    if named:
        return [table.strip(' "') for table in named["tables"].split(",")]
    return _FROM.findall(sql)[:1]


@dataclass
class LockWatch:
    """The locks of one transaction so far. Locking a table again is no new wait, so it is always in order."""

    ranks: dict[str, int]
    seen: list[str] = field(default_factory=list)

    def saw(self, sql: str) -> None:
        """Take note of a statement; a lock against the order raises `OutOfOrder`."""
        for table in tables_locked(sql):
            if table in self.ranks and table not in self.seen:
                late = [other for other in self.seen if self.ranks[other] > self.ranks[table]]
                if late:
                    raise OutOfOrder(f"{table} is locked after {', '.join(late)}; the house's order is the other way")
                self.seen.append(table)
