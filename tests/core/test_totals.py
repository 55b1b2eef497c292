"""Sums after EN 16931, to the cent."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import round_amount
from core.totals import Adjustment, Document, Line, NothingToShare, TaxKey, Totals, total, violations

D = Decimal
STANDARD = TaxKey("S", D(20))
REDUCED = TaxKey("S", D(5))
ZERO_RATED = TaxKey("Z", D(0))


def line(price, quantity="1", tax=STANDARD, **more):
    return Line(D(quantity), D(price), tax, **more)


def sums(*lines, currency="GBP", **more):
    return total(Document(currency, lines, **more))


def figures(totals):
    return (totals.net, totals.tax, totals.gross, totals.payable)


def test_tax_is_rounded_once_per_category_and_rate():
    totals = sums(*[line("0.33")] * 10, line("1.10", tax=REDUCED))

    assert [(group.key, group.taxable, group.tax) for group in totals.groups] == [
        (REDUCED, D("1.10"), D("0.06")),
        (STANDARD, D("3.30"), D("0.66")),
    ]
    assert figures(totals) == (D("4.40"), D("0.72"), D("5.12"), D("5.12"))


def test_a_line_is_rounded_once_however_many_decimals_its_price_has():
    assert sums(line("0.012345", "1000")).net == D("12.35")
    assert sums(line("12.50", "250", price_quantity=D(100))).net == D("31.25")


def test_allowances_and_charges_of_a_line_apply_one_after_the_other():
    adjusted = line(
        "100.00",
        adjustments=[
            Adjustment(rate=D(10)),
            Adjustment(rate=D(5)),
            Adjustment(amount=D("2.50"), is_charge=True),
        ],
    )

    assert sums(adjusted).net == D("88.00")


def test_document_allowances_and_charges_stand_in_their_tax_group():
    totals = sums(
        line("100.00"),
        adjustments=[
            Adjustment(amount=D("10.00"), tax=STANDARD, reason="Loyalty"),
            Adjustment(amount=D("7.00"), is_charge=True, tax=ZERO_RATED, reason="Export papers"),
        ],
    )

    assert (totals.line_total, totals.allowance_total, totals.charge_total) == (D("100.00"), D("10.00"), D("7.00"))
    assert figures(totals) == (D("97.00"), D("18.00"), D("115.00"), D("115.00"))


def test_freight_without_a_tax_code_shares_the_tax_of_the_goods():
    totals = sums(
        line("75.00"), line("25.00", tax=REDUCED), adjustments=[Adjustment(amount=D("10.01"), is_charge=True)]
    )

    assert [(row.tax_key, row.amount) for row in totals.adjustments] == [(REDUCED, D("2.50")), (STANDARD, D("7.51"))]
    assert figures(totals) == (D("110.01"), D("17.88"), D("127.89"), D("127.89"))


def test_freight_can_not_share_the_tax_of_nothing():
    with pytest.raises(NothingToShare):
        sums(line("0.00"), adjustments=[Adjustment(amount=D(5), is_charge=True)])


def test_a_document_discount_is_shared_over_the_lines_without_losing_a_cent():
    totals = sums(*[line("33.33")] * 3, discount=Adjustment(amount=D("10.00")))

    assert [row.discount for row in totals.lines] == [D("3.33"), D("3.33"), D("3.34")]
    assert [row.revenue for row in totals.lines] == [D("30.00"), D("30.00"), D("29.99")]
    assert totals.net == D("89.99")


def test_line_and_document_discount_may_differ_by_cents():
    on_lines = sums(*[line("1.11", adjustments=[Adjustment(rate=D(10))])] * 3)
    on_document = sums(*[line("1.11")] * 3, discount=Adjustment(rate=D(10)))

    assert (on_lines.net, on_document.net) == (D("3.00"), D("3.00"))
    assert sums(*[line("0.45", adjustments=[Adjustment(rate=D(10))])] * 3).net == D("1.20")
    assert sums(*[line("0.45")] * 3, discount=Adjustment(rate=D(10))).net == D("1.21")


def test_lines_share_the_tax_of_their_group():
    totals = sums(*[line("0.33")] * 3, adjustments=[Adjustment(amount=D("0.50"), is_charge=True, tax=STANDARD)])

    assert totals.tax == D("0.30")
    assert [row.tax for row in totals.lines] == [D("0.07"), D("0.07"), D("0.06")]


def test_prices_with_tax_are_paid_exactly_as_shown():
    totals = sums(line("1.19", tax=TaxKey("S", D(19))), line("9.96", "3"), includes_tax=True)

    assert totals.payable == D("31.07")
    assert [row.net for row in totals.lines] == [D("1.00"), D("24.90")]
    assert totals.rounding == 0


def test_a_price_that_no_net_and_tax_add_up_to_is_kept_by_a_rounding_amount():
    totals = sums(line("0.03"), includes_tax=True)

    assert figures(totals) == (D("0.03"), D("0.01"), D("0.04"), D("0.03"))
    assert totals.rounding == D("-0.01")


def test_one_amount_in_six_has_no_solution_at_twenty_per_cent():
    missed = [cents for cents in range(1, 601) if sums(line(D(cents) / 100), includes_tax=True).rounding]

    assert len(missed) == 100


def test_line_nets_add_up_to_the_net_of_their_group():
    totals = sums(*[line("0.99")] * 7, includes_tax=True)

    assert totals.groups[0].taxable == D("5.78")
    assert [row.net for row in totals.lines] == [D("0.83")] * 4 + [D("0.82")] * 3
    assert totals.payable == D("6.93")


def test_a_discount_on_prices_with_tax_reduces_what_is_paid_by_itself():
    totals = sums(line("60.00"), line("40.00", tax=REDUCED), discount=Adjustment(rate=D(10)), includes_tax=True)

    assert totals.payable == D("90.00")
    assert [row.discount for row in totals.lines] == [D("5.00"), D("3.81")]
    assert [row.revenue for row in totals.lines] == [D("45.00"), D("34.29")]


def test_what_was_paid_before_is_taken_off():
    assert sums(line("100.00"), prepaid=D("50.00")).payable == D("70.00")


@pytest.mark.parametrize(("price", "paid", "rounding"), [("10.02", "10.00", "-0.02"), ("10.03", "10.05", "0.02")])
def test_cash_is_paid_in_coins(price, paid, rounding):
    totals = sums(line(price, tax=ZERO_RATED), currency="CHF", cash_step=D("0.05"))

    assert (totals.payable, totals.rounding, totals.gross) == (D(paid), D(rounding), D(price))


def test_a_currency_without_decimals_has_none():
    assert figures(sums(line("1234.5"), currency="JPY")) == (1235, 247, 1482, 1482)


def test_a_credit_is_the_mirror_of_its_invoice():
    forth = sums(line("0.33", "3"), line("12.49"), discount=Adjustment(amount=D("1.00")))
    back = sums(line("0.33", "-3"), line("12.49", "-1"), discount=Adjustment(amount=D("-1.00")))

    assert figures(back) == tuple(-value for value in figures(forth))


def test_an_empty_document_comes_to_nothing():
    assert figures(sums()) == (0, 0, 0, 0)


def test_names_the_rule_that_sums_break():
    sound = sums(line("100.00"))
    group = sound.groups[0]

    assert violations(sound) == []
    tax_off = type(group)(group.key, group.taxable, D("19.99"))
    assert violations(Totals("GBP", sound.lines, [], [tax_off])) == [
        "BR-CO-17: the tax of S 20 % is not its rate of the net sum"
    ]
    net_off = type(group)(group.key, D("50.00"), D("10.00"))
    assert [rule[:8] for rule in violations(Totals("GBP", sound.lines, [], [net_off]))] == ["BR-CO-13", "BR-S-08:"]


# --- For any document -------------------------------------------------------------------------------------------------

KEYS = [STANDARD, REDUCED, ZERO_RATED, TaxKey("S", D(19)), TaxKey("AE", D(0)), TaxKey("S", D("8.1"))]
cents = st.integers(0, 2_000_00).map(lambda value: D(value) / 100)
prices = st.integers(0, 200_000_000).map(lambda value: D(value) / 1_000_000)
rates = st.integers(0, 1000).map(lambda value: D(value) / 10)


@st.composite
def adjustments(draw, keys=(None,)):
    by_rate = draw(st.booleans())
    return Adjustment(
        amount=D(0) if by_rate else draw(cents),
        rate=draw(rates) if by_rate else None,
        is_charge=draw(st.booleans()),
        tax=draw(st.sampled_from(keys)),
    )


lines = st.builds(
    Line,
    quantity=st.integers(1, 5000).map(lambda value: D(value) / 10),
    unit_price=prices,
    tax=st.sampled_from(KEYS),
    price_quantity=st.sampled_from([D(1), D(10), D(100)]),
    adjustments=st.lists(adjustments(), max_size=2),
)


@st.composite
def documents(draw, *, includes_tax):
    drawn = draw(st.lists(lines, min_size=1, max_size=12))
    worth = sum(line.unit_price * line.quantity for line in drawn) > 1
    return Document(
        currency=draw(st.sampled_from(["EUR", "JPY", "KWD"])),
        lines=drawn,
        adjustments=draw(st.lists(adjustments(KEYS), max_size=3)),
        discount=Adjustment(rate=draw(rates)) if worth and draw(st.booleans()) else None,
        includes_tax=includes_tax,
        prepaid=draw(cents).quantize(D(1), ROUND_HALF_UP),
    )


def assert_en_16931(document, totals):
    """The business rules of the standard, added up here once more from the parts alone."""
    key_of = {group.key: group for group in totals.groups}
    allowances = sum(row.amount for row in totals.adjustments if not row.is_charge)
    charges = sum(row.amount for row in totals.adjustments if row.is_charge)
    assert totals.line_total == sum(row.net for row in totals.lines)  # BR-CO-10
    assert totals.allowance_total == allowances  # BR-CO-11
    assert totals.charge_total == charges  # BR-CO-12
    assert totals.net == sum(row.net for row in totals.lines) - allowances + charges  # BR-CO-13
    assert totals.tax == sum(group.tax for group in totals.groups)  # BR-CO-14
    assert totals.gross == totals.net + totals.tax  # BR-CO-15
    assert totals.payable == totals.gross - document.prepaid + totals.rounding  # BR-CO-16
    for group in totals.groups:
        assert group.tax == round_amount(group.taxable * group.key.rate / 100, document.currency)  # BR-CO-17
    assert len(key_of) == len(totals.groups)
    every = [row.net for row in totals.lines] + [row.amount for row in totals.adjustments]
    assert all(amount == round_amount(amount, document.currency) for amount in every)
    assert violations(totals) == []


def assert_shares_add_up(document, totals):
    for group in totals.groups:
        own = [row for row in totals.lines if row.tax_key == group.key]
        if not document.adjustments:
            assert sum(row.tax for row in own) == (group.tax if own else 0)
            assert sum(row.revenue for row in own) == group.taxable


@settings(deadline=None, max_examples=200)
@given(documents(includes_tax=False))
def test_any_document_keeps_the_rules(document):
    totals = total(document)

    assert_en_16931(document, totals)
    assert_shares_add_up(document, totals)
    assert totals.rounding == 0


@settings(deadline=None, max_examples=200)
@given(documents(includes_tax=True))
def test_any_document_with_tax_included_keeps_the_rules_and_the_promise(document):
    totals = total(document)

    assert_en_16931(document, totals)
    assert_shares_add_up(document, totals)
    shown = total(
        Document(
            document.currency,
            [
                Line(row.quantity, row.unit_price, ZERO_RATED, row.price_quantity, row.adjustments)
                for row in document.lines
            ],
            [Adjustment(row.amount, row.rate, row.is_charge, ZERO_RATED) for row in document.adjustments],
            document.discount,
        )
    )
    assert totals.payable == shown.gross - document.prepaid
    unit = D(1).scaleb(-{"EUR": 2, "JPY": 0, "KWD": 3}[document.currency])
    assert abs(totals.rounding) <= unit * len(totals.groups)
