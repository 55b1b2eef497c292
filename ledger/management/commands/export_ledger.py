"""Write the books to a file for others' tools."""

import json
from argparse import ArgumentTypeError
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.models import Company
from ledger import exports


def day(text: str) -> date:
    """A day as people type it on a command line: 2026-03-31."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no day; write 2026-03-31") from error


class Command(BaseCommand):
    help = "Export journal entries for accountants: Beancount, CSV, or an audit file (SAF-T)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="where to write; an existing file is replaced")
        parser.add_argument("--format", choices=sorted(exports.FORMATS), required=True, dest="file_format")
        parser.add_argument("--company", metavar="CODE", help="one company; without it all of them")
        parser.add_argument("--from", type=day, dest="first", metavar="DAY", help="first posting date, inclusive")
        parser.add_argument("--to", type=day, dest="last", metavar="DAY", help="last posting date, inclusive")
        parser.add_argument("--json", action="store_true", help="print the result for machines")

    def handle(
        self,
        *,
        file: Path,
        file_format: str,
        company: str | None,
        first: date | None,
        last: date | None,
        json: bool,
        **_: Any,
    ) -> None:
        if first and last and first > last:
            raise CommandError(f"The last day {last} is before the first, {first}.")
        written = _write(file, _companies(company), first, last, file_format)
        self.stdout.write(_as_json(file, written) if json else _told(file, written))


def _companies(code: str | None) -> list[Company]:
    found = list(Company.objects.filter(code=code) if code else Company.objects.all())
    if not found:
        known = ", ".join(Company.objects.values_list("code", flat=True))
        raise CommandError(f"There is no company {code}. Known are: {known}.")
    return found


def _write(
    file: Path, companies: list[Company], first: date | None, last: date | None, file_format: str
) -> exports.Written:
    """Under another name until it is whole, so that nobody reads half a file."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as opened:
            written = exports.export(companies, first, last, opened, file_format=file_format)
    except OSError as error:
        raise CommandError(f"{file} can't be written: {error.strerror}.") from error
    unfinished.replace(file)
    return written


def _told(file: Path, written: exports.Written) -> str:
    return f"{file}: {written.entries:,} entries with {written.lines:,} lines of {written.companies} companies."


def _as_json(file: Path, written: exports.Written) -> str:
    return json.dumps({"file": str(file)} | asdict(written))
