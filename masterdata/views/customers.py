"""Pages of customers: find one, see all of it, take one on, change it, stop and resume business with it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import audit, clock
from core.errors import DomainError
from core.http import Request
from core.lists import Action, Empty, View, render_list
from core.roles import has_permission, visible_to
from core.shortcuts import get_visible_or_404, permitted
from masterdata import operations, page_queries
from masterdata.errors import ChangedMeanwhile, Invalid
from masterdata.filters import CustomerFilter
from masterdata.forms import ContactForm, CustomerForm, FirstAddressForm, ReasonForm, TermsForm, VatNumberForm
from masterdata.models import Customer, CustomerStatus
from masterdata.tables import CustomerTable
from masterdata.taking_on import CustomerParts, take_on_customer
from masterdata.views.conflicts import client_key_of, differences, show_problems, version_of

VIEW, ADD, CHANGE = "masterdata.view_customer", "masterdata.add_customer", "masterdata.change_customer"
BLOCK = "masterdata.block_customer"


@require_GET
@permitted(VIEW)
def customer_list(request: Request) -> HttpResponseBase:
    """The customers of the company."""
    rows = visible_to(page_queries.customers(request.company, clock.today(request.company)), request.user, VIEW)
    new = Action(_("New customer"), reverse("masterdata:customer_add"), key="n")
    empty = Empty(
        title=_("No customers yet"),
        text=_("Customers appear here when somebody takes one on, or imports them from a file."),
        icon="users",
        action=new if has_permission(request.user, ADD, request.company) else None,
    )
    return render_list(
        request,
        CustomerTable,
        rows,
        template="masterdata/customer_list.html",
        empty=empty,
        noun=_("customers"),
        filterset=CustomerFilter,
        views=_views(request),
        export="customers",
    )


def _views(request: Request) -> list[View]:
    counts = page_queries.customer_by_status(request.company)
    chosen = request.GET.get("status", "")
    tabs = [
        View(label, f"status={status}", counts.get(status, 0), chosen == status)
        for status, label in CustomerStatus.choices
    ]
    return [*tabs, View(_("All"), "", sum(counts.values()), not chosen)]


def _customer_or_404(request: Request, pk: int, permission: str = VIEW) -> Customer:
    return get_visible_or_404(request, page_queries.customer_whole(Customer.objects.all()), pk, permission)


@require_GET
@permission_required(VIEW, raise_exception=True)
def customer_detail(request: Request, pk: int) -> HttpResponse:
    """Everything about a customer; later stages add their panels by address."""
    customer = _customer_or_404(request, pk)
    today = clock.today(customer.company)
    context = {
        "customer": customer,
        "terms": page_queries.terms_of(customer, today),
        "today": today,
        "may_change": has_permission(request.user, CHANGE, customer),
        "may_block": has_permission(request.user, BLOCK, customer),
    }
    return render(request, "masterdata/customer_detail.html", context)


@require_GET
@permission_required(VIEW, raise_exception=True)
def customer_timeline(request: Request, pk: int) -> HttpResponse:
    """What has happened with a customer, as a panel of its page."""
    customer = get_visible_or_404(request, Customer.objects.all(), pk, VIEW)
    entries = audit.timeline("masterdata.customer", customer.pk)
    return render(request, "masterdata/_timeline_panel.html", {"entries": entries})


@require_http_methods(["GET", "POST"])
@permission_required(ADD, raise_exception=True)
def customer_add(request: Request) -> HttpResponse:
    """Take on a customer with its first address, contact, terms and VAT id, in one form."""
    if not has_permission(request.user, ADD, request.company):
        raise Http404("No customers are kept in this company.")
    forms = _add_forms(request)
    if request.method == "POST" and all(form.is_valid() for form in forms.values() if form.is_bound):
        try:
            customer = _take_on(request, forms)
        except DomainError as refusal:
            show_problems(refusal, *(form for form in forms.values() if form.is_bound))
        else:
            messages.success(request, _("%(customer)s is taken on.") % {"customer": customer})
            return redirect("masterdata:customer", pk=customer.pk)
    errors = any(form.errors for form in forms.values())
    context = forms | {"client_key": request.POST.get("client_key") or uuid4()}
    return render(request, "masterdata/customer_add.html", context, status=422 if errors else 200)


def _add_forms(request: Request) -> dict[str, Any]:
    """The forms of the page. Contact and VAT id stay out of it as long as nothing is typed there."""
    data, company = request.POST or None, request.company
    start = {"currency": company.currency, "language": company.language}
    return {
        "form": CustomerForm(data, company=company, client_key=client_key_of(request), initial=start),
        "address": FirstAddressForm(data, prefix="address", initial={"code": "MAIN", "country": company.country}),
        "terms": TermsForm(data, prefix="terms", company=company),
        "contact": ContactForm(_typed(data, "contact", "name", "job_title", "email", "phone"), prefix="contact"),
        "vat": VatNumberForm(_typed(data, "vat", "number"), prefix="vat", initial={"country": company.country}),
    }


def _typed(data: QueryDict | None, prefix: str, *names: str) -> QueryDict | None:
    return data if data and any(data.get(f"{prefix}-{name}") for name in names) else None


def _take_on(request: Request, forms: dict[str, Any]) -> Customer:
    facts = {name: form.cleaned_data if form.is_bound else {} for name, form in forms.items()}
    parts = CustomerParts(facts["address"], facts["terms"], contact=facts["contact"], vat_number=facts["vat"])
    key = client_key_of(request)
    return take_on_customer(request.company, facts["form"], parts, by=request.user, client_key=key)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def customer_change(request: Request, pk: int) -> HttpResponse:
    """Change the facts of a customer; a change by somebody else meanwhile shows both values (409)."""
    customer = get_visible_or_404(request, Customer.objects.select_related("company"), pk, CHANGE)
    version, status, conflicts = version_of(request, customer), 200, []
    form = CustomerForm(request.POST or None, instance=customer, company=customer.company)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_customer(pk, form.cleaned_data, version=version, by=request.user)
        except ChangedMeanwhile as meanwhile:
            conflicts = differences(form, Customer.objects.get(pk=pk))
            version, status = meanwhile.found, 409
        except Invalid as refusal:
            show_problems(refusal, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("masterdata:customer", pk=pk)
    context = {"form": form, "customer": customer, "version": version, "conflicts": conflicts}
    return render(request, "masterdata/customer_change.html", context, status=422 if form.errors else status)


VERBS = {
    "block": (BLOCK, {CustomerStatus.ACTIVE}),
    "close": (BLOCK, {CustomerStatus.ACTIVE, CustomerStatus.BLOCKED}),
    "reopen": (BLOCK, {CustomerStatus.BLOCKED, CustomerStatus.CLOSED}),
}


@require_http_methods(["GET", "POST"])
def customer_status(request: Request, pk: int, verb: str) -> HttpResponse:
    """Block, close or reopen a customer: asks first, and for a reason where others will want to know it."""
    if verb not in VERBS:
        raise Http404(f"Customers can't be asked to {verb}.")
    customer = get_visible_or_404(request, Customer.objects.select_related("company"), pk, VERBS[verb][0])
    form = ReasonForm(request.POST or None) if verb != "reopen" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        outcomes = _move(request, customer, verb, form.cleaned_data["reason"] if form else "")
        for refusal in outcomes.refused.values():
            messages.error(request, refusal.message)
        return redirect("masterdata:customer", pk=pk)
    context = _question(customer, verb) | {"form": form, "back": reverse("masterdata:customer", kwargs={"pk": pk})}
    return render(request, "core/confirm.html", context, status=422 if form and form.errors else 200)


def _move(request: Request, customer: Customer, verb: str, reason: str) -> Any:
    match verb:
        case "block":
            return operations.block_customers([customer.pk], reason=reason, by=request.user)
        case "close":
            return operations.close_customers([customer.pk], reason=reason, by=request.user)
        case _:
            return operations.reopen_customers([customer.pk], by=request.user)


def _question(customer: Customer, verb: str) -> dict[str, str]:
    name = {"customer": customer.name}
    match verb:
        case "block":
            return {
                "question": _("Block %(customer)s?") % name,
                "consequence": _(
                    "No new orders are taken from it until somebody reopens it. What is under way goes on."
                ),
                "verb": _("Block %(customer)s") % name,
            }
        case "close":
            return {
                "question": _("Close %(customer)s?") % name,
                "consequence": _("It leaves the lists people choose from. Everything about it stays readable."),
                "verb": _("Close %(customer)s") % name,
            }
        case _:
            return {
                "question": _("Reopen %(customer)s?") % name,
                "consequence": _("Orders are taken from it again."),
                "verb": _("Reopen %(customer)s") % name,
            }
