"""What products cost, as people set it or as stock reports it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from core.models import Company
from core.operation import operation
from core.sets import require_bounded
from masterdata.models import CostMethod, ProductCost


@operation
def record_costs(
    company: Company, costs: Mapping[int, Decimal], *, on: date, method: CostMethod = CostMethod.MOVING_AVERAGE
) -> int:
    """Keep what one base unit of each product costs from a day on, in company currency; returns how many.

    Reported again for the same day, the later figure stands. One statement for up to a thousand products.
    """
    rows = [
        ProductCost(company=company, product_id=product_id, method=method, valid_from=on, cost=cost)
        for product_id, cost in sorted(require_bounded(costs).items())
    ]
    ProductCost.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["product", "method", "valid_from"], update_fields=["cost"]
    )
    return len(rows)
