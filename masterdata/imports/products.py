"""Products as rows: one row a product, with today's standard cost and the unit it is packed in."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from core import clock
from core.models import Company, User
from core.sets import in_sets
from masterdata import identifiers
from masterdata.imports import reading
from masterdata.imports.columns import Column
from masterdata.imports.errors import Conflicting
from masterdata.imports.kinds import Kind, Line
from masterdata.imports.known import Known
from masterdata.imports.product_writing import store_products
from masterdata.models import (
    CostMethod,
    Product,
    ProductCost,
    ProductGroup,
    ProductKind,
    ProductStatus,
    ProductUnit,
    TaxClass,
    Tracking,
    Unit,
)

LARGEST = Decimal(10) ** 8
MOST_MILLIMETRES = 100_000

PRODUCT_COLUMNS = (
    Column(
        "sku",
        "SKU",
        reading.code(40),
        ("stock code", "item", "item number", "article", "article number", "artikelnummer", "product", "product code"),
        required=True,
    ),
    Column("name", "Name", reading.text(160), ("description", "title", "bezeichnung", "designation"), required=True),
    Column("description", "Long description", reading.text(4000), ("details", "long text")),
    Column("kind", "Kind", reading.choice(ProductKind), ("type",), empty="stock"),
    Column("status", "Status", reading.choice(ProductStatus), empty="active"),
    Column(
        "group", "Group", reading.known_code("group", "product group"), ("product group", "category", "warengruppe")
    ),
    Column("base_unit", "Base unit", reading.known_code("unit", "unit"), ("unit", "uom", "einheit"), required=True),
    Column("gtin", "GTIN", reading.identifier(identifiers.gtin), ("ean", "barcode", "upc", "gtin ean"), empty=None),
    Column("tax_class", "Tax class", reading.choice(TaxClass), ("vat class", "tax category"), empty="standard"),
    Column("weight_kg", "Weight kg", reading.number(0, LARGEST, 4), ("weight", "gross weight", "gewicht"), empty=None),
    Column("length_mm", "Length mm", reading.whole(0, MOST_MILLIMETRES), ("length",), empty=None),
    Column("width_mm", "Width mm", reading.whole(0, MOST_MILLIMETRES), ("width",), empty=None),
    Column("height_mm", "Height mm", reading.whole(0, MOST_MILLIMETRES), ("height",), empty=None),
    Column("tracking", "Tracking", reading.choice(Tracking), ("tracked by",), empty="none"),
    Column("has_expiry", "Expires", reading.yes_or_no, ("has expiry", "expiry date"), empty=False),
    Column("minimum_life_days", "Minimum life days", reading.whole(0, 9999), ("minimum shelf life",), empty=0),
    Column("over_delivery_percent", "Over-delivery %", reading.number(0, 100, 4), empty=Decimal(0)),
    Column("under_delivery_percent", "Under-delivery %", reading.number(0, 100, 4), empty=Decimal(0)),
    Column("origin_country", "Origin", reading.country, ("country of origin", "ursprungsland"), empty=None),
    Column("hs_code", "HS code", reading.customs_code, ("customs code", "tariff code", "commodity code", "zolltarif")),
)
PACK_COLUMNS = (
    Column("pack_unit", "Pack unit", reading.known_code("unit", "unit"), ("carton unit", "packed in")),
    Column("pack_factor", "Pieces per pack", reading.number(0, LARGEST, 4), ("pack size", "per carton"), empty=None),
    Column("pack_gtin", "Pack GTIN", reading.identifier(identifiers.gtin), ("carton gtin", "pack barcode"), empty=None),
)
COST = Column(
    "cost", "Standard cost", reading.number(0, LARGEST, 6), ("cost", "unit cost", "einstandspreis"), empty=None
)
OWN_FIELDS = tuple(column.key for column in PRODUCT_COLUMNS)


class Products(Kind):
    """Products of a company, known by their SKU."""

    code, noun = "products", "products"
    permission, view_permission = "masterdata.import_product", "masterdata.view_product"
    key_columns = ("sku",)
    unique = ("gtin", "pack_gtin")
    columns = (*PRODUCT_COLUMNS, *PACK_COLUMNS, COST)
    guarded = {"cost": "masterdata.view_productmargin"}

    def known(self, company: Company) -> Known:
        known = Known(company)
        known.add("group", ProductGroup.objects.filter(company=company))
        known.add("unit", Unit.objects.all())
        return known

    def current(self, known: Known, keys: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], dict[str, Any]]:
        wanted = Product.objects.filter(company=known.company, sku__in=[sku for (sku,) in keys])
        return {(row["sku"],): row for row in as_rows(wanted, clock.today(known.company))}

    def everything(self, known: Known) -> Iterator[dict[str, Any]]:
        today = clock.today(known.company)
        of_company = Product.objects.filter(company=known.company)
        for pks in in_sets(of_company.order_by("sku").values_list("pk", flat=True)):
            yield from as_rows(Product.objects.filter(pk__in=pks).order_by("sku"), today)

    def owners(self, known: Known, column: str, values: Sequence[Any]) -> dict[Any, tuple[Any, ...]]:
        """A GTIN names one product or one packing of one product, of all products and packings."""
        products = Product.objects.filter(company=known.company, gtin__in=values)
        packs = ProductUnit.objects.filter(company=known.company, gtin__in=values)
        taken: dict[Any, tuple[Any, ...]] = {gtin: (sku,) for gtin, sku in products.values_list("gtin", "sku")}
        return taken | {gtin: (sku,) for gtin, sku in packs.values_list("gtin", "product__sku")}

    def examine(self, known: Known, lines: Sequence[Line]) -> None:
        for line in lines:
            if line.values.get("cost", 0) is None:
                del line.values["cost"]  # an empty cell takes no cost back: the margins of yesterday need it
            for key, refused, reason in RULES:
                if not any(fault.column == line.headings.get(key, key) for fault in line.faults) and refused(line):
                    line.refuse(key, self.column(key).label, Conflicting(reason=reason))

    def remember(self, lines: Sequence[Line]) -> None:
        """No product refers to another one of the file."""

    def store(self, known: Known, lines: Sequence[Line], by: User | None) -> None:
        store_products(known, lines, by=by)


def _is_other_base_unit(line: Line) -> bool:
    return line.current is not None and "base_unit" in line.changes


def _is_other_kind(line: Line) -> bool:
    return line.current is not None and "kind" in line.changes


def _is_tracked_without_stock(line: Line) -> bool:
    return (line.will_be("kind") or "stock") != "stock" and (line.will_be("tracking") or "none") != "none"


def _expires_untracked(line: Line) -> bool:
    return bool(line.will_be("has_expiry")) and (line.will_be("tracking") or "none") == "none"


def _is_half_a_pack(line: Line) -> bool:
    return bool(line.will_be("pack_unit")) != bool(line.will_be("pack_factor"))


def _packs_itself(line: Line) -> bool:
    return bool(line.will_be("pack_unit")) and line.will_be("pack_unit") == line.will_be("base_unit")


def _has_gtin_without_pack(line: Line) -> bool:
    return bool(line.will_be("pack_gtin")) and not line.will_be("pack_unit")


def _has_one_gtin_twice(line: Line) -> bool:
    return bool(line.will_be("gtin")) and line.will_be("gtin") == line.will_be("pack_gtin")


RULES = (
    ("base_unit", _is_other_base_unit, "The base unit of a product can't change. Make a new product."),
    ("kind", _is_other_kind, "The kind of a product can't change. Make a new product."),
    ("tracking", _is_tracked_without_stock, "Only stock items are tracked. Leave the cell empty."),
    ("has_expiry", _expires_untracked, "Goods that expire are tracked by lot or serial number. Fill in Tracking."),
    ("pack_factor", _is_half_a_pack, "A pack needs its unit and how many pieces it holds. Fill in both, or none."),
    ("pack_unit", _packs_itself, "The pack can't be the base unit itself. Name the carton's unit, such as XCT."),
    ("pack_gtin", _has_gtin_without_pack, "A pack's GTIN needs the pack. Fill in its unit and pieces."),
    ("pack_gtin", _has_one_gtin_twice, "Piece and pack can't have the same GTIN. Scanners could not tell them apart."),
)


def as_rows(products: QuerySet[Product], on: date) -> list[dict[str, Any]]:
    """Products as import and export write them; three queries."""
    found = list(products.select_related("group", "base_unit"))
    pks = [product.pk for product in found]
    packs: dict[int, ProductUnit] = {}
    for pack in ProductUnit.objects.filter(product__in=pks).select_related("unit").order_by("product", "factor", "pk"):
        packs.setdefault(pack.product_id, pack)
    costs = standard_costs(pks, on)
    return [_row(product, packs.get(product.pk), costs.get(product.pk)) for product in found]


def standard_costs(pks: Sequence[int], on: date) -> dict[int, ProductCost]:
    """The standard cost that counts on a day, by product."""
    rows = ProductCost.objects.filter(product__in=pks, method=CostMethod.STANDARD, valid_from__lte=on)
    return {row.product_id: row for row in rows.order_by("product", "valid_from")}


def _row(product: Product, pack: ProductUnit | None, cost: ProductCost | None) -> dict[str, Any]:
    own = {name: getattr(product, name) for name in OWN_FIELDS if name not in {"group", "base_unit"}}
    return own | {
        "pk": product.pk,
        "group": product.group.code if product.group else "",
        "base_unit": product.base_unit.code,
        "pack_id": pack.pk if pack else None,
        "pack_unit": pack.unit.code if pack else "",
        "pack_factor": pack.factor if pack else None,
        "pack_gtin": pack.gtin if pack else None,
        "cost": cost.cost if cost else None,
    }
