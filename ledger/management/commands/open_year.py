"""Open a fiscal year: the months into which a company posts."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from core.models import Company
from ledger.operations import open_year


class Command(BaseCommand):
    help = "Set up the twelve months of a fiscal year for every module of a company's books. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, help="The calendar year in which the fiscal year ends.")
        parser.add_argument("--company", help="Code of the company; all of them without it.")
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1970 <= options["year"] <= 2200:
            raise CommandError(f"{options['year']} is no year to keep books for. Give one such as 2027.")
        companies = list(Company.objects.filter(**({"code": options["company"]} if options["company"] else {})))
        if not companies:
            raise CommandError(f"There is no company {options['company'] or 'yet'}. Make it in the admin first.")
        try:
            opened = {company.code: open_year(company, options["year"]) for company in companies}
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(opened))
            return
        for code, count in opened.items():
            self.stdout.write(f"{code}: {count} periods of {options['year']} opened.")
