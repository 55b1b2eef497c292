"""Receivables item by item: what is open as of any day, how old it is, and what settled it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import clock, formats
from core.http import Request
from core.lists import Empty, render_list
from core.money import ZERO
from core.roles import has_permission
from core.shortcuts import get_visible_or_404, permitted
from ledger import ageing as ages
from ledger import operations, tieout
from ledger.filters import ItemFilter
from ledger.forms import AgeingForm, DatedReasonForm, SettleForm
from ledger.models import AgeingBy, Control, OpenItem, Settlement, Side
from ledger.open_items import NOTHING, open_as_of
from ledger.settling import Pair
from ledger.tables import OpenItemTable, ageing_table
from ledger.views.common import asked_day, report
from masterdata.models import Customer

VIEW, SETTLE = "ledger.view_openitem", "ledger.settle"
OFFERED = 100
"""How many items of the other side the settle form offers, the oldest due first."""


@require_GET
@permitted(VIEW)
def item_list(request: Request) -> HttpResponseBase:
    """What was open at the end of a day, the oldest due first; unfiltered its sum ties to the ledger."""
    form, on = asked_day(request)
    rows = open_as_of(request.company, on)
    tie = _tie(request, on)
    payer = _asked_payer(request)
    return render_list(
        request,
        OpenItemTable,
        rows,
        filterset=ItemFilter,
        template="ledger/item_list.html",
        noun=_("open items"),
        export="open-items",
        empty=Empty(
            _("Nothing was open on this day"),
            _("Posted invoices, credit notes and money on account appear here until they are settled."),
            "checks",
        ),
        context={
            "form": form,
            "on": on,
            "payer": payer,
            "kept": {name: value for name, value in request.GET.items() if name not in {"on", "page", "more"}},
            "tie": None if payer else tie,
        },
        table_options={"on": on, "sums": {"open_company_then": _sum(request, rows, tie)}},
    )


def _sum(request: Request, rows: QuerySet[OpenItem], tie: list[tieout.ControlAccount]) -> Decimal:
    """What the rows of the list add up to: unfiltered that is what the control accounts were tied to."""
    filters = ItemFilter(request.GET, queryset=rows, request=request)
    if {chip.name for chip in filters.chips()} <= {"on"} and not request.GET.get("q"):
        return sum((one.sub_ledger for one in tie), ZERO)
    shown: dict[str, Decimal] = filters.qs.aggregate(sum=Coalesce(Sum("open_company_then"), NOTHING))
    return shown["sum"]


def _asked_payer(request: Request) -> Customer | None:
    asked = request.GET.get("payer", "")
    if not asked.isdecimal():
        return None
    return get_visible_or_404(request, Customer.objects.filter(company=request.company), int(asked), VIEW)


def _tie(request: Request, on: Any) -> list[tieout.ControlAccount]:
    return [one for one in tieout.control_accounts(request.company, on) if one.account.makes_open_items]


@require_GET
@permitted(VIEW)
def ageing(request: Request) -> HttpResponseBase:
    """Who owes how much since when, as of a day, in the company's bands; says whether it equals the ledger."""
    _ends, usual = ages.policy_of(request.company)
    today = clock.today(request.company)
    form = AgeingForm({"on": request.GET.get("on") or today, "by": request.GET.get("by") or usual})
    valid = form.is_valid()
    on, by = (form.cleaned_data["on"], AgeingBy(form.cleaned_data["by"] or usual)) if valid else (today, usual)
    aged = ages.ageing(request.company, on, by)
    tie = _tie(request, on)
    context = {
        "form": form,
        "aged": aged,
        "bands": _bands(aged),
        "tie": tie,
        "booked": sum(one.ledger for one in tie),
        "difference": sum(one.ledger for one in tie) - aged.open,
    }
    return report(request, "ledger/ageing.html", ageing_table(aged, request=request), "ageing", context)


def _bands(aged: ages.Ageing) -> list[dict[str, Any]]:
    """The bands with their sums, and each sum's share of what is owed, for the bars."""
    owed = sum((total for total in aged.totals if total > 0), start=ZERO)
    return [
        {
            "label": band.label,
            "query": _rows_behind(aged, band),
            "total": total,
            "share": 100 * total / owed if owed and total > 0 else ZERO,
            "width": f"{100 * total / owed:.1f}" if owed and total > 0 else "0",
            "tone": "" if not band.first else "f-warn" if number < len(aged.bands) - 2 else "f-bad",
        }
        for number, (band, total) in enumerate(zip(aged.bands, aged.totals, strict=True))
    ]


def _rows_behind(aged: ages.Ageing, band: ages.Bucket) -> str:
    """The open items of a band, as a filter of their list: late by so many days is due so many days before."""
    field = "due" if aged.by == AgeingBy.DUE else "dated"
    ends = {f"{field}_to": band.first, f"{field}_from": band.last}
    days = {name: aged.on - timedelta(days=late) for name, late in ends.items() if late is not None}
    return urlencode({"on": aged.on, "control": Control.RECEIVABLES, **days})


@require_GET
@permitted(VIEW)
def item(request: Request, pk: int) -> HttpResponse:
    """One open item: amounts in both currencies, what settled it and when, how its facts changed."""
    found = _item(request, pk, VIEW)
    may = has_permission(request.user, SETTLE, request.company)
    context = {
        "item": found,
        "settlements": _settlements(found),
        "changes": found.changes.select_related("by").order_by("-on", "-pk"),
        "settled": found.amount - found.open_amount,
        "days": (clock.today(request.company) - found.due_date).days,
        "foreign": found.currency != request.company.currency,
        "can_settle": may and found.open_amount > 0,
        "can_undo": may,
    }
    return render(request, "ledger/item.html", context)


def _item(request: Request, pk: int, permission: str) -> OpenItem:
    rows = OpenItem.objects.filter(company=request.company).select_related("payer", "sold_to", "account", "entry")
    return get_visible_or_404(request, rows, pk, permission)


def _settlements(found: OpenItem) -> list[dict[str, Any]]:
    """What settled an item, the newest first, seen from its side."""
    debit = found.side == Side.DEBIT
    rows = (found.debit_settlements if debit else found.credit_settlements).select_related(
        "debit_item", "credit_item", "undo", "by"
    )
    return [
        {
            "settlement": row,
            "other": row.credit_item if debit else row.debit_item,
            "amount": row.debit_amount if debit else row.credit_amount,
            "company_amount": row.debit_company_amount if debit else row.credit_company_amount,
            "undo": getattr(row, "undo", None),
        }
        for row in rows.order_by("-pk")
    ]


@require_http_methods(["GET", "POST"])
@permitted(SETTLE)
def item_settle(request: Request, pk: int) -> HttpResponse:
    """Settle an item with one of the other side, of the same payer and currency."""
    found = _item(request, pk, SETTLE)
    others = list(_others(found))
    first = {"key": uuid4(), "amount": found.open_amount, "on": clock.today(request.company)}
    form = SettleForm(request.POST or None, initial=first, others=[(one.pk, _offer(one)) for one in others])
    if request.method == "POST" and form.is_valid():
        outcomes = operations.settle([_pair(found, form)], on=form.cleaned_data["on"], by=request.user)
        if not outcomes.refused:
            messages.success(request, format_html("<b>{} is settled.</b> What is left is still open.", found))
            return redirect("ledger:item", pk=pk)
        for error in outcomes.refused.values():
            form.refuse(error)
    status = 422 if request.method == "POST" else 200
    return render(request, "ledger/settle.html", {"item": found, "form": form, "others": others}, status=status)


def _others(found: OpenItem) -> Any:
    side = Side.CREDIT if found.side == Side.DEBIT else Side.DEBIT
    rows = OpenItem.objects.filter(
        company=found.company_id, payer=found.payer_id, currency=found.currency, side=side, open_amount__gt=0
    )
    return rows.order_by("due_date", "pk")[:OFFERED]


def _offer(other: OpenItem) -> str:
    open_now = formats.amount(other.open_amount, other.currency)
    return f"{other}, {other.get_kind_display()}, {formats.day(other.due_date)}: {open_now} {other.currency}"


def _pair(found: OpenItem, form: SettleForm) -> Pair:
    given = form.cleaned_data
    debit, credit = (found.pk, given["other"]) if found.side == Side.DEBIT else (given["other"], found.pk)
    return Pair(debit, credit, amount=given["amount"], source=f"hand:{given['key']}")


@require_http_methods(["GET", "POST"])
@permitted(SETTLE)
def settlement_undo(request: Request, pk: int) -> HttpResponse:
    """Undo a settlement: both items are open again from a day on."""
    rows = Settlement.objects.filter(company=request.company).select_related("debit_item", "credit_item")
    found = get_visible_or_404(request, rows, pk, SETTLE)
    form = DatedReasonForm(request.POST or None, initial={"on": clock.today(request.company)})
    back = reverse("ledger:item", kwargs={"pk": found.debit_item_id})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        outcomes = operations.undo([pk], on=given["on"], reason=given["reason"], by=request.user)
        if not outcomes.refused:
            messages.success(
                request, format_html("<b>{}</b> {}", _("The settlement is undone."), _("Both items are open again."))
            )
            return redirect(back)
        form.refuse(outcomes.refused[pk])
    amount = f"{formats.amount(found.debit_amount, found.currency)} {found.currency}"
    context = {
        "question": _("Undo this settlement?"),
        "consequence": _("%(debit)s and %(credit)s are open again by %(amount)s from the day you choose.")
        % {"debit": found.debit_item, "credit": found.credit_item, "amount": amount},
        "verb": _("Undo the settlement"),
        "back": back,
        "form": form,
    }
    return render(request, "core/confirm.html", context, status=422 if request.method == "POST" else 200)
