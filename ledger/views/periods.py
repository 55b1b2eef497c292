"""Period close: months by module, what is in the way, revaluing, closing, reopening with a reason."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, documents, formats
from core.answers import flash_outcomes
from core.errors import DomainError
from core.http import Request
from core.outcomes import Outcomes
from core.roles import has_permission
from core.shortcuts import get_visible_or_404, permitted
from ledger import closing, operations, revaluation
from ledger.forms import ReasonForm
from ledger.models import Module, Period, PeriodState

VIEW, CLOSE, REOPEN = "ledger.view_ledger", "ledger.close_period", "ledger.reopen_period"


@require_GET
@permitted(VIEW)
def period_list(request: Request) -> HttpResponse:
    """The months of a fiscal year: each module's state, the latest month first."""
    years = list(
        Period.objects.filter(company=request.company).order_by("-year").values_list("year", flat=True).distinct()
    )
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else _present_year(request, years)
    periods = Period.objects.filter(company=request.company, year=year).order_by("-first_date", "module")
    context = {
        "years": years,
        "year": year,
        "modules": list(Module),
        "months": [_month(list(inside)) for _key, inside in groupby(periods, key=lambda period: period.first_date)],
        "today": clock.today(request.company),
    }
    return render(request, "ledger/period_list.html", context)


def _present_year(request: Request, years: list[int]) -> int:
    today = clock.today(request.company)
    present = Period.objects.filter(company=request.company, first_date__lte=today, last_date__gte=today).first()
    return present.year if present else next(iter(years), today.year)


def _month(periods: list[Period]) -> dict[str, Any]:
    by_module = {period.module: period for period in periods}
    return {"first": periods[0].first_date, "periods": [by_module.get(module) for module in Module]}


@require_GET
@permitted(VIEW)
def period(request: Request, pk: int) -> HttpResponse:
    """One month of one module: what is in the way of closing it, and who closed and reopened it."""
    found = get_visible_or_404(request, Period.objects.filter(company=request.company), pk, VIEW)
    findings = [] if found.state == PeriodState.CLOSED else closing.in_the_way(found)
    context = {
        "period": found,
        "findings": [{"check": one.check, "obstacles": [_linked(it) for it in one.obstacles]} for one in findings],
        "blocked": any(one.check.blocks for one in findings),
        "steps": found.steps.select_related("by").order_by("-pk"),
        "can_close": found.state != PeriodState.CLOSED and has_permission(request.user, CLOSE, found),
        "can_revalue": _is_revalued(found) and has_permission(request.user, CLOSE, found),
        "can_reopen": found.state != PeriodState.OPEN and has_permission(request.user, REOPEN, found),
    }
    return render(request, "ledger/period.html", context)


def _is_revalued(found: Period) -> bool:
    """Foreign items are revalued in the general ledger, at the end of a month that takes postings."""
    return found.module == Module.GENERAL and found.state == PeriodState.OPEN


def _linked(obstacle: closing.Obstacle) -> dict[str, Any]:
    known = obstacle.document_id is not None and obstacle.document_kind
    url = documents.url(obstacle.document_kind, obstacle.document_id) if known and obstacle.document_id else None
    return {"what": obstacle.what, "url": url}


@require_POST
@permitted(CLOSE)
def period_close(request: Request, pk: int) -> HttpResponse:
    """Close a month of a module, if nothing is in the way; the general ledger's last one closes the year."""
    found = get_visible_or_404(request, Period.objects.filter(company=request.company), pk, CLOSE)
    outcomes = _close(request, found)
    if outcomes.refused:
        flash_outcomes(request, outcomes, verb=_("closed"), noun=_("periods"))
    else:
        messages.success(request, format_html("<b>{} is closed.</b>", found))
    return redirect("ledger:period", pk=pk)


def _close(request: Request, found: Period) -> Outcomes:
    if not found.ends_year:
        return operations.close_periods([found.pk], by=request.user)
    try:
        operations.close_year(request.company, found.year, by=request.user)
    except DomainError as refusal:
        return Outcomes(refused={found.pk: refusal})
    return Outcomes(done=[found.pk])


@require_http_methods(["GET", "POST"])
@permitted(REOPEN)
def period_reopen(request: Request, pk: int) -> HttpResponse:
    """Open a month again; asks why, and keeps the answer."""
    found = get_visible_or_404(request, Period.objects.filter(company=request.company), pk, REOPEN)
    form, back = ReasonForm(request.POST or None), reverse("ledger:period", kwargs={"pk": pk})
    if request.method == "POST" and form.is_valid():
        outcomes = _reopen(request, found, form.cleaned_data["reason"])
        if not outcomes.refused:
            messages.success(request, format_html("<b>{} is open again.</b>", found))
            return redirect(back)
        form.refuse(outcomes.refused[pk])
    context = {
        "question": _("Reopen %(period)s?") % {"period": found},
        "consequence": _("Postings dated %(first)s to %(last)s are let in again. The reason stays on record.")
        % {"first": found.first_date, "last": found.last_date},
        "verb": _("Reopen %(period)s") % {"period": found},
        "back": back,
        "form": form,
    }
    return render(request, "core/confirm.html", context, status=422 if request.method == "POST" else 200)


def _reopen(request: Request, found: Period, reason: str) -> Outcomes:
    """Reopening the month that ended a year takes the year's result back with it."""
    if not found.ends_year:
        return operations.reopen_periods([found.pk], by=request.user, reason=reason)
    operations.reopen_year(request.company, found.year, by=request.user, reason=reason)
    return Outcomes(done=[found.pk])


@require_http_methods(["GET", "POST"])
@permitted(CLOSE)
def period_revalue(request: Request, pk: int) -> HttpResponse:
    """Bring foreign open items to their value at the month's end; asks first, in numbers. Twice books nothing twice."""
    months = Period.objects.filter(company=request.company, module=Module.GENERAL)
    found = get_visible_or_404(request, months, pk, CLOSE)
    if request.method == "POST":
        _revalue(request, found)
        return redirect("ledger:period", pk=pk)
    context = {
        "question": _("Revalue foreign items at %(day)s?") % {"day": formats.day(found.last_date)},
        "consequence": _worth(found),
        "verb": _("Revalue at %(day)s") % {"day": formats.day(found.last_date)},
        "back": reverse("ledger:period", kwargs={"pk": pk}),
    }
    return render(request, "core/confirm.html", context)


def _revalue(request: Request, found: Period) -> None:
    try:
        booked = operations.revalue(request.company, on=found.last_date, by=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return
    if not booked.entries:
        messages.info(request, _("Nothing to book: foreign items stand at the rates of the day."))
        return
    said = _("<b>Foreign items are revalued.</b> Booked as {}, taken back on the next day.")
    entries = format_html_join(", ", '<a href="{}">{}</a>', [_entry_link(entry) for entry in booked.entries])
    messages.success(request, format_html(said, entries))


def _entry_link(pk: int) -> tuple[str, str]:
    return reverse("ledger:entry", kwargs={"pk": pk}), _("entry %(number)s") % {"number": pk}


def _worth(found: Period) -> str:
    """What is open in each foreign currency, what it is booked at and what it is worth on the last day."""
    try:
        positions = revaluation.positions(found.company, found.last_date)
    except DomainError as refusal:
        return refusal.message
    if not positions:
        return _("No foreign items are open on that day; nothing will be booked.")
    said = _("Differences are booked on accounts of their own and taken back on the next day; twice is once.")
    return " ".join([*(_valued(one, found.company.currency) for one in positions), said])


def _valued(one: revaluation.Position, home: str) -> str:
    return _("Account %(account)s: %(open)s %(currency)s, booked at %(booked)s, worth %(value)s %(home)s.") % {
        "account": one.account.number,
        "open": formats.amount(one.open_amount, one.currency),
        "currency": one.currency,
        "booked": formats.amount(one.booked, home),
        "value": formats.amount(one.value, home),
        "home": home,
    }
