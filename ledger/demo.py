"""The demo's books: a chart, periods, and some months of a wholesaler's invoices, receipts and settlements."""

import random
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from core import clock
from core.context import COMMAND, Cause, because_of
from core.demo import HEARTH, HEARTH_EU
from core.models import Company, User
from core.money import ZERO, round_amount
from ledger.determination import Case, accounts_for
from ledger.drafts import Draft, DraftTax, ItemFacts, credit, debit
from ledger.models import Fact, ItemKind, Journal, JournalEntry, Module, OpenItem, Period, Settlement
from ledger.operations import (
    Block,
    Promise,
    block_amount,
    close_periods,
    close_year,
    load_chart,
    open_year,
    post_entries,
    revalue,
    set_dunning_level,
    set_promise,
    settle,
)
from ledger.settling import DiscountTax, Pair
from masterdata.models import Customer
from masterdata.rates import conversion

MONTHS = 4
CAPITAL, RENT, WAGES, PAY_DAY = 250_000, 4_200, 18_500, 25
TERM = timedelta(days=30)
FRIDAY = 5
DISCOUNT_DAYS, DISCOUNT = timedelta(days=9), Decimal("0.02")
TAX_RATES = {"GB": Decimal(20), "NL": Decimal(21)}
FOREIGN_EVERY, UNPAID_EVERY, DISCOUNT_EVERY, SHORT_EVERY, PARTLY_EVERY = 9, 7, 5, 11, 8
BANK_MARGIN = Decimal("1.015")
"""What the bank's rate differs from the published one, so that foreign receipts realise a difference."""


@dataclass
class Books:
    """A company of the demo while its books are written."""

    company: Company
    by: User | None
    today: date
    accounts: dict[Fact, str]
    customers: list[Customer]
    chance: random.Random
    number: int = 0
    receipts: dict[date, list["Payment"]] = field(default_factory=dict)

    def account(self, fact: Fact) -> str:
        return self.accounts[fact]

    @property
    def foreign(self) -> str:
        """The currency that some customers pay in."""
        return "USD" if self.company.currency == "EUR" else "EUR"

    @property
    def tax_rate(self) -> Decimal:
        return TAX_RATES[self.company.country]


@dataclass(frozen=True)
class Payment:
    """Money that will come for an invoice on a day."""

    invoice: Draft
    amount: Decimal
    discount: Decimal = ZERO
    small_difference: Decimal = ZERO


@transaction.atomic
def load() -> dict[str, int]:
    """Write the books of both demo companies where there are none; how much of each was made. Safe to run twice."""
    before = _counted()
    accounts = 0
    with because_of(Cause(via=COMMAND)):
        for company in Company.objects.filter(code__in=[HEARTH, HEARTH_EU]).order_by("pk"):
            accounts += load_chart(company)
            today = clock.today(company)
            for year in (today.year - 1, today.year, today.year + 1):
                open_year(company, year)
            if not JournalEntry.objects.filter(company=company).exists():
                _write_books(company, today)
    made = {name: count - before[name] for name, count in _counted().items()}
    return {"accounts": accounts, **made}


def _counted() -> dict[str, int]:
    return {
        "journal entries": JournalEntry.objects.count(),
        "open items": OpenItem.objects.count(),
        "settlements": Settlement.objects.count(),
    }


def _write_books(company: Company, today: date) -> None:
    """Live through the last months day by day, then close what a house like this would have closed."""
    customers = list(Customer.objects.filter(company=company).select_related("payer").order_by("pk"))
    if not customers:
        return
    found = accounts_for(company, [Case(fact) for fact in Fact])
    books = Books(
        company=company,
        by=User.objects.filter(username="finance").first(),
        today=today,
        accounts={case.fact: number for case, number in found.items()},
        customers=customers,
        chance=random.Random(company.code),  # noqa: S311 (the same demo on every machine)
    )
    first = _months_before(today, MONTHS)
    post_entries([_capital(books, first)], on=first, by=books.by).require_all()
    for day in _business_days(first, today):
        with clock.at(day):
            _live_through(books, day)
    _remind_and_promise(books)
    _close_old_months(books)


def _business_days(first: date, last: date) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if day.isoweekday() <= FRIDAY:
            yield day


def _months_before(today: date, months: int) -> date:
    years, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(years, month + 1, 1)


def _live_through(books: Books, day: date) -> None:
    """Invoices of the day, money of the day, and at the month's end rent, wages and the revaluation."""
    drafts = [_invoice(books, day) for _ in range(books.chance.choice((0, 1, 1, 2)))]
    drafts += _regular_costs(books, day)
    post_entries(drafts, on=day, by=books.by).require_all()
    for draft in drafts:
        _expect_payment(books, draft, day)
    come = [due for due in sorted(books.receipts) if due <= day]
    _receive(books, [payment for due in come for payment in books.receipts.pop(due)], day)
    month_end = _last_day_of_month(day)
    if day == max(_business_days(day, month_end)) and month_end < books.today:
        revalue(books.company, on=month_end, by=books.by)


def _last_day_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _invoice(books: Books, day: date) -> Draft:
    """An invoice: at home with tax, every so often abroad without."""
    books.number += 1
    customer = books.chance.choice(books.customers)
    is_foreign = books.number % FOREIGN_EVERY == 0
    currency = books.foreign if is_foreign else books.company.currency
    net = Decimal(books.chance.randrange(4_000, 240_000)) / 100
    tax = ZERO if is_foreign else round_amount(net * books.tax_rate / 100, currency)
    number = f"{books.company.code.upper()}-{day.year}-{books.number:04}"
    item = ItemFacts(
        ItemKind.INVOICE, number=number, due_date=day + TERM, sold_to_id=customer.pk, payment_reference=number
    )
    taxed = DraftTax("G", "G", ZERO, net, ZERO) if is_foreign else _home_tax(books, net, tax)
    return Draft(
        company=books.company,
        source=f"demo:invoice:{books.number}",
        description=f"Invoice {number}, {customer.name}",
        journal=Journal.SALES,
        currency=currency,
        rate=_rate(books, day) if is_foreign else None,
        lines=[
            debit(books.account(Fact.RECEIVABLE), net + tax, payer_id=(customer.payer or customer).pk, item=item),
            credit(books.account(Fact.SALES), net, takes_rest=True),
        ],
        taxes=[taxed],
    )


def _home_tax(books: Books, net: Decimal, tax: Decimal) -> DraftTax:
    return DraftTax("S", "S", books.tax_rate, net, tax, account=books.account(Fact.SALES_TAX))


def _rate(books: Books, day: date) -> Decimal:
    """Foreign units for one unit of company currency, as published for the day."""
    found = conversion(books.foreign, books.company.currency, day)
    return (found.source_rate / found.target_rate).quantize(Decimal("0.0000000001"))


def _regular_costs(books: Books, day: date) -> list[Draft]:
    """Rent on the first business day of the month, wages late in it."""
    bank, month = books.account(Fact.BANK), f"{day:%Y-%m}"
    due: list[tuple[str, str, str, int]] = []
    if day == min(_business_days(day.replace(day=1), day)):
        due.append((f"rent:{month}", "Rent and energy", "6100", RENT))
    if day.day >= PAY_DAY and day == min(_business_days(day.replace(day=PAY_DAY), day)):
        due.append((f"wages:{month}", "Wages", "6000", WAGES))
    return [
        Draft(
            company=books.company,
            source=f"demo:{key}",
            description=what,
            lines=[debit(account, Decimal(amount)), credit(bank, Decimal(amount))],
        )
        for key, what, account, amount in due
    ]


def _capital(books: Books, day: date) -> Draft:
    """What the owners paid in before the first day."""
    lines = [debit(books.account(Fact.BANK), Decimal(CAPITAL)), credit("3000", Decimal(CAPITAL))]
    return Draft(books.company, "demo:capital", "Share capital paid in", lines, document_date=day)


def _expect_payment(books: Books, draft: Draft, day: date) -> None:
    """Most pay when due, some early with discount, some a little less, some a part, some not at all."""
    if draft.journal != Journal.SALES:
        return
    gross, number = draft.lines[0].debit, int(draft.source.rsplit(":", 1)[1])
    if number % UNPAID_EVERY == 0:
        return
    late = day + TERM + timedelta(days=books.chance.randrange(-6, 12))
    if number % DISCOUNT_EVERY == 0:
        discount = round_amount(gross * DISCOUNT, draft.document_currency)
        books.receipts.setdefault(day + DISCOUNT_DAYS, []).append(Payment(draft, gross - discount, discount=discount))
    elif number % SHORT_EVERY == 0:
        less = Decimal("0.03")
        books.receipts.setdefault(late, []).append(Payment(draft, gross - less, small_difference=less))
    elif number % PARTLY_EVERY == 0:
        books.receipts.setdefault(late, []).append(Payment(draft, round_amount(gross / 2, draft.document_currency)))
    else:
        books.receipts.setdefault(late, []).append(Payment(draft, gross))


def _receive(books: Books, payments: list[Payment], day: date) -> None:
    """Book money that came, and settle it with its invoices."""
    if not payments:
        return
    drafts = [_receipt(books, payment, day) for payment in payments]
    posted = post_entries(drafts, on=day, by=books.by)
    posted.require_all()
    receipts = {item.entry_id: item.pk for item in OpenItem.objects.filter(entry__in=posted.entries.values())}
    numbers = [_item_of(payment).number for payment in payments]
    invoices = {item.number: item.pk for item in OpenItem.objects.filter(company=books.company, number__in=numbers)}
    pairs = [
        Pair(
            invoices[_item_of(payment).number],
            receipts[posted.entries[place]],
            payment.amount,
            discount=payment.discount,
            small_difference=payment.small_difference,
            discount_taxes=_discount_tax(payment),
            source=f"demo:settle:{payment.invoice.source}",
        )
        for place, payment in enumerate(payments)
    ]
    settle(pairs, on=day, by=books.by).require_all()


def _item_of(payment: Payment) -> ItemFacts:
    item = payment.invoice.lines[0].item
    assert item is not None, "an invoice makes an open item"
    return item


def _receipt(books: Books, payment: Payment, day: date) -> Draft:
    invoice, item = payment.invoice, _item_of(payment)
    is_foreign = invoice.document_currency != books.company.currency
    return Draft(
        company=books.company,
        source=f"demo:receipt:{invoice.source}",
        description=f"Receipt for {item.number}",
        journal=Journal.RECEIVABLES,
        currency=invoice.currency,
        rate=_rate(books, day) / books.chance.choice((BANK_MARGIN, 1 / BANK_MARGIN)) if is_foreign else None,
        lines=[
            debit("1020" if is_foreign else books.account(Fact.BANK), payment.amount),
            credit(
                books.account(Fact.ON_ACCOUNT),
                payment.amount,
                payer_id=invoice.lines[0].payer_id,
                item=ItemFacts(ItemKind.RECEIPT, number=f"R-{item.number}", payment_reference=item.number),
            ),
        ],
    )


def _discount_tax(payment: Payment) -> tuple[DiscountTax, ...]:
    """The tax in a discount, in the proportion of the invoice."""
    [tax] = payment.invoice.taxes
    if not payment.discount or not tax.tax or tax.account is None:
        return ()
    back = round_amount(payment.discount * tax.tax / (tax.base + tax.tax), payment.invoice.document_currency)
    return (DiscountTax(tax.account, tax.code, tax.category, tax.rate, payment.discount - back, back),)


def _remind_and_promise(books: Books) -> None:
    """Reminders for what is overdue, one promise, one contested part, and one debt that is given up."""
    overdue = list(
        OpenItem.objects.filter(
            company=books.company, side="debit", open_amount__gt=0, due_date__lt=books.today
        ).order_by("due_date", "pk")
    )
    if len(overdue) < 4:
        return
    lost, contested, promised = overdue[0], overdue[1], overdue[2]
    _give_up(books, lost)
    half = round_amount(contested.open_amount / 2, contested.currency)
    block_amount({contested.pk: Block(half, "Goods arrived broken")}, on=books.today, by=books.by).require_all()
    promise = Promise(promised.open_amount, books.today + timedelta(days=5))
    set_promise({promised.pk: promise}, on=books.today, by=books.by).require_all()
    levels = {item.pk: 2 if (books.today - item.due_date).days > 30 else 1 for item in overdue[3:]}
    set_dunning_level(levels, on=books.today, by=books.by).require_all()


def _give_up(books: Books, item: OpenItem) -> None:
    """A bad debt: the loss net of tax, and the tax that the office gives back."""
    whole = item.currency == books.company.currency
    tax = round_amount(item.open_amount * books.tax_rate / (100 + books.tax_rate), item.currency) if whole else ZERO
    loss = Draft(
        company=books.company,
        source=f"demo:loss:{item.number}",
        description=f"{item.number} is lost",
        journal=Journal.RECEIVABLES,
        currency=item.currency,
        rate=None if whole else _rate(books, books.today),
        lines=[
            debit(books.account(Fact.BAD_DEBT), item.open_amount - tax, takes_rest=True),
            credit(item.account.number, item.open_amount, payer_id=item.payer_id, item=ItemFacts(number=item.number)),
        ],
        taxes=[_lost_tax(books, item, tax)] if tax else [],
    )
    posted = post_entries([loss], on=books.today, by=books.by)
    posted.require_all()
    lost = OpenItem.objects.get(entry=posted.entries[0])
    settle([Pair(item.pk, lost.pk)], on=books.today, by=books.by).require_all()


def _lost_tax(books: Books, item: OpenItem, tax: Decimal) -> DraftTax:
    base = tax - item.open_amount
    account = books.account(Fact.SALES_TAX)
    return DraftTax("S", "S", books.tax_rate, base, -tax, account=account, fact="bad_debt")


def _close_old_months(books: Books) -> None:
    """Close every module of the months before the last one, and the year that ended before them."""
    before = _months_before(books.today, 1)
    periods = Period.objects.filter(company=books.company, last_date__lt=before)
    for year in sorted(set(periods.values_list("year", flat=True))):
        year_end = periods.filter(year=year, module=Module.GENERAL, number=12).first()
        ready = periods.filter(year=year).exclude(pk=year_end.pk if year_end else 0)
        close_periods(list(ready.values_list("pk", flat=True)), by=books.by).require_all()
        if year_end:
            close_year(books.company, year, by=books.by)
