"""The filters of the lists of master data."""

from typing import Any

import django_filters
from django.db.models import Exists, Model, OuterRef, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from core import clock
from core.filters import ListFilter, SearchFilter
from core.http import Request
from masterdata import countries
from masterdata.fields import valid_on
from masterdata.models import (
    Customer,
    CustomerAddress,
    CustomerGroup,
    CustomerStatus,
    CustomerTerms,
    PaymentTerm,
    Product,
    ProductGroup,
    ProductKind,
    ProductStatus,
)
from masterdata.search_text import plain


class WordsFilter(SearchFilter):
    """The text field over the indexed words of a table: every word must be found, whatever its accents and capitals."""

    def __init__(self, *, label: Any) -> None:
        super().__init__([], label=label)

    def filter(self, rows: QuerySet[Model], value: str) -> QuerySet[Model]:
        for word in (value or "").split():
            rows = rows.filter(search_text__contains=plain(Value(word)))
        return rows


def _of_company(model: type[Model]) -> Any:
    """Choices of a filter: the rows of the company that the person works in."""

    def rows(request: Request) -> QuerySet[Model]:
        return model._default_manager.filter(company=request.company)

    return rows


class CustomerFilter(ListFilter):
    """By name or number, place, group, status and terms."""

    q = WordsFilter(label=_("Number, name or short name"))
    country = django_filters.ChoiceFilter(
        choices=countries.CHOICES, method="in_country", label=_("Country"), empty_label=_("Any")
    )
    group = django_filters.ModelChoiceFilter(
        queryset=_of_company(CustomerGroup), label=_("Group"), empty_label=_("Any")
    )
    status = django_filters.ChoiceFilter(choices=CustomerStatus.choices, label=_("Status"), empty_label=_("Any"))
    payment_term = django_filters.ModelChoiceFilter(
        queryset=_of_company(PaymentTerm), method="with_term", label=_("Payment term"), empty_label=_("Any")
    )

    class Meta:
        model = Customer
        fields = ["q", "country", "group", "status", "payment_term"]

    def in_country(self, rows: QuerySet[Model], name: str, value: str) -> QuerySet[Model]:
        """Customers with an address there."""
        there = CustomerAddress.objects.filter(customer=OuterRef("pk"), is_active=True, country=value)
        return rows.filter(Exists(there))

    def with_term(self, rows: QuerySet[Model], name: str, value: PaymentTerm) -> QuerySet[Model]:
        """Customers who buy on this term today."""
        today = clock.today(self.request.company)
        bought_on = CustomerTerms.objects.filter(valid_on(today), customer=OuterRef("pk"), payment_term=value)
        return rows.filter(Exists(bought_on))


class ProductFilter(ListFilter):
    """By name or number, group, kind and status."""

    q = WordsFilter(label=_("SKU, GTIN or name"))
    group = django_filters.ModelChoiceFilter(queryset=_of_company(ProductGroup), label=_("Group"), empty_label=_("Any"))
    kind = django_filters.ChoiceFilter(choices=ProductKind.choices, label=_("Kind"), empty_label=_("Any"))
    status = django_filters.ChoiceFilter(choices=ProductStatus.choices, label=_("Status"), empty_label=_("Any"))

    class Meta:
        model = Product
        fields = ["q", "group", "kind", "status"]
