"""Promotions: offers that a whole document reaches, evaluated anew at each change."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, round_amount, spread
from masterdata.models import Promotion, PromotionKind
from masterdata.prices.facts import PriceFacts
from masterdata.prices.finding import HUNDRED, PriceFinding, PriceLine


@dataclass(frozen=True)
class Promoted:
    """A line with its price before promotions, which apply to it where the document reaches one."""

    line: PriceLine
    finding: PriceFinding


@dataclass(frozen=True)
class _Offer:
    """What a promotion takes off which lines of one document: an amount for each."""

    promotion: Promotion
    lines: list[Promoted]
    savings: list[Decimal]

    @property
    def saving(self) -> Decimal:
        return sum(self.savings, ZERO)


def apply_promotions(lines: Sequence[Promoted], facts: PriceFacts) -> None:
    """Lower the prices of each document by the promotions it reaches; the one that saves most goes first.

    A line takes part in one promotion at most. Prices agreed with the customer take part like list prices.
    """
    documents: dict[tuple[int, int, Hashable], list[Promoted]] = defaultdict(list)
    for index, priced in enumerate(lines):
        document = index if priced.line.document is None else priced.line.document
        documents[priced.line.company_id, priced.line.customer_id, document].append(priced)
    for together in documents.values():
        _apply_to_document(together, facts)


def _apply_to_document(lines: list[Promoted], facts: PriceFacts) -> None:
    free = list(lines)
    while offers := [offer for promotion in facts.promotions if (offer := _offer(promotion, free, facts))]:
        best = max(offers, key=lambda offer: (offer.saving, -offer.promotion.pk))
        for priced, saving in zip(best.lines, best.savings, strict=True):
            _lower(priced, saving, best.promotion)
        taken = {id(priced) for priced in best.lines}
        free = [priced for priced in free if id(priced) not in taken]


def _offer(promotion: Promotion, lines: Sequence[Promoted], facts: PriceFacts) -> _Offer | None:
    taking_part = [priced for priced in lines if _concerns(promotion, priced.line, facts)]
    quantity = sum((priced.finding.base_quantity for priced in taking_part), ZERO)
    net = sum((priced.finding.line_net for priced in taking_part), ZERO)
    if not net or quantity < promotion.minimum_quantity or net < promotion.minimum_amount:
        return None
    savings = _savings(promotion, taking_part, quantity, net)
    return _Offer(promotion, taking_part, savings) if any(savings) else None


def _concerns(promotion: Promotion, line: PriceLine, facts: PriceFacts) -> bool:
    products = {row.product_id for row in promotion.products.all()}
    return (
        promotion.company_id == line.company_id
        and promotion.customer_group_id in (None, facts.customers[line.customer_id].group_id)
        and promotion.currency in (None, line.currency)
        and (not products or line.product_id in products)
        and facts.in_group(line.product_id, promotion.product_group_id)
    )


def _savings(promotion: Promotion, lines: Sequence[Promoted], quantity: Decimal, net: Decimal) -> list[Decimal]:
    nets, currency = [priced.finding.line_net for priced in lines], lines[0].line.currency
    match promotion.kind:
        case PromotionKind.PERCENT:
            percent = promotion.percent or ZERO
            return [round_amount(line_net * percent / HUNDRED, currency) for line_net in nets]
        case PromotionKind.FREE_GOODS:
            free = promotion.free_quantity or ZERO
            given = quantity // (promotion.minimum_quantity + free) * free
            return spread(round_amount(net * given / quantity, currency), nets, currency)
        case _:
            return spread(min(promotion.amount or ZERO, net), nets, currency)


def _lower(priced: Promoted, saving: Decimal, promotion: Promotion) -> None:
    if not saving:
        return
    line, finding = priced.line, priced.finding
    percent = promotion.percent if promotion.kind == PromotionKind.PERCENT else None
    after = (
        finding.unit_price * (HUNDRED - percent) / HUNDRED if percent else (finding.line_net - saving) / line.quantity
    )
    finding.lower(after, "promotion", promotion.name, row_id=promotion.pk, percent=percent)
    finding.promotion_id = promotion.pk
    finding.settle(line.quantity)
