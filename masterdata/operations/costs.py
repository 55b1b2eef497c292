"""What products cost, as people set it or as stock reports it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from core import eventlog
from core.eventlog import Fact
from core.models import Company, User
from core.operation import operation
from core.roles import require
from core.sets import require_bounded
from masterdata import events
from masterdata.models import CostMethod, ProductCost


@operation
def record_costs(
    company: Company,
    costs: Mapping[int, Decimal],
    *,
    on: date,
    by: User | None,
    method: CostMethod = CostMethod.MOVING_AVERAGE,
) -> int:
    """Keep what one base unit of each product costs from a day on, in company currency; returns how many are new.

    Reported again for the same day, the later figure stands; the same figure again changes nothing. The product's
    history says that its cost changed and not to what, as not everybody who reads it may see costs. The number of
    statements is the same for one product and for a thousand.
    """
    require(by, "masterdata.change_product", company)
    rows = ProductCost.objects.filter(product__in=require_bounded(costs), method=method, valid_from=on)
    known = dict(rows.values_list("product_id", "cost"))
    changed = {product_id: cost for product_id, cost in sorted(costs.items()) if known.get(product_id) != cost}
    ProductCost.objects.bulk_create(
        [
            ProductCost(company=company, product_id=product_id, method=method, valid_from=on, cost=cost)
            for product_id, cost in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["product", "method", "valid_from"],
        update_fields=["cost"],
    )
    _record(company, changed, on, method)
    return len(changed)


def _record(company: Company, changed: Mapping[int, Decimal], on: date, method: CostMethod) -> None:
    data = {"method": str(method.label), "since": on.isoformat()}
    what = events.PRODUCT_COST_CHANGED
    eventlog.record(Fact(what, "masterdata.product", product_id, company.pk, data=data) for product_id in changed)
