"""Importing products: every wrong cell is named, and the same file twice changes nothing."""

from datetime import date
from decimal import Decimal

import pytest

from core import clock
from masterdata.imports.products import Products
from masterdata.models import Product, ProductCost, ProductUnit
from tests.masterdata.importing import imported, set_up

MARCH_1 = date(2026, 3, 1)
APRIL_1 = date(2026, 4, 1)

ROW = {
    "SKU": "85123A",
    "Name": "White hanging heart T-light holder",
    "Base unit": "H87",
    "Group": "GLASS",
    "GTIN": "4006381333931",
    "Weight kg": "0.25",
    "Pack unit": "XCT",
    "Pieces per pack": "12",
    "Standard cost": "1.0425",
    "HS code": "9405.50.00",
    "Origin": "India",
}


@pytest.fixture(autouse=True)
def _codes(company):
    set_up(company)
    with clock.at(MARCH_1):
        yield


def codes(report):
    return [(error["column"], error["code"]) for error in report.errors]


def test_creates_a_product_with_its_pack_and_cost(company):
    imported([ROW], Products(), company)

    product = Product.objects.get(company=company, sku="85123A")
    assert (product.name, product.base_unit.code, product.group.code) == (ROW["Name"], "H87", "GLASS")
    assert (product.hs_code, product.origin_country, product.weight_kg) == ("94055000", "IN", Decimal("0.25"))
    pack = product.units.get()
    assert (pack.unit.code, pack.factor, pack.is_sold) == ("XCT", 12, True)
    cost = product.costs.get()
    assert (cost.cost, cost.valid_from, cost.method) == (Decimal("1.0425"), MARCH_1, "standard")


def test_the_same_file_again_changes_nothing(company):
    imported([ROW], Products(), company)

    report = imported([ROW], Products(), company)

    assert (report.unchanged, report.good, report.refused) == (1, 0, 0)
    assert Product.objects.get().version == 1


def test_a_new_cost_counts_from_today_and_is_corrected_on_the_same_day(company):
    imported([ROW], Products(), company)

    with clock.at(APRIL_1):
        for cost in ("1.1", "1.2", "1.2"):
            imported([ROW | {"Standard cost": cost}], Products(), company)

    costs = ProductCost.objects.order_by("valid_from").values_list("valid_from", "cost")
    assert list(costs) == [(MARCH_1, Decimal("1.0425")), (APRIL_1, Decimal("1.2"))]


def test_an_empty_cost_takes_no_cost_back(company):
    imported([ROW], Products(), company)

    report = imported([ROW | {"Standard cost": ""}], Products(), company)

    assert report.unchanged == 1
    assert ProductCost.objects.count() == 1


def test_an_empty_pack_removes_it(company):
    imported([ROW], Products(), company)

    imported([ROW | {"Pack unit": "", "Pieces per pack": ""}], Products(), company)

    assert ProductUnit.objects.count() == 0


WRONG = {
    "no SKU": ({"SKU": ""}, "SKU", "import.required"),
    "no name": ({"Name": ""}, "Name", "import.required"),
    "unknown unit": ({"Base unit": "piece"}, "Base unit", "import.unknown_code"),
    "unknown group": ({"Group": "CHINA"}, "Group", "import.unknown_code"),
    "wrong check digit": ({"GTIN": "4006381333932"}, "GTIN", "import.not_valid"),
    "power of ten": ({"GTIN": "4.00638E+12"}, "GTIN", "import.shortened"),
    "weight in words": ({"Weight kg": "250 g"}, "Weight kg", "import.not_a_number"),
    "negative cost": ({"Standard cost": "-1"}, "Standard cost", "import.out_of_range"),
    "no customs code": ({"HS code": "9405"}, "HS code", "import.not_valid"),
    "no country": ({"Origin": "Atlantis"}, "Origin", "import.not_valid"),
    "half a pack": ({"Pieces per pack": ""}, "Pieces per pack", "import.conflicting"),
    "packs itself": ({"Pack unit": "H87"}, "Pack unit", "import.conflicting"),
    "expires untracked": ({"Expires": "yes"}, "Expires", "import.conflicting"),
    "tracked service": ({"Kind": "service", "Tracking": "lot"}, "Tracking", "import.conflicting"),
    "one GTIN twice": ({"Pack GTIN": "4006381333931"}, "Pack GTIN", "import.conflicting"),
}


@pytest.mark.parametrize(("change", "column", "code"), WRONG.values(), ids=WRONG.keys())
def test_names_the_cell_and_what_is_wrong_with_it(company, change, column, code):
    report = imported([ROW | change], Products(), company)

    assert codes(report) == [(column, code)]
    assert Product.objects.count() == 0


def test_base_unit_and_kind_of_a_product_never_change(company):
    imported([ROW], Products(), company)

    report = imported(
        [ROW | {"Base unit": "XCT", "Pack unit": "", "Pieces per pack": "", "Kind": "kit"}], Products(), company
    )

    assert sorted(codes(report)) == [("Base unit", "import.conflicting"), ("Kind", "import.conflicting")]


def test_a_gtin_names_one_product_or_one_pack(company):
    imported([ROW | {"Pack GTIN": "4012345000009"}], Products(), company)

    other = {"SKU": "22423", "GTIN": "4012345000009", "Pack unit": "", "Pieces per pack": ""}
    report = imported([ROW | other], Products(), company)

    assert codes(report) == [("GTIN", "import.taken")]
    assert report.errors[0]["message"] == "4012345000009 belongs to 85123A already. Correct one of the two."


@pytest.mark.parametrize("again", [False, True], ids=["new", "changed"])
def test_a_hundred_rows_take_the_statements_of_two(company, statements, again):
    def rows(size, name):
        return [ROW | {"SKU": f"{size}-{number}", "Name": name, "GTIN": ""} for number in range(size)]

    def cost(size):
        if again:
            imported(rows(size, "Before"), Products(), company)
        return statements(imported, rows(size, "After"), Products(), company)

    assert cost(100) == cost(2)
