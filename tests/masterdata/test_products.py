"""Products are taken into the range, changed, found and costed."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection

from core import audit
from core.errors import DomainError
from core.models import LoggedEvent
from masterdata import operations, queries
from masterdata.models import CostMethod, CustomerSku, Product, ProductCost
from tests.fixtures import FEBRUARY_1, JANUARY_1, MARCH_1
from tests.masterdata.factories import CustomerFactory, ProductFactory, ProductUnitFactory, UnitFactory

pytestmark = pytest.mark.django_db
GTIN, OTHER_GTIN = "4006381333931", "7501031311309"


@pytest.fixture
def facts(db):
    return {"name": "Scented candle", "base_unit": UnitFactory()}


def refusal_of(verb, *args, **kwargs):
    with pytest.raises(DomainError) as refusal:
        verb(*args, **kwargs)
    return refusal.value


def test_a_new_product_gets_the_next_free_number(company, clerk, facts):
    ProductFactory(company=company, sku="P00001")

    assert operations.create_product(company, facts, by=None).sku == "P00002"


def test_the_same_form_sent_twice_makes_one_product(company, facts):
    key, typed = uuid4(), {**facts, "gtin": " 4006 3813 33931"}

    made = [operations.create_product(company, typed, by=None, client_key=key) for _ in range(2)]

    assert made[0] == made[1]
    assert Product.objects.get().gtin == GTIN


def test_a_wrong_check_digit_is_refused(company, facts):
    error = refusal_of(operations.create_product, company, {**facts, "gtin": "4006381333932"}, by=None)

    assert (error.code, list(error.problems)) == ("masterdata.invalid", ["gtin"])


def test_a_barcode_means_a_product_or_a_carton_and_never_both(company, facts):
    carton = ProductUnitFactory(product=ProductFactory(company=company), gtin=GTIN)
    product = ProductFactory(company=company, gtin=OTHER_GTIN)

    taken = refusal_of(operations.create_product, company, {**facts, "gtin": GTIN}, by=None)
    also_taken = refusal_of(
        operations.save_product_unit,
        product.pk,
        {"unit": carton.unit, "factor": Decimal(6), "gtin": OTHER_GTIN},
        by=None,
    )

    assert (taken.code, also_taken.code) == ("masterdata.gtin_taken", "masterdata.gtin_taken")


def test_only_who_keeps_products_may_change_them(company, user_as):
    product = ProductFactory(company=company)

    error = refusal_of(operations.change_product, product.pk, {"name": "X"}, version=1, by=user_as("service"))

    assert error.code == "core.not_permitted"


def test_a_change_begun_from_an_older_version_is_refused(company):
    product = ProductFactory(company=company)
    operations.change_product(product.pk, {"name": "First"}, version=1, by=None)

    error = refusal_of(operations.change_product, product.pk, {"name": "Second"}, version=1, by=None)

    assert error.code == "masterdata.changed_meanwhile"


def test_services_are_not_tracked(company, facts):
    error = refusal_of(operations.create_product, company, {**facts, "kind": "service", "tracking": "lot"}, by=None)

    assert error.code == "masterdata.invalid"


@pytest.mark.parametrize("words", ["CANDLE-1", "candle-1", "vanilla", "Vanila candel", GTIN, OTHER_GTIN, "their-7"])
def test_a_product_is_found_by_what_people_type_or_scan(company, words):
    wanted = ProductFactory(company=company, sku="CANDLE-1", name="Vanilla candle", gtin=GTIN)
    ProductUnitFactory(product=wanted, gtin=OTHER_GTIN)
    ProductFactory(company=company, sku="MUG-1", name="Enamel mug")
    customer = CustomerFactory(company=company)
    CustomerSku.objects.create(company=company, customer=customer, product=wanted, sku="their-7")

    assert list(queries.find_products(company, words, customer_id=customer.pk)) == [wanted]


def test_the_search_reads_indexes_and_not_the_table(company):
    unit = UnitFactory()
    Product.objects.bulk_create(
        Product(company=company, sku=f"S{n}", name=f"Article {n:x} of {n * 7919:x}", base_unit=unit)
        for n in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE masterdata_product")
        cursor.execute("SELECT gin_clean_pending_list('product_search')")  # what autovacuum does for fresh rows

    plan = queries.find_products(company, "vanilla candle").explain()

    assert "product_search" in plan
    assert "Seq Scan on masterdata_product" not in plan


def test_barcodes_say_product_unit_and_how_many(company):
    product = ProductFactory(company=company, gtin=GTIN)
    carton = ProductUnitFactory(product=product, gtin=OTHER_GTIN, factor=12)

    assert queries.units_by_gtin(company, [GTIN, OTHER_GTIN, "96385074"]) == {
        GTIN: (product.pk, product.base_unit_id, 1),
        OTHER_GTIN: (product.pk, carton.unit_id, 12),
    }


def test_the_average_that_stock_reports_goes_before_the_standard_cost(company):
    reported, standard, free = (ProductFactory(company=company) for _ in range(3))
    operations.record_costs(
        company, {reported.pk: Decimal(5), standard.pk: Decimal(4)}, on=JANUARY_1, by=None, method=CostMethod.STANDARD
    )
    operations.record_costs(company, {reported.pk: Decimal("5.125")}, on=FEBRUARY_1, by=None)

    ids = [reported.pk, standard.pk, free.pk]
    assert queries.costs_on(ids, MARCH_1) == {reported.pk: Decimal("5.125"), standard.pk: 4}
    assert queries.costs_on(ids, JANUARY_1) == {reported.pk: 5, standard.pk: 4}
    assert queries.costs_on(ids, date(2025, 12, 31)) == {}


def test_a_cost_reported_again_for_the_day_stands(company, statements):
    products = ProductFactory.create_batch(50, company=company)
    operations.record_costs(company, {products[0].pk: Decimal(5)}, on=MARCH_1, by=None)

    operations.record_costs(company, {products[0].pk: Decimal(6)}, on=MARCH_1, by=None)

    assert ProductCost.objects.get().cost == 6
    costs = {row.pk: Decimal(1) for row in products}
    many = statements(operations.record_costs, company, costs, on=FEBRUARY_1, by=None)
    assert many == statements(operations.record_costs, company, {products[1].pk: Decimal(1)}, on=JANUARY_1, by=None)


def test_the_history_says_that_a_cost_changed_but_not_to_what(company):
    product = ProductFactory(company=company)
    costs = {product.pk: Decimal(5)}

    changed = [
        operations.record_costs(company, costs, on=MARCH_1, by=None, method=CostMethod.STANDARD) for _ in range(2)
    ]

    assert changed == [1, 0]
    entries = audit.timeline("masterdata.product", product.pk)
    assert [entry.sentence for entry in entries] == ["New cost from 2026-03-01 (Standard cost)"]


def test_costs_are_recorded_by_those_who_keep_products(company, user_as):
    product = ProductFactory(company=company)

    costs = {product.pk: Decimal(5)}
    error = refusal_of(operations.record_costs, company, costs, on=MARCH_1, by=user_as("sales"))

    assert error.code == "core.not_permitted"
    assert not ProductCost.objects.exists()
    assert not LoggedEvent.objects.exists()


@pytest.mark.parametrize(
    ("price", "cost", "amount", "percent"),
    [("10", "6", "4", "40.0"), ("3", "4", "-1", "-33.3"), ("0", "4", "-4", None)],
)
def test_the_margin_is_a_share_of_the_net_price(price, cost, amount, percent):
    found = queries.margin(Decimal(price), Decimal(cost))

    assert (found.amount, found.percent) == (Decimal(amount), Decimal(percent) if percent else None)
