"""Storing imported customers: a set of rows becomes customers with all that belongs to them, in few statements."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from core import clock, eventlog
from core.eventlog import Fact
from core.models import User
from core.operation import operation
from core.roles import require
from core.sets import require_bounded, update_each
from masterdata import events
from masterdata.fields import valid_on
from masterdata.imports.kinds import Line
from masterdata.imports.known import Known
from masterdata.models import (
    Customer,
    CustomerAddress,
    CustomerBankAccount,
    CustomerContact,
    CustomerTerms,
    CustomerVatNumber,
)

PARTNERS = ("payer", "bill_to")
ADDRESS = ("street", "street_2", "postal_code", "city", "region", "country")
CONTACT = {"contact_name": "name", "contact_email": "email", "contact_phone": "phone"}
TERMS = (
    *("payment_term", "price_list", "discount_percent", "tax_status"),
    *("exemption_certificate", "delivery_term", "delivery_place"),
)


@operation
def store_customers(known: Known, lines: Sequence[Line], *, by: User | None) -> None:
    """Create and change the customers of good lines, at most a set, all or none of them.

    Terms and VAT ids change from today on: what was valid until now stays, and ends yesterday. A changed bank account
    is a new one and becomes the first choice; the old one stays for the mandates that name it. The number of
    statements is the same for one line and for a thousand.
    """
    require(by, "masterdata.import_customer", known.company)
    require_bounded(list(lines))
    today = clock.today(known.company)
    own = _store_customers(known, lines)
    _link_partners(known, lines, own)
    _store_addresses(lines, own)
    _store_contacts(lines, own)
    _store_terms(known, lines, own, today)
    _store_vat_numbers(lines, own, today)
    _store_accounts(known, lines, own, today)
    eventlog.record(_fact(own[line.values["number"]], is_new=line.current is None) for line in lines)


def _fact(customer: Customer, *, is_new: bool) -> Fact:
    what = events.CUSTOMER_CREATED if is_new else events.CUSTOMER_CHANGED
    return Fact(what, "masterdata.customer", customer.pk, customer.company_id)


def _store_customers(known: Known, lines: Sequence[Line]) -> dict[str, Customer]:
    """New customers are added, changed ones locked and written; both by number."""
    changed = {line.current["pk"]: line for line in lines if line.current}
    locked = Customer.objects.order_by("pk").select_for_update(no_key=True, of=("self",)).in_bulk(list(changed))
    names = _own_fields(lines)
    for pk, customer in locked.items():
        _fill(customer, changed[pk], names, known)
        customer.version += 1
    if locked:
        update_each(list(locked.values()), [*names, "version"])
    added = [Customer(company=known.company, number=line.values["number"]) for line in lines if not line.current]
    for customer, line in zip(added, (line for line in lines if not line.current), strict=True):
        _fill(customer, line, names, known)
    Customer.objects.bulk_create(added)
    return {customer.number: customer for customer in (*locked.values(), *added)}


def _own_fields(lines: Sequence[Line]) -> list[str]:
    """The customer's own fields that the file fills, without those that name other customers."""
    known = {field.name for field in Customer._meta.concrete_fields} - {*PARTNERS, "number"}
    return sorted({name for line in lines for name in line.values if name in known})


def _fill(customer: Customer, line: Line, names: Sequence[str], known: Known) -> None:
    for name in names:
        if name == "group":
            customer.group_id = known.key_or_none("group", line.values["group"])
        else:
            setattr(customer, name, line.values[name])


def _link_partners(known: Known, lines: Sequence[Line], own: dict[str, Customer]) -> None:
    """Payers and bill-tos are linked once all of the set are there; payers may stand in the same set."""
    linking = [
        line for line in _touched(lines, PARTNERS) if any(line.values.get(name) for name in PARTNERS) or line.current
    ]
    named = {line.values.get(name) for line in linking for name in PARTNERS} - {None}
    found = Customer.objects.filter(company=known.company, number__in=named)
    keys: dict[Any, int] = dict(found.values_list("number", "pk"))
    for line in linking:
        for name in set(PARTNERS) & set(line.values):
            setattr(own[line.values["number"]], f"{name}_id", keys.get(line.values[name]))
    update_each([own[line.values["number"]] for line in linking], PARTNERS)


def _touched(lines: Sequence[Line], names: Iterable[str]) -> list[Line]:
    """New lines, and those that change one of these fields."""
    wanted = set(names)
    return [line for line in lines if line.current is None or wanted & set(line.changes)]


def _store_addresses(lines: Sequence[Line], own: dict[str, Customer]) -> None:
    added, changed = [], []
    for line in _touched(lines, ADDRESS):
        values = {name: line.will_be(name) or "" for name in ADDRESS}
        if line.current and line.current["address_id"]:
            changed.append(CustomerAddress(pk=line.current["address_id"], **values))
        else:
            defaults = {"is_default_ship_to": True, "is_bill_to": True, "is_default_bill_to": True}
            added.append(CustomerAddress(customer=own[line.values["number"]], code="MAIN", **defaults, **values))
    CustomerAddress.objects.bulk_create(added)
    update_each(changed, ADDRESS)


def _store_contacts(lines: Sequence[Line], own: dict[str, Customer]) -> None:
    added, changed, gone = [], [], []
    for line in _touched(lines, CONTACT):
        values = {attribute: line.will_be(name) or "" for name, attribute in CONTACT.items()}
        pk = line.current["contact_id"] if line.current else None
        if pk and values["name"]:
            changed.append(CustomerContact(pk=pk, **values))
        elif pk:
            gone.append(pk)
        elif values["name"]:
            added.append(
                CustomerContact(customer=own[line.values["number"]], purposes=["orders", "invoices"], **values)
            )
    CustomerContact.objects.bulk_create(added)
    update_each(changed, list(CONTACT.values()))
    CustomerContact.objects.filter(pk__in=gone).update(is_active=False)


def _store_terms(known: Known, lines: Sequence[Line], own: dict[str, Customer], today: date) -> None:
    """Terms that began today are corrected; older ones end yesterday and new ones follow."""
    touched = [line for line in _touched(lines, TERMS) if line.will_be("payment_term")]
    rows = CustomerTerms.objects.filter(customer__in=[own[line.values["number"]].pk for line in touched])
    valid = {row.customer_id: row for row in rows.filter(valid_on(today))}
    later = dict(rows.filter(valid_from__gt=today).order_by("-valid_from").values_list("customer_id", "valid_from"))
    added, changed = [], []
    for line in touched:
        customer = own[line.values["number"]]
        before = valid.get(customer.pk)
        terms = (
            before if before and before.valid_from == today else CustomerTerms(company=known.company, customer=customer)
        )
        if terms is not before:
            terms.valid_from = today if line.current else None
            terms.valid_to = before.valid_to if before else _day_before(later.get(customer.pk))
            added.append(terms)
        if before:
            before.valid_to = before.valid_to if terms is before else today - timedelta(days=1)
            changed.append(before)
        _fill_terms(terms, line, known)
    update_each(changed, [*TERMS, "valid_to"])
    CustomerTerms.objects.bulk_create(added)


def _day_before(day: date | None) -> date | None:
    return day - timedelta(days=1) if day else None


def _fill_terms(terms: CustomerTerms, line: Line, known: Known) -> None:
    for name in TERMS:
        value = line.will_be(name)
        if name in {"payment_term", "price_list"}:
            setattr(terms, f"{name}_id", known.key_or_none(name, value))
        elif value is not None:
            setattr(terms, name, value)


def _store_vat_numbers(lines: Sequence[Line], own: dict[str, Customer], today: date) -> None:
    """The VAT id that was valid until now ends yesterday; one entered today is replaced. The new one is unchecked."""
    touched = [line for line in _touched(lines, ["vat_number"]) if "vat_number" in line.values]
    new = {own[line.values["number"]].pk: line.values["vat_number"] for line in touched}
    old = {own[line.values["number"]].pk: line.current["vat_number"] for line in touched if line.current}
    rows = CustomerVatNumber.objects.filter(valid_on(today), customer__in=new)
    replaced = [
        row
        for row in rows
        if row.number == old.get(row.customer_id) or row.country == country_of(new[row.customer_id] or "")
    ]
    CustomerVatNumber.objects.filter(pk__in=[row.pk for row in replaced if row.valid_from == today]).delete()
    ended = [row for row in replaced if row.valid_from != today]
    CustomerVatNumber.objects.filter(pk__in=[row.pk for row in ended]).update(valid_to=today - timedelta(days=1))
    had_one = {row.customer_id for row in replaced}
    CustomerVatNumber.objects.bulk_create(
        CustomerVatNumber(
            customer_id=pk, country=country_of(number), number=number, valid_from=today if pk in had_one else None
        )
        for pk, number in new.items()
        if number
    )


def country_of(vat_number: str) -> str:
    """The country a VAT id belongs to: its first two letters, but Greece writes EL and Northern Ireland XI."""
    return {"EL": "GR", "XI": "GB"}.get(vat_number[:2], vat_number[:2])


def _store_accounts(known: Known, lines: Sequence[Line], own: dict[str, Customer], today: date) -> None:
    """The account of the file becomes the first choice; an account that is known by its IBAN is used again."""
    touched = _touched(lines, ["iban", "bic", "account_holder"])
    wanted = {own[line.values["number"]].pk: line for line in touched}
    rows = list(CustomerBankAccount.objects.filter(customer__in=wanted))
    by_iban = {(row.customer_id, row.iban): row for row in rows}
    CustomerBankAccount.objects.filter(pk__in=[row.pk for row in rows if row.is_default]).update(is_default=False)
    added: list[CustomerBankAccount] = []
    again: list[CustomerBankAccount] = []
    for pk, line in wanted.items():
        if not (iban := line.will_be("iban")):
            continue
        account = by_iban.get((pk, iban)) or CustomerBankAccount(company=known.company, customer_id=pk, iban=iban)
        account.holder = line.will_be("account_holder") or own[line.values["number"]].name
        account.bic, account.country = line.will_be("bic"), iban[:2]
        account.is_default, account.changed_on = True, today
        (again if account.pk else added).append(account)
    update_each(again, ["holder", "bic", "country", "is_default", "changed_on"])
    CustomerBankAccount.objects.bulk_create(added)
