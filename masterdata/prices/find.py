"""The one price finding: which row of which list gives a line its price, what lowers it, and what more would cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from core.errors import DomainError
from core.money import ZERO, round_amount
from masterdata.errors import NoPrice, QuantityNotWhole, UnitNotSold
from masterdata.models import CustomerPrice, Discount, PriceRow
from masterdata.prices.facts import PriceFacts
from masterdata.prices.finding import HUNDRED, NextBreak, PriceFinding, PriceLine
from masterdata.prices.promotions import Promoted, apply_promotions

AGREED_DECIMALS = 6

RowT = TypeVar("RowT", PriceRow, CustomerPrice)


def find(lines: Sequence[PriceLine], *, on: date) -> list[PriceFinding | DomainError]:
    """Find the price of any number of lines on a day, in their order; the statements do not grow with the lines.

    A price agreed with the customer goes before every list; else the customer's own list, then the company's
    default list of the currency. In a list the row of the unit asked for decides, from the highest quantity
    reached; without one, the base unit's price times the factor. Then discounts apply one after the other, and
    the promotions that the whole document reaches. Validity includes both ends. A line without a price, or in
    a unit or part of a unit that is not sold, gets its refusal in its place.
    """
    facts = PriceFacts(lines, on)
    found = [_find(line, facts) for line in lines]
    apply_promotions(
        [
            Promoted(line, finding)
            for line, finding in zip(lines, found, strict=True)
            if isinstance(finding, PriceFinding)
        ],
        facts,
    )
    return found


@dataclass(frozen=True)
class _Start:
    """Where a price begins: its row, what one unit of the line costs by it, and why."""

    row: PriceRow | CustomerPrice
    price: Decimal
    kind: str
    label: str
    includes_tax: bool
    decimals: int

    @property
    def is_agreed(self) -> bool:
        return isinstance(self.row, CustomerPrice)


def _find(line: PriceLine, facts: PriceFacts) -> PriceFinding | DomainError:
    if refusal := _refuse(line, facts):
        return refusal
    finding = _priced(line, facts, line.quantity)
    if finding is None:
        product, unit = str(facts.products[line.product_id]), str(facts.units[line.unit_id])
        return NoPrice(product=product, unit=unit, currency=line.currency, on=facts.on)
    finding.next_break = _next_break(line, facts, finding)
    return finding


def _refuse(line: PriceLine, facts: PriceFacts) -> DomainError | None:
    factor, unit = facts.factor(line.product_id, line.unit_id), facts.units[line.unit_id]
    if not factor:
        sold_in = [str(facts.units[key]) for key in facts.units_of(line.product_id)]
        return UnitNotSold(product=str(facts.products[line.product_id]), unit=str(unit), sold_in=sold_in)
    if line.quantity % Decimal(1).scaleb(-unit.decimals):
        return QuantityNotWhole(quantity=line.quantity, unit=str(unit), decimals=unit.decimals)
    return None


def _priced(line: PriceLine, facts: PriceFacts, quantity: Decimal) -> PriceFinding | None:
    base_quantity = quantity * facts.factor(line.product_id, line.unit_id)
    start = _start(line, facts, quantity, base_quantity)
    if start is None:
        return None
    finding = PriceFinding(
        list_price=start.price,
        unit_price=start.price,
        line_net=ZERO,
        currency=line.currency,
        includes_tax=start.includes_tax,
        decimals=start.decimals,
        base_quantity=base_quantity,
    )
    finding.lower(start.price, start.kind, start.label, row_id=start.row.pk, percent=None)
    if not start.is_agreed:
        _apply_discounts(line, facts, finding)
    finding.settle(quantity)
    return finding


def _start(line: PriceLine, facts: PriceFacts, quantity: Decimal, base_quantity: Decimal) -> _Start | None:
    agreed = _reached(facts.agreed_prices(line), line.unit_id, quantity)
    if agreed is not None:
        label = f"agreed with {facts.customers[line.customer_id].name}{_from(agreed)}"
        return _Start(agreed, agreed.price, "agreed price", label, agreed.includes_tax, AGREED_DECIMALS)
    base_unit, factor = facts.base_unit(line.product_id), facts.factor(line.product_id, line.unit_id)
    for price_list in facts.lists_for(line):
        rows, shown = facts.rows(price_list.pk, line.product_id), (price_list.includes_tax, price_list.decimals)
        if row := _reached(rows, line.unit_id, quantity):
            return _Start(row, row.price, "list price", f"{price_list.name}{_from(row)}", *shown)
        if row := _reached(rows, base_unit, base_quantity):
            label = f"{price_list.name}, {factor.normalize():f} × {facts.units[base_unit]}{_from(row)}"
            return _Start(row, row.price * factor, "list price", label, *shown)
    return None


def _from(row: PriceRow | CustomerPrice) -> str:
    return f", from {row.from_quantity.normalize():f}" if row.from_quantity else ""


def _reached(rows: Iterable[RowT], unit_id: int, quantity: Decimal) -> RowT | None:
    reached = [row for row in rows if row.unit_id == unit_id and row.from_quantity <= quantity]
    return max(reached, key=lambda row: row.from_quantity, default=None)


def _apply_discounts(line: PriceLine, facts: PriceFacts, finding: PriceFinding) -> None:
    terms = facts.terms.get(line.customer_id)
    if terms and terms.discount_percent:
        _take_off(finding, terms.discount_percent, "terms discount", "customer's terms", terms.pk)
    for discount in _one_per_step(facts.discounts_for(line, finding.base_quantity)):
        _take_off(finding, discount.percent, "discount", discount.name, discount.pk)


def _one_per_step(fitting: Iterable[Discount]) -> list[Discount]:
    best: dict[int, Discount] = {}
    for discount in fitting:
        standing = best.get(discount.step)
        if standing is None or _particular(discount) > _particular(standing):
            best[discount.step] = discount
    return [best[step] for step in sorted(best)]


def _particular(discount: Discount) -> tuple[int, int, Decimal, Decimal, int]:
    customer = 2 if discount.customer_id else 1 if discount.customer_group_id else 0
    product = 2 if discount.product_id else 1 if discount.product_group_id else 0
    return customer, product, discount.from_quantity, discount.percent, -discount.pk


def _take_off(finding: PriceFinding, percent: Decimal, kind: str, label: str, row_id: int) -> None:
    after = finding.unit_price * (HUNDRED - percent) / HUNDRED
    finding.lower(after, kind, f"{label} −{percent.normalize():f} %", row_id=row_id, percent=percent)


def _next_break(line: PriceLine, facts: PriceFacts, finding: PriceFinding) -> NextBreak | None:
    """The next quantity at which the unit costs less than now, with the same discounts taken off."""
    for quantity in facts.breaks_above(line):
        there = _priced(line, facts, quantity)
        if there and there.unit_price < finding.unit_price:
            net = round_amount(quantity * there.unit_price, line.currency)
            return NextBreak(quantity, there.unit_price, net, net - finding.line_net)
    return None
