"""Which operation answers which event; the project fills this in at start from its process map."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from core.models import Company
from core.outcomes import Outcomes
from core.sets import MAX_SET

Payload = dict[str, Any]
Handler = Callable[[list[Payload]], Outcomes | None]
Due = Callable[[Company], Iterable[Payload]]


@dataclass(frozen=True)
class Kind:
    """An event and one operation that answers it.

    `interactive` kinds are answered right after the commit, while the person waits. `batch` is the largest set
    handed to the operation. `due` finds the same work from state, for the nightly run.
    """

    name: str
    operation: str
    handler: Handler = field(compare=False)
    interactive: bool = field(default=False, compare=False)
    batch: int = field(default=MAX_SET, compare=False)
    due: Due | None = field(default=None, compare=False)


_kinds: dict[tuple[str, str], Kind] = {}


def handles(
    name: str,
    handler: Handler,
    *,
    interactive: bool = False,
    batch: int = MAX_SET,
    due: Due | None = None,
    operation: str = "",
) -> Kind:
    """Let an operation answer an event. Its stored name is app and function, such as `credit.check_orders`.

    The handler gets distinct payloads, oldest first, in a transaction that also marks the events done. It
    returns the outcomes or nothing: a refusal is a finished event. Only what it raises is tried again.
    """
    assert 1 <= batch <= MAX_SET, f"a set has 1 to {MAX_SET} events"
    kind = Kind(name, operation or operation_name(handler), handler, interactive, batch, due)
    known = _kinds.setdefault((kind.name, kind.operation), kind)
    assert known.handler is handler, f"{kind.name} is answered by {kind.operation} twice"
    return known


def forget(kind: Kind) -> None:
    """Take a kind out again: for tests, which make kinds of their own."""
    del _kinds[kind.name, kind.operation]


def operation_name(handler: Handler) -> str:
    """App and function of an operation: `credit.check_orders`, wherever in the app it stands."""
    return f"{handler.__module__.partition('.')[0]}.{handler.__name__}"


def kinds_of(name: str) -> list[Kind]:
    """The kinds that answer an event; none, if nobody waits for it."""
    return [kind for kind in _kinds.values() if kind.name == name]


def all_kinds() -> list[Kind]:
    """Every kind, in the order of the process map."""
    return list(_kinds.values())
