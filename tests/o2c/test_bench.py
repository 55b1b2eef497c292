"""`manage.py bench`: figures against references, written for machines, and nothing left behind."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from core.models import Company
from o2c import benchmarks
from o2c.benchmarks import Measure


def test_more_is_better_unless_said_otherwise():
    assert Measure(60, 100, "rows/s", target=0.5).met
    assert not Measure(40, 100, "rows/s", target=0.5).met
    assert Measure(15, 15, "statements", target=1, less_is_better=True).met
    assert not Measure(16, 15, "statements", target=1, less_is_better=True).met


@pytest.mark.django_db
def test_figures_are_written_and_the_data_is_as_before(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(benchmarks, "SET", 20)
    settings.BASE_DIR = tmp_path
    out = StringIO()

    call_command("bench", "--quick", "--json", stdout=out)

    written = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert written == json.loads(out.getvalue())
    assert set(written) == set(benchmarks.BENCHMARKS)
    assert {tuple(facts) for facts in written.values()} == {("value", "reference", "ratio", "unit", "target", "met")}
    assert written["post_entries_statements"]["ratio"] == 1
    assert not Company.objects.filter(code="bench").exists()
