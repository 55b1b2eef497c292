"""`manage.py load_demo`: fill an empty installation with the demo company, stage by stage."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

import ledger.demo
import masterdata.demo
from core import demo as house
from core import demo_mail, roles, verification


def prove() -> dict[str, int]:
    """Seal what was loaded and run every check once, so that the tie-out has an answer on the first visit."""
    if verification.last_run():
        return {}
    sealing, run = verification.seal_now(), verification.check_again(by=None)
    return {"sealed rows": sealing.rows, "checks": len(run.results), "differing": run.differing}


LOADERS: dict[str, Callable[[], dict[str, int]]] = {
    "house": house.load,
    "master data": masterdata.demo.load,
    "ledger": ledger.demo.load,
    "mail": demo_mail.load,
    "checks": prove,
}
"""In the order of the process. A loader adds what is missing, so it may run again, and says what it made."""


class Command(BaseCommand):
    help = "Load the demo: companies, people and their documents through every stage that exists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        much = parser.add_mutually_exclusive_group()
        much.add_argument("--days", type=int, help="so many days of the demo's year of orders")
        much.add_argument("--all", action="store_true", help="the whole year (the default)")
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is not loaded in production: everybody knows its passwords.")
        stages = {name: self._run(name, loader, say=not options["json"]) for name, loader in LOADERS.items()}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # or the first sessions plan for the empty tables that were there before
        if options["json"]:
            self.stdout.write(json.dumps(_report(stages)))
        else:
            self._say_logins()

    def _run(self, name: str, loader: Callable[[], dict[str, int]], *, say: bool) -> dict[str, Any]:
        begun = time.monotonic()
        made = loader()
        seconds = time.monotonic() - begun
        documents = sum(made.values())
        if say:
            counted = ", ".join(f"{count} {what}" for what, count in made.items() if count)
            self.stdout.write(f"{name:12} {counted or 'nothing missing'} ({seconds:.1f} s)")
        return {
            "documents": documents,
            "seconds": round(seconds, 3),
            "per_second": round(documents / max(seconds, 0.001), 1),
        }

    def _say_logins(self) -> None:
        self.stdout.write("\nSign in as one of these:\n")
        self.stdout.write(f"  {'role':32} {'user name':16} password")
        labels = {role.code: role.label for role in roles.all_roles()}
        for person in house.PEOPLE:
            self.stdout.write(f"  {labels[person.role]:32} {person.username:16} {house.PASSWORD}")


def _report(stages: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """No stage takes order lines yet, so all parts of `lines` and `value` are zero."""
    return {
        "lines": dict.fromkeys(("total", "order", "charge", "return", "adjustment", "queued"), 0),
        "value": dict.fromkeys(("csv", "loaded", "queued"), "0.00"),
        "stages": stages,
    }
