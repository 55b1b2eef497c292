"""What became of each document of a set: done, already so, or refused with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.errors import DomainError


@dataclass
class Outcomes:
    """The answer of every verb: each id asked for is in exactly one of the three.

    `done` keeps business order. `already` are documents that were in the target state before, so doing
    something twice is safe. One refusal does not stop the others.
    """

    done: list[int] = field(default_factory=list)
    already: list[int] = field(default_factory=list)
    refused: dict[int, DomainError] = field(default_factory=dict)

    def require_all(self) -> "Outcomes":
        """All or nothing: raise the first refusal, so that the caller's transaction is undone."""
        for error in self.refused.values():
            raise error
        return self

    def refuse(self, ids: Iterable[int], error: DomainError) -> None:
        """Move ids from done to refused, for a rule that only the whole set shows."""
        for pk in ids:
            if pk in self.done:
                self.done.remove(pk)
            self.refused[pk] = error

    def __add__(self, other: "Outcomes") -> "Outcomes":
        return Outcomes(self.done + other.done, self.already + other.already, self.refused | other.refused)

    @property
    def total(self) -> int:
        return len(self.done) + len(self.already) + len(self.refused)
