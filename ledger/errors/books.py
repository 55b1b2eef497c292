"""What the ledger refuses, and what to do instead."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from core.errors import DomainError


class Unbalanced(DomainError):
    """Debits and credits of an entry differ."""

    code = "ledger.unbalanced"

    def __init__(self, *, debit: Decimal, credit: Decimal, currency: str) -> None:
        self.debit, self.credit, self.currency = debit, credit, currency

    @property
    def message(self) -> str:
        return (
            f"Debits are {self.debit} and credits {self.credit} {self.currency}. "
            f"Add or correct a line by {abs(self.debit - self.credit)} {self.currency}."
        )


class WrongCurrency(DomainError):
    """An account takes one currency only."""

    code = "ledger.wrong_currency"

    def __init__(self, *, account: str, currency: str, allowed: str) -> None:
        self.account, self.currency, self.allowed = account, currency, allowed

    @property
    def message(self) -> str:
        return f"Account {self.account} is kept in {self.allowed}, not {self.currency}. Choose another."


class UnknownCurrency(DomainError):
    """A code that is no currency."""

    code = "ledger.unknown_currency"

    def __init__(self, *, currency: str) -> None:
        self.currency = currency

    @property
    def message(self) -> str:
        return f"There is no currency {self.currency}. Use its three letters, such as EUR."


class NotWholeMinorUnits(DomainError):
    """An amount is finer than its currency."""

    code = "ledger.not_whole_minor_units"

    def __init__(self, *, amount: Decimal, currency: str) -> None:
        self.amount, self.currency = amount, currency

    @property
    def message(self) -> str:
        return f"{self.amount} is finer than {self.currency} can be paid. Round it first."


class NegativeAmount(DomainError):
    """A line stands on the other side instead of being negative."""

    code = "ledger.negative_amount"

    def __init__(self, *, amount: Decimal, currency: str) -> None:
        self.amount, self.currency = amount, currency

    @property
    def message(self) -> str:
        return f"{self.amount} {self.currency} is negative. Book it positive on the other side."


class RateMissing(DomainError):
    """A foreign amount without a rate to company currency."""

    code = "ledger.rate_missing"

    def __init__(self, *, currency: str, company_currency: str, on: date) -> None:
        self.currency, self.company_currency, self.on = currency, company_currency, on

    @property
    def message(self) -> str:
        return (
            f"There is no rate from {self.currency} to {self.company_currency} for {self.on}. "
            "Import the exchange rates of that day, or enter the rate."
        )


class UnknownAccount(DomainError):
    """The company's chart has no such account."""

    code = "ledger.unknown_account"

    def __init__(self, *, account: str, company: str) -> None:
        self.account, self.company = account, company

    @property
    def message(self) -> str:
        return f"{self.company} has no account {self.account}. Choose one of its chart, or add it there."


class InactiveAccount(DomainError):
    """The account takes no new postings."""

    code = "ledger.inactive_account"

    def __init__(self, *, account: str) -> None:
        self.account = account

    @property
    def message(self) -> str:
        return f"Account {self.account} is inactive. Choose another, or activate it in the chart of accounts."


class UnknownJournal(DomainError):
    """The company keeps no such journal."""

    code = "ledger.unknown_journal"

    def __init__(self, *, journal: str, company: str) -> None:
        self.journal, self.company = journal, company

    @property
    def message(self) -> str:
        return f"{self.company} keeps no journal {self.journal}. Choose one of its journals."


class NoBooks(DomainError):
    """The company has no chart and policy yet."""

    code = "ledger.no_books"

    def __init__(self, *, company: str) -> None:
        self.company = company

    @property
    def message(self) -> str:
        return f"{self.company} keeps no books yet. Load a chart of accounts: manage.py load_chart."


class NoAccountForFact(DomainError):
    """No rule of account determination fits."""

    code = "ledger.no_account_for_fact"

    def __init__(self, *, fact: str, tax_code: str | None, product_group: str | None, warehouse_id: int | None) -> None:
        self.fact, self.tax_code = fact, tax_code
        self.product_group, self.warehouse_id = product_group, warehouse_id

    @property
    def message(self) -> str:
        return f"No account is determined for {self.fact}. Add a rule for it to the account determination."


class ControlAccountNeedsPayer(DomainError):
    """A line on a control account without the customer who owes it."""

    code = "ledger.control_account_needs_payer"

    def __init__(self, *, account: str) -> None:
        self.account = account

    @property
    def message(self) -> str:
        return f"Account {self.account} is the total of customers' open items. Say which customer the line is for."


class PayerOfOtherCompany(DomainError):
    """The customer belongs to another company, or does not exist."""

    code = "ledger.payer_of_other_company"

    def __init__(self, *, payer: int, company: str) -> None:
        self.payer, self.company = payer, company

    @property
    def message(self) -> str:
        return f"Customer {self.payer} is not one of {self.company}. Choose a customer of this company."


class TaxAccountNeedsTaxLine(DomainError):
    """A plain line on a tax account would leave the tax report behind."""

    code = "ledger.tax_account_needs_tax_line"

    def __init__(self, *, account: str) -> None:
        self.account = account

    @property
    def message(self) -> str:
        return (
            f"Account {self.account} is the total of the tax report. Enter the amount as tax, with its code and base."
        )


class NotATaxAccount(DomainError):
    """Tax on an account that the tax report does not add up to."""

    code = "ledger.not_a_tax_account"

    def __init__(self, *, account: str) -> None:
        self.account = account

    @property
    def message(self) -> str:
        return f"Account {self.account} is no tax account. Choose one whose control is tax."


class InventoryNeedsStockMove(DomainError):
    """Only stock moves change the value of stock."""

    code = "ledger.inventory_needs_stock_move"

    def __init__(self, *, account: str) -> None:
        self.account = account

    @property
    def message(self) -> str:
        return f"Account {self.account} is the value of the stock. Book a stock move; the entry follows from it."


class PeriodClosed(DomainError):
    """The day is in a period that takes no postings."""

    code = "ledger.period_closed"

    def __init__(self, *, module: str, on: date, state: str, first_open: date | None) -> None:
        self.module, self.on, self.state, self.first_open = module, on, state, first_open

    @property
    def message(self) -> str:
        then = f"Date it into the first open day, {self.first_open}" if self.first_open else "Open a later period"
        return f"The period of {self.on} in {self.module} is {self.state}. {then}, or have it reopened."


class SourceClash(DomainError):
    """The same source was booked before with other content."""

    code = "ledger.source_clash"

    def __init__(self, *, source: str, existing: int) -> None:
        self.source, self.existing = source, existing

    @property
    def message(self) -> str:
        return (
            f"{self.source} is booked already as {self.existing}, with other content. "
            "Reverse that first, or use a source of its own."
        )


class TooManyLines(DomainError):
    """An entry longer than the books can number."""

    code = "ledger.too_many_lines"

    def __init__(self, *, lines: int, most: int) -> None:
        self.lines, self.most = lines, most

    @property
    def message(self) -> str:
        return f"{self.lines} lines are too many for one entry. Split it into entries of at most {self.most}."


class YearNotReady(DomainError):
    """Periods of the year are still open."""

    code = "ledger.year_not_ready"

    def __init__(self, *, year: int, open_periods: Sequence[str]) -> None:
        self.year, self.open_periods = year, list(open_periods)

    @property
    def message(self) -> str:
        named = ", ".join(self.open_periods)
        return f"{self.year} can't be closed while these are open: {named}. Close them first."


class YearClosed(DomainError):
    """The year's result is booked; its periods stay closed."""

    code = "ledger.year_closed"

    def __init__(self, *, year: int, entry: int) -> None:
        self.year, self.entry = year, entry

    @property
    def message(self) -> str:
        return f"{self.year} was closed by entry {self.entry}. Book into a later period, or reopen the year as a whole."


class ResultNotBooked(DomainError):
    """The last period was closed by itself, so the year's result is still on its accounts."""

    code = "ledger.result_not_booked"

    def __init__(self, *, year: int, period: str) -> None:
        self.year, self.period = year, period

    @property
    def message(self) -> str:
        return f"{self.period} is closed, but the result of {self.year} is not booked. Reopen it, then close the year."


class NoSuchYear(DomainError):
    """The company has no periods for the year."""

    code = "ledger.no_such_year"

    def __init__(self, *, year: int, company: str) -> None:
        self.year, self.company = year, company

    @property
    def message(self) -> str:
        return f"{self.company} has no periods for {self.year}. Open the year first."


class NotMonthEnd(DomainError):
    """Open items are revalued on the last day of a period only."""

    code = "ledger.not_month_end"

    def __init__(self, *, on: date, last_date: date) -> None:
        self.on, self.last_date = on, last_date

    @property
    def message(self) -> str:
        return f"{self.on} is not the last day of its period. Revalue at {self.last_date}."


class ClosingBlocked(DomainError):
    """Something must be done before the period can close."""

    code = "ledger.closing_blocked"

    def __init__(self, *, period: str, obstacles: Sequence[str]) -> None:
        self.period, self.obstacles = period, list(obstacles)

    @property
    def message(self) -> str:
        return f"{self.period} can't close yet. In the way: {'; '.join(self.obstacles)}."


class ReasonMissing(DomainError):
    """A step that leaves a record needs its reason."""

    code = "ledger.reason_missing"

    def __init__(self, *, step: str) -> None:
        self.step = step

    @property
    def message(self) -> str:
        return f"To {self.step} needs a reason that others can read later. Write one."
