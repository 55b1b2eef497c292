"""Give a company the default chart of accounts of a wholesaler."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.models import Company
from ledger.operations import load_chart


class Command(BaseCommand):
    help = "Load the default chart of accounts, journals, account determination and ledger policy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", help="Code of the company; all of them without it.")
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = list(Company.objects.filter(**({"code": options["company"]} if options["company"] else {})))
        if not companies:
            raise CommandError(f"There is no company {options['company'] or 'yet'}. Make it in the admin first.")
        added = {company.code: load_chart(company) for company in companies}
        if options["json"]:
            self.stdout.write(json.dumps(added))
            return
        for code, count in added.items():
            self.stdout.write(f"{code}: {count} accounts added.")
