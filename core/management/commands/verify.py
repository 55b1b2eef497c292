"""Prove that everything which must always be true is true."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import invariants
from core.invariants import Result


class Command(BaseCommand):
    help = "Run every check over the whole database on one snapshot; exit 1 on any difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", metavar="NAME", help="one check, or all of a group such as `ledger`")
        parser.add_argument("--json", action="store_true", help="print the results for machines")

    def handle(self, *, only: str | None, json: bool, **_: Any) -> None:
        checks = invariants.named(only) if only else invariants.all_checks()
        if not checks:
            known = ", ".join(check.name for check in invariants.all_checks())
            raise CommandError(f"There is no check {only}. Known are: {known}.")
        results = invariants.run(checks, tell=None if json else self._tell)
        differing = sum(not result.holds for result in results)
        if json:
            self.stdout.write(_as_json(results))
        else:
            self._sum_up(results, differing)
        if differing:
            raise SystemExit(1)

    def _tell(self, result: Result) -> None:
        verdict = self.style.SUCCESS("holds  ") if result.holds else self.style.ERROR("DIFFERS")
        counted = f"{result.rows:>12,} rows {result.differences:>8,} differences {result.seconds:>8.2f} s"
        self.stdout.write(f"{verdict} {counted}  {result.check.name}: {result.check.title}")
        for row in result.shown:
            known = f"expected {row['expected']}, found {row['found']}"
            self.stdout.write(f"          {row['document_kind']} {row['document_id']}: {row['what']}; {known}")
        if result.differences > len(result.shown):
            self.stdout.write(f"          and {result.differences - len(result.shown):,} more")
        self.stdout.flush()

    def _sum_up(self, results: list[Result], differing: int) -> None:
        rows, seconds = sum(result.rows for result in results), sum(result.seconds for result in results)
        verdict = f"{differing} of {len(results)} checks differ" if differing else f"All {len(results)} checks hold"
        self.stdout.write(f"{verdict}: {rows:,} rows looked at in {seconds:.1f} s.")


def _as_json(results: list[Result]) -> str:
    checks = [
        {
            "name": result.check.name,
            "rows": result.rows,
            "differences": result.differences,
            "seconds": round(result.seconds, 3),
        }
        for result in results
    ]
    return json.dumps({"ok": all(result.holds for result in results), "checks": checks}, indent=2)
