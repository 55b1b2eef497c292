"""Store the VAT rates of countries: those that come with the application, or those of a file."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from masterdata.rates import BUILT_IN, import_vat_rates


class Command(BaseCommand):
    help = "Store the VAT rates of countries. The same rates again change nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=BUILT_IN, help="A JSON file; the built-in without.")
        parser.add_argument("--valid-from", type=date.fromisoformat, help="From when changed rates hold (2026-01-31).")
        parser.add_argument("--json", action="store_true", help="Print the count as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            published = json.loads(file.read_text(encoding="utf-8-sig"))
            stored = import_vat_rates(published, valid_from=options["valid_from"])
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}.") from error
        except ValueError as error:
            raise CommandError(f"{file} is no JSON: {error}.") from error
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(json.dumps({"stored": stored}) if options["json"] else f"{stored} rates stored.")
