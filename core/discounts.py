"""Discount for early payment: what is paid in time, what in full, and what of it is tax."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from core.errors import DomainError
from core.money import ZERO, round_amount, spread
from core.totals import HUNDRED, Adjustment, Document, TaxKey, Totals, total

UNTAXED = TaxKey("E", ZERO)
REASON = "conditional cash discount"


class Treatment(StrEnum):
    """Whether the discount reduces tax: never, only when it is taken, or always as if it were taken."""

    NEVER = "never"
    WHEN_TAKEN = "when_taken"
    ALWAYS = "always"


class PricesIncludeTax(DomainError):
    """A discount that always reduces tax would change the price that was promised with tax."""

    code = "core.prices_include_tax"

    @property
    def message(self) -> str:
        return "These prices include tax, so the discount can't reduce it in advance. Let it reduce tax when taken."


@dataclass(frozen=True)
class Correction:
    """What a discount takes back in one tax group."""

    key: TaxKey
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class EarlyPayment:
    """The discount and the amount due when it is earned; `corrections` say which tax is corrected when it is taken."""

    discount: Decimal
    payable: Decimal
    corrections: list[Correction]


def with_discount_in_tax(document: Document, percent: Decimal) -> Document:
    """The document with tax on the discounted sum whether or not the discount is taken.

    An allowance in each taxed group and an equal charge without tax (EN 16931 has no other way to say it).
    """
    if document.includes_tax:
        raise PricesIncludeTax
    totals = total(document)
    discount = round_amount(totals.net * percent / HUNDRED, document.currency)
    parts = spread(discount, [group.taxable for group in totals.groups], document.currency)
    allowances = [
        Adjustment(amount=part, tax=group.key, reason=REASON)
        for group, part in zip(totals.groups, parts, strict=True)
        if part
    ]
    charge = Adjustment(amount=discount, is_charge=True, tax=UNTAXED, reason=REASON)
    return replace(document, adjustments=[*document.adjustments, *allowances, *([charge] if discount else [])])


def early_payment(totals: Totals, percent: Decimal, treatment: Treatment) -> EarlyPayment:
    """What is due in time, for the sums of a document (`with_discount_in_tax` has gone before where it is always)."""
    match treatment:
        case Treatment.ALWAYS:
            charges = [row for row in totals.adjustments if row.is_charge and row.reason == REASON]
            return _early(totals, sum((row.amount for row in charges), ZERO))
        case Treatment.NEVER:
            return _early(totals, round_amount(totals.net * percent / HUNDRED, totals.currency))
        case Treatment.WHEN_TAKEN:
            discount = round_amount(totals.gross * percent / HUNDRED, totals.currency)
            return replace(_early(totals, discount), corrections=corrections(totals, discount))


def corrections(totals: Totals, discount: Decimal) -> list[Correction]:
    """A discount with tax, taken apart per tax group in proportion; each group's tax is rounded once."""
    shares = spread(discount, [group.taxable + group.tax for group in totals.groups], totals.currency)
    return [
        Correction(group.key, share - tax, tax)
        for group, share in zip(totals.groups, shares, strict=True)
        for tax in [round_amount(share * group.key.rate / (HUNDRED + group.key.rate), totals.currency)]
    ]


def _early(totals: Totals, discount: Decimal) -> EarlyPayment:
    return EarlyPayment(discount, totals.payable - discount, [])
