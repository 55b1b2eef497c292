"""From a draft to the lines as they will stand in the books: pure arithmetic and rules, no SQL.

Rules of the trade: amounts are converted by one division and rounded once; of a document, total and tax are
converted and revenue takes the rest; the odd cent of an entry goes to the rounding account; no line is zero.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.errors import DomainError
from core.models import Company
from core.money import ZERO, known_currency, minor_unit, round_amount
from ledger import errors
from ledger.books import Books
from ledger.drafts import Draft, DraftLine, DraftTax, ItemFacts
from ledger.models import Account, Control, EntryKind, Journal, Module

MOST_LINES = 32_000
"""Positions in an entry are small integers; the longest real document has some 1,100 lines."""


@dataclass(slots=True)
class PreparedLine:
    """A line as it will stand: one side, in both currencies."""

    account: Account
    is_debit: bool
    amount: Decimal
    document_amount: Decimal
    payer_id: int | None = None
    item: ItemFacts | None = None
    text: str = ""


@dataclass(slots=True)
class PreparedTax:
    """A tax line as it will stand, in both currencies."""

    account_id: int | None
    fact: str
    code: str
    category: str
    rate: Decimal
    tax_date: date | None
    base: Decimal
    tax: Decimal
    company_base: Decimal
    company_tax: Decimal


@dataclass(slots=True)
class Prepared:
    """An entry that keeps every rule but the period's, which only a lock can tell."""

    company: Company
    journal: Journal
    kind: EntryKind
    source: str
    content: str
    description: str
    document_date: date | None
    currency: str
    rate: Decimal | None
    document_kind: str
    document_id: int | None
    reverses_id: int | None
    lines: list[PreparedLine]
    taxes: list[PreparedTax]
    makes_items: bool = True


def prepare(draft: Draft, books: Books, *, on: date) -> Prepared | None:
    """The entry that a draft makes; nothing for a fact of zero. Raises the rule that the draft breaks."""
    company_id = draft.company.id
    journal = books.journals.get((company_id, draft.journal))
    if company_id not in books.policies:
        raise errors.NoBooks(company=str(draft.company))
    if journal is None:
        raise errors.UnknownJournal(journal=draft.journal, company=str(draft.company))
    if not known_currency(draft.document_currency):
        raise errors.UnknownCurrency(currency=draft.document_currency)
    _require_rate(draft, on=on)
    lines = [_line(draft, line, books, journal) for line in draft.lines if line.debit or line.credit]
    taxes = [_tax(draft, tax, books) for tax in draft.taxes if tax.base or tax.tax]
    lines += [_tax_line(tax, books) for tax in taxes if tax.tax]
    if not lines:
        return None
    if len(lines) > MOST_LINES:
        raise errors.TooManyLines(lines=len(lines), most=MOST_LINES)
    _require_document_balance(draft, lines)
    _balance_in_company_currency(draft, lines, books)
    return Prepared(
        company=draft.company,
        journal=journal,
        kind=draft.kind,
        source=draft.source,
        content=draft.digest(),
        description=draft.description,
        document_date=draft.document_date,
        currency=draft.document_currency,
        rate=draft.rate if draft.document_currency != draft.company.currency else None,
        document_kind=draft.document_kind,
        document_id=draft.document_id,
        reverses_id=draft.reverses_id,
        lines=lines,
        taxes=taxes,
    )


def _require_rate(draft: Draft, *, on: date) -> None:
    if draft.document_currency == draft.company.currency or draft.rate:
        return
    if draft.taxes or any(line.company_amount is None for line in draft.lines):
        raise errors.RateMissing(
            currency=draft.document_currency, company_currency=draft.company.currency, on=draft.document_date or on
        )


def _line(draft: Draft, line: DraftLine, books: Books, journal: Journal) -> PreparedLine:
    assert not (line.debit and line.credit), "a line is a debit or a credit, never both"
    is_debit, amount = bool(line.debit), line.debit or line.credit
    account = _account(draft, line.account, books)
    if refusal := _refuse_line(draft, line, account, amount, journal):
        raise refusal
    return PreparedLine(
        account=account,
        is_debit=is_debit,
        amount=_company_amount(draft, amount, line.company_amount),
        document_amount=amount,
        payer_id=line.payer_id,
        item=line.item,
        text=line.text,
    )


def _account(draft: Draft, number: str, books: Books) -> Account:
    account = books.accounts.get((draft.company.id, number))
    if account is None:
        raise errors.UnknownAccount(account=number, company=str(draft.company))
    if not account.is_active:
        raise errors.InactiveAccount(account=number)
    if account.currency and account.currency != draft.document_currency:
        raise errors.WrongCurrency(account=number, currency=draft.document_currency, allowed=account.currency)
    return account


def _refuse_line(
    draft: Draft, line: DraftLine, account: Account, amount: Decimal, journal: Journal
) -> DomainError | None:
    return _refuse_amount(draft, line, amount) or _refuse_control(line, account, journal)


def _refuse_amount(draft: Draft, line: DraftLine, amount: Decimal) -> DomainError | None:
    currency = draft.document_currency
    if amount < 0:
        return errors.NegativeAmount(amount=amount, currency=currency)
    if amount != round_amount(amount, currency):
        return errors.NotWholeMinorUnits(amount=amount, currency=currency)
    if line.company_amount is not None and currency == draft.company.currency and line.company_amount != amount:
        return errors.Unbalanced(debit=amount, credit=line.company_amount, currency=currency)
    return None


def _refuse_control(line: DraftLine, account: Account, journal: Journal) -> DomainError | None:
    """A control account is the total of a sub-ledger: no line goes there without its row in the sub-ledger."""
    if account.makes_open_items and line.payer_id is None:
        return errors.ControlAccountNeedsPayer(account=account.number)
    if account.control == Control.TAX:
        return errors.TaxAccountNeedsTaxLine(account=account.number)
    if account.control == Control.INVENTORY and journal.module != Module.STOCK:
        return errors.InventoryNeedsStockMove(account=account.number)
    return None


def _company_amount(draft: Draft, amount: Decimal, given: Decimal | None) -> Decimal:
    """In company currency; never zero for an amount that is not, as no line is zero."""
    if given is not None:
        return given
    return converted(amount, draft.rate, draft) or minor_unit(draft.company.currency).copy_sign(amount)


def converted(amount: Decimal, rate: Decimal | None, draft: Draft) -> Decimal:
    """An amount of the document in company currency: one division, rounded once."""
    if draft.document_currency == draft.company.currency:
        return amount
    assert rate, "a foreign draft without rate was refused before"
    return round_amount(amount / rate, draft.company.currency)


def _tax(draft: Draft, tax: DraftTax, books: Books) -> PreparedTax:
    account = _tax_account(draft, tax, books) if tax.tax else None
    for amount in (tax.base, tax.tax):
        if amount != round_amount(amount, draft.document_currency):
            raise errors.NotWholeMinorUnits(amount=amount, currency=draft.document_currency)
    company_base = tax.company_base if tax.company_base is not None else converted(tax.base, draft.rate, draft)
    return PreparedTax(
        account_id=account.id if account else None,
        fact=tax.fact,
        code=tax.code,
        category=tax.category,
        rate=tax.rate,
        tax_date=tax.tax_date,
        base=tax.base,
        tax=tax.tax,
        company_base=company_base,
        company_tax=_company_amount(draft, tax.tax, tax.company_tax) if tax.tax else ZERO,
    )


def _tax_account(draft: Draft, tax: DraftTax, books: Books) -> Account:
    account = _account(draft, tax.account or "", books)
    if account.control != Control.TAX:
        raise errors.NotATaxAccount(account=account.number)
    return account


def _tax_line(tax: PreparedTax, books: Books) -> PreparedLine:
    assert tax.account_id is not None, "tax that is not zero has its account"
    return PreparedLine(
        account=books.accounts_by_id[tax.account_id],
        is_debit=tax.tax < 0,
        amount=abs(tax.company_tax),
        document_amount=abs(tax.tax),
        text=tax.code,
    )


def _require_document_balance(draft: Draft, lines: list[PreparedLine]) -> None:
    debit = sum((line.document_amount for line in lines if line.is_debit), ZERO)
    credit = sum((line.document_amount for line in lines if not line.is_debit), ZERO)
    if debit != credit:
        raise errors.Unbalanced(debit=debit, credit=credit, currency=draft.document_currency)


def _balance_in_company_currency(draft: Draft, lines: list[PreparedLine], books: Books) -> None:
    """Let revenue take the rest of a converted document, or the rounding account the odd cent."""
    debit = sum((line.amount for line in lines if line.is_debit), ZERO)
    credit = sum((line.amount for line in lines if not line.is_debit), ZERO)
    over = debit - credit
    if not over:
        return
    unit = minor_unit(draft.company.currency)
    if draft.document_currency == draft.company.currency or abs(over) > unit * len(lines):
        raise errors.Unbalanced(debit=debit, credit=credit, currency=draft.company.currency)
    if (rest := _line_that_takes_the_rest(draft, lines)) and rest.amount + (over if not rest.is_debit else -over) > 0:
        rest.amount += over if not rest.is_debit else -over
        return
    policy = books.policies[draft.company.id]
    rounding = books.accounts_by_id[policy.rounding_account_id]
    lines.append(PreparedLine(account=rounding, is_debit=over < 0, amount=abs(over), document_amount=ZERO))


def _line_that_takes_the_rest(draft: Draft, lines: list[PreparedLine]) -> PreparedLine | None:
    given = [line for line in draft.lines if line.debit or line.credit]
    takers = [prepared for line, prepared in zip(given, lines, strict=False) if line.takes_rest]
    return takers[-1] if takers else None
