"""What settling and keeping open items refuses, and what to do instead."""

from datetime import date
from decimal import Decimal

from core.errors import DomainError


class MoreThanOpen(DomainError):
    """A pair takes more from an item than is open."""

    code = "ledger.more_than_open"

    def __init__(self, *, item: int, asked: Decimal, open_amount: Decimal, currency: str) -> None:
        self.item, self.asked, self.open_amount, self.currency = item, asked, open_amount, currency

    @property
    def message(self) -> str:
        return (
            f"Open item {self.item} has {self.open_amount} {self.currency} open, not {self.asked}. "
            f"Take at most {self.open_amount} {self.currency}."
        )


class AcrossCompanies(DomainError):
    """The two items belong to different companies."""

    code = "ledger.across_companies"

    def __init__(self, *, debit_item: int, credit_item: int) -> None:
        self.debit_item, self.credit_item = debit_item, credit_item

    @property
    def message(self) -> str:
        return (
            f"Open items {self.debit_item} and {self.credit_item} belong to two companies. "
            "Transfer the money between the companies first."
        )


class AcrossPayers(DomainError):
    """The two items belong to different payers."""

    code = "ledger.across_payers"

    def __init__(self, *, debit_item: int, credit_item: int) -> None:
        self.debit_item, self.credit_item = debit_item, credit_item

    @property
    def message(self) -> str:
        return (
            f"Open items {self.debit_item} and {self.credit_item} belong to two customers. "
            "Rebook one of them to the other customer first."
        )


class AcrossCurrencies(DomainError):
    """The two items are in different currencies."""

    code = "ledger.across_currencies"

    def __init__(self, *, debit_currency: str, credit_currency: str) -> None:
        self.debit_currency, self.credit_currency = debit_currency, credit_currency

    @property
    def message(self) -> str:
        return (
            f"One item is in {self.debit_currency}, the other in {self.credit_currency}. "
            f"Rebook the money in {self.debit_currency} first."
        )


class SamePairTwice(DomainError):
    """One call names the same two items twice."""

    code = "ledger.same_pair_twice"

    def __init__(self, *, debit_item: int, credit_item: int) -> None:
        self.debit_item, self.credit_item = debit_item, credit_item

    @property
    def message(self) -> str:
        return (
            f"Open items {self.debit_item} and {self.credit_item} are paired twice. Name the pair once, with the sum."
        )


class SourceTwice(DomainError):
    """One call gives two pairs the same source."""

    code = "ledger.source_twice"

    def __init__(self, *, source: str) -> None:
        self.source = source

    @property
    def message(self) -> str:
        return f"{self.source} names two pairs. Give each pair a source of its own."


class WrongSides(DomainError):
    """A pair is not a debit and a credit."""

    code = "ledger.wrong_sides"

    def __init__(self, *, debit_item: int, credit_item: int) -> None:
        self.debit_item, self.credit_item = debit_item, credit_item

    @property
    def message(self) -> str:
        return (
            f"Open item {self.debit_item} must be a debit and {self.credit_item} a credit. "
            "Pair what is owed to us with what we owe."
        )


class NothingToSettle(DomainError):
    """A pair of nothing, or a discount that leaves nothing to pay."""

    code = "ledger.nothing_to_settle"

    def __init__(self, *, debit_item: int, credit_item: int) -> None:
        self.debit_item, self.credit_item = debit_item, credit_item

    @property
    def message(self) -> str:
        return (
            f"Nothing would be taken from open items {self.debit_item} and {self.credit_item}. "
            "Give an amount above zero for both."
        )


class SettledBeforePosted(DomainError):
    """A settlement may not be dated before one of its items."""

    code = "ledger.settled_before_posted"

    def __init__(self, *, item: int, posting_date: date, on: date) -> None:
        self.item, self.posting_date, self.on = item, posting_date, on

    @property
    def message(self) -> str:
        return (
            f"Open item {self.item} was posted on {self.posting_date}, after {self.on}. Choose that day or a later one."
        )


class OpenOnlyLater(DomainError):
    """On the day of this settlement or reversal, or on one after it, others held the amount until they were undone."""

    code = "ledger.open_only_later"

    def __init__(self, *, item: int, until: date, on: date) -> None:
        self.item, self.until, self.on = item, until, on

    @property
    def message(self) -> str:
        return f"Open item {self.item} was settled until {self.until}, after {self.on}. Choose that day or a later one."


class DiscountTaxTooHigh(DomainError):
    """The tax taken back with a discount is more than the discount."""

    code = "ledger.discount_tax_too_high"

    def __init__(self, *, tax: Decimal, discount: Decimal, currency: str) -> None:
        self.tax, self.discount, self.currency = tax, discount, currency

    @property
    def message(self) -> str:
        return (
            f"A discount of {self.discount} {self.currency} can't hold {self.tax} of tax. "
            "Share the discount over the invoice's tax rates again."
        )


class TooSmallToSplit(DomainError):
    """A foreign item worth one cent can't be settled in parts: a part would be worth nothing."""

    code = "ledger.too_small_to_split"

    def __init__(self, *, item: int, open_amount: Decimal, currency: str) -> None:
        self.item, self.open_amount, self.currency = item, open_amount, currency

    @property
    def message(self) -> str:
        return f"Open item {self.item} is worth a single cent. Settle all of its {self.open_amount} {self.currency}."


class SettlementOfReversal(DomainError):
    """A settlement that belongs to the reversal of an entry."""

    code = "ledger.settlement_of_reversal"

    def __init__(self, *, settlement: int) -> None:
        self.settlement = settlement

    @property
    def message(self) -> str:
        return f"Settlement {self.settlement} belongs to a reversal and stays. Book the entry anew instead."


class UndoneBeforeSettled(DomainError):
    """An undo may not be dated before the settlement."""

    code = "ledger.undone_before_settled"

    def __init__(self, *, settled_on: date, on: date) -> None:
        self.settled_on, self.on = settled_on, on

    @property
    def message(self) -> str:
        return f"It was settled on {self.settled_on}, after {self.on}. Choose that day or a later one."


class BlockOutOfRange(DomainError):
    """More is blocked than the item's amount, or less than nothing."""

    code = "ledger.block_out_of_range"

    def __init__(self, *, item: int, amount: Decimal, most: Decimal, currency: str) -> None:
        self.item, self.amount, self.most, self.currency = item, amount, most, currency

    @property
    def message(self) -> str:
        return f"Between 0 and {self.most} {self.currency} of open item {self.item} can be blocked, not {self.amount}."


class PromiseOutOfRange(DomainError):
    """A promise of nothing, or of more than is open."""

    code = "ledger.promise_out_of_range"

    def __init__(self, *, item: int, amount: Decimal, most: Decimal, currency: str) -> None:
        self.item, self.amount, self.most, self.currency = item, amount, most, currency

    @property
    def message(self) -> str:
        return f"At most {self.most} {self.currency} of open item {self.item} can be promised, not {self.amount}."


class ChangedBeforeLast(DomainError):
    """A change of facts dated before the last one would rewrite what was true."""

    code = "ledger.changed_before_last"

    def __init__(self, *, item: int, last: date, on: date) -> None:
        self.item, self.last, self.on = item, last, on

    @property
    def message(self) -> str:
        return f"Open item {self.item} was last changed on {self.last}. Date this change {self.last} or later."


class NotMoneyOnAccount(DomainError):
    """Only credit items can be kept for something."""

    code = "ledger.not_money_on_account"

    def __init__(self, *, item: int) -> None:
        self.item = item

    @property
    def message(self) -> str:
        return (
            f"Open item {self.item} is owed to us; only money we owe can be kept for something. Choose a credit item."
        )
