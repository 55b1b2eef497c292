"""Importing from the command line, and the round trip: what is exported comes back unchanged."""

import csv
import json
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command

from core.sheets import open_table
from masterdata import exports
from masterdata.imports.customers import Customers
from masterdata.imports.pipeline import Reading, check
from masterdata.imports.prices import Prices
from masterdata.imports.products import Products
from masterdata.models import Customer, PriceRow, Product
from tests.masterdata.importing import imported, set_up
from tests.masterdata.test_import_customers import ROW as CUSTOMER
from tests.masterdata.test_import_products import ROW as PRODUCT

PRICE = {
    "Price list": "TRADE",
    "SKU": "85123A",
    "Unit": "H87",
    "From quantity": "0",
    "Price": "2.55",
    "Valid from": "2026-01-01",
    "Valid to": "2026-12-31",
}


@pytest.fixture(autouse=True)
def _codes(company):
    set_up(company)


@pytest.fixture
def file_of(tmp_path):
    def write(*rows):
        path = tmp_path / "rows.csv"
        with path.open("w", newline="", encoding="utf-8") as stored:
            writer = csv.DictWriter(stored, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return str(path)

    return write


def run(command, *arguments):
    """The answer of a command for machines, and its exit code."""
    answer = StringIO()
    code: str | int | None = 0
    try:
        call_command(command, *arguments, "--json", stdout=answer, stderr=StringIO())
    except SystemExit as left:
        code = left.code
    return json.loads(answer.getvalue()), code


def test_answers_machines_in_the_shape_of_every_import(company, file_of):
    file = file_of(CUSTOMER, CUSTOMER | {"Customer number": "C-101", "Country": "Atlantis"})

    answer, code = run("import_customers", file, "--company", "hearth")

    assert (answer["read"], answer["accepted"], answer["queued"], answer["duplicate"]) == (2, 1, 0, 0)
    assert answer["errors"] == [
        {
            "row": 3,
            "column": "Country",
            "code": "import.not_valid",
            "message": "“Atlantis” is not a country. Use its two letters, such as GB or DE.",
        }
    ]
    assert code == 1
    assert Customer.objects.count() == 1


def test_the_second_time_everything_is_a_duplicate(company, file_of):
    file = file_of(CUSTOMER)
    run("import_customers", file, "--company", "hearth")

    answer, code = run("import_customers", file, "--company", "hearth")

    assert (answer["accepted"], answer["duplicate"], code) == (0, 1, 0)


def test_a_dry_run_writes_nothing(company, file_of):
    answer, code = run("import_products", file_of(PRODUCT), "--company", "hearth", "--dry-run")

    assert (answer["accepted"], code) == (1, 0)
    assert Product.objects.count() == 0


def test_all_or_nothing_writes_nothing_where_a_row_is_refused(company, file_of):
    file = file_of(PRODUCT, PRODUCT | {"SKU": "22423", "GTIN": "1"})

    answer, code = run("import_products", file, "--company", "hearth", "--all-or-nothing")

    assert (answer["read"], code) == (2, 1)
    assert Product.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "company_code", "said"),
    [
        (b"%PDF-1.7", "hearth", "is a PDF"),
        (b"Colour\nred\n", "hearth", "No column is called SKU"),
        (b"SKU,Name,Description\n1,2,3\n", "hearth", "both mean Name"),
        (b"SKU\n1\n", "nobody", "There is no company nobody. Known are: hearth."),
    ],
)
def test_says_in_one_line_why_a_file_can_not_be_used(company, tmp_path, content, company_code, said):
    path = tmp_path / "file.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=said):
        call_command("import_products", str(path), "--company", company_code)


def test_says_that_a_file_is_not_there(company, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_products", str(tmp_path / "gone.csv"), "--company", "hearth")


def test_imports_prices(company, file_of):
    run("import_products", file_of(PRODUCT), "--company", "hearth")

    answer, _ = run(
        "import_prices", file_of(PRICE, PRICE | {"From quantity": "48", "Price": "2.1"}), "--company", "hearth"
    )

    assert answer["accepted"] == 2
    assert [str(price.price) for price in PriceRow.objects.order_by("from_quantity")] == ["2.550000", "2.100000"]


PRICES_WRONG = {
    "overlapping": ({"Valid from": "2026-06-01"}, "Valid from", "import.conflicting"),
    "ends before it begins": ({"Valid to": "2025-12-31"}, "Valid to", "import.conflicting"),
    "unit not sold": ({"Unit": "KGM"}, "Unit", "import.unknown_code"),
    "unknown product": ({"SKU": "85123"}, "SKU", "import.unknown_code"),
    "ambiguous day": ({"Valid from": "03/04/2026"}, "Valid from", "import.not_a_day"),
    "no price": ({"Price": ""}, "Price", "import.required"),
    "no quantity": ({"From quantity": "-1"}, "From quantity", "import.out_of_range"),
}


@pytest.mark.parametrize(("change", "column", "code"), PRICES_WRONG.values(), ids=PRICES_WRONG.keys())
def test_names_the_wrong_cell_of_a_price(company, change, column, code):
    imported([PRODUCT], Products(), company)
    imported([PRICE], Prices(), company)

    report = imported(
        [PRICE | {"Valid from": "2026-07-01"} | change if "Valid from" in change else PRICE | change], Prices(), company
    )

    assert [(error["column"], error["code"]) for error in report.errors] == [(column, code)]
    assert PriceRow.objects.count() == 1


def test_a_price_can_be_ended_and_followed_in_one_file(company):
    imported([PRODUCT], Products(), company)
    imported([PRICE], Prices(), company)

    rows = [PRICE | {"Valid to": "2026-06-30"}, PRICE | {"Valid from": "2026-07-01", "Price": "2.75"}]
    report = imported(rows, Prices(), company)

    assert (report.changed, report.new, report.refused) == (1, 1, 0)


@pytest.mark.parametrize("as_workbook", [False, True], ids=["csv", "xlsx"])
@pytest.mark.parametrize("make", [Customers, Products, Prices])
def test_what_is_exported_comes_back_unchanged(company, make, as_workbook):
    imported([CUSTOMER | {"Name": "=Lindner & Söhne", "Phone": "+49 40 123"}], Customers(), company)
    imported(
        [CUSTOMER | {"Customer number": "0007", "IBAN": "", "VAT id": "", "Contact": "", "E-mail": ""}],
        Customers(),
        company,
    )
    imported([PRODUCT, PRODUCT | {"SKU": "00421", "GTIN": "", "Standard cost": ""}], Products(), company)
    imported([PRICE], Prices(), company)
    kind = make()
    head = [column.label for column in kind.columns]
    rows = exports.values(kind, company, kind.columns)
    if as_workbook:
        stored = BytesIO(exports.workbook("rows", head, rows))
    else:
        stored = BytesIO("".join(exports.csv_lines(head, rows)).encode())

    report = check(Reading(open_table(stored), make(), company))

    assert report.errors == []
    assert (report.good, report.unchanged) == (0, report.read)
    assert report.read == {"customers": 2, "products": 2, "prices": 1}[kind.code]
