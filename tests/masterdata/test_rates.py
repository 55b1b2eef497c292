"""Rates that others publish: converting with them, and reading their files."""

import csv
import gzip
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from core.errors import DomainError
from masterdata.errors import RateInTheWay, UnreadableTaxRates
from masterdata.models import ExchangeRate, TaxRate
from masterdata.rates import conversion, conversions, import_built_in_vat_rates, import_ecb, import_vat_rates
from masterdata.tax import rates_on
from tests.fixtures import MARCH_1
from tests.masterdata.factories import ExchangeRateFactory, TaxRateFactory

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def test_the_last_rate_published_before_the_day_counts():
    ExchangeRateFactory(day=MONDAY, rate="0.80")
    ExchangeRateFactory(day=TUESDAY, rate="0.90")

    assert conversion("EUR", "GBP", MONDAY).convert(Decimal(100)) == 80
    assert conversion("EUR", "GBP", date(2026, 3, 8)).convert(Decimal(100)) == 90


def test_converting_divides_once_and_rounds_once():
    ExchangeRateFactory(currency="GBP", rate="0.83380")
    ExchangeRateFactory(currency="USD", rate="1.11720")

    to_pounds = conversion("USD", "GBP", MONDAY)

    assert to_pounds.convert(Decimal("1000.00")) == Decimal("746.33")  # 1000 × 0.8338 / 1.1172 = 746.3301…
    assert to_pounds.shown == "1 GBP = 1.339890 USD"
    assert conversion("USD", "EUR", MONDAY).convert(Decimal("1000.00")) == Decimal("895.09")


def test_the_target_currency_says_how_many_decimals():
    ExchangeRateFactory(currency="JPY", rate="175.68")

    assert conversion("EUR", "JPY", MONDAY).convert(Decimal("10.01")) == 1759


def test_a_currency_is_itself_without_any_rate():
    assert conversion("GBP", "GBP", MONDAY).convert(Decimal("12.34")) == Decimal("12.34")


@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2026, 3, 13)])
def test_a_rate_that_is_missing_or_too_old_is_an_error(on):
    ExchangeRateFactory(day=MONDAY)

    with pytest.raises(DomainError) as refusal:
        conversion("GBP", "EUR", on)

    assert refusal.value.code == "masterdata.missing_rate"


def test_a_rate_holds_for_ten_days():
    ExchangeRateFactory(day=MONDAY, rate="0.80")

    assert conversion("GBP", "EUR", date(2026, 3, 12)).convert(Decimal(80)) == 100


def test_many_pairs_take_one_statement(statements):
    ExchangeRateFactory(currency="GBP")
    ExchangeRateFactory(currency="USD")

    pairs = [("GBP", "USD"), ("USD", "EUR"), ("EUR", "GBP"), ("SEK", "GBP")]

    assert statements(conversions, pairs, MONDAY) == statements(conversions, pairs[:1], MONDAY) == 1


ECB_FILE = "Date,USD,JPY,CYP,\n2026-03-03,1.1172,175.68,N/A,\n2026-03-02,1.1100,N/A,,\n"


def test_a_file_of_the_central_bank_is_stored_once():
    first, again = import_ecb(io.StringIO(ECB_FILE)), import_ecb(io.StringIO(ECB_FILE))

    assert (first, again) == (3, 0)
    assert list(ExchangeRate.objects.order_by("day", "currency").values_list("day", "currency", "rate")) == [
        (MONDAY, "USD", Decimal("1.11")),
        (TUESDAY, "JPY", Decimal("175.68")),
        (TUESDAY, "USD", Decimal("1.1172")),
    ]


def test_only_days_since_the_day_asked_for_are_stored():
    assert import_ecb(io.StringIO(ECB_FILE), since=TUESDAY) == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("Currency,USD\n", 1),
        ("Date,USD\n2026-03-03,1.1\n03/02/2026,1.1\n", 3),
        ("Date,USD\n2026-03-03,one\n", 2),
        ("Date,USD\n2026-03-03,-1\n", 2),
        ("Date,USD\n2026-03-03,1.1\n2026-03-02,NaN\n", 3),
    ],
)
def test_of_a_wrong_file_nothing_is_stored(text, line):
    with pytest.raises(DomainError) as refusal:
        import_ecb(io.StringIO(text))

    assert (refusal.value.code, refusal.value.line) == ("masterdata.unreadable_rates", line)
    assert not ExchangeRate.objects.exists()


def test_a_file_is_stored_by_command(tmp_path):
    file, said = tmp_path / "rates.csv", io.StringIO()
    file.write_text("Date,USD,GBP,\n2026-03-03,1.1000,0.9000,\n2026-03-02,1.1100,0.8000,\n")

    call_command("import_ecb", str(file), "--since", "2026-03-03", "--json", stdout=said)

    assert json.loads(said.getvalue()) == {"added": 2}
    assert conversion("EUR", "GBP", TUESDAY).convert(Decimal(100)) == 90


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "can't be read"), (b"PK\x03\x04\xff\xfe", "no text in UTF-8"), (b"Day,USD\n", "does not begin")],
)
def test_the_command_says_what_is_wrong_with_a_file(tmp_path, content, words):
    file = tmp_path / "rates.csv"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(CommandError, match=words):
        call_command("import_ecb", str(file))

    assert not ExchangeRate.objects.exists()


def test_the_published_history_of_the_central_bank_reads_to_the_end(reference_data):
    with gzip.open(reference_data("tax/ecb_eurofxref_hist.csv.gz"), "rt") as file:
        stored = import_ecb(file, since=date(2026, 10, 1))
    with gzip.open(reference_data("tax/ecb_eurofxref_hist.csv.gz"), "rt") as file:
        rows = [row for row in csv.reader(file) if row[0] >= "2026-10-01" and row[0] != "Date"]

    assert stored == sum(cell not in ("N/A", "") for row in rows for cell in row[1:])
    assert conversion("EUR", "GBP", date(2026, 10, 31)).convert(Decimal(1000)) == Decimal("833.80")


def test_the_built_in_rates_are_todays():
    import_built_in_vat_rates()

    assert rates_on("GB", MARCH_1) == {"standard": 20, "reduced": 5}
    assert rates_on("DE", MARCH_1) == {"standard": 19, "reduced": 7}
    assert rates_on("FR", MARCH_1) == {
        "standard": 20,
        "reduced": 10,
        "second_reduced": Decimal("5.5"),
        "super_reduced": Decimal("2.1"),
    }
    assert TaxRate.objects.values("country").distinct().count() == 30
    assert import_built_in_vat_rates() == 0


def test_a_changed_rate_ends_the_one_before_it_the_day_before():
    import_vat_rates({"rates": {"EE": {"standard": 22}}})

    changed = import_vat_rates({"rates": {"EE": {"standard": 24}}}, valid_from=date(2025, 7, 1))

    assert changed == 1
    assert rates_on("EE", date(2025, 6, 30)) == {"standard": 22}
    assert rates_on("EE", date(2025, 7, 1)) == {"standard": 24}


@pytest.mark.parametrize("valid_from", [None, date(2025, 1, 1), date(2025, 7, 1)])
def test_a_rate_that_an_administrator_entered_is_not_pushed_aside(valid_from):
    TaxRateFactory(country="EE", kind="standard", percent=22, valid_to=date(2025, 6, 30))
    TaxRateFactory(country="EE", kind="standard", percent=24, valid_from=date(2025, 7, 1))
    before = list(TaxRate.objects.order_by("pk").values_list("percent", "valid_from", "valid_to"))

    with pytest.raises(RateInTheWay) as refused:
        import_vat_rates({"rates": {"EE": {"standard": 20}, "DE": {"standard": 19}}}, valid_from=valid_from)

    assert refused.value.rates == [("EE", "standard")]
    assert list(TaxRate.objects.order_by("pk").values_list("percent", "valid_from", "valid_to")) == before


@pytest.mark.parametrize("table", [[], {}, {"rates": {"DE": 19}}, {"rates": {"DE": {"standard": "much"}}}])
def test_a_table_in_another_shape_is_refused_whole(table):
    with pytest.raises(UnreadableTaxRates):
        import_vat_rates(table)

    assert TaxRate.objects.count() == 0


def test_the_command_stores_the_built_in_rates_once(capsys):
    call_command("load_vat_rates", "--json")
    call_command("load_vat_rates", "--json")

    first, second = (json.loads(line)["stored"] for line in capsys.readouterr().out.splitlines())
    assert (first, second) == (TaxRate.objects.count(), 0)
    assert rates_on("DE", MARCH_1) == {"standard": 19, "reduced": 7}


def test_the_command_stores_the_changed_rates_of_a_file(tmp_path, capsys):
    TaxRateFactory(country="EE", kind="standard", percent=22)
    file = tmp_path / "rates.json"
    file.write_text(json.dumps({"rates": {"EE": {"standard": 24}}}))

    call_command("load_vat_rates", file, "--valid-from", "2025-07-01")

    assert capsys.readouterr().out == "1 rates stored.\n"
    assert rates_on("EE", date(2025, 7, 1)) == {"standard": 24}


def test_the_command_says_what_is_in_the_way(tmp_path):
    TaxRateFactory(country="GB", kind="standard", percent=21)
    broken = tmp_path / "rates.json"
    broken.write_text("{")

    with pytest.raises(CommandError, match="known already: GB standard"):
        call_command("load_vat_rates")
    with pytest.raises(CommandError, match="is no JSON"):
        call_command("load_vat_rates", broken)
    with pytest.raises(CommandError, match="can't be read"):
        call_command("load_vat_rates", tmp_path / "none.json")


def test_the_published_table_of_many_countries_is_understood(reference_data):
    published = json.loads(reference_data("tax/eu_vat_rates.json").read_text())

    import_vat_rates(published)

    assert TaxRate.objects.filter(kind="standard").count() == len(
        [country for country in published["rates"] if country != "XI"]
    )
    assert rates_on("CH", MARCH_1) == {
        "standard": Decimal("8.1"),
        "reduced": Decimal("3.8"),
        "second_reduced": Decimal("2.6"),
    }
