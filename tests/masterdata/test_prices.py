"""Which row gives the price, what lowers it, and what a little more would cost."""

from datetime import date
from decimal import Decimal

import pytest

from masterdata.models import ProductKind, Promotion, PromotionProduct
from masterdata.prices import PriceFinding, PriceLine, find
from tests.fixtures import FEBRUARY_1, MARCH_1, MARCH_31
from tests.masterdata.factories import (
    CustomerFactory,
    CustomerGroupFactory,
    CustomerPriceFactory,
    CustomerTermsFactory,
    DiscountFactory,
    PriceListFactory,
    PriceRowFactory,
    ProductFactory,
    ProductGroupFactory,
    ProductUnitFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
FEBRUARY_28 = date(2026, 2, 28)


@pytest.fixture
def standard(company):
    return PriceListFactory(company=company, name="Standard", is_default=True)


@pytest.fixture
def customer(company):
    return CustomerFactory(company=company, group=CustomerGroupFactory(company=company, name="Retail"))


@pytest.fixture
def candle(company):
    return ProductFactory(company=company, sku="CANDLE", group=ProductGroupFactory(company=company))


def line(customer, product, quantity=1, *, unit=None, currency="GBP", document=None):
    return PriceLine(
        company_id=customer.company_id,
        customer_id=customer.pk,
        product_id=product.pk,
        unit_id=(unit or product.base_unit).pk,
        quantity=Decimal(quantity),
        currency=currency,
        document=document,
    )


def price(*args, on=MARCH_1, **kwargs):
    return find([line(*args, **kwargs)], on=on)[0]


def with_list(customer, price_list, **terms):
    return CustomerTermsFactory(customer=customer, price_list=price_list, **terms)


def test_the_default_list_of_the_currency_gives_the_price(standard, customer, candle):
    row = PriceRowFactory(price_list=standard, product=candle, price="4.25")

    found = price(customer, candle, 10)

    assert isinstance(found, PriceFinding)
    assert (found.list_price, found.unit_price, found.line_net) == (Decimal("4.25"), Decimal("4.25"), Decimal("42.50"))
    assert [(reason.kind, reason.label, reason.row_id) for reason in found.reasons] == [
        ("list price", "Standard", row.pk)
    ]


def test_the_customers_own_list_goes_before_the_default(company, standard, customer, candle):
    own = PriceListFactory(company=company, name="Retail 2026")
    PriceRowFactory(price_list=standard, product=candle, price=5)
    PriceRowFactory(price_list=own, product=candle, price=4)
    with_list(customer, own)

    assert price(customer, candle).unit_price == 4


def test_what_the_own_list_leaves_out_comes_from_the_default(company, standard, customer, candle):
    with_list(customer, PriceListFactory(company=company))
    PriceRowFactory(price_list=standard, product=candle, price=5)

    assert price(customer, candle).unit_price == 5


def test_an_agreed_price_goes_before_every_list_and_is_not_lowered_by_discounts(standard, customer, candle):
    PriceRowFactory(price_list=standard, product=candle, price=5)
    CustomerPriceFactory(customer=customer, product=candle, price="4.50")
    DiscountFactory(company=customer.company, percent=50)

    found = price(customer, candle)

    assert found.unit_price == Decimal("4.5")
    assert found.explanation == f"agreed with {customer.name}: 4.5"


@pytest.mark.parametrize(("quantity", "expected"), [(1, "5"), (9, "5"), (10, "4.5"), (11, "4.5"), (100, "4")])
def test_the_highest_quantity_break_reached_decides(standard, customer, candle, quantity, expected):
    for from_quantity, row_price in ((0, 5), (10, "4.50"), (100, 4)):
        PriceRowFactory(price_list=standard, product=candle, from_quantity=from_quantity, price=row_price)

    assert price(customer, candle, quantity).unit_price == Decimal(expected)


def test_the_next_break_says_what_it_would_cost(standard, customer, candle):
    PriceRowFactory(price_list=standard, product=candle, price=5)
    PriceRowFactory(price_list=standard, product=candle, from_quantity=10, price="4.50")

    found = price(customer, candle, 8).next_break

    assert (found.quantity, found.unit_price, found.line_net, found.more) == (10, Decimal("4.5"), 45, 5)
    assert price(customer, candle, 10).next_break is None


@pytest.mark.parametrize(
    ("on", "expected"), [(FEBRUARY_28, "5"), (MARCH_1, "4"), (MARCH_31, "4"), (date(2026, 4, 1), "5")]
)
def test_validity_includes_both_ends(standard, customer, candle, on, expected):
    spring = PriceListFactory(company=standard.company, valid_from=MARCH_1, valid_to=MARCH_31)
    with_list(customer, spring)
    PriceRowFactory(price_list=standard, product=candle, price=5)
    PriceRowFactory(price_list=spring, product=candle, price=4)

    assert price(customer, candle, on=on).unit_price == Decimal(expected)


def test_a_row_of_the_day_goes_before_yesterdays(standard, customer, candle):
    PriceRowFactory(price_list=standard, product=candle, price=5, valid_to=FEBRUARY_28)
    PriceRowFactory(price_list=standard, product=candle, price=6, valid_from=MARCH_1)

    assert [price(customer, candle, on=on).unit_price for on in (FEBRUARY_28, MARCH_1)] == [5, 6]


def test_a_carton_has_its_own_price(standard, customer, candle):
    carton = ProductUnitFactory(product=candle, factor=12).unit
    PriceRowFactory(price_list=standard, product=candle, price=5)
    PriceRowFactory(price_list=standard, product=candle, unit=carton, price=54)

    found = price(customer, candle, 2, unit=carton)

    assert (found.unit_price, found.line_net, found.base_quantity) == (54, 108, 24)


def test_without_its_own_price_a_carton_costs_its_pieces_at_the_break_they_reach(standard, customer, candle):
    carton = ProductUnitFactory(product=candle, factor=12).unit
    PriceRowFactory(price_list=standard, product=candle, price=5)
    PriceRowFactory(price_list=standard, product=candle, from_quantity=24, price="4.50")

    assert price(customer, candle, 1, unit=carton).unit_price == 60
    assert price(customer, candle, 2, unit=carton).unit_price == 54
    assert price(customer, candle, 1, unit=carton).reasons[0].label == "Standard, 12 × piece"
    assert price(customer, candle, 1, unit=carton).next_break.quantity == 2


def test_a_piece_is_not_priced_from_a_carton(standard, customer, candle):
    carton = ProductUnitFactory(product=candle, factor=12).unit
    PriceRowFactory(price_list=standard, product=candle, unit=carton, price=54)

    assert price(customer, candle).code == "masterdata.no_price"


def test_a_unit_the_product_is_not_sold_in_is_refused(standard, customer, candle):
    ProductUnitFactory(product=candle, unit=UnitFactory(code="XPX", name="pallet"), is_sold=False)
    PriceRowFactory(price_list=standard, product=candle)

    found = price(customer, candle, unit=UnitFactory(code="XPX"))

    assert found.code == "masterdata.unit_not_sold"
    assert found.sold_in == ["piece"]


def test_half_a_piece_is_refused_and_half_a_kilogram_is_not(company, standard, customer, candle):
    wax = ProductFactory(company=company, base_unit=UnitFactory(code="KGM", name="kilogram", decimals=3))
    for product in (candle, wax):
        PriceRowFactory(price_list=standard, product=product, price=5)

    half_a_piece, half_a_kilogram = find([line(customer, candle, "0.5"), line(customer, wax, "0.5")], on=MARCH_1)

    assert half_a_piece.code == "masterdata.quantity_not_whole"
    assert half_a_kilogram.line_net == Decimal("2.50")


def test_another_currency_has_another_price_or_none(company, standard, customer, candle):
    PriceRowFactory(price_list=standard, product=candle, price=5)
    assert price(customer, candle, currency="EUR").code == "masterdata.no_price"

    euros = PriceListFactory(company=company, currency="EUR", is_default=True)
    PriceRowFactory(price_list=euros, product=candle, price=6)

    assert price(customer, candle, currency="EUR").unit_price == 6


def test_discounts_apply_one_after_the_other(company, standard, customer, candle):
    PriceRowFactory(price_list=standard, product=candle, price=100)
    with_list(customer, None, discount_percent=10)
    DiscountFactory(company=company, name="Season", step=1, percent=10)
    DiscountFactory(company=company, name="Loyal", step=2, customer=customer, percent=5)

    found = price(customer, candle)

    assert found.unit_price == Decimal("76.95")  # 100 × 0.9 × 0.9 × 0.95
    assert found.discount_percent == Decimal("23.05")
    assert [(reason.label, reason.unit_price) for reason in found.reasons] == [
        ("Standard", 100),
        ("customer's terms −10 %", 90),
        ("Season −10 %", 81),
        ("Loyal −5 %", Decimal("76.95")),
    ]


def test_of_one_step_the_most_particular_discount_applies(company, standard, customer, candle):
    PriceRowFactory(price_list=standard, product=candle, price=100)
    DiscountFactory(company=company, percent=30)
    DiscountFactory(company=company, customer_group=customer.group, percent=20)
    DiscountFactory(company=company, customer_group=customer.group, product_group=candle.group, percent=15)
    DiscountFactory(company=company, customer_group=customer.group, product=candle, percent=12)
    assert price(customer, candle).unit_price == 88

    DiscountFactory(company=company, customer=customer, percent=5)

    assert price(customer, candle).unit_price == 95


def test_a_discount_for_others_does_not_apply(company, standard, customer, candle):
    PriceRowFactory(price_list=standard, product=candle, price=100)
    DiscountFactory(company=company, customer=CustomerFactory(company=company))
    DiscountFactory(company=company, customer_group=CustomerGroupFactory(company=company))
    DiscountFactory(company=company, product_group=ProductGroupFactory(company=company))
    DiscountFactory(company=company, valid_to=FEBRUARY_1)

    assert price(customer, candle).unit_price == 100


def test_a_discount_on_a_group_holds_for_the_groups_below_it(company, standard, customer):
    above = ProductGroupFactory(company=company)
    below = ProductGroupFactory(company=company, parent=above)
    product = ProductFactory(company=company, group=below)
    PriceRowFactory(price_list=standard, product=product, price=100)
    DiscountFactory(company=company, product_group=above, percent=25)

    assert price(customer, product).unit_price == 75


def test_the_unit_price_keeps_six_decimals_and_only_the_line_is_rounded(company, standard, customer, candle):
    PriceRowFactory(price_list=standard, product=candle, price="0.123457")
    DiscountFactory(company=company, percent="33.3333")

    found = price(customer, candle, 1000)

    assert (found.unit_price, found.line_net) == (Decimal("0.082305"), Decimal("82.31"))


def promotion(company, products=(), **facts):
    made = Promotion.objects.create(company=company, code=facts.pop("code", "SPRING"), name="Spring", **facts)
    PromotionProduct.objects.bulk_create(
        PromotionProduct(company=company, promotion=made, product=product) for product in products
    )
    return made


def two_products(company, standard):
    products = [ProductFactory(company=company), ProductFactory(company=company)]
    for product in products:
        PriceRowFactory(price_list=standard, product=product, price=10)
    return products


def test_a_promotion_is_reached_by_the_lines_of_a_document_together(company, standard, customer):
    one, two = two_products(company, standard)
    promotion(company, [one, two], kind="percent", percent=20, minimum_quantity=10)

    reached = find([line(customer, one, 4, document=1), line(customer, two, 6, document=1)], on=MARCH_1)
    missed = find([line(customer, one, 4, document=1), line(customer, two, 6, document=2)], on=MARCH_1)

    assert [found.line_net for found in reached] == [32, 48]
    assert [found.line_net for found in missed] == [40, 60]


def test_a_promotion_leaves_lines_of_other_products_alone(company, standard, customer):
    one, two = two_products(company, standard)
    promotion(company, [one], kind="percent", percent=20)

    found = find([line(customer, one, 1, document=1), line(customer, two, 1, document=1)], on=MARCH_1)

    assert [finding.unit_price for finding in found] == [8, 10]
    assert [bool(finding.promotion_id) for finding in found] == [True, False]


def test_buy_ten_get_two_free_makes_twelve_cost_ten(company, standard, customer):
    one, _ = two_products(company, standard)
    promotion(company, [one], kind="free_goods", minimum_quantity=10, free_quantity=2)

    found = find([line(customer, one, quantity) for quantity in (11, 12, 23, 24)], on=MARCH_1)

    assert [finding.line_net for finding in found] == [110, 100, Decimal("210"), 200]


def test_an_amount_off_is_shared_by_the_lines(company, standard, customer):
    one, two = two_products(company, standard)
    promotion(company, kind="amount", amount=9, currency="GBP", minimum_amount=90)

    found = find([line(customer, one, 6, document=1), line(customer, two, 3, document=1)], on=MARCH_1)

    assert [finding.line_net for finding in found] == [54, 27]


def test_of_two_promotions_the_one_that_saves_more_applies(company, standard, customer):
    one, _ = two_products(company, standard)
    promotion(company, [one], code="A", kind="percent", percent=10)
    better = promotion(company, [one], code="B", kind="percent", percent=15)

    found = price(customer, one)

    assert (found.unit_price, found.promotion_id) == (Decimal("8.5"), better.pk)


def test_prices_of_another_company_are_out_of_reach(standard, other_company, candle):
    PriceRowFactory(price_list=standard, product=candle, price=5)
    stranger = CustomerFactory(company=other_company)

    assert price(stranger, candle).code == "masterdata.no_price"


def test_a_thousand_lines_take_as_many_statements_as_one(company, standard, customer, statements):
    products = [ProductFactory(company=company, kind=ProductKind.STOCK) for _ in range(20)]
    for product in products:
        PriceRowFactory(price_list=standard, product=product)
    promotion(company, products[:2], kind="percent", percent=1)
    lines = [line(customer, products[n % 20], 1 + n % 7, document=n // 10) for n in range(1000)]

    assert statements(find, lines, on=MARCH_1) == statements(find, lines[:1], on=MARCH_1) == 12
