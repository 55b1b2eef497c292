"""Entries before they are booked: what a stage or a person wants in the books, in document currency."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.models import Company
from core.money import ZERO
from ledger.models import EntryKind, ItemKind, Journal


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is known of an open item when its line is booked; without it the line makes a plain journal item."""

    kind: ItemKind = ItemKind.JOURNAL
    number: str = ""
    due_date: date | None = None  # the posting date where it is not given
    sold_to_id: int | None = None
    payment_reference: str = ""
    earmark: str = ""
    dunning_level: int = 0


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A debit or a credit in document currency; the other side is zero.

    `company_amount` fixes the amount in company currency; without it the ledger converts at the entry's rate, and the
    last line with `takes_rest` takes what is left over (of a document: total and tax are converted, revenue takes
    the rest). `item` is for lines on control accounts of open items.
    """

    account: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    payer_id: int | None = None
    company_amount: Decimal | None = None
    takes_rest: bool = False
    item: ItemFacts | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class DraftTax:
    """Tax of one code and rate. The ledger writes its journal line and its tax line; tax on sales is positive.

    A base without tax (exempt, reverse charge) makes a tax line only and needs no account.
    """

    code: str
    category: str
    rate: Decimal
    base: Decimal
    tax: Decimal
    account: str | None = None
    fact: str = "sales_tax"
    tax_date: date | None = None  # the document date where it is not given
    company_base: Decimal | None = None
    company_tax: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One fact to book. `source` names it once and for ever, such as `invoice:4711`.

    `currency` is the document's, the company's where it is not given; `rate` is document units for one unit of company
    currency, fixed at the posting date by whoever makes the document.
    """

    company: Company
    source: str
    description: str
    lines: list[DraftLine] = field(default_factory=list)
    taxes: list[DraftTax] = field(default_factory=list)
    journal: str = Journal.GENERAL
    document_date: date | None = None  # the posting date where it is not given
    currency: str | None = None
    rate: Decimal | None = None
    document_kind: str = ""
    document_id: int | None = None
    kind: EntryKind = EntryKind.NORMAL
    reverses_id: int | None = None

    @property
    def document_currency(self) -> str:
        return self.currency or self.company.currency

    @property
    def account_numbers(self) -> set[str]:
        """The accounts it names."""
        taxes = {tax.account for tax in self.taxes if tax.account}
        return {line.account for line in self.lines} | taxes

    def digest(self) -> str:
        """What the source books, as 32 characters: the same content has the same digest, whenever it is posted.

        Left out are the rate, which whoever repeats a posting may look up anew on another day, and description and
        texts, which are wording: a repeat in another language books the same fact.
        """
        content = (
            self.journal,
            self.kind,
            self.document_currency,
            self.document_kind,
            self.document_id,
            self.document_date,
            self.reverses_id,
            [_of_line(line) for line in self.lines],
            [_of_tax(tax) for tax in self.taxes],
        )
        return hashlib.blake2b(repr(content).encode(), digest_size=16).hexdigest()


def debit(account: str, amount: Decimal, **facts: object) -> DraftLine:
    """A debit line: `debit("1200", Decimal("120.00"), payer_id=7)`."""
    return DraftLine(account, debit=amount, **facts)  # type: ignore[arg-type]


def credit(account: str, amount: Decimal, **facts: object) -> DraftLine:
    """A credit line."""
    return DraftLine(account, credit=amount, **facts)  # type: ignore[arg-type]


def _of_line(line: DraftLine) -> tuple[object, ...]:
    item = line.item
    facts = item and (
        item.kind,
        item.number,
        item.due_date,
        item.sold_to_id,
        item.payment_reference,
        item.earmark,
        item.dunning_level,
    )
    return line.account, _plain(line.debit), _plain(line.credit), line.payer_id, _plain(line.company_amount), facts


def _of_tax(tax: DraftTax) -> tuple[object, ...]:
    amounts = tax.rate, tax.base, tax.tax, tax.company_base, tax.company_tax
    return tax.code, tax.category, tax.fact, tax.account, tax.tax_date, [_plain(amount) for amount in amounts]


def _plain(amount: Decimal | None) -> str | None:
    """1.0 and 1.00 are one amount."""
    return None if amount is None else f"{amount.normalize():f}"
