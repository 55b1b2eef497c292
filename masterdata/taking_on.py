"""A customer or product taken on with all that one form says about it: all of it is stored, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from core import clock
from core.models import Company, User
from core.operation import operation
from masterdata import operations
from masterdata.models import CostMethod, Customer, Product

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class CustomerParts:
    """What a new customer comes with; what is empty is left out."""

    address: Facts
    terms: Facts
    contact: Facts = field(default_factory=dict)
    vat_number: Facts = field(default_factory=dict)


@operation
def take_on_customer(
    company: Company, facts: Facts, parts: CustomerParts, *, by: User, client_key: UUID | None
) -> Customer:
    """Create a customer with its first address, contact, terms and VAT id; the same key again answers with the first.

    Refusals are those of the verbs it is made of, and undo all of it.
    """
    customer = operations.create_customer(company, facts, by=by, client_key=client_key)
    if customer.addresses.exists():
        return customer
    defaults = {"is_ship_to": True, "is_default_ship_to": True, "is_bill_to": True, "is_default_bill_to": True}
    operations.save_address(customer.pk, {**parts.address, **defaults}, by=by)
    operations.change_terms(customer.pk, parts.terms, valid_from=None, by=by)
    if parts.contact:
        operations.save_contact(customer.pk, parts.contact, by=by)
    if parts.vat_number:
        operations.save_vat_number(customer.pk, parts.vat_number, by=by)
    return customer


@operation
def take_on_product(
    company: Company, facts: Facts, *, cost: Decimal | None, by: User, client_key: UUID | None
) -> Product:
    """Create a product with its standard cost from today; the same key again answers with the first."""
    product = operations.create_product(company, facts, by=by, client_key=client_key)
    if cost is not None and not product.costs.exists():
        today = clock.today(company)
        operations.record_costs(company, {product.pk: cost}, on=today, by=by, method=CostMethod.STANDARD)
    return product
