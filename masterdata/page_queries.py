"""What the pages of master data show: lists with what belongs beside each row, and everything about one record."""

from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery

from core.models import Company
from masterdata.fields import valid_on
from masterdata.models import (
    CostMethod,
    Customer,
    CustomerAddress,
    CustomerTerms,
    PaymentTerm,
    PriceRow,
    Product,
    ProductCost,
)


def customers(company: Company, on: date) -> QuerySet[Customer]:
    """The customers of a company with the place where goods go first and the payment term of the day."""
    first = CustomerAddress.objects.filter(customer=OuterRef("pk"), is_active=True).order_by(
        F("is_default_ship_to").desc(), "code"
    )
    terms = CustomerTerms.objects.filter(valid_on(on), customer=OuterRef("pk"))
    return (
        Customer.objects.filter(company=company)
        .select_related("group")
        .annotate(
            city=Subquery(first.values("city")[:1]),
            country=Subquery(first.values("country")[:1]),
            payment_term=Subquery(terms.values("payment_term__name")[:1]),
        )
        .defer("search_text")
    )


def customer_by_status(company: Company) -> dict[str, int]:
    """How many customers have each status."""
    rows = Customer.objects.filter(company=company).order_by().values_list("status").annotate(Count("pk"))
    return dict(rows)


def products(company: Company, on: date) -> QuerySet[Product]:
    """The products of a company with the day's standard cost and default list price of one base unit."""
    costs = ProductCost.objects.filter(product=OuterRef("pk"), method=CostMethod.STANDARD, valid_from__lte=on)
    prices = PriceRow.objects.filter(
        valid_on(on),
        valid_on(on, "price_list__"),
        product=OuterRef("pk"),
        unit=OuterRef("base_unit"),
        from_quantity=0,
        price_list__is_default=True,
        price_list__currency=company.currency,
    )
    return (
        Product.objects.filter(company=company)
        .select_related("group", "base_unit")
        .annotate(
            cost=Subquery(costs.order_by("-valid_from").values("cost")[:1]),
            list_price=Subquery(prices.values("price")[:1]),
        )
        .defer("search_text")
    )


def product_by_status(company: Company) -> dict[str, int]:
    """How many products have each status."""
    rows = Product.objects.filter(company=company).order_by().values_list("status").annotate(Count("pk"))
    return dict(rows)


def payment_terms(company: Company) -> QuerySet[PaymentTerm]:
    """The payment terms of a company with how many parts each has."""
    terms = PaymentTerm.objects.filter(company=company)
    return terms.annotate(parts=Count("lines")).prefetch_related("discounts")


def customer_whole(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """Customers with everything their page shows, in a fixed number of queries."""
    terms = CustomerTerms.objects.select_related("payment_term", "price_list").order_by(
        F("valid_from").desc(nulls_last=True)
    )
    return (
        rows.select_related("company", "group", "parent", "payer", "bill_to")
        .prefetch_related(
            "addresses",
            "contacts__bounces",
            "bank_accounts",
            "vat_numbers",
            Prefetch("terms", terms),
            "subsidiaries",
            "paid_for",
            "billed_for",
        )
        .defer("search_text")
    )


def product_whole(rows: QuerySet[Product]) -> QuerySet[Product]:
    """Products with everything their page shows, in a fixed number of queries."""
    return (
        rows.select_related("company", "group", "base_unit")
        .prefetch_related(
            "units__unit",
            "components__component__base_unit",
            "part_of__kit",
            "costs",
            "customer_skus__customer",
            Prefetch("prices", _prices()),
        )
        .defer("search_text")
    )


def _prices() -> QuerySet[PriceRow]:
    rows = PriceRow.objects.select_related("price_list", "unit")
    return rows.order_by("price_list__code", "unit__code", "from_quantity", F("valid_from").desc(nulls_last=True))


def terms_of(customer: Customer, on: date) -> CustomerTerms | None:
    """The terms on which a customer buys on a day, from those already read."""
    return next((terms for terms in customer.terms.all() if terms.holds_on(on)), None)


def standard_cost(product: Product, on: date) -> ProductCost | None:
    """The standard cost that counts on a day, from those already read (newest first)."""
    costs: list[Any] = [cost for cost in product.costs.all() if cost.method == CostMethod.STANDARD]
    return next((cost for cost in costs if cost.valid_from <= on), None)
