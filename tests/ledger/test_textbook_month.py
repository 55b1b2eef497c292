"""A month of a wholesaler as a textbook would tell it, with its figures: sales, tax, receipts, a discount, foreign
currency, a bad debt, the month-end revaluation, and the result of the year.

The company keeps its books in GBP and charges 20 % tax. Amounts are worked out in the comments.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from core import invariants
from core.models import Company
from ledger.drafts import DraftTax, credit, debit
from ledger.models import Module, OpenItem, Period, TaxLine
from ledger.open_items import open_as_of
from ledger.operations import close_periods, close_year, revalue, settle
from ledger.settling import DiscountTax, Pair
from masterdata.models import Customer
from tests.ledger.factories import (
    BANK,
    RECEIVABLES,
    TAX,
    CustomerFactory,
    a_draft,
    a_receipt,
    a_sale,
    item_of,
    money,
    post,
    trial_balance,
)


def march(day: int) -> date:
    return date(2026, 3, day)


class Wholesaler:
    """The month, step by step."""

    def __init__(self, company: Company, accountant) -> None:
        self.company, self.accountant = company, accountant
        self.alder, self.birch, self.cedar = (
            CustomerFactory(company=company, name=name) for name in ("Alder", "Birch", "Cedar Inc")
        )
        for step in (
            self.start_with_capital_and_stock,
            self.sell,
            self.alder_pays_with_discount,
            self.birch_pays_half_and_fails,
            self.cedar_pays_in_dollars,
            self.pay_rent,
            self.end_the_month,
        ):
            step()

    def start_with_capital_and_stock(self) -> None:
        post(a_draft(self.company, debit(BANK, money(10_000)), credit("3000", money(10_000))), march(1))
        stock = a_draft(self.company, debit("1300", money(5_000)), credit("3900", money(5_000)), journal="stock")
        post(stock, march(1))

    def sell(self) -> None:
        self.alder_invoice = item_of(a_sale(self.alder, "1000.00", "200.00"), march(2))
        self.birch_invoice = item_of(a_sale(self.birch, "500.00", "100.00"), march(5))
        # An export: 1,270.00 USD at 1.27 = 1,000.00 GBP, no tax.
        export = a_sale(self.cedar, "1270.00", "0", currency="USD", rate="1.27")
        export.taxes.append(DraftTax("G0", "G", money(0), money("1270.00"), money(0)))
        self.cedar_invoice = item_of(export, march(9))
        goods = a_draft(self.company, debit("5000", money(1_200)), credit("1300", money(1_200)), journal="stock")
        post(goods, march(9))

    def alder_pays_with_discount(self) -> None:
        """2 % of 1,200.00 within ten days is 24.00, of which 4.00 is tax."""
        receipt = item_of(a_receipt(self.alder, "1176.00"), march(12))
        tax = DiscountTax(TAX, "S20", "S", money(20), base=money("20.00"), tax=money("4.00"))
        self.settle(self.alder_invoice, receipt, march(12), discount=money("24.00"), discount_taxes=(tax,))

    def birch_pays_half_and_fails(self) -> None:
        """Of 600.00 half is paid; the rest is given up, and the tax office gives its 50.00 back."""
        self.settle(self.birch_invoice, item_of(a_receipt(self.birch, "300.00"), march(16)), march(16))
        loss = a_draft(
            self.company,
            debit("6500", money("250.00")),
            credit(RECEIVABLES, money("300.00"), payer_id=self.birch.pk),
            taxes=[DraftTax("S20", "S", money(20), money("-250.00"), money("-50.00"), account=TAX, fact="bad_debt")],
            journal="receivables",
        )
        self.settle(self.birch_invoice, item_of(loss, march(27)), march(27))

    def cedar_pays_in_dollars(self) -> None:
        # 635.00 USD booked at 500.00, worth 635 / 1.25 = 508.00: a gain of 8.00.
        first = item_of(a_receipt(self.cedar, "635.00", currency="USD", rate="1.25"), march(20))
        self.settle(self.cedar_invoice, first, march(20))
        # 254.00 USD booked at 200.00, worth 254 / 1.30 = 195.38: a loss of 4.62.
        second = item_of(a_receipt(self.cedar, "254.00", currency="USD", rate="1.30"), march(25))
        self.settle(self.cedar_invoice, second, march(25))

    def pay_rent(self) -> None:
        post(a_draft(self.company, debit("6100", money("400.00")), credit(BANK, money("400.00"))), march(28))

    def end_the_month(self) -> None:
        # 381.00 USD are left, booked at 300.00; at 1.20 they are worth 317.50: 17.50 unrealised.
        revalue(self.company, on=march(31), by=self.accountant, rates={"USD": Decimal("1.20")})

    def settle(self, invoice: OpenItem, receipt: OpenItem, on: date, **facts) -> None:
        settle([Pair(invoice.pk, receipt.pk, **facts)], on=on, by=self.accountant).require_all()


@pytest.fixture
def month(books, finance) -> Wholesaler:
    return Wholesaler(books, finance)


END_OF_MARCH = {
    "1010": Decimal("11076.00"),  # 10,000 + 1,176 + 300 − 400
    "1020": Decimal("703.38"),  # 508.00 + 195.38
    "1200": Decimal("300.00"),  # Cedar's 381.00 USD as booked
    "1210": Decimal("17.50"),
    "1300": Decimal("3800.00"),
    "2200": Decimal("-246.00"),  # 200 + 100 − 4 − 50
    "3000": Decimal("-10000.00"),
    "3900": Decimal("-5000.00"),
    "4000": Decimal("-2500.00"),
    "4300": Decimal("20.00"),
    "4600": Decimal("-8.00"),
    "4610": Decimal("-17.50"),
    "5000": Decimal("1200.00"),
    "6100": Decimal("400.00"),
    "6500": Decimal("250.00"),
    "6600": Decimal("4.62"),
}


def test_the_trial_balance_at_the_end_of_the_month(month):
    assert trial_balance(month.company, march(31)) == END_OF_MARCH
    assert sum(END_OF_MARCH.values()) == 0


def test_on_the_next_day_the_unrealised_gain_is_gone(month):
    april = {number: amount for number, amount in END_OF_MARCH.items() if number not in {"1210", "4610"}}

    assert trial_balance(month.company, date(2026, 4, 1)) == april


def test_the_tax_report_is_the_tax_account(month):
    totals = TaxLine.objects.values_list("code").annotate(base=Sum("company_base"), tax=Sum("company_tax"))

    # S20: 1,000 + 500 − 20 − 250 = 1,230 and its fifth; G0: the export.
    assert set(totals) == {("S20", 1230, 246), ("G0", 1000, 0)}


def test_what_customers_owe_on_each_day(month):
    def owed(on: date, payer: Customer) -> Decimal:
        items = open_as_of(month.company, on).filter(payer=payer)
        return sum((item.open_company_then for item in items), Decimal(0))

    assert [owed(march(day), month.alder) for day in (1, 2, 11, 12)] == [0, 1200, 1200, 0]
    assert [owed(march(day), month.birch) for day in (5, 16, 26, 27)] == [600, 300, 300, 0]
    assert [owed(march(day), month.cedar) for day in (9, 20, 25)] == [1000, 500, 300]


def test_the_sub_ledgers_agree_with_their_accounts(month):
    results = invariants.run([check for check in invariants.all_checks() if check.name.startswith("ledger")])

    assert [result.check.name for result in results if not result.holds] == []


@pytest.fixture
def closed_year(month) -> Callable[[], Decimal]:
    """Close every month of 2025 and 2026 and then the year; returns its result."""

    def close() -> Decimal:
        last = Period.objects.get(company=month.company, year=2026, number=12, module=Module.GENERAL)
        others = Period.objects.filter(company=month.company).exclude(pk=last.pk)
        close_periods([period.pk for period in others], by=month.accountant).require_all()
        return close_year(month.company, 2026, by=month.accountant).result

    return close


def test_the_result_of_the_year_goes_to_retained_earnings(month, closed_year):
    # 2,500 − 20 + 8 − 4.62 − 1,200 − 400 − 250
    assert closed_year() == Decimal("633.38")

    assert trial_balance(month.company) == {
        "1010": Decimal("11076.00"),
        "1020": Decimal("703.38"),
        "1200": Decimal("300.00"),
        "1300": Decimal("3800.00"),
        "2200": Decimal("-246.00"),
        "3000": Decimal("-10000.00"),
        "3100": Decimal("-633.38"),
        "3900": Decimal("-5000.00"),
    }
