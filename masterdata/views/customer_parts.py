"""Pages for what belongs to a customer: an address, a contact, terms from a day on, a VAT id, a bank account."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.errors import DomainError
from core.http import Request
from core.models import User
from core.shortcuts import get_visible_or_404
from masterdata import operations, page_queries
from masterdata.forms import (
    AddressForm,
    BankAccountForm,
    ContactForm,
    DatedTermsForm,
    VatCheckForm,
    VatNumberForm,
)
from masterdata.models import Customer
from masterdata.views.conflicts import show_problems

CHANGE = "masterdata.change_customer"


@dataclass(frozen=True)
class Part:
    """A kind of part: its form, where the customer keeps it, its headings, and the verb that saves it."""

    form: type[forms.BaseForm]
    rows: str
    new: Any
    change: Any
    save: Callable[[Customer, dict[str, Any], int | None, User], Any]


def _save_terms(customer: Customer, facts: dict[str, Any], pk: int | None, by: User) -> Any:
    valid_from = facts.pop("valid_from")
    return operations.change_terms(customer.pk, facts, valid_from=valid_from, by=by)


PARTS = {
    "addresses": Part(
        AddressForm,
        "addresses",
        gettext_lazy("New address"),
        gettext_lazy("Change address"),
        lambda customer, facts, pk, by: operations.save_address(customer.pk, facts, by=by, address_id=pk),
    ),
    "contacts": Part(
        ContactForm,
        "contacts",
        gettext_lazy("New contact"),
        gettext_lazy("Change contact"),
        lambda customer, facts, pk, by: operations.save_contact(customer.pk, facts, by=by, contact_id=pk),
    ),
    "vat-ids": Part(
        VatNumberForm,
        "vat_numbers",
        gettext_lazy("New VAT id"),
        gettext_lazy("Change VAT id"),
        lambda customer, facts, pk, by: operations.save_vat_number(customer.pk, facts, by=by, vat_number_id=pk),
    ),
    "bank-accounts": Part(
        BankAccountForm,
        "bank_accounts",
        gettext_lazy("New bank account"),
        gettext_lazy("Change bank account"),
        lambda customer, facts, pk, by: operations.save_bank_account(customer.pk, facts, by=by, account_id=pk),
    ),
    "terms": Part(DatedTermsForm, "terms", gettext_lazy("Change terms"), gettext_lazy("Change terms"), _save_terms),
}


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def part_edit(request: Request, pk: int, part: str, part_pk: int | None = None) -> HttpResponse:
    """Add a part to a customer, or change one of its own."""
    if part not in PARTS:
        raise Http404(f"A customer has no {part}.")
    kind = PARTS[part]
    customer = get_visible_or_404(request, Customer.objects.select_related("company"), pk, CHANGE)
    instance = get_object_or_404(getattr(customer, kind.rows), pk=part_pk) if part_pk else None
    form = _form(request, kind, customer, instance)
    if request.method == "POST" and form.is_valid():
        try:
            kind.save(customer, dict(form.cleaned_data), part_pk, request.user)
        except DomainError as refusal:
            show_problems(refusal, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("masterdata:customer", pk=pk)
    context = {"form": form, "customer": customer, "heading": kind.change if part_pk else kind.new}
    return render(request, "masterdata/customer_part.html", context, status=422 if form.errors else 200)


def _form(request: Request, kind: Part, customer: Customer, instance: Any) -> Any:
    data = request.POST or None
    if kind.form is DatedTermsForm:
        today = clock.today(customer.company)
        terms = page_queries.terms_of(customer, today)
        return DatedTermsForm(data, company=customer.company, instance=terms, initial={"valid_from": today})
    initial = {} if instance else _initial(kind, customer)
    return kind.form(data, instance=instance, initial=initial)  # type: ignore[call-arg]


def _initial(kind: Part, customer: Customer) -> dict[str, Any]:
    """What a new part starts with: the customer's own country, name and currency where they fit."""
    address = customer.addresses.order_by("-is_default_ship_to", "code").first()
    country = address.country if address else customer.company.country
    match kind.rows:
        case "bank_accounts":
            return {"holder": customer.name, "country": country, "currency": customer.currency}
        case "addresses" | "vat_numbers":
            return {"country": country}
        case _:
            return {}


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def vat_check(request: Request, pk: int, part_pk: int) -> HttpResponse:
    """Keep what the register said about a VAT id."""
    customer = get_visible_or_404(request, Customer.objects.select_related("company"), pk, CHANGE)
    vat_number = get_object_or_404(customer.vat_numbers, pk=part_pk)
    form = VatCheckForm(request.POST or None, initial={"on": clock.today(customer.company)})
    if request.method == "POST" and form.is_valid():
        operations.record_vat_check(vat_number.pk, by=request.user, **form.cleaned_data)
        messages.success(request, _("The check of %(number)s is kept.") % {"number": vat_number.number})
        return redirect("masterdata:customer", pk=pk)
    heading = _("Check of %(number)s") % {"number": vat_number.number}
    context = {"form": form, "customer": customer, "heading": heading}
    return render(request, "masterdata/customer_part.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def bounce_resolve(request: Request, pk: int, part_pk: int) -> HttpResponse:
    """Write to a contact again: somebody has made sure that the address works."""
    customer = get_visible_or_404(request, Customer.objects.all(), pk, CHANGE)
    contact = get_object_or_404(customer.contacts, pk=part_pk)
    operations.resolve_bounces([contact.pk], by=request.user)
    messages.success(request, _("Mail goes to %(contact)s again.") % {"contact": contact.name})
    return redirect("masterdata:customer", pk=pk)
