"""What a price finding needs to know about all of its lines, read in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q

from masterdata.fields import valid_on
from masterdata.models import (
    Customer,
    CustomerPrice,
    CustomerTerms,
    Discount,
    PriceList,
    PriceRow,
    Product,
    ProductGroup,
    ProductUnit,
    Promotion,
    Unit,
)
from masterdata.prices.finding import PriceLine

ZERO = Decimal(0)


class PriceFacts:
    """Products, units, terms, prices, discounts and promotions that are valid on the day and concern these lines."""

    def __init__(self, lines: Sequence[PriceLine], on: date) -> None:
        self.on = on
        companies = {line.company_id for line in lines}
        products, customers = {line.product_id for line in lines}, {line.customer_id for line in lines}
        valid = valid_on(on)
        self.units = {unit.pk: unit for unit in Unit.objects.all()}
        self.products = Product.objects.in_bulk(products)
        self.customers = Customer.objects.in_bulk(customers)
        self.terms = {row.customer_id: row for row in CustomerTerms.objects.filter(valid, customer_id__in=customers)}
        self._factors = _factors(self.products.values(), products)
        self._parents = dict(ProductGroup.objects.filter(company_id__in=companies).values_list("pk", "parent_id"))
        lists = PriceList.objects.filter(valid, company_id__in=companies).order_by("pk")
        self._lists = {row.pk: row for row in lists}
        self._agreed = defaultdict(list)
        for agreed in CustomerPrice.objects.filter(valid, customer_id__in=customers, product_id__in=products):
            self._agreed[agreed.customer_id, agreed.product_id, agreed.currency].append(agreed)
        self._rows = defaultdict(list)
        for row in PriceRow.objects.filter(valid, product_id__in=products, price_list_id__in=self._lists):
            self._rows[row.price_list_id, row.product_id].append(row)
        self._discounts = defaultdict(list)
        for discount in Discount.objects.filter(
            valid, Q(customer=None) | Q(customer_id__in=customers), company_id__in=companies
        ):
            self._discounts[discount.company_id].append(discount)
        self.promotions = list(
            Promotion.objects.filter(valid, company_id__in=companies, is_active=True)
            .order_by("pk")
            .prefetch_related("products")
        )

    def base_unit(self, product_id: int) -> int:
        return self.products[product_id].base_unit_id

    def factor(self, product_id: int, unit_id: int) -> Decimal:
        """How many base units one of the unit is; zero where the product is not sold in it."""
        return self._factors.get((product_id, unit_id), ZERO)

    def units_of(self, product_id: int) -> list[int]:
        """The units the product is sold in, smallest first."""
        units = [(factor, unit) for (product, unit), factor in self._factors.items() if product == product_id]
        return [unit for _, unit in sorted(units)]

    def agreed_prices(self, line: PriceLine) -> list[CustomerPrice]:
        """Prices agreed with this customer for the product, in the line's currency."""
        return self._agreed[line.customer_id, line.product_id, line.currency]

    def lists_for(self, line: PriceLine) -> Iterator[PriceList]:
        """The lists a line looks at, in order: the customer's own, then the default of the currency."""
        terms = self.terms.get(line.customer_id)
        own = self._lists.get(terms.price_list_id) if terms and terms.price_list_id else None
        if own and own.currency == line.currency:
            yield own
        for price_list in self._lists.values():
            default = price_list.is_default and price_list.currency == line.currency
            if default and price_list.company_id == line.company_id and price_list is not own:
                yield price_list

    def rows(self, price_list_id: int, product_id: int) -> list[PriceRow]:
        """The valid rows of a product in a list."""
        return self._rows[price_list_id, product_id]

    def discounts_for(self, line: PriceLine, base_quantity: Decimal) -> list[Discount]:
        """The discounts that fit the line's customer, product and quantity."""
        return [row for row in self._discounts[line.company_id] if self._fits(row, line, base_quantity)]

    def breaks_above(self, line: PriceLine) -> list[Decimal]:
        """Quantities of the line's unit, above its own, from which some row or discount begins to hold."""
        factor = self.factor(line.product_id, line.unit_id)
        found: set[Decimal] = set()
        for row in self._rows_of(line):
            per_unit = Decimal(1) if row.unit_id == line.unit_id else factor
            found.add(row.from_quantity / per_unit)
        for discount in self._discounts[line.company_id]:
            if self._fits(discount, line, discount.from_quantity):
                found.add(discount.from_quantity / factor)
        step = Decimal(1).scaleb(-self.units[line.unit_id].decimals)
        whole = {-(-quantity // step) * step for quantity in found}
        return sorted(quantity for quantity in whole if quantity > line.quantity)

    def _rows_of(self, line: PriceLine) -> Iterator[PriceRow | CustomerPrice]:
        units = {line.unit_id, self.base_unit(line.product_id)}
        yield from (row for row in self.agreed_prices(line) if row.unit_id == line.unit_id)
        for price_list in self.lists_for(line):
            yield from (row for row in self.rows(price_list.pk, line.product_id) if row.unit_id in units)

    def _fits(self, discount: Discount, line: PriceLine, base_quantity: Decimal) -> bool:
        group = self.customers[line.customer_id].group_id
        return (
            discount.customer_id in (None, line.customer_id)
            and discount.customer_group_id in (None, group)
            and discount.product_id in (None, line.product_id)
            and self.in_group(line.product_id, discount.product_group_id)
            and discount.from_quantity <= base_quantity
        )

    def in_group(self, product_id: int, group_id: int | None) -> bool:
        """Whether a product belongs to a group, or to one below it; every product belongs to no group in particular."""
        if group_id is None:
            return True
        above = self.products[product_id].group_id
        seen: set[int] = set()
        while above is not None and above not in seen:
            if above == group_id:
                return True
            seen.add(above)
            above = self._parents.get(above)
        return False


def _factors(products: Iterable[Product], keys: set[int]) -> dict[tuple[int, int], Decimal]:
    factors = {(product.pk, product.base_unit_id): Decimal(1) for product in products}
    sold = ProductUnit.objects.filter(product_id__in=keys, is_sold=True)
    factors |= {(row.product_id, row.unit_id): row.factor for row in sold}
    return factors
