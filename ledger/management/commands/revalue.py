"""Revalue a company's foreign open items at a month's end."""

import json
from argparse import ArgumentTypeError
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from core.models import Company
from ledger.operations import Revalued, revalue


def day(text: str) -> date:
    """A day as people type it on a command line: 2026-03-31."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no day; write 2026-03-31") from error


class Command(BaseCommand):
    help = "Bring foreign open items to their value at a month's end, and take it back next day. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", required=True, metavar="CODE", help="Code of the company.")
        parser.add_argument("--on", required=True, type=day, metavar="DAY", help="The last day of a month: 2026-03-31.")
        parser.add_argument("--json", action="store_true", help="Print the entries as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        code, on = options["company"], options["on"]
        company = Company.objects.filter(code=code).first()
        if company is None:
            raise CommandError(f"There is no company {code}. Make it in the admin first.")
        try:
            booked = revalue(company, on=on, by=None)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(json.dumps(asdict(booked)) if options["json"] else f"{code}: {_told(booked, on)}")


def _told(booked: Revalued, on: date) -> str:
    if not booked.entries:
        return f"nothing to book, foreign items stand at the rates of {on}."
    return f"revalued at {on} as entries {', '.join(map(str, booked.entries))}, taken back on the next day."
