"""What belongs to a customer: addresses, contacts, terms, VAT ids, bank accounts, and mail that came back."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import models

from core import clock, eventlog
from core.errors import NotFound
from core.eventlog import Fact
from core.models import User
from core.operation import operation
from core.roles import require
from masterdata import events
from masterdata.fields import valid_on
from masterdata.models import (
    ContactBounce,
    Customer,
    CustomerAddress,
    CustomerBankAccount,
    CustomerContact,
    CustomerTerms,
    CustomerVatNumber,
    VatCheck,
)
from masterdata.operations.records import locked, put

PartT = TypeVar("PartT", bound=models.Model)
CHANGE = "masterdata.change_customer"


@operation
def save_address(
    customer_id: int, facts: Mapping[str, Any], *, by: User | None, address_id: int | None = None
) -> CustomerAddress:
    """Add or change an address. A new first choice for goods or invoices takes the place of the one before."""
    customer = _customer(customer_id, by)
    for default in ("is_default_ship_to", "is_default_bill_to"):
        if facts.get(default):
            customer.addresses.exclude(pk=address_id or 0).filter(**{default: True}).update(**{default: False})
    return _save(CustomerAddress, customer, facts, address_id, what="address")


@operation
def save_contact(
    customer_id: int, facts: Mapping[str, Any], *, by: User | None, contact_id: int | None = None
) -> CustomerContact:
    """Add or change a contact. Another mail address is a new chance: bounces of the old one no longer count."""
    customer = _customer(customer_id, by)
    contact = _save(CustomerContact, customer, facts, contact_id, what="contact")
    contact.bounces.filter(resolved_at=None).exclude(address=contact.email).update(resolved_at=clock.now())
    return contact


@operation
def save_bank_account(
    customer_id: int, facts: Mapping[str, Any], *, by: User | None, account_id: int | None = None
) -> CustomerBankAccount:
    """Add or change a bank account; the day is kept, so that refunds to fresh bank data wait."""
    customer = _customer(customer_id, by)
    if facts.get("is_default"):
        customer.bank_accounts.exclude(pk=account_id or 0).filter(is_default=True).update(is_default=False)
    owned = {**facts, "company": customer.company, "changed_on": clock.today(customer.company)}
    # An event of its own: who changed where money goes does not also send it there.
    changed = events.BANK_ACCOUNT_CHANGED
    return _save(CustomerBankAccount, customer, owned, account_id, what="bank account", event=changed)


@operation
def save_vat_number(
    customer_id: int, facts: Mapping[str, Any], *, by: User | None, vat_number_id: int | None = None
) -> CustomerVatNumber:
    """Add or change a VAT id. Another number has to be checked again."""
    customer = _customer(customer_id, by)
    before = CustomerVatNumber.objects.filter(pk=vat_number_id or 0).values_list("number", flat=True).first()
    changed = "number" in facts and facts["number"] != before
    unchecked = {"check_result": VatCheck.UNCHECKED, "checked_on": None, "check_reference": ""} if changed else {}
    return _save(CustomerVatNumber, customer, {**unchecked, **facts}, vat_number_id, what="VAT id")


@operation
def record_vat_check(
    vat_number_id: int, *, valid: bool, on: date, reference: str, by: User | None
) -> CustomerVatNumber:
    """Keep what the register of VAT ids said, on which day, under which consultation number."""
    found = CustomerVatNumber.objects.filter(pk=vat_number_id).first()
    if found is None:
        raise NotFound(what="VAT id", key=vat_number_id)
    customer = _customer(found.customer_id, by)
    result = VatCheck.VALID if valid else VatCheck.INVALID
    put(found, {"check_result": result, "checked_on": on, "check_reference": reference})
    found.save(force_update=True)
    _record(events.VAT_ID_CHECKED, customer, number=found.number, result=str(result))
    return found


@operation
def change_terms(
    customer_id: int, facts: Mapping[str, Any], *, valid_from: date | None, by: User | None
) -> CustomerTerms:
    """Let a customer buy on other terms from a day on; the terms before end on the day before it.

    What `facts` leaves out stays as it was. Terms that begin on that very day are changed in place; terms that
    begin later stand, and end these.
    """
    customer = _customer(customer_id, by)
    before = _valid_terms(customer, valid_from)
    begins_that_day = before is not None and before.valid_from == valid_from
    terms = before if before and begins_that_day else _successor(customer, before, valid_from)
    if not begins_that_day:
        _end_before(before, valid_from)
    put(terms, facts)
    terms.save()
    _record(events.TERMS_CHANGED, customer, valid_from=str(valid_from or ""))
    return terms


def _valid_terms(customer: Customer, on: date | None) -> CustomerTerms | None:
    if on is None:
        return customer.terms.filter(valid_from=None).first()
    return customer.terms.filter(valid_on(on)).first()


def _successor(customer: Customer, before: CustomerTerms | None, valid_from: date | None) -> CustomerTerms:
    terms = CustomerTerms(company=customer.company, customer=customer, valid_from=valid_from)
    if before:
        kept = [field for field in CustomerTerms._meta.concrete_fields if not field.primary_key]
        for field in kept:
            if field.name != "valid_from":
                setattr(terms, field.attname, getattr(before, field.attname))
        return terms
    later = customer.terms.exclude(valid_from=None).order_by("valid_from")
    after = (later.filter(valid_from__gt=valid_from) if valid_from else later).first()
    terms.valid_to = after.valid_from - timedelta(days=1) if after and after.valid_from else None
    return terms


def _end_before(before: CustomerTerms | None, valid_from: date | None) -> None:
    """Written before the new terms, as of both only one may be valid on any day."""
    if before and valid_from:
        before.valid_to = valid_from - timedelta(days=1)
        before.save(force_update=True)


@operation
def record_bounce(contact_id: int, *, purpose: str, address: str, reason: str) -> ContactBounce | None:
    """Mail of this kind came back from a contact: none of that kind is sent until somebody has put it right.

    Coming back twice is one fact. Nothing where the contact has another address by now.
    """
    contact = CustomerContact.objects.select_related("customer").filter(pk=contact_id, email__iexact=address).first()
    if contact is None:
        return None
    bounce, is_new = ContactBounce.objects.get_or_create(
        contact=contact,
        purpose=purpose,
        resolved_at=None,
        defaults={"address": address, "reason": reason[:255], "bounced_at": clock.now()},
    )
    if is_new:
        _record(events.ADDRESS_BOUNCED, contact.customer, contact=contact.name, purpose=purpose)
    return bounce


@operation
def resolve_bounces(contact_ids: Collection[int], *, by: User | None) -> int:
    """Write to these contacts again: somebody has made sure that the address works. How many bounces that ends."""
    contacts = CustomerContact.objects.filter(pk__in=contact_ids).select_related("customer__company")
    for customer in {contact.customer for contact in contacts}:
        require(by, CHANGE, customer)
    return ContactBounce.objects.filter(contact__in=contacts, resolved_at=None).update(resolved_at=clock.now())


def _customer(customer_id: int, by: User | None) -> Customer:
    """The customer, locked: whoever changes its parts waits for others who do."""
    customer = locked(Customer, customer_id, what="customer")
    require(by, CHANGE, customer)
    return customer


def _save(
    model: type[PartT],
    customer: Customer,
    facts: Mapping[str, Any],
    pk: int | None,
    *,
    what: str,
    event: str = events.CUSTOMER_CHANGED,
) -> PartT:
    part = model._default_manager.filter(pk=pk, customer=customer).first() if pk else model(customer=customer)
    if part is None:
        raise NotFound(what=what, key=pk)
    if put(part, facts) or pk is None:
        part.save()
        _record(event, customer, part=what)
    return part


def _record(what: str, customer: Customer, **data: Any) -> None:
    eventlog.record([Fact(what, "masterdata.customer", customer.pk, customer.company_id, data=data)])
