"""The benchmarks: figures against references, on sound books, written for machines."""

import json
from contextlib import nullcontext
from io import StringIO

import pytest
from django.core.management import call_command

from bench import BENCHMARKS, books
from bench import run as running
from bench.measure import Measure, Scale
from ledger.ageing import ageing
from ledger.models import AgeingBy, JournalLine
from tests.damage import found

SMALL = Scale(sets=2, set_size=10, lines=400, items=400, repeats=1)


def test_a_ratio_has_to_be_reached_unless_less_is_better():
    assert Measure(60, 100, "rows/s", target=0.5).met
    assert not Measure(40, 100, "rows/s", target=0.5).met
    assert Measure(15, 15, "statements", target=1, less_is_better=True).met
    assert not Measure(16, 15, "statements", target=1, less_is_better=True).met


def test_an_absolute_target_is_held_against_the_value():
    assert Measure(0.9, 0.1, "s", target=1.0, less_is_better=True, absolute=True).met
    assert not Measure(1.1, 9.0, "s", target=1.0, less_is_better=True, absolute=True).met


@pytest.mark.django_db
def test_the_history_is_as_long_as_asked_and_sound():
    books.fill(400)

    assert (JournalLine.objects.count(), books.open_items()) == (800, 400)
    assert found("ledger") == {}
    aged = ageing(books.company(), books.LAST_DAY, AgeingBy.DUE)
    assert sum(payer.items for payer in aged.payers) == 400


@pytest.mark.django_db
def test_figures_are_written_in_the_agreed_shape(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "own_database", nullcontext)
    monkeypatch.setattr("o2c.management.commands.bench.QUICK", SMALL)
    settings.BASE_DIR = tmp_path
    out = StringIO()

    call_command("bench", "--quick", "--json", stdout=out)

    written = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert written == json.loads(out.getvalue())
    assert set(written) == set(BENCHMARKS)
    assert {tuple(facts) for facts in written.values()} == {("value", "reference", "ratio", "unit", "target", "met")}
    assert written["post_entries_statements"]["ratio"] == 1
