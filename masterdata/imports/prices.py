"""Prices as rows: one row a price of a list, for a product in a unit from a quantity on, in a period."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from core.models import Company, User
from core.operation import operation
from core.roles import require
from core.sets import in_sets, require_bounded, update_each
from masterdata.imports import reading
from masterdata.imports.columns import Column
from masterdata.imports.errors import Conflicting
from masterdata.imports.kinds import Kind, Line
from masterdata.imports.known import Known
from masterdata.models import PriceList, PriceRow, Product, ProductUnit, Unit

LARGEST = Decimal(10) ** 12
Period = tuple[date, date]


class Prices(Kind):
    """Prices of a company's lists, known by list, product, unit, quantity and first day."""

    code, noun = "prices", "prices"
    permission, view_permission = "masterdata.import_price", "masterdata.view_price"
    key_columns = ("price_list", "sku", "unit", "from_quantity", "valid_from")
    columns = (
        Column("price_list", "Price list", reading.known_code("price_list", "price list"), ("list",), required=True),
        Column(
            "sku", "SKU", reading.known_code("product", "product"), ("item", "stock code", "article"), required=True
        ),
        Column("unit", "Unit", reading.known_code("unit", "unit"), ("uom", "einheit"), required=True),
        Column(
            "from_quantity", "From quantity", reading.number(0, LARGEST, 4), ("quantity", "minimum"), empty=Decimal(0)
        ),
        Column("valid_from", "Valid from", reading.day, ("from", "start"), empty=None),
        Column("price", "Price", reading.number(0, LARGEST, 6), ("unit price", "preis", "prix"), required=True),
        Column("valid_to", "Valid to", reading.day, ("to", "until", "end"), empty=None),
    )

    def __init__(self) -> None:
        # Periods of the rows read so far, by list, product, unit and quantity: they are as good as stored.
        self._periods: dict[tuple[Any, ...], list[Period]] = {}

    def known(self, company: Company) -> Known:
        known = Known(company)
        known.add("price_list", PriceList.objects.filter(company=company))
        known.add("product", Product.objects.filter(company=company), by="sku")
        known.add("unit", Unit.objects.all())
        return known

    def current(self, known: Known, keys: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], dict[str, Any]]:
        rows = [_row(price) for price in _of(known, {sku for _, sku, *_ in keys}, {name for name, *_ in keys})]
        return {self.key_of(row): row for row in rows}

    def everything(self, known: Known) -> Iterator[dict[str, Any]]:
        ordered = PriceRow.objects.filter(company=known.company).order_by(
            "price_list__code", "product__sku", "unit__code", "from_quantity", "valid_from"
        )
        for pks in in_sets(ordered.values_list("pk", flat=True)):
            found = PriceRow.objects.select_related("price_list", "product", "unit").in_bulk(pks)
            yield from (_row(found[pk]) for pk in pks)

    def examine(self, known: Known, lines: Sequence[Line]) -> None:
        skus = {line.values["sku"] for line in lines}
        stored = list(_of(known, skus, {line.values["price_list"] for line in lines}))
        for price in stored:
            row = _row(price)
            if row["pk"] not in {line.current["pk"] for line in lines if line.current}:
                self._periods.setdefault(_place(row), []).append(_period(row))
        sold = _sold_units(known, skus)
        for line in lines:
            self._examine(line, sold)
            if not line.faults:
                self.remember([line])

    def _examine(self, line: Line, sold: set[tuple[str, str]]) -> None:
        first, last = _period(line.values | {"valid_to": line.will_be("valid_to")})
        if last < first:
            line.refuse("valid_to", "Valid to", Conflicting(reason="The last day is before the first. Swap them."))
        elif any(first <= end and start <= last for start, end in set(self._periods.get(_place(line.values), []))):
            reason = "Another price holds in this period. End that one first, or choose other days."
            line.refuse("valid_from", "Valid from", Conflicting(reason=reason))
        if (line.values["sku"], line.values["unit"]) not in sold:
            reason = (
                f"{line.values['sku']} is not sold by the {line.values['unit']}. Add the unit to the product first."
            )
            line.refuse("unit", "Unit", Conflicting(reason=reason))

    def remember(self, lines: Sequence[Line]) -> None:
        for line in lines:
            period = _period(line.values | {"valid_to": line.will_be("valid_to")})
            self._periods.setdefault(_place(line.values), []).append(period)

    def store(self, known: Known, lines: Sequence[Line], by: User | None) -> None:
        store_prices(known, lines, by=by)


def _of(known: Known, skus: set[str], lists: set[str]) -> QuerySet[PriceRow]:
    """The prices of these products in these lists."""
    keys = {
        kind: [known.key(kind, code) for code in codes] for kind, codes in (("product", skus), ("price_list", lists))
    }
    rows = PriceRow.objects.filter(product__in=keys["product"], price_list__in=keys["price_list"])
    return rows.select_related("price_list", "product", "unit")


def _row(price: PriceRow) -> dict[str, Any]:
    return {
        "pk": price.pk,
        "price_list": price.price_list.code,
        "sku": price.product.sku,
        "unit": price.unit.code,
        "from_quantity": price.from_quantity,
        "valid_from": price.valid_from,
        "price": price.price,
        "valid_to": price.valid_to,
    }


def _place(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in ("price_list", "sku", "unit", "from_quantity"))


def _period(values: dict[str, Any]) -> Period:
    return values["valid_from"] or date.min, values["valid_to"] or date.max


def _sold_units(known: Known, skus: set[str]) -> set[tuple[str, str]]:
    """Products and the units they are sold in: their base unit and those marked as sold."""
    products = Product.objects.filter(company=known.company, sku__in=skus).values_list("sku", "base_unit__code")
    packs = ProductUnit.objects.filter(company=known.company, product__sku__in=skus, is_sold=True)
    return set(products) | set(packs.values_list("product__sku", "unit__code"))


@operation
def store_prices(known: Known, lines: Sequence[Line], *, by: User | None) -> None:
    """Create and change the prices of good lines, at most a set, all or none; prices are for one unit of each line."""
    require(by, "masterdata.import_price", known.company)
    require_bounded(list(lines))
    rows = [
        PriceRow(
            pk=line.current["pk"] if line.current else None,
            company=known.company,
            price_list_id=known.key("price_list", line.values["price_list"]),
            product_id=known.key("product", line.values["sku"]),
            unit_id=known.key("unit", line.values["unit"]),
            from_quantity=line.values["from_quantity"],
            valid_from=line.values["valid_from"],
            valid_to=line.will_be("valid_to"),
            price=line.will_be("price"),
        )
        for line in lines
    ]
    update_each([row for row in rows if row.pk], ["price", "valid_to"])
    PriceRow.objects.bulk_create([row for row in rows if not row.pk])
