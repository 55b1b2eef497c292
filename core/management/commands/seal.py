"""Seal the rows that may never change, and say where the chain ends."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import seal


class Command(BaseCommand):
    help = "Seal ledger, event log and audit rows; print the head of the chain. Keep it outside of this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", metavar="HASH", help="whether a head given out earlier is still in the chain")
        parser.add_argument("--json", action="store_true", help="print the result for machines")

    def handle(self, *, head: str | None, json: bool, **_: Any) -> None:
        if head:
            self._find(head.strip().lower(), as_json=json)
        else:
            self._seal(as_json=json)

    def _seal(self, *, as_json: bool) -> None:
        sealing = seal.seal()
        if as_json:
            self.stdout.write(json.dumps(asdict(sealing)))
        elif sealing.held_up:
            self.stdout.write("Nothing sealed: transactions that began before are still running. Try again later.")
        else:
            self.stdout.write(f"Sealed {sealing.rows:,} rows in {sealing.batches:,} batches.")
        if not as_json:
            self.stdout.write(f"Head of the chain after batch {sealing.number}: {sealing.head}")

    def _find(self, head: str, *, as_json: bool) -> None:
        number = seal.position(head)
        if as_json:
            self.stdout.write(json.dumps({"ok": number is not None, "number": number}))
        elif number is None:
            self.stdout.write("The chain does not contain this hash: it was rebuilt or cut since.")
        else:
            self.stdout.write(f"This was the head after batch {number} of {seal.head()[0]}, and is in the chain.")
        if number is None:
            raise SystemExit(1)
