"""Sums of a document after EN 16931: pure functions from lines to net, tax and payable amount.

Quotation, order, invoice and credit note use the same ones. The terms in brackets are those of the standard: BT-131 is
the net amount of a line. Amounts are in the document's currency, rates in per cent. `core.discounts` knows the discount
for early payment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from core.errors import DomainError
from core.money import ZERO, minor_unit, round_amount, spread

ONE = Decimal(1)
HUNDRED = Decimal(100)


class NothingToShare(DomainError):
    """A discount or charge is to be shared over lines that add up to nothing."""

    code = "core.nothing_to_share"

    @property
    def message(self) -> str:
        return "The lines add up to zero, so nothing can be shared over them. Give the charge a tax code of its own."


@dataclass(frozen=True, order=True)
class TaxKey:
    """What tax is summed by: the category (UNCL 5305: S, Z, E, AE, K, G, O) and the rate."""

    category: str
    rate: Decimal

    @property
    def factor(self) -> Decimal:
        return self.rate / HUNDRED


@dataclass(frozen=True)
class Adjustment:
    """An allowance, or a charge, by amount or by rate.

    On a document it has a tax key; without one it shares the tax of the goods in proportion.
    """

    amount: Decimal = ZERO
    rate: Decimal | None = None
    is_charge: bool = False
    tax: TaxKey | None = None
    reason: str = ""

    @property
    def sign(self) -> int:
        return 1 if self.is_charge else -1


@dataclass(frozen=True)
class Line:
    """Quantity times unit price (which counts for `price_quantity` units, BT-149), with its own adjustments."""

    quantity: Decimal
    unit_price: Decimal
    tax: TaxKey
    price_quantity: Decimal = ONE
    adjustments: Sequence[Adjustment] = ()


@dataclass(frozen=True)
class Document:
    """What is to be summed. `discount` is one on the whole document, shared over its lines.

    With `includes_tax` every price, discount and charge is meant with tax, and the customer pays exactly what
    they add up to. `cash_step` is the smallest coin, such as 0.05 CHF, where the amount is paid in cash.
    """

    currency: str
    lines: Sequence[Line]
    adjustments: Sequence[Adjustment] = ()
    discount: Adjustment | None = None
    includes_tax: bool = False
    prepaid: Decimal = ZERO
    cash_step: Decimal | None = None


@dataclass(frozen=True)
class LineTotals:
    """A line summed: what it adds to the document, its share of the document's discount, and of its group's tax."""

    tax_key: TaxKey
    net: Decimal  # BT-131
    discount: Decimal  # share of the document's discount, without tax
    tax: Decimal  # share of the group's tax

    @property
    def revenue(self) -> Decimal:
        """What the line earns: its net amount less its share of the document's discount."""
        return self.net - self.discount


@dataclass(frozen=True)
class Adjusted:
    """An allowance or charge of the document in one tax group, without tax (BT-92 or BT-99)."""

    amount: Decimal
    tax_key: TaxKey
    is_charge: bool
    reason: str = ""

    @property
    def signed(self) -> Decimal:
        return self.amount if self.is_charge else -self.amount


@dataclass(frozen=True)
class TaxGroup:
    """One row of the tax breakdown (BG-23)."""

    key: TaxKey
    taxable: Decimal  # BT-116
    tax: Decimal  # BT-117


@dataclass(frozen=True)
class Totals:
    """A document summed."""

    currency: str
    lines: list[LineTotals]
    adjustments: list[Adjusted]
    groups: list[TaxGroup]
    prepaid: Decimal = ZERO  # BT-113
    rounding: Decimal = ZERO  # BT-114

    @property
    def line_total(self) -> Decimal:  # BT-106
        return sum((line.net for line in self.lines), ZERO)

    @property
    def allowance_total(self) -> Decimal:  # BT-107
        return sum((row.amount for row in self.adjustments if not row.is_charge), ZERO)

    @property
    def charge_total(self) -> Decimal:  # BT-108
        return sum((row.amount for row in self.adjustments if row.is_charge), ZERO)

    @property
    def net(self) -> Decimal:  # BT-109
        return self.line_total - self.allowance_total + self.charge_total

    @property
    def tax(self) -> Decimal:  # BT-110
        return sum((group.tax for group in self.groups), ZERO)

    @property
    def gross(self) -> Decimal:  # BT-112
        return self.net + self.tax

    @property
    def payable(self) -> Decimal:  # BT-115
        return self.gross - self.prepaid + self.rounding


def total(document: Document) -> Totals:
    """Sum a document. Every figure is rounded once, where EN 16931 rounds it."""
    amounts = [_line_amount(line, document.currency) for line in document.lines]
    shares = _discount_shares(document, amounts)
    adjustments = [
        *_discount_by_group(document, shares),
        *(row for given in document.adjustments for row in _placed(document, given, amounts)),
    ]
    summed = _sum_including(document, amounts, adjustments) if document.includes_tax else None
    nets, adjustments, groups, promised = summed or _sum_excluding(document, amounts, adjustments)
    lines = _line_totals(document, nets, _net_shares(document, shares, adjustments), adjustments, groups)
    totals = Totals(document.currency, lines, adjustments, groups, prepaid=document.prepaid)
    totals = replace(totals, rounding=ZERO if promised is None else promised - totals.gross)
    return _in_coins(totals, document.cash_step)


Summed = tuple[list[Decimal], list[Adjusted], list[TaxGroup], Decimal | None]


def _sum_excluding(document: Document, amounts: list[Decimal], adjustments: list[Adjusted]) -> Summed:
    """Prices without tax: tax is the rate of each group's sum, rounded once (BR-CO-17)."""
    groups = []
    for key in _keys(document, adjustments):
        lines = sum((amount for line, amount in _of(document, key, amounts)), ZERO)
        taxable = lines + sum((row.signed for row in adjustments if row.tax_key == key), ZERO)
        groups.append(TaxGroup(key, taxable, round_amount(taxable * key.factor, document.currency)))
    return amounts, adjustments, groups, None


def _sum_including(document: Document, amounts: list[Decimal], adjustments: list[Adjusted]) -> Summed:
    """Prices with tax: the group's net is rounded once, and its parts are made to add up to it.

    Net and tax of a group may miss the promised sum by one minor unit; that is the document's rounding amount.
    """
    currency, groups = document.currency, []
    nets, without_tax = [ZERO] * len(amounts), list(adjustments)
    promised = sum(amounts, ZERO) + sum((row.signed for row in adjustments), ZERO)
    for key in _keys(document, adjustments):
        own_lines = [index for index, line in enumerate(document.lines) if line.tax == key]
        own_rows = [index for index, row in enumerate(adjustments) if row.tax_key == key]
        # The lines stand last, because what is left over is taken from the last line backwards.
        gross = [adjustments[index].signed for index in own_rows] + [amounts[index] for index in own_lines]
        taxable = round_amount(sum(gross, ZERO) / (ONE + key.factor), currency)
        fitted = _fitted([round_amount(value / (ONE + key.factor), currency) for value in gross], taxable, currency)
        for index, net in zip(own_rows, fitted, strict=False):
            without_tax[index] = replace(adjustments[index], amount=net if adjustments[index].is_charge else -net)
        for index, net in zip(own_lines, fitted[len(own_rows) :], strict=True):
            nets[index] = net
        groups.append(TaxGroup(key, taxable, round_amount(taxable * key.factor, currency)))
    return nets, without_tax, groups, promised


def _fitted(parts: list[Decimal], whole: Decimal, currency: str) -> list[Decimal]:
    """The parts made to add up to the whole: one minor unit each, from the last backwards, none twice in a round."""
    missing = whole - sum(parts, ZERO)
    step = minor_unit(currency).copy_sign(missing)
    for turn in range(int(missing / step)):
        parts[-1 - turn % len(parts)] += step
    return parts


def _line_amount(line: Line, currency: str) -> Decimal:
    """What a line adds to the document: price times quantity, then its adjustments one after the other."""
    amount = line.unit_price * line.quantity / line.price_quantity
    for given in line.adjustments:
        amount += given.sign * _value(given, amount, currency)
    return round_amount(amount, currency)


def _value(given: Adjustment, base: Decimal, currency: str) -> Decimal:
    return round_amount(given.amount if given.rate is None else base * given.rate / HUNDRED, currency)


def _discount_shares(document: Document, amounts: list[Decimal]) -> list[Decimal]:
    """The document's discount shared over its lines in proportion; on prices with tax, with tax."""
    if document.discount is None:
        return [ZERO] * len(amounts)
    discount = _value(document.discount, sum(amounts, ZERO), document.currency)
    return _shared(discount, amounts, document.currency)


def _shared(amount: Decimal, weights: list[Decimal], currency: str) -> list[Decimal]:
    if amount and not sum(weights, ZERO):
        raise NothingToShare
    return spread(amount, weights, currency)


def _discount_by_group(document: Document, shares: list[Decimal]) -> list[Adjusted]:
    """The discount as one allowance per tax group, which is how an invoice shows it (BG-20)."""
    if document.discount is None:
        return []
    return [
        Adjusted(
            sum((share for _, share in _of(document, key, shares)), ZERO),
            key,
            is_charge=False,
            reason=document.discount.reason,
        )
        for key in _keys(document, [])
    ]


def _placed(document: Document, given: Adjustment, amounts: list[Decimal]) -> Iterable[Adjusted]:
    """An allowance or charge in its tax group, or shared over the groups of the goods."""
    value = _value(given, sum(amounts, ZERO), document.currency)
    if given.tax is not None:
        return [Adjusted(value, given.tax, given.is_charge, given.reason)]
    keys = _keys(document, [])
    weights = [sum((amount for _, amount in _of(document, key, amounts)), ZERO) for key in keys]
    parts = _shared(value, weights, document.currency)
    return [Adjusted(part, key, given.is_charge, given.reason) for key, part in zip(keys, parts, strict=True) if part]


def _keys(document: Document, adjustments: list[Adjusted]) -> list[TaxKey]:
    return sorted({line.tax for line in document.lines} | {row.tax_key for row in adjustments})


def _of(document: Document, key: TaxKey, values: Sequence[Decimal]) -> list[tuple[Line, Decimal]]:
    return [(line, value) for line, value in zip(document.lines, values, strict=True) if line.tax == key]


def _net_shares(document: Document, shares: list[Decimal], adjustments: list[Adjusted]) -> list[Decimal]:
    """Each line's share of the discount without tax, so that the shares of a group add up to its allowance."""
    if document.discount is None or not document.includes_tax:
        return shares
    net_shares = list(shares)
    for key, row in zip(_keys(document, []), adjustments, strict=False):
        own = [index for index, line in enumerate(document.lines) if line.tax == key]
        rounded = [round_amount(shares[index] / (ONE + key.factor), document.currency) for index in own]
        for index, share in zip(own, _fitted(rounded, row.amount, document.currency), strict=True):
            net_shares[index] = share
    return net_shares


def _line_totals(
    document: Document,
    nets: list[Decimal],
    discounts: list[Decimal],
    adjustments: list[Adjusted],
    groups: list[TaxGroup],
) -> list[LineTotals]:
    """Lines with their share of the tax: what document allowances and charges bear of it stays with those."""
    own_rows = len(_keys(document, [])) if document.discount is not None else 0
    taxes = [ZERO] * len(nets)
    for group in groups:
        indexes = [index for index, line in enumerate(document.lines) if line.tax == group.key]
        others = [row.signed for row in adjustments[own_rows:] if row.tax_key == group.key]
        weights = others + [nets[index] - discounts[index] for index in indexes]
        shares = spread(group.tax, weights, document.currency) if group.tax else [ZERO] * len(weights)
        for index, share in zip(indexes, shares[len(others) :], strict=True):
            taxes[index] = share
    return [
        LineTotals(line.tax, net, discount, tax)
        for line, net, discount, tax in zip(document.lines, nets, discounts, taxes, strict=True)
    ]


def _in_coins(totals: Totals, step: Decimal | None) -> Totals:
    """The payable amount in whole coins; the difference joins the rounding amount."""
    if step is None:
        return totals
    coins = (totals.payable / step).quantize(ONE, ROUND_HALF_UP) * step
    return replace(totals, rounding=totals.rounding + coins - totals.payable)


def violations(totals: Totals) -> list[str]:
    """The rules of EN 16931 that these sums break, in plain words; asked before a document is posted.

    BR-CO-10, 11, 12, 15 and 16 can't break: those totals are the sums, and nobody stores them apart.
    """
    broken = []
    if sum((group.taxable for group in totals.groups), ZERO) != totals.net:
        broken.append("BR-CO-13: the net sums of the tax groups do not add up to the net amount")
    for group in totals.groups:
        name = f"{group.key.category} {group.key.rate} %"
        if group.tax != round_amount(group.taxable * group.key.factor, totals.currency):
            broken.append(f"BR-CO-17: the tax of {name} is not its rate of the net sum")
        rows = sum((row.signed for row in totals.adjustments if row.tax_key == group.key), ZERO)
        lines = sum((line.net for line in totals.lines if line.tax_key == group.key), ZERO)
        if group.taxable != lines + rows:
            broken.append(f"BR-S-08: the net sum of {name} is not that of its parts")
    return broken
