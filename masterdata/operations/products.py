"""Products: taken into the range, and changed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core import eventlog, numbering
from core.errors import NotFound
from core.eventlog import Fact
from core.models import Company, User
from core.operation import operation
from core.roles import require
from masterdata import events
from masterdata.errors import GtinTaken
from masterdata.models import Product, ProductUnit
from masterdata.operations.records import locked, made_before, put, require_version

PRODUCT_NUMBER = numbering.NumberKind("masterdata.product", "Product number", "P{number:05}")


@operation
def create_product(
    company: Company, facts: Mapping[str, Any], *, by: User | None, client_key: UUID | None = None
) -> Product:
    """Take a product into the range; without an SKU of its own it gets the next number.

    The same key with the same content answers with the product it made first; other content under it is
    refused (`KeyUsedForOther`), wrong facts are `Invalid`, a GTIN that another product carries is `GtinTaken`.
    """
    require(by, "masterdata.add_product", company)
    if found := made_before(Product, company, client_key, facts):
        return found
    product = Product(company=company, client_key=client_key)
    put(product, {**facts, "sku": facts.get("sku") or _free_sku(company)})
    _refuse_taken_gtin(company, product.gtin)
    product.save(force_insert=True)
    _record(events.PRODUCT_CREATED, product)
    return product


def _free_sku(company: Company) -> str:
    """The next number that nobody typed in by hand before."""
    while True:
        (sku,) = numbering.next_numbers(company, PRODUCT_NUMBER.key, 1)
        if not Product.objects.filter(company=company, sku=sku).exists():
            return sku


@operation
def change_product(product_id: int, facts: Mapping[str, Any], *, version: int, by: User | None) -> Product:
    """Change facts of a product; the person says which version they saw.

    Refused: somebody changed it meanwhile (`ChangedMeanwhile`), wrong facts (`Invalid`). The same facts again
    change nothing.
    """
    product = locked(Product, product_id, what="product")
    require(by, "masterdata.change_product", product)
    require_version(product, version)
    if put(product, facts):
        _refuse_taken_gtin(product.company, product.gtin)
        product.version += 1
        product.save(force_update=True)
        _record(events.PRODUCT_CHANGED, product)
    return product


@operation
def save_product_unit(
    product_id: int, facts: Mapping[str, Any], *, by: User | None, product_unit_id: int | None = None
) -> ProductUnit:
    """Sell a product in another unit, or change how many base units that is."""
    product = locked(Product, product_id, what="product")
    require(by, "masterdata.change_product", product)
    row = product.units.filter(pk=product_unit_id).first() if product_unit_id else ProductUnit(product=product)
    if row is None:
        raise NotFound(what="unit of the product", key=product_unit_id)
    put(row, {**facts, "company": product.company})
    _refuse_taken_gtin(product.company, row.gtin, of_unit=True)
    row.save()
    _record(events.PRODUCT_CHANGED, product)
    return row


def _refuse_taken_gtin(company: Company, gtin: str | None, *, of_unit: bool = False) -> None:
    """A barcode means one thing: a product or a carton of one, never both. Each table guards its own."""
    if not gtin:
        return
    other: type[Product | ProductUnit] = Product if of_unit else ProductUnit
    if found := other.objects.filter(company=company, gtin=gtin).first():
        raise GtinTaken(gtin=gtin, by=str(found if of_unit else found.product))  # type: ignore[union-attr]


def _record(what: str, product: Product) -> None:
    eventlog.record([Fact(what, "masterdata.product", product.pk, product.company_id)])
