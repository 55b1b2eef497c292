"""What a pair of open items gives and takes: pure rules and arithmetic, no SQL.

The settlement that closes an item takes its whole remaining amount in company currency; the difference between the
sides is realised gain or loss. So no item is left with zero of one currency and a cent of the other.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.errors import DomainError
from core.money import ZERO, minor_unit, round_amount
from ledger import errors
from ledger.books import Books
from ledger.models import Account, Control, EntryKind, Journal, OpenItem, Side
from ledger.preparing import Prepared, PreparedLine, PreparedTax


@dataclass(frozen=True, slots=True)
class DiscountTax:
    """The part of a discount that is tax, by code and rate, in document currency; base and tax are positive."""

    account: str
    code: str
    category: str
    rate: Decimal
    base: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Pair:
    """A debit and a credit item to bring towards zero, amounts in their document currency.

    `amount` is what the credit item gives; without it, as much as both have. The debit item is relieved of that plus
    the discount plus the small difference (positive: paid less and let go; negative: paid more and kept). `source`
    makes a caller's pair settle once.
    """

    debit_item_id: int
    credit_item_id: int
    amount: Decimal | None = None
    discount: Decimal = ZERO
    small_difference: Decimal = ZERO
    discount_taxes: tuple[DiscountTax, ...] = ()
    source: str | None = None

    @property
    def items(self) -> tuple[int, int]:
        return self.debit_item_id, self.credit_item_id

    def digest(self) -> str:
        """What is asked for, as 32 characters, to tell a repeat from a clash."""
        plain = [None if one is None else f"{one.normalize():f}" for one in self._amounts]
        content = (*self.items, *plain, [(tax.code, f"{tax.tax.normalize():f}") for tax in self.discount_taxes])
        return hashlib.blake2b(repr(content).encode(), digest_size=16).hexdigest()

    @property
    def _amounts(self) -> tuple[Decimal | None, ...]:
        return self.amount, self.discount, self.small_difference


@dataclass(frozen=True, slots=True)
class Held:
    """What a settlement took from an item until the day of its undo: on the days before it was not open."""

    until: date
    amount: Decimal
    company_amount: Decimal


@dataclass(slots=True)
class Taken:
    """What one settlement takes from each side, and what explains the difference, in both currencies."""

    pair: Pair
    debit_item: OpenItem
    credit_item: OpenItem
    debit_amount: Decimal
    credit_amount: Decimal
    debit_company_amount: Decimal
    credit_company_amount: Decimal
    company_discount: Decimal
    company_small_difference: Decimal
    settlement_id: int = 0
    entry_id: int | None = None

    @property
    def exchange_difference(self) -> Decimal:
        """Realised in company currency; a gain is positive."""
        return (
            self.credit_company_amount
            + self.company_discount
            + self.company_small_difference
            - self.debit_company_amount
        )

    @property
    def needs_entry(self) -> bool:
        """Whether the books move at all: two items on one account that are worth the same need no entry."""
        moves_account = self.debit_item.account_id != self.credit_item.account_id
        differs = self.pair.discount or self.pair.small_difference or self.exchange_difference
        return moves_account or bool(differs)


def find_refusal(debit: OpenItem, credit: OpenItem, *, on: date) -> DomainError | None:
    """The rule that these two items break by being paired on a day, if any; amounts are looked at by `take`."""
    return _refuse_partners(debit, credit) or _refuse_day(debit, credit, on=on)


def _refuse_partners(debit: OpenItem, credit: OpenItem) -> DomainError | None:
    named = {"debit_item": debit.pk, "credit_item": credit.pk}
    if debit.company_id != credit.company_id:
        return errors.AcrossCompanies(**named)
    if debit.payer_id != credit.payer_id:
        return errors.AcrossPayers(**named)
    if debit.currency != credit.currency:
        return errors.AcrossCurrencies(debit_currency=debit.currency, credit_currency=credit.currency)
    if (debit.side, credit.side) != (Side.DEBIT, Side.CREDIT):
        return errors.WrongSides(**named)
    return None


def _refuse_day(debit: OpenItem, credit: OpenItem, *, on: date) -> DomainError | None:
    for item in (debit, credit):
        if item.posting_date > on:
            return errors.SettledBeforePosted(item=item.pk, posting_date=item.posting_date, on=on)
    return None


def take(pair: Pair, debit: OpenItem, credit: OpenItem) -> Taken:
    """Take the pair's amounts off both items as they are in memory, each pair seeing what the ones before took.

    Raises the rule that the amounts break; then nothing was taken.
    """
    beside = pair.discount + pair.small_difference
    given = min(credit.open_amount, debit.open_amount - beside) if pair.amount is None else pair.amount
    relieved = given + beside
    _require_amounts(pair, given, relieved, debit)
    for item, wanted in ((debit, relieved), (credit, given)):
        if wanted > item.open_amount:
            raise errors.MoreThanOpen(item=item.pk, asked=wanted, open_amount=item.open_amount, currency=item.currency)
    debit_share, credit_share = _company_share(debit, relieved), _company_share(credit, given)
    taken = Taken(
        pair=pair,
        debit_item=debit,
        credit_item=credit,
        debit_amount=relieved,
        credit_amount=given,
        debit_company_amount=debit_share,
        credit_company_amount=credit_share,
        company_discount=_part(debit, debit_share, pair.discount, relieved),
        company_small_difference=_part(debit, debit_share, pair.small_difference, relieved),
    )
    give(debit, -relieved, -debit_share)
    give(credit, -given, -credit_share)
    return taken


def find_held(taken: Taken, held: Mapping[int, Sequence[Held]], *, on: date) -> DomainError | None:
    """The refusal of a settlement dated before undos, where items would be open by less than nothing until then.

    Asked with what was taken off the items already: what is left must cover what others held on that day or later.
    """
    for item in (taken.debit_item, taken.credit_item):
        later = [one for one in held.get(item.pk, ()) if one.until > on]
        left = item.open_amount - sum((one.amount for one in later), ZERO)
        company_left = item.open_company_amount - sum((one.company_amount for one in later), ZERO)
        if min(left, company_left) < 0 or (left == 0) != (company_left == 0):
            return errors.OpenOnlyLater(item=item.pk, until=max(one.until for one in later), on=on)
    return None


def put_back(taken: Taken) -> None:
    """Give back in memory what a settlement took that is refused after all."""
    give(taken.debit_item, taken.debit_amount, taken.debit_company_amount)
    give(taken.credit_item, taken.credit_amount, taken.credit_company_amount)


def give(item: OpenItem, amount: Decimal, company_amount: Decimal) -> None:
    """Change what is open of an item in memory; a settlement takes, its undo gives back."""
    item.open_amount += amount
    item.open_company_amount += company_amount


def _require_amounts(pair: Pair, given: Decimal, relieved: Decimal, debit: OpenItem) -> None:
    if given <= 0 or relieved <= 0 or pair.discount < 0:
        raise errors.NothingToSettle(debit_item=pair.debit_item_id, credit_item=pair.credit_item_id)
    for amount in (given, pair.discount, pair.small_difference):
        if amount != round_amount(amount, debit.currency):
            raise errors.NotWholeMinorUnits(amount=amount, currency=debit.currency)
    tax = sum((one.tax for one in pair.discount_taxes), ZERO)
    if tax > pair.discount or any(one.tax < 0 for one in pair.discount_taxes):
        raise errors.DiscountTaxTooHigh(tax=tax, discount=pair.discount, currency=debit.currency)


def _company_share(item: OpenItem, taken: Decimal) -> Decimal:
    """What a part of an item is worth as booked: all that is left where it closes, else rounded, never nothing."""
    worth: Decimal = item.open_company_amount
    if taken == item.open_amount:
        return worth
    if item.currency == item.company.currency:
        return taken
    unit = minor_unit(item.company.currency)
    if worth < 2 * unit:
        raise errors.TooSmallToSplit(item=item.pk, open_amount=item.open_amount, currency=item.currency)
    share = round_amount(worth * taken / item.open_amount, item.company.currency)
    return min(max(share, unit), worth - unit)


def _part(item: OpenItem, share: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """A part of what the debit side gives, in company currency at that item's own rate."""
    return round_amount(share * part / whole, item.company.currency) if part else ZERO


def entry_of(taken: Taken, books: Books) -> Prepared:
    """The entry of a settlement: the transfer between control accounts, the discount with its tax, the differences."""
    debit, credit, pair = taken.debit_item, taken.credit_item, taken.pair
    company = debit.company
    policy = books.policies[company.pk]
    taxes = _discount_taxes(taken, books)
    net = taken.company_discount + sum((tax.company_tax for tax in taxes), ZERO)
    document_net = pair.discount + sum((tax.tax for tax in taxes), ZERO)
    discount = books.accounts_by_id[policy.cash_discount_account_id]
    small = books.accounts_by_id[policy.small_difference_account_id]
    lines = [
        _side(credit, taken.credit_company_amount, taken.credit_amount),
        _side(debit, taken.debit_company_amount, taken.debit_amount),
        _signed(discount, net, document_net),
        *(_signed(books.accounts_by_id[tax.account_id or 0], -tax.company_tax, -tax.tax, tax.code) for tax in taxes),
        _signed(small, taken.company_small_difference, pair.small_difference),
        _exchange_line(taken, books),
    ]
    return Prepared(
        company=company,
        journal=books.journals[company.pk, Journal.RECEIVABLES],
        kind=EntryKind.SETTLEMENT,
        source=f"settlement:{taken.settlement_id}",
        content=pair.digest(),
        description=f"Settlement of {debit} with {credit}",
        document_date=None,
        currency=debit.currency,
        rate=None,
        document_kind=debit.document_kind,
        document_id=debit.document_id,
        reverses_id=None,
        lines=[line for line in lines if line.amount],
        taxes=taxes,
        makes_items=False,
    )


def _side(item: OpenItem, amount: Decimal, document_amount: Decimal) -> PreparedLine:
    """What an item gives leaves its control account on the other side."""
    return PreparedLine(item.account, item.side == Side.CREDIT, amount, document_amount, item.payer_id)


def _signed(account: Account, amount: Decimal, document_amount: Decimal, text: str = "") -> PreparedLine:
    """A debit where the amount is positive, else a credit."""
    return PreparedLine(account, amount > 0, abs(amount), abs(document_amount), text=text)


def _exchange_line(taken: Taken, books: Books) -> PreparedLine:
    """Realised gain or loss: only company currency moves."""
    policy = books.policies[taken.debit_item.company_id]
    gain = taken.exchange_difference
    account = policy.realised_gain_account_id if gain > 0 else policy.realised_loss_account_id
    return PreparedLine(books.accounts_by_id[account], gain < 0, abs(gain), ZERO)


def _discount_taxes(taken: Taken, books: Books) -> list[PreparedTax]:
    """Tax lines that a discount takes back: negative, in proportion in company currency."""
    company, pair = taken.debit_item.company, taken.pair
    return [
        PreparedTax(
            account_id=tax_account(company.pk, str(company), tax.account, books).pk,
            fact="cash_discount",
            code=tax.code,
            category=tax.category,
            rate=tax.rate,
            tax_date=None,
            base=-tax.base,
            tax=-tax.tax,
            company_base=-_in_proportion(taken, tax.base),
            company_tax=-_in_proportion(taken, tax.tax),
        )
        for tax in pair.discount_taxes
        if tax.tax
    ]


def _in_proportion(taken: Taken, amount: Decimal) -> Decimal:
    item = taken.debit_item
    if item.currency == item.company.currency:
        return amount
    return round_amount(taken.company_discount * amount / taken.pair.discount, item.company.currency)


def tax_account(company_id: int, company: str, number: str, books: Books) -> Account:
    """The tax account of that number; raises what is wrong with it."""
    account = books.accounts.get((company_id, number))
    if account is None:
        raise errors.UnknownAccount(account=number, company=company)
    if account.control != Control.TAX:
        raise errors.NotATaxAccount(account=number)
    return account


def repeated(pairs: Sequence[Pair]) -> set[int]:
    """Places of pairs that an earlier place of the same set named already."""
    seen: dict[tuple[int, int], int] = {}
    return {place for place, pair in enumerate(pairs) if seen.setdefault(pair.items, place) != place}
