"""What is asked when a price is wanted, and what the answer says."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from core.money import ZERO, round_amount

SIX_PLACES = Decimal("0.000001")
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class PriceLine:
    """What is asked for one line. Lines of one `document` are looked at together for promotions."""

    company_id: int
    customer_id: int
    product_id: int
    unit_id: int
    quantity: Decimal
    currency: str
    document: Hashable = None


@dataclass(frozen=True)
class Reason:
    """One step on the way to the price: what it was, which row it comes from, and the unit price after it."""

    kind: str
    label: str
    unit_price: Decimal
    row_id: int | None = None
    percent: Decimal | None = None


@dataclass(frozen=True)
class NextBreak:
    """From this quantity on the unit costs less; `more` is what the larger line costs above this one, often little."""

    quantity: Decimal
    unit_price: Decimal
    line_net: Decimal
    more: Decimal


@dataclass
class PriceFinding:
    """The price of one unit, six decimals, and how it came about.

    `list_price` stays visible beside it; `line_net` is quantity × unit price, the only place that rounds to the
    currency. `decimals` is how many the list shows.
    """

    list_price: Decimal
    unit_price: Decimal
    line_net: Decimal
    currency: str
    includes_tax: bool
    decimals: int
    base_quantity: Decimal
    reasons: list[Reason] = field(default_factory=list)
    next_break: NextBreak | None = None
    promotion_id: int | None = None

    @property
    def discount_percent(self) -> Decimal:
        """All discounts together, in per cent of the list price."""
        if not self.list_price:
            return ZERO
        return ((1 - self.unit_price / self.list_price) * HUNDRED).quantize(Decimal("0.0001"), ROUND_HALF_UP)

    @property
    def explanation(self) -> str:
        """The whole chain in a line of words."""
        return " → ".join(f"{reason.label}: {reason.unit_price.normalize():f}" for reason in self.reasons)

    def lower(self, unit_price: Decimal, kind: str, label: str, *, row_id: int | None, percent: Decimal | None) -> None:
        """Take the unit price down to this one, and say why."""
        self.unit_price = unit_price
        self.reasons.append(Reason(kind, label, unit_price.quantize(SIX_PLACES, ROUND_HALF_UP), row_id, percent))

    def settle(self, quantity: Decimal) -> None:
        """Fix the unit price to six decimals and the line net to the currency, once everything has lowered it."""
        self.unit_price = self.unit_price.quantize(SIX_PLACES, ROUND_HALF_UP)
        self.line_net = round_amount(quantity * self.unit_price, self.currency)
