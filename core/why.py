"""Explanations: the reasoning behind a verdict, line by line, failed rules first."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a line says for the result."""

    PLAIN = ""
    OK = "ok"
    MID = "mid"
    NO = "no"


ICONS = {Verdict.PLAIN: "point", Verdict.OK: "circle-check", Verdict.MID: "alert-triangle", Verdict.NO: "circle-x"}


@dataclass(frozen=True)
class Reason:
    """One line of an explanation: what was looked at, what it was, what follows, and where it can be looked up."""

    what: str
    value: str = ""
    verdict: Verdict = Verdict.PLAIN
    source: str = ""
    url: str = ""
    symbol: str = ""

    @property
    def icon(self) -> str:
        return self.symbol or ICONS[self.verdict]


def failed_first(reasons: list[Reason]) -> list[Reason]:
    """The same lines with failed rules on top, otherwise in the order of the reasoning."""
    return sorted(reasons, key=lambda reason: reason.verdict != Verdict.NO)
