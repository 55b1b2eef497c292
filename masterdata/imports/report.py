"""What became of a file: counts, the first faults with their cells, and an example of each change."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.sheets import Table
from masterdata.imports.columns import Mapping
from masterdata.imports.kinds import Line, Verdict

MOST_ERRORS = 200
"""How many faults a report tells one by one; all of them are counted, and all rows can be downloaded."""
MOST_EXAMPLES = 20


@dataclass
class Report:
    """Counts by verdict and the faults of a file, small enough to keep and to show."""

    columns: list[list[str]] = field(default_factory=list)
    """Headings of the file and what they mean, in the file's order."""
    unused: list[str] = field(default_factory=list)
    described: str = ""
    most_errors: int = MOST_ERRORS
    counts: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    by_code: dict[str, int] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def begin(cls, table: Table, mapping: Mapping, most_errors: int = MOST_ERRORS) -> "Report":
        """An empty report of a file, with how it was understood."""
        return cls(
            columns=[[heading, column.label] for heading, column in mapping.used.items()],
            unused=mapping.unused,
            described=f"{table.format}, {table.described}",
            most_errors=most_errors,
        )

    def add(self, lines: Sequence[Line]) -> None:
        """Count a set of rows and keep its first faults and changes."""
        counted = Counter(self.counts) + Counter(str(line.verdict) for line in lines)
        self.counts = dict(counted)
        for line in lines:
            self._add_faults(line)
            if line.verdict == Verdict.CHANGED and len(self.examples) < MOST_EXAMPLES:
                self.examples.append(_example(line))

    def _add_faults(self, line: Line) -> None:
        for fault in line.faults:
            self.faults += 1
            self.by_code[fault.code] = self.by_code.get(fault.code, 0) + 1
            if len(self.errors) < self.most_errors:
                told = {"row": line.number, "key": line.called, "written": line.written.get(fault.column, "")}
                self.errors.append(told | asdict(fault))

    def count(self, verdict: Verdict) -> int:
        """How many rows have this verdict."""
        return self.counts.get(str(verdict), 0)

    @property
    def read(self) -> int:
        return sum(self.counts.values())

    @property
    def new(self) -> int:
        return self.count(Verdict.NEW)

    @property
    def changed(self) -> int:
        return self.count(Verdict.CHANGED)

    @property
    def unchanged(self) -> int:
        return self.count(Verdict.UNCHANGED)

    @property
    def refused(self) -> int:
        return self.count(Verdict.REFUSED)

    @property
    def good(self) -> int:
        """Rows that would be, or were, written."""
        return self.new + self.changed

    @property
    def renamed(self) -> list[list[str]]:
        """Headings that are called otherwise here, with what they mean."""
        return [[heading, label] for heading, label in self.columns if heading.casefold() != label.casefold()]

    def for_machines(self) -> dict[str, Any]:
        """The shape every import command answers with: `read`, `accepted`, `queued`, `duplicate`, `errors`."""
        errors = [{key: error[key] for key in ("row", "column", "code", "message")} for error in self.errors]
        return {
            "read": self.read,
            "accepted": self.good,
            "queued": 0,
            "duplicate": self.unchanged,
            "errors": errors,
        }

    def kept(self) -> dict[str, Any]:
        """As plain data, to be stored."""
        return asdict(self)


def _example(line: Line) -> dict[str, Any]:
    assert line.current is not None
    key = line.changes[0]
    return {
        "row": line.number,
        "key": line.called,
        "column": line.headings.get(key, key),
        "before": str(line.current[key]),
        "after": str(line.values[key]),
        "more": len(line.changes) - 1,
    }
