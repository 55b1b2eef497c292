"""Store exchange rates from a file as the European Central Bank publishes it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from masterdata.rates import import_ecb


class Command(BaseCommand):
    help = "Import euro reference rates (eurofxref-hist.csv or eurofxref.csv). The same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The file, unpacked; a row a day, a column per currency.")
        parser.add_argument("--since", type=date.fromisoformat, help="Leave out days before this one (2026-01-31).")
        parser.add_argument("--json", action="store_true", help="Print the count as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as file:
                added = import_ecb(file, since=options["since"])
        except OSError as error:
            raise CommandError(f"{options['file']} can't be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{options['file']} is no text in UTF-8. Unpack the zip file first.") from error
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(json.dumps({"added": added}) if options["json"] else f"{added} rates added.")
