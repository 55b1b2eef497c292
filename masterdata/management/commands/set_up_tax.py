"""Give a company the usual tax codes and rules of its country."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from masterdata.imports.command import company_of
from masterdata.tax_setup import set_up_tax


class Command(BaseCommand):
    help = "Add the usual tax codes and rules of a company's country. What it already has stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", required=True, help="The code of the company.")
        parser.add_argument("--json", action="store_true", help="Print the count as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        added = set_up_tax(company_of(options["company"]))
        told = f"{options['company']}: {added} tax codes and rules added."
        self.stdout.write(json.dumps({"added": added}) if options["json"] else told)
