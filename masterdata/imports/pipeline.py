"""From a file to records: read, map, check every cell, compare with what is there, store. One way for every kind.

Reading twice costs time and no memory: checking and storing each go through the file in sets of rows.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from core.models import Company, User
from core.sets import MAX_SET, in_sets
from core.sheets import Row, Table
from masterdata.imports.columns import map_columns
from masterdata.imports.errors import CellRefused, Missing, TakenBy, TwiceInFile
from masterdata.imports.kinds import Fault, Kind, Line, Verdict, spoken
from masterdata.imports.known import Known
from masterdata.imports.report import Report


class Reading:
    """One way through a file for a kind in a company. Each set of lines comes with verdicts, in the file's order."""

    def __init__(self, table: Table, kind: Kind, company: Company, chosen: dict[str, str] | None = None) -> None:
        """Refuses a file whose columns can't be mapped (`ColumnMissing`, `MeansTwice`)."""
        self.table, self.kind, self.company = table, kind, company
        headings, keys = kind.columns, kind.key_columns
        self.mapping = map_columns(table.columns, headings, keys[0], chosen)

    def sets(self, skip: int = 0) -> Iterator[list[Line]]:
        """The lines with their verdicts, at most `MAX_SET` at a time; every set costs the same number of queries.

        Sets to `skip` were read before a pause: they are only looked at for what later rows must not repeat.
        """
        self.known = known = self.kind.known(self.company)
        seen: dict[str, dict[Any, int]] = {}
        for number, rows in enumerate(in_sets(self.table.rows(), MAX_SET)):
            lines = [self._line(row, known) for row in rows]
            _refuse_repeated(self.kind, lines, seen)
            if number < skip:
                self.kind.remember([line for line in lines if not line.faults])
                continue
            self._compare(known, lines)
            self.kind.examine(known, [line for line in lines if not line.faults])
            yield lines

    def _line(self, row: Row, known: Known) -> Line:
        line = Line(row.number, row.cells, headings={column.key: name for name, column in self.mapping.used.items()})
        line.called = " ".join(row.cells[line.headings[key]] for key in self.kind.key_columns if key in line.headings)
        faulty = {fault.column for fault in row.faults}
        line.faults = [
            Fault(fault.column, fault.code, fault.message)
            for fault in row.faults
            if fault.column not in self.mapping.unused
        ]
        for heading, column in self.mapping.used.items():
            if heading not in faulty:
                self._read(line, heading, column.key, row.cells[heading], known)
        return line

    def _read(self, line: Line, heading: str, key: str, written: str, known: Known) -> None:
        column = self.mapping.used[heading]
        try:
            if written:
                line.values[key] = column.read(written, known)
            elif key in self.kind.key_columns and column.required:
                raise Missing(column=column.label, in_file=True)
            else:
                line.values[key] = column.empty
                line.emptied += [key] if column.required else []
        except CellRefused as error:
            line.refuse(key, column.label, error)

    def _compare(self, known: Known, lines: Sequence[Line]) -> None:
        """Find what is there already; new rows need every required field, whether the file has its column or not."""
        good = [line for line in lines if self._has_key(line)]
        found = self.kind.current(known, [self.kind.key_of(line.values) for line in good])
        for line in good:
            line.current = found.get(self.kind.key_of(line.values))
            self._require(line)
        for column in self.kind.unique:
            self._refuse_taken(known, [line for line in good if line.values.get(column)], column)

    def _has_key(self, line: Line) -> bool:
        for name in self.kind.key_columns:
            if name not in line.headings and name not in line.values:
                line.values[name] = self.kind.column(name).empty
        return all(name in line.values for name in self.kind.key_columns)

    def _require(self, line: Line) -> None:
        """A new row needs every required field; one that is here already may lack what it always lacked."""
        for column in self.kind.columns:
            if not column.required or column.key in self.kind.key_columns:
                continue
            if column.key in line.emptied and (line.current is None or line.current[column.key]):
                line.refuse(column.key, column.label, Missing(column=column.label, in_file=True))
            elif line.current is None and column.key not in line.headings:
                line.refuse(column.key, column.label, Missing(column=column.label, in_file=False))

    def _refuse_taken(self, known: Known, lines: Sequence[Line], name: str) -> None:
        changing = [line for line in lines if line.current is None or line.current[name] != line.values[name]]
        if not changing:
            return
        owners = self.kind.owners(known, name, [line.values[name] for line in changing])
        for line in changing:
            owner = owners.get(line.values[name])
            if owner is not None and owner != self.kind.key_of(line.values):
                error = TakenBy(text=str(line.values[name]), owner=spoken(owner))
                line.refuse(name, self.kind.column(name).label, error)


def _refuse_repeated(kind: Kind, lines: Sequence[Line], seen: dict[str, dict[Any, int]]) -> None:
    """Refuse the second row for the same record, and the second use of a unique value, across the whole file."""
    for line in lines:
        if all(name in line.values for name in kind.key_columns):
            _once(kind, line, kind.key_columns[0], kind.key_of(line.values), seen.setdefault("", {}))
        for name in kind.unique:
            if value := line.values.get(name):
                _once(kind, line, name, (value,), seen.setdefault(name, {}))


def _once(kind: Kind, line: Line, name: str, value: tuple[Any, ...], seen: dict[Any, int]) -> None:
    first = seen.setdefault(value, line.number)
    if first != line.number:
        line.refuse(name, kind.column(name).label, TwiceInFile(text=spoken(value), first=first))


def check(reading: Reading) -> Report:
    """Say what would become of every row; nothing is written."""
    report = Report.begin(reading.table, reading.mapping)
    for lines in reading.sets():
        report.add(lines)
    return report


def store(reading: Reading, lines: Sequence[Line], by: User | None) -> None:
    """Write the good rows of a set; unchanged and refused rows cost nothing."""
    wanted = [line for line in lines if line.verdict in {Verdict.NEW, Verdict.CHANGED}]
    if wanted:
        reading.kind.store(reading.known, wanted, by)
