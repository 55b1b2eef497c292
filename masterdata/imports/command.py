"""Importing from the command line: one frame for customers, products and prices."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core import context
from core.errors import DomainError
from core.models import Company
from core.sheets import open_table
from masterdata.imports.pipeline import Reading, store
from masterdata.imports.report import Report
from masterdata.imports.verbs import KINDS

MOST_ERRORS = 10_000


class ImportCommand(BaseCommand):
    """Reads a file, says what would or did become of its rows, and exits 0 only if none was refused."""

    kind: str

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="A CSV file or an Excel workbook.")
        parser.add_argument("--company", required=True, help="The code of the company.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen, and write nothing.")
        parser.add_argument("--all-or-nothing", action="store_true", help="Write nothing if any row is refused.")
        parser.add_argument("--json", action="store_true", help="Answer for machines.")

    def handle(self, *, file: Path, company: str, dry_run: bool, all_or_nothing: bool, **options: Any) -> None:
        report = self._import(file, company_of(company), write=not dry_run, all_or_nothing=all_or_nothing)
        if options["json"]:
            self.stdout.write(json.dumps(report.for_machines()))
        else:
            self._tell(report, dry_run=dry_run, undone=all_or_nothing and bool(report.refused))
        if report.refused:
            raise SystemExit(1)

    def _import(self, file: Path, company: Company, *, write: bool, all_or_nothing: bool) -> Report:
        try:
            with file.open("rb") as stored, context.also(via=context.COMMAND):
                reading = Reading(open_table(stored), KINDS[self.kind](), company)
                report = Report.begin(reading.table, reading.mapping, MOST_ERRORS)
                if all_or_nothing:
                    self._at_once(reading, report, write=write)
                else:
                    self._in_sets(reading, report, write=write)
                return report
        except DomainError as error:
            raise CommandError(f"{file}: {error.message}") from error
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}.") from error

    def _in_sets(self, reading: Reading, report: Report, *, write: bool) -> None:
        """Every set is a transaction of its own, so that the good rows of an interrupted import stay."""
        for lines in reading.sets():
            if write:
                store(reading, lines, None)
            report.add(lines)
            self.stderr.write(f"{report.read:,} rows read", ending="\r")

    def _at_once(self, reading: Reading, report: Report, *, write: bool) -> None:
        with transaction.atomic():
            self._in_sets(reading, report, write=write)
            transaction.set_rollback(bool(report.refused))

    def _tell(self, report: Report, *, dry_run: bool, undone: bool) -> None:
        for error in report.errors:
            self.stdout.write(f"Row {error['row']}, {error['column']}: {error['message']}")
        done = "would be" if dry_run else "not" if undone else "were"
        self.stdout.write(
            f"{report.read:,} rows of {report.described}: {report.new:,} {done} added, "
            f"{report.changed:,} {done} changed, {report.unchanged:,} unchanged, {report.refused:,} refused."
        )


def company_of(code: str) -> Company:
    """The company that a command names."""
    company = Company.objects.filter(code=code).first()
    if company is None:
        known = ", ".join(Company.objects.values_list("code", flat=True)) or "none"
        raise CommandError(f"There is no company {code}. Known are: {known}.")
    return company
