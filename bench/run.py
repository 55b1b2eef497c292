"""Running all benchmarks in a database made for them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from bench import BENCHMARKS
from bench.measure import Measure, Scale

DATABASE = "o2c_bench"


@contextmanager
def own_database() -> Iterator[None]:
    """Everything within happens in an empty, migrated database, which is dropped afterwards."""
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


def run(scale: Scale, tell: Callable[[str, Measure], None]) -> dict[str, dict[str, Any]]:
    """Take every figure in turn; `tell` hears each as soon as it is known."""
    results = {}
    for name, benchmark in BENCHMARKS.items():
        measure = benchmark(scale)
        tell(name, measure)
        results[name] = facts(measure)
    return results


def facts(measure: Measure) -> dict[str, Any]:
    """A figure as `build/bench.json` has it."""
    return {
        "value": round(measure.value, 3),
        "reference": round(measure.reference, 3),
        "ratio": round(measure.ratio, 3),
        "unit": measure.unit,
        "target": measure.target,
        "met": measure.met,
    }


def line(name: str, measure: Measure) -> str:
    """A figure as people read it."""
    verdict = "met" if measure.met else "missed"
    limit = "at most" if measure.less_is_better else "at least"
    of = measure.unit if measure.absolute else "x"
    return (
        f"{name:24} {measure.value:>12,.2f} {measure.unit:10} reference {measure.reference:>12,.2f}   "
        f"ratio {measure.ratio:>6.2f}   {limit} {measure.target:g} {of}: {verdict}"
    )


def write(results: dict[str, dict[str, Any]], folder: Path) -> Path:
    """Keep the figures in `build/bench.json`."""
    path = folder / "build" / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2) + "\n")
    return path
