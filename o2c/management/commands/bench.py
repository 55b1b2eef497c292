"""`manage.py bench`: measure, print a table, and write build/bench.json."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from bench import run as running
from bench.measure import FULL, QUICK, Measure


class Command(BaseCommand):
    help = "Measure against references of the same run, in a database of their own, and write build/bench.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quick", action="store_true", help="a shorter history and fewer repeats")
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *, quick: bool, json: bool, **_: Any) -> None:
        with running.own_database():
            results = running.run(QUICK if quick else FULL, _tell_nobody if json else self._tell)
        path = running.write(results, settings.BASE_DIR)
        self.stdout.write(_as_json(results) if json else f"Written to {path}")

    def _tell(self, name: str, measure: Measure) -> None:
        self.stdout.write(running.line(name, measure))
        self.stdout.flush()


def _tell_nobody(_name: str, _measure: Measure) -> None:
    """Machines get everything at the end."""


def _as_json(results: dict[str, Any]) -> str:
    return json.dumps(results)
