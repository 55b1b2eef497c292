"""What is in the way of closing a period: checks that stages register, each with the documents to look at."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.models import Module, Period


@dataclass(frozen=True)
class Obstacle:
    """One thing in the way, in words, with the document it is about."""

    what: str
    document_kind: str = ""
    document_id: int | None = None


@dataclass(frozen=True)
class ClosingCheck:
    """A look at one period of certain modules. What it finds blocks the closing, or only warns."""

    name: str
    title: str
    modules: frozenset[Module]
    find: Callable[[Period], list[Obstacle]]
    blocks: bool = True


@dataclass(frozen=True)
class Finding:
    """A check and what it found in the way."""

    check: ClosingCheck
    obstacles: list[Obstacle]


_checks: dict[str, ClosingCheck] = {}


def register(*checks: ClosingCheck) -> None:
    """Make checks known, at start; the same name twice is a mistake in the wiring."""
    for check in checks:
        assert _checks.get(check.name, check) == check, f"closing check {check.name} registered twice"
        _checks[check.name] = check


def in_the_way(period: Period) -> list[Finding]:
    """What stands in the way of closing this period now: blocking findings first, then warnings."""
    module = Module(period.module)
    asked = [check for check in _checks.values() if module in check.modules]
    asked.sort(key=lambda check: (not check.blocks, check.name))
    found = [Finding(check, check.find(period)) for check in asked]
    return [finding for finding in found if finding.obstacles]
