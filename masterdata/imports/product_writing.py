"""Storing imported products: a set of rows becomes products, their packs and their costs in few statements."""

from collections.abc import Sequence
from datetime import date

from core import clock, eventlog
from core.eventlog import Fact
from core.models import User
from core.operation import operation
from core.roles import require
from core.sets import require_bounded, update_each
from masterdata import events
from masterdata.imports.kinds import Line
from masterdata.imports.known import Known
from masterdata.models import CostMethod, Product, ProductCost, ProductUnit

PACK = {"pack_unit", "pack_factor", "pack_gtin"}


@operation
def store_products(known: Known, lines: Sequence[Line], *, by: User | None) -> None:
    """Create and change the products of good lines, at most a set, all or none of them.

    A new cost counts from today on; it is in company currency for one base unit. The number of statements is the same
    for one line and for a thousand.
    """
    require(by, "masterdata.import_product", known.company)
    require_bounded(list(lines))
    own = _store_products(known, lines)
    _store_packs(known, lines, own)
    _store_costs(known, lines, own, clock.today(known.company))
    eventlog.record(_fact(own[line.values["sku"]], is_new=line.current is None) for line in lines)


def _fact(product: Product, *, is_new: bool) -> Fact:
    what = events.PRODUCT_CREATED if is_new else events.PRODUCT_CHANGED
    return Fact(what, "masterdata.product", product.pk, product.company_id)


def _store_products(known: Known, lines: Sequence[Line]) -> dict[str, Product]:
    changed = {line.current["pk"]: line for line in lines if line.current}
    locked = Product.objects.order_by("pk").select_for_update(no_key=True, of=("self",)).in_bulk(list(changed))
    own = {field.name for field in Product._meta.concrete_fields} - {"sku"}
    names = sorted({name for line in lines for name in line.values if name in own})
    for pk, product in locked.items():
        _fill(product, changed[pk], names, known)
        product.version += 1
    update_each(list(locked.values()), [*names, "version"])
    new = [line for line in lines if line.current is None]
    added = [Product(company=known.company, sku=line.values["sku"]) for line in new]
    for product, line in zip(added, new, strict=True):
        _fill(product, line, names, known)
    Product.objects.bulk_create(added)
    return {product.sku: product for product in (*locked.values(), *added)}


def _fill(product: Product, line: Line, names: Sequence[str], known: Known) -> None:
    for name in names:
        if name in {"group", "base_unit"}:
            kind = "unit" if name == "base_unit" else name
            setattr(product, f"{name}_id", known.key_or_none(kind, line.values[name]))
        else:
            setattr(product, name, line.values[name])


def _store_packs(known: Known, lines: Sequence[Line], own: dict[str, Product]) -> None:
    added: list[ProductUnit] = []
    changed: list[ProductUnit] = []
    gone: list[int] = []
    for line in lines:
        pack_id = line.current["pack_id"] if line.current else None
        if line.current and not PACK & set(line.changes):
            continue
        if not line.will_be("pack_unit"):
            gone += [pack_id] if pack_id else []
            continue
        pack = ProductUnit(pk=pack_id, company=known.company, product=own[line.values["sku"]])
        pack.unit_id = known.key("unit", line.will_be("pack_unit"))
        pack.factor, pack.gtin = line.will_be("pack_factor"), line.will_be("pack_gtin")
        (changed if pack_id else added).append(pack)
    ProductUnit.objects.filter(pk__in=gone).delete()
    update_each(changed, ["unit", "factor", "gtin"])
    ProductUnit.objects.bulk_create(added)


def _store_costs(known: Known, lines: Sequence[Line], own: dict[str, Product], today: date) -> None:
    """A changed cost counts from today; one that was entered today already is corrected."""
    touched = [line for line in lines if "cost" in line.values and (line.current is None or "cost" in line.changes)]
    costs = [
        ProductCost(
            company=known.company,
            product=own[line.values["sku"]],
            method=CostMethod.STANDARD,
            valid_from=today,
            cost=line.values["cost"],
        )
        for line in touched
    ]
    ProductCost.objects.bulk_create(
        costs, update_conflicts=True, update_fields=["cost"], unique_fields=["product", "method", "valid_from"]
    )
