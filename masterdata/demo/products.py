"""The demo's products with their units, kits, costs and prices, made from its range."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from core.models import Company
from masterdata.demo import numbers
from masterdata.demo import range as goods
from masterdata.demo.rows import Tally
from masterdata.models import (
    KitComponent,
    PriceList,
    PriceRow,
    Product,
    ProductCost,
    ProductGroup,
    ProductUnit,
    Unit,
)

CENT, FIVE_CENTS = Decimal("0.01"), Decimal("0.05")
LISTS = {
    "hearth": [
        # code, name, currency, with tax, default, what the base price is multiplied by
        ("TRADE", "Trade list", "GBP", False, True, "1"),
        ("KEY", "Key accounts", "GBP", False, False, "0.90"),
        ("RETAIL", "Shop prices", "GBP", True, False, "2.40"),
        ("EXPORT", "Export list", "EUR", False, True, "1.18"),
        ("EXPORT-USD", "Export list", "USD", False, True, "1.32"),
    ],
    "hearth-eu": [
        ("HANDEL", "Trade list Europe", "EUR", False, True, "1.18"),
        ("KEY", "Key accounts Europe", "EUR", False, False, "1.07"),
        ("RETAIL", "Shop prices Europe", "EUR", True, False, "2.85"),
    ],
}
BREAKS = [(1, "1"), (2, "0.96"), (5, "0.92")]
"""From so many cartons on a piece costs this part of its price."""


@dataclass(frozen=True)
class Article:
    """A product of the range as it is stored, and what its prices are made from."""

    product: Product
    price: Decimal
    cost: Decimal
    carton: int = 0
    item: int = 0


def articles(company: Company, units: Mapping[str, Unit], groups: Mapping[Hashable, ProductGroup]) -> Iterator[Article]:
    """Every product of the range, for one company. In the EU a zero-rated product has the reduced rate."""
    item = 0
    for line in goods.LINES:
        for number, variant in enumerate(line.variants, start=1):
            item += 1
            yield Article(
                _product(
                    company,
                    line,
                    number=number,
                    variant=variant,
                    item=item,
                    piece=units["H87"],
                    group=groups[line.group],
                ),
                Decimal(line.price),
                Decimal(line.cost),
                line.carton,
                item,
            )
    for kit in goods.KITS:
        names = {"de": kit.german, "fr": kit.french}
        product = Product(company=company, sku=kit.sku, name=kit.name, names=names, kind="kit", base_unit=units["SET"])
        yield Article(product, Decimal(kit.price), Decimal(0))
    for sku, name, kind, price, german, french in goods.SERVICES:
        unit = units["C62"] if kind != "service" else units["H87"]
        names = {"de": german, "fr": french}
        product = Product(company=company, sku=sku, name=name, names=names, kind=kind, base_unit=unit)
        yield Article(product, Decimal(price or 0), Decimal(0))


def _product(
    company: Company, line: goods.Line, *, number: int, variant: str, item: int, piece: Unit, group: ProductGroup
) -> Product:
    zero_rated_at_home = line.tax_class == "zero" and company.country != "GB"
    return Product(
        company=company,
        sku=f"{line.prefix}-{number:02}",
        name=f"{line.name}, {variant}" if line.prefix not in {"BOK", "WDN", "SFT"} else f"{line.name} {variant}",
        names={"de": f"{line.german}, {variant}", "fr": f"{line.french}, {variant}"},
        group=group,
        base_unit=piece,
        gtin=numbers.piece_gtin(item),
        tax_class="reduced" if zero_rated_at_home else line.tax_class,
        weight_kg=Decimal(line.weight),
        origin_country=line.origin,
        hs_code=line.hs_code,
        tracking="lot" if line.shelf_days else "none",
        has_expiry=bool(line.shelf_days),
        minimum_life_days=line.shelf_days // 2,
        over_delivery_percent=0,
        under_delivery_percent=2 if line.group == "PAPER" else 0,
    )


def add_products(company: Company, units: Mapping[str, Unit], on: date, tally: Tally) -> dict[Hashable, Product]:
    """The whole range of a company, with cartons, kits, costs and every price list; returns products by SKU."""
    of_company = {"company": company}
    groups = tally.add(
        "product groups",
        ProductGroup.objects.filter(**of_company),
        [ProductGroup(company=company, code=code, name=name) for code, name in goods.GROUPS.items()],
        lambda row: row.code,
    )
    known = list(articles(company, units, groups))
    products = tally.add(
        "products", Product.objects.filter(**of_company), [one.product for one in known], lambda row: row.sku
    )
    sold = [(products[one.product.sku], one) for one in known]
    _add_cartons(company, sold, units["XCT"], tally)
    _add_kits(company, products, tally)
    costs = [
        ProductCost(company=company, product=product, valid_from=on, cost=one.cost * _euro(company))
        for product, one in sold
        if one.cost
    ]
    tally.add("costs", ProductCost.objects.filter(**of_company), costs, lambda row: row.product_id)
    _add_prices(company, sold, units["XCT"], tally)
    return products


def _euro(company: Company) -> Decimal:
    return goods.EURO_FACTOR if company.currency == "EUR" else Decimal(1)


def _add_cartons(company: Company, sold: list[tuple[Product, Article]], carton: Unit, tally: Tally) -> None:
    rows = [
        ProductUnit(
            company=company,
            product=product,
            unit=carton,
            factor=one.carton,
            gtin=numbers.carton_gtin(one.item),
            weight_kg=(product.weight_kg or 0) * one.carton + Decimal("0.3"),
        )
        for product, one in sold
        if one.carton
    ]
    tally.add("units", ProductUnit.objects.filter(company=company), rows, lambda row: (row.product_id, row.unit_id))


def _add_kits(company: Company, products: Mapping[Hashable, Product], tally: Tally) -> None:
    rows = [
        KitComponent(company=company, kit=products[kit.sku], component=products[sku], quantity=quantity)
        for kit in goods.KITS
        for sku, quantity in kit.parts
    ]
    existing = KitComponent.objects.filter(company=company)
    tally.add("kit parts", existing, rows, lambda row: (row.kit_id, row.component_id))


def _add_prices(company: Company, sold: list[tuple[Product, Article]], carton: Unit, tally: Tally) -> None:
    lists = tally.add(
        "price lists",
        PriceList.objects.filter(company=company),
        [
            PriceList(
                company=company, code=code, name=name, currency=currency, includes_tax=with_tax, is_default=default
            )
            for code, name, currency, with_tax, default, _ in LISTS[company.code]
        ],
        lambda row: row.code,
    )
    rows = [
        row
        for code, *_, factor in LISTS[company.code]
        for product, one in sold
        if one.price
        for row in _rows(lists[code], product, one, Decimal(factor), carton)
    ]
    tally.add(
        "prices",
        PriceRow.objects.filter(company=company),
        rows,
        lambda row: (row.price_list_id, row.product_id, row.unit_id, Decimal(row.from_quantity)),
    )


def _rows(price_list: PriceList, product: Product, one: Article, factor: Decimal, carton: Unit) -> Iterator[PriceRow]:
    """A piece gets cheaper with the cartons it would fill; a whole carton is cheaper still. Shops have one price."""
    base = one.price * factor
    facts = {"company": product.company, "price_list": price_list, "product": product}
    if price_list.includes_tax or not one.carton:
        yield PriceRow(**facts, unit=product.base_unit, from_quantity=0, price=_rounded(base, FIVE_CENTS))
        return
    for cartons, part in BREAKS:
        quantity = (cartons - 1) * one.carton
        yield PriceRow(
            **facts, unit=product.base_unit, from_quantity=quantity, price=_rounded(base * Decimal(part), CENT)
        )
    in_carton = base * one.carton * Decimal("0.94")
    yield PriceRow(**facts, unit=carton, from_quantity=0, price=_rounded(in_carton, FIVE_CENTS))


def _rounded(price: Decimal, step: Decimal) -> Decimal:
    return (price / step).quantize(Decimal(1), ROUND_HALF_UP) * step
