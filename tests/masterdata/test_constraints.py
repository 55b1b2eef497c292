"""What the database refuses whatever path a row takes: overlapping periods, mixed companies, half facts."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from masterdata import models
from tests.fixtures import APRIL_1, FEBRUARY_1, JANUARY_1, MARCH_1, MARCH_31
from tests.masterdata.factories import (
    CustomerAddressFactory,
    CustomerFactory,
    CustomerGroupFactory,
    CustomerPriceFactory,
    CustomerTermsFactory,
    CustomerVatNumberFactory,
    DiscountFactory,
    PaymentTermFactory,
    PriceListFactory,
    PriceRowFactory,
    ProductFactory,
    ProductGroupFactory,
    ProductUnitFactory,
    TaxRateFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def refused_by(write):
    """The name of the constraint that refuses a write, deferred ones included."""

    def write_and_check():
        with transaction.atomic():
            write()
            connection.check_constraints()

    with pytest.raises(IntegrityError) as refusal:
        write_and_check()
    return refusal.value.__cause__.diag.constraint_name


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


PERIODS = [
    (CustomerTermsFactory, ["customer"], "customerterms_one_at_a_time"),
    (CustomerVatNumberFactory, ["customer"], "customervatnumber_one_at_a_time"),
    (PriceRowFactory, ["price_list", "product"], "pricerow_one_at_a_time"),
    (CustomerPriceFactory, ["customer", "product"], "customerprice_one_at_a_time"),
    (TaxRateFactory, [], "taxrate_one_at_a_time"),
]


@pytest.mark.parametrize(("factory", "same", "constraint"), PERIODS)
def test_of_two_rows_for_the_same_thing_only_one_is_valid_on_any_day(factory, same, constraint):
    first = factory(valid_from=JANUARY_1, valid_to=MARCH_1)
    facts = {name: getattr(first, name) for name in same}

    factory(**facts, valid_from=date(2026, 3, 2), valid_to=MARCH_31)
    refused = [
        refused_by(lambda days=days: factory(**facts, valid_from=days[0], valid_to=days[1]))
        for days in [(MARCH_1, MARCH_1), (None, JANUARY_1), (FEBRUARY_1, None), (None, None)]
    ]

    assert refused == [constraint] * 4


def test_one_default_list_a_currency_at_a_time(company):
    PriceListFactory(company=company, is_default=True, valid_to=MARCH_31)
    PriceListFactory(company=company, is_default=True, valid_from=APRIL_1)
    PriceListFactory(company=company, is_default=True, currency="EUR")

    refused = refused_by(lambda: PriceListFactory(company=company, is_default=True, valid_from=MARCH_31))

    assert refused == "pricelist_one_default_at_a_time"


@pytest.mark.parametrize(("factory", "same", "constraint"), PERIODS)
def test_no_period_ends_before_it_begins(factory, same, constraint):
    row = factory(valid_from=JANUARY_1)

    refused = refused_by(lambda: sql(f"UPDATE {row._meta.db_table} SET valid_to = '2025-12-31' WHERE id = %s", row.pk))

    assert refused == constraint.replace("one_at_a_time", "ends_after_it_begins")


def test_a_row_and_what_it_points_to_are_of_one_company(company, other_company):
    here, there = {"company": company}, {"company": other_company}
    customer, product, price_list = CustomerFactory(**here), ProductFactory(**here), PriceListFactory(**here)
    mixed = {
        "customer_group_of_same_company": lambda: CustomerFactory(**here, group=CustomerGroupFactory(**there)),
        "customer_parent_of_same_company": lambda: CustomerFactory(**there, parent=customer),
        "customer_payer_of_same_company": lambda: CustomerFactory(**there, payer=customer),
        "customer_bill_to_of_same_company": lambda: CustomerFactory(**there, bill_to=customer),
        "product_group_of_same_company": lambda: ProductFactory(**here, group=ProductGroupFactory(**there)),
        "pricerow_product_of_same_company": lambda: PriceRowFactory(
            price_list=price_list, product=ProductFactory(**there)
        ),
        "customerprice_product_of_same_company": lambda: CustomerPriceFactory(
            customer=customer, product=ProductFactory(**there)
        ),
        "discount_customer_of_same_company": lambda: DiscountFactory(**there, customer=customer),
        "productunit_product_of_same_company": lambda: ProductUnitFactory(product=product, **there),
        "customerterms_payment_term_of_same_company": lambda: CustomerTermsFactory(
            customer=customer, payment_term=PaymentTermFactory(**there)
        ),
        "customerterms_price_list_of_same_company": lambda: CustomerTermsFactory(
            customer=customer, price_list=PriceListFactory(**there)
        ),
    }

    assert [refused_by(write) for write in mixed.values()] == list(mixed)


def test_a_customer_can_not_move_to_another_company_under_raw_sql(company, other_company):
    terms = CustomerTermsFactory(customer=CustomerFactory(company=company))

    refused = refused_by(
        lambda: sql("UPDATE masterdata_customer SET company_id = %s WHERE id = %s", other_company.pk, terms.customer_id)
    )

    assert refused == "customerterms_customer_of_same_company"


def test_a_group_of_customers_has_no_circle(company):
    top = CustomerFactory(company=company)
    middle = CustomerFactory(company=company, parent=top)
    bottom = CustomerFactory(company=company, parent=middle)

    refused = refused_by(lambda: sql("UPDATE masterdata_customer SET parent_id = %s WHERE id = %s", bottom.pk, top.pk))

    assert refused == "customer_group_has_no_circle"


def test_a_payer_pays_for_itself(company):
    payer = CustomerFactory(company=company)
    shop = CustomerFactory(company=company, payer=payer)

    chained = refused_by(lambda: CustomerFactory(company=company, payer=shop))
    delegated = refused_by(
        lambda: models.Customer.objects.filter(pk=payer.pk).update(payer=CustomerFactory(company=company))
    )

    assert (chained, delegated) == ("customer_payer_pays_itself", "customer_payer_pays_itself")


def test_a_customer_has_one_first_address_that_serves_its_purpose(company):
    first = CustomerAddressFactory(is_default_ship_to=True)

    second = refused_by(lambda: CustomerAddressFactory(customer=first.customer, is_default_ship_to=True))
    useless = refused_by(lambda: CustomerAddressFactory(is_ship_to=False, is_default_ship_to=True))

    assert (second, useless) == (
        "customeraddress_one_default_ship_to",
        "customeraddress_default_serves_its_purpose",
    )


def test_kits_are_made_of_things_and_not_of_kits(company):
    kit, other_kit = (ProductFactory(company=company, kind="kit") for _ in range(2))
    part, text = ProductFactory(company=company), ProductFactory(company=company, kind="text")

    def put(into, component):
        models.KitComponent.objects.create(company=company, kit=into, component=component, quantity=1)

    put(kit, part)

    assert refused_by(lambda: put(kit, kit)) == "kits_hold_no_kits"
    assert refused_by(lambda: put(kit, other_kit)) == "kits_hold_no_kits"
    assert refused_by(lambda: put(kit, text)) == "kits_hold_no_kits"
    assert refused_by(lambda: put(part, text)) == "kits_hold_no_kits"


def test_a_mandate_debits_an_account_of_its_own_customer(company):
    mine, yours = CustomerFactory(company=company), CustomerFactory(company=company)
    account = models.CustomerBankAccount.objects.create(
        company=company, customer=yours, holder="You", country="DE", iban="DE89370400440532013000", changed_on=MARCH_1
    )

    refused = refused_by(
        lambda: models.DirectDebitMandate.objects.create(
            company=company, customer=mine, bank_account=account, reference="M-1", signed_on=MARCH_1
        )
    )

    assert refused == "mandate_debits_its_customer"


@pytest.mark.parametrize(
    ("table", "change", "constraint"),
    [
        ("customer", "status = 'gone', status_reason = 'x'", "customer_status_known"),
        ("customer", "status = 'blocked'", "customer_status_has_a_reason"),
        ("customer", "payer_id = id", "customer_payer_is_another"),
        ("customer", "delivery_priority = 0", "customer_priority_between_1_and_9"),
        ("product", "kind = 'thing'", "product_kind_known"),
        ("product", "gtin = 'x'", "product_gtin_is_digits"),
        ("product", "has_expiry = true", "product_expiry_needs_lots_or_serials"),
        ("product", "over_delivery_percent = 101", "product_tolerances_between_0_and_100"),
        ("pricerow", "price = -1", "pricerow_price_not_negative"),
        ("productunit", "factor = 0", "productunit_factor_positive"),
        ("customerterms", "tax_status = 'exempt'", "customerterms_exemption_has_its_paper"),
        ("customervatnumber", "checked_on = NULL", "customervatnumber_result_has_its_day"),
        ("taxrate", "percent = 100", "taxrate_between_0_and_100"),
        ("paymenttermline", "kind = 'share'", "paymenttermline_has_what_its_kind_needs"),
        ("paymenttermstep", "kind = 'day_of_month', number = 32", "paymenttermstep_number_fits_kind"),
        ("paymentterm", "basis = 'deposit'", "paymentterm_deposit_has_a_share"),
        ("promotion", "percent = NULL", "promotion_has_what_its_kind_needs"),
        ("promotion", "minimum_amount = 1", "promotion_amounts_have_a_currency"),
        ("discount", "percent = 0", "discount_between_0_and_100"),
    ],
)
def test_half_a_fact_is_refused(company, table, change, constraint):
    PriceRowFactory(price_list__company=company)
    ProductUnitFactory()
    CustomerVatNumberFactory(customer=CustomerTermsFactory().customer)
    TaxRateFactory()
    DiscountFactory(company=company)
    models.Promotion.objects.create(company=company, code="P", name="Promotion", kind="percent", percent=5)

    assert refused_by(lambda: sql(f"UPDATE masterdata_{table} SET {change}")) == constraint


def test_every_change_stands_in_the_history(company):
    unit = UnitFactory()
    models.Unit.objects.filter(pk=unit.pk).update(symbol="ea")
    events = models.Unit.pgh_event_model.objects.filter(pgh_obj_id=unit.pk).order_by("pgh_id")

    assert [(event.pgh_label, event.symbol) for event in events] == [("insert", "h87"), ("update", "ea")]
