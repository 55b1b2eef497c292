"""Pages of products: find one, see all of it, take one into the range, change it and its units and cost."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
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
from masterdata.errors import ChangedMeanwhile
from masterdata.filters import ProductFilter
from masterdata.forms import CostForm, ProductForm, ProductUnitForm
from masterdata.models import CostMethod, Product, ProductStatus
from masterdata.tables import ProductTable
from masterdata.taking_on import take_on_product
from masterdata.views.conflicts import client_key_of, differences, show_problems, version_of

VIEW, ADD, CHANGE = "masterdata.view_product", "masterdata.add_product", "masterdata.change_product"
MARGIN, PRICE = "masterdata.view_productmargin", "masterdata.view_price"


@require_GET
@permitted(VIEW)
def product_list(request: Request) -> HttpResponseBase:
    """The products of the company; costs and prices only for those who may see them."""
    rows = visible_to(page_queries.products(request.company, clock.today(request.company)), request.user, VIEW)
    new = Action(_("New product"), reverse("masterdata:product_add"), key="n")
    empty = Empty(
        title=_("No products yet"),
        text=_("Products appear here when somebody takes one into the range, or imports them from a file."),
        icon="box",
        action=new if has_permission(request.user, ADD, request.company) else None,
    )
    return render_list(
        request,
        ProductTable,
        rows,
        template="masterdata/product_list.html",
        empty=empty,
        noun=_("products"),
        filterset=ProductFilter,
        views=_views(request),
        export="products",
        table_options={"exclude": _hidden(request)},
    )


def _hidden(request: Request) -> list[str]:
    """The columns that this person may not see."""
    needed = {"cost": MARGIN, "list_price": PRICE}
    return [
        name for name, permission in needed.items() if not has_permission(request.user, permission, request.company)
    ]


def _views(request: Request) -> list[View]:
    counts = page_queries.product_by_status(request.company)
    chosen = request.GET.get("status", "")
    tabs = [
        View(label, f"status={status}", counts.get(status, 0), chosen == status)
        for status, label in ProductStatus.choices
    ]
    return [*tabs, View(_("All"), "", sum(counts.values()), not chosen)]


@require_GET
@permission_required(VIEW, raise_exception=True)
def product_detail(request: Request, pk: int) -> HttpResponse:
    """Everything about a product; stock and sales come as panels of later stages."""
    product = get_visible_or_404(request, page_queries.product_whole(Product.objects.all()), pk, VIEW)
    today = clock.today(product.company)
    context = {
        "product": product,
        "cost": page_queries.standard_cost(product, today),
        "today": today,
        "may_change": has_permission(request.user, CHANGE, product),
        "sees_costs": has_permission(request.user, MARGIN, product),
        "sees_prices": has_permission(request.user, PRICE, product),
    }
    return render(request, "masterdata/product_detail.html", context)


@require_GET
@permission_required(VIEW, raise_exception=True)
def product_timeline(request: Request, pk: int) -> HttpResponse:
    """What has happened with a product, as a panel of its page."""
    product = get_visible_or_404(request, Product.objects.all(), pk, VIEW)
    entries = audit.timeline("masterdata.product", product.pk)
    return render(request, "masterdata/_timeline_panel.html", {"entries": entries})


@require_http_methods(["GET", "POST"])
@permission_required(ADD, raise_exception=True)
def product_add(request: Request) -> HttpResponse:
    """Take a product into the range, with its cost."""
    if not has_permission(request.user, ADD, request.company):
        raise Http404("No products are kept in this company.")
    data = request.POST or None
    form = ProductForm(data, company=request.company, client_key=client_key_of(request))
    cost = CostForm(data, prefix="cost", use_required_attribute=False, initial={"on": clock.today(request.company)})
    for field in cost.fields.values():
        field.required = False
    if request.method == "POST" and form.is_valid() and cost.is_valid():
        try:
            product = take_on_product(
                request.company,
                form.facts(),
                cost=cost.cleaned_data["cost"],
                by=request.user,
                client_key=client_key_of(request),
            )
        except DomainError as refusal:
            show_problems(refusal, form)
        else:
            messages.success(request, _("%(product)s is in the range.") % {"product": product})
            return redirect("masterdata:product", pk=product.pk)
    context = {"form": form, "cost": cost, "client_key": request.POST.get("client_key") or uuid4()}
    return render(request, "masterdata/product_add.html", context, status=422 if form.errors or cost.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def product_change(request: Request, pk: int) -> HttpResponse:
    """Change the facts of a product; a change by somebody else meanwhile shows both values (409)."""
    product = get_visible_or_404(request, Product.objects.select_related("company"), pk, CHANGE)
    version, status, conflicts = version_of(request, product), 200, []
    form = ProductForm(request.POST or None, instance=product, company=product.company)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_product(pk, form.facts(), version=version, by=request.user)
        except ChangedMeanwhile as meanwhile:
            conflicts = differences(form, Product.objects.get(pk=pk))
            version, status = meanwhile.found, 409
        except DomainError as refusal:
            show_problems(refusal, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("masterdata:product", pk=pk)
    context = {"form": form, "product": product, "version": version, "conflicts": conflicts}
    return render(request, "masterdata/product_change.html", context, status=422 if form.errors else status)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def unit_edit(request: Request, pk: int, unit_pk: int | None = None) -> HttpResponse:
    """Sell a product in another unit, or change one."""
    product = get_visible_or_404(request, Product.objects.select_related("company"), pk, CHANGE)
    row = get_object_or_404(product.units, pk=unit_pk) if unit_pk else None
    form = ProductUnitForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_product_unit(pk, form.cleaned_data, by=request.user, product_unit_id=unit_pk)
        except DomainError as refusal:
            show_problems(refusal, form)
        else:
            return _saved(request, pk)
    return _part(request, form, product, _("Change unit") if row else _("New unit"))


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def cost_edit(request: Request, pk: int) -> HttpResponse:
    """Record what one base unit costs from a day on."""
    product = get_visible_or_404(request, Product.objects.select_related("company"), pk, CHANGE)
    if not has_permission(request.user, MARGIN, product):
        raise PermissionDenied
    form = CostForm(request.POST or None, initial={"on": clock.today(product.company)})
    if request.method == "POST" and form.is_valid():
        operations.record_costs(
            product.company,
            {product.pk: form.cleaned_data["cost"]},
            on=form.cleaned_data["on"],
            by=request.user,
            method=CostMethod.STANDARD,
        )
        return _saved(request, pk)
    return _part(request, form, product, _("New standard cost"))


def _saved(request: Request, pk: int) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("masterdata:product", pk=pk)


def _part(request: Request, form: Any, product: Product, heading: str) -> HttpResponse:
    context = {"form": form, "product": product, "heading": heading}
    return render(request, "masterdata/product_part.html", context, status=422 if form.errors else 200)
