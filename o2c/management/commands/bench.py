"""`manage.py bench`: measure, print a table, and write build/bench.json."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from o2c.benchmarks import BENCHMARKS, Measure


class Command(BaseCommand):
    help = "Measure against references of the same run and write build/bench.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quick", action="store_true", help="fewer repeats")
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        repeats = 2 if options["quick"] else 7
        results = {}
        for name, benchmark in BENCHMARKS.items():
            with transaction.atomic():
                measure = benchmark(repeats)
                transaction.set_rollback(True)
            results[name] = _facts(measure)
            if not options["json"]:
                self.stdout.write(_line(name, measure))
        path = settings.BASE_DIR / "build" / "bench.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(results, indent=2) + "\n")
        self.stdout.write(json.dumps(results) if options["json"] else f"Written to {path}")


def _facts(measure: Measure) -> dict[str, Any]:
    return {
        "value": round(measure.value, 1),
        "reference": round(measure.reference, 1),
        "ratio": round(measure.ratio, 3),
        "unit": measure.unit,
        "target": round(measure.target, 3),
        "met": measure.met,
    }


def _line(name: str, measure: Measure) -> str:
    verdict = "met" if measure.met else "missed"
    return (
        f"{name:28} {measure.value:>10,.0f} {measure.unit:10} reference {measure.reference:>10,.0f}   "
        f"ratio {measure.ratio:.2f}   target {measure.target:.2f} {verdict}"
    )
