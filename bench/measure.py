"""Figures, what they are held against, and how they are taken."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Scale:
    """How much is measured: `sets` of `set_size` documents, histories of `lines` and `items`, medians of `repeats`."""

    sets: int = 10
    set_size: int = 1_000
    lines: int = 1_000_000
    items: int = 1_000_000
    repeats: int = 5


FULL = Scale()
QUICK = Scale(sets=4, lines=100_000, items=100_000, repeats=3)


@dataclass(frozen=True)
class Measure:
    """A figure and what it is held against.

    `target` is the ratio to reach, or to stay below where less is better; with `absolute` it is held against the value.
    """

    value: float
    reference: float
    unit: str
    target: float
    less_is_better: bool = False
    absolute: bool = False

    @property
    def ratio(self) -> float:
        return self.value / self.reference

    @property
    def met(self) -> bool:
        judged = self.value if self.absolute else self.ratio
        return judged <= self.target if self.less_is_better else judged >= self.target


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def alternate(ours: Callable[[], object], reference: Callable[[], object], repeats: int) -> tuple[float, float]:
    """The medians of both, taken in turn: what disturbs the machine disturbs both."""
    taken = [(seconds(ours), seconds(reference)) for _ in range(repeats)]
    return median(one for one, _ in taken), median(other for _, other in taken)
