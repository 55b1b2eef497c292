"""The demo's master data: complete, valid, priced and taxed, and safe to load again."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from core import clock, invariants
from core import demo as house
from masterdata import demo, queries, tax
from masterdata.models import (
    CompanyProfile,
    Customer,
    CustomerAddress,
    CustomerBankAccount,
    CustomerTerms,
    CustomerVatNumber,
    PaymentTerm,
    PriceRow,
    Product,
    ProductUnit,
)
from masterdata.prices import PriceFinding, PriceLine, find
from masterdata.terms import check

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demo, loaded once for all tests of this file and undone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.at(TODAY):
            house.load()
            added = demo.load()
        yield added
        transaction.set_rollback(True)


def test_the_demo_is_complete_and_adds_nothing_the_second_time(loaded):
    assert (Customer.objects.count(), Product.objects.count()) == (61, 228)
    assert loaded["customers"] == 61

    with clock.at(TODAY):
        again = demo.load()

    assert again == dict.fromkeys(loaded, 0)


def test_every_row_of_the_demo_is_valid(loaded):
    for model in (
        CompanyProfile,
        Customer,
        CustomerAddress,
        CustomerBankAccount,
        CustomerTerms,
        CustomerVatNumber,
        Product,
        ProductUnit,
    ):
        for row in model.objects.all():
            pointers = {field.name for field in model._meta.concrete_fields if field.is_relation}
            row.full_clean(exclude=pointers, validate_constraints=False, validate_unique=False)
    for term in queries.payment_terms(PaymentTerm.objects.values_list("pk", flat=True)).values():
        check(term)


def test_every_customer_has_a_price_for_everything_that_is_sold_and_a_tax_for_it(loaded):
    customers = list(Customer.objects.select_related("company"))
    on_terms = queries.terms_on([customer.pk for customer in customers], TODAY)
    addresses = queries.default_addresses([customer.pk for customer in customers])
    sold = {
        customer.company_id: Product.objects.filter(company=customer.company, kind="stock") for customer in customers
    }

    prices = find(
        [
            PriceLine(
                customer.company_id, customer.pk, product.pk, product.base_unit_id, Decimal(12), customer.currency
            )
            for customer in customers
            for product in sold[customer.company_id][:20]
        ],
        on=TODAY,
    )
    taxes = tax.determine(
        [
            tax.TaxLine(
                customer.company_id,
                customer.pk,
                customer.company.country,
                addresses[customer.pk].country,
                product.tax_class,
                TODAY,
            )
            for customer in customers
            for product in sold[customer.company_id][:20]
        ]
    )

    assert len(on_terms) == len(customers)
    assert {type(price) for price in prices} == {PriceFinding}
    assert {type(decision) for decision in taxes} == {tax.TaxDecision}
    assert {decision.category for decision in taxes} == {"S", "Z", "G", "K", "E"}


def test_companies_agree_and_every_row_stands_in_its_history(loaded):
    wanted = {"core.companies_agree", "core.history_complete"}

    results = [invariants.run([check])[0] for check in invariants.all_checks() if check.name in wanted]

    assert {result.check.name: (result.differences, result.shown) for result in results} == dict.fromkeys(
        wanted, (0, [])
    )


def test_shops_are_paid_for_by_their_head_office(loaded):
    shop = Customer.objects.get(name="Quayside Gifts York")

    assert shop.payer.name == shop.parent.name == shop.bill_to.name == "Quayside Retail Group plc"


def test_a_carton_costs_less_than_its_pieces(loaded):
    candle = Product.objects.get(company__code="hearth", sku="CND-01")
    prices = PriceRow.objects.filter(product=candle, price_list__code="TRADE").order_by("unit__code", "from_quantity")

    assert [(row.unit.code, row.from_quantity, str(row.price)) for row in prices] == [
        ("H87", 0, "6.400000"),
        ("H87", 12, "6.140000"),
        ("H87", 48, "5.890000"),
        ("XCT", 0, "72.200000"),
    ]
