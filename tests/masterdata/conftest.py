"""Where tests of master data find published reference files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

REFERENCE_DATA = Path(os.environ.get("REFERENCE_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


@pytest.fixture
def reference_data() -> Callable[[str], Path]:
    """`reference_data("tax/eu_vat_rates.json")`: the path of a reference file; skips the test without it."""

    def find(name: str) -> Path:
        path = REFERENCE_DATA / name
        if not path.exists():
            pytest.skip(f"reference file {name} is not at hand; REFERENCE_DATA names the folder that holds it")
        return path

    return find
