"""States and moves of a document, said once: the verb asks here, the database refuses every other path."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import pgtrigger

from core.errors import DomainError, NotFound, WrongState
from core.outcomes import Outcomes
from core.sets import require_bounded


class Stateful(Protocol):
    """A document with a state column."""

    state: str


DocumentT = TypeVar("DocumentT", bound=Stateful)


@dataclass(frozen=True)
class Move:
    """A verb leads from any of some states to one."""

    sources: frozenset[str]
    target: str


@dataclass(frozen=True)
class Lifecycle:
    """The map of a document's states. `sift` reads it in code, `trigger` guards it against raw SQL."""

    moves: Mapping[str, Move]

    @classmethod
    def of(cls, **moves: tuple[Collection[str], str]) -> "Lifecycle":
        """`Lifecycle.of(submit=({DRAFT}, SUBMITTED), …)`: verb = (states it may start from, state it ends in)."""
        return cls({verb: Move(frozenset(map(str, sources)), str(target)) for verb, (sources, target) in moves.items()})

    def allows(self, verb: str, state: str) -> bool:
        """Whether the verb may be offered for a document in this state."""
        return str(state) in self.moves[verb].sources

    def sift(
        self,
        verb: str,
        ids: Iterable[int],
        found: Mapping[int, DocumentT],
        refuse: Callable[[DocumentT], DomainError | None] | None = None,
        *,
        what: str = "document",
    ) -> Outcomes:
        """Sort the documents asked for into done, already and refused, in the order of `ids`, each once.

        `found` holds the locked rows by key; an id without a row is refused as not found. `refuse` is asked
        only for documents whose state lets them go. Pure: no SQL, nothing is changed.
        """
        move, outcomes = self.moves[verb], Outcomes()
        for pk in require_bounded(dict.fromkeys(ids)):
            document = found.get(pk)
            if document is None:
                outcomes.refused[pk] = NotFound(what=what, key=pk)
            elif str(document.state) == move.target and str(document.state) not in move.sources:
                outcomes.already.append(pk)
            elif str(document.state) not in move.sources:
                outcomes.refused[pk] = WrongState(verb=verb, state=str(document.state), allowed=sorted(move.sources))
            elif refuse and (error := refuse(document)):
                outcomes.refused[pk] = error
            else:
                outcomes.done.append(pk)
        return outcomes

    def trigger(self, name: str, *, field: str = "state") -> pgtrigger.Trigger:
        """The same map as a trigger, so that no other path to a state exists, raw SQL included."""
        pairs = sorted({(source, move.target) for move in self.moves.values() for source in move.sources})
        allowed = ", ".join(f"('{source}', '{target}')" for source, target in pairs)
        return pgtrigger.Trigger(
            name=name,
            when=pgtrigger.Before,
            operation=pgtrigger.UpdateOf(field),
            condition=pgtrigger.Condition(f'OLD."{field}" IS DISTINCT FROM NEW."{field}"'),
            func=f"""
                IF (OLD."{field}", NEW."{field}") NOT IN ({allowed}) THEN
                    RAISE EXCEPTION '% % may not go from % to %', TG_TABLE_NAME, OLD.id, OLD."{field}", NEW."{field}"
                        USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
                END IF;
                RETURN NEW;
            """,
        )
