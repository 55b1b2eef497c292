"""Discount for early payment: 100 net, 21 % tax, 2 % discount, in the three treatments of the trade."""

from decimal import Decimal

import pytest

from core.discounts import UNTAXED, PricesIncludeTax, Treatment, early_payment, with_discount_in_tax
from core.totals import Document, Line, TaxKey, total, violations

D = Decimal
FULL = TaxKey("S", D(21))
HALF = TaxKey("S", D(6))
HUNDRED_NET = Document("EUR", [Line(D(1), D(100), FULL)])


@pytest.mark.parametrize(
    ("treatment", "early", "full"),
    [
        (Treatment.ALWAYS, "118.58", "120.58"),
        (Treatment.WHEN_TAKEN, "118.58", "121.00"),
        (Treatment.NEVER, "119.00", "121.00"),
    ],
)
def test_what_is_paid_in_time_and_what_in_full(treatment, early, full):
    document = with_discount_in_tax(HUNDRED_NET, D(2)) if treatment == Treatment.ALWAYS else HUNDRED_NET
    totals = total(document)

    assert early_payment(totals, D(2), treatment).payable == D(early)
    assert totals.payable == D(full)


def test_always_shows_an_allowance_with_tax_and_an_equal_charge_without():
    document = Document("EUR", [Line(D(1), D("66.65"), FULL), Line(D(1), D("33.35"), HALF)])

    totals = total(with_discount_in_tax(document, D(2)))

    assert [(row.is_charge, row.tax_key, row.amount) for row in totals.adjustments] == [
        (False, HALF, D("0.67")),
        (False, FULL, D("1.33")),
        (True, UNTAXED, D("2.00")),
    ]
    assert totals.net == D("100.00")
    assert violations(totals) == []


def test_when_taken_corrects_the_tax_of_each_rate_in_proportion():
    totals = total(Document("EUR", [Line(D(1), D("100.00"), FULL), Line(D(1), D("100.00"), HALF)]))

    taken = early_payment(totals, D(2), Treatment.WHEN_TAKEN)

    assert taken.discount == D("4.54")
    assert [(row.key, row.net, row.tax) for row in taken.corrections] == [
        (HALF, D("2.00"), D("0.12")),
        (FULL, D("2.00"), D("0.42")),
    ]


def test_never_corrects_no_tax():
    assert early_payment(total(HUNDRED_NET), D(2), Treatment.NEVER).corrections == []


def test_a_price_promised_with_tax_can_not_carry_less_tax_in_advance():
    with pytest.raises(PricesIncludeTax):
        with_discount_in_tax(Document("EUR", [Line(D(1), D(100), FULL)], includes_tax=True), D(2))
