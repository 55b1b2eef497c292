"""Pages of payment terms: which there are, and what one means in days and money before anybody uses it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core import clock
from core.errors import DomainError
from core.formats import day, percent
from core.http import Request, wants_partial
from core.lists import Empty, render_list
from core.roles import visible_to
from core.shortcuts import get_visible_or_404
from core.why import Reason
from masterdata import page_queries, queries
from masterdata.forms import TermPreviewForm
from masterdata.models import PaymentTerm, StepKind
from masterdata.models.terms import LineKind
from masterdata.tables import PaymentTermTable
from masterdata.terms import Instalment, Line, Step, Term, due_date, due_dates

VIEW = "masterdata.view_paymentterm"
SAMPLE = Decimal(1000)


@require_GET
@permission_required(VIEW, raise_exception=True)
def payment_term_list(request: Request) -> HttpResponseBase:
    """The terms of the company."""
    rows = visible_to(page_queries.payment_terms(request.company), request.user, VIEW)
    empty = Empty(
        title=str(_("No payment terms yet")),
        text=str(_("A payment term says in which parts an invoice is due, when, and what paying early is worth.")),
        icon="calendar-dollar",
        missing=str(_("An administrator adds them.")),
    )
    return render_list(
        request,
        PaymentTermTable,
        rows,
        template="masterdata/payment_term_list.html",
        empty=empty,
        noun=str(_("payment terms")),
        export="payment-terms",
    )


@dataclass(frozen=True)
class Part:
    """An instalment with the steps that lead to its day."""

    instalment: Instalment
    steps: list[Reason]


@require_GET
@permission_required(VIEW, raise_exception=True)
def payment_term_preview(request: Request, pk: int) -> HttpResponse:
    """The days and amounts of a term for any document date and total, explained step by step."""
    rows = PaymentTerm.objects.select_related("company").prefetch_related("lines__steps", "discounts")
    payment_term = get_visible_or_404(request, rows, pk, VIEW)
    asked = {"on": clock.today(payment_term.company), "amount": SAMPLE, "currency": payment_term.company.currency}
    form = TermPreviewForm(request.GET if "amount" in request.GET else asked)
    parts: list[Part] = []
    if form.is_valid():
        try:
            parts = _parts(queries.as_term(payment_term), **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
    context = {
        "term": payment_term,
        "form": form,
        "parts": parts,
        "total": form.cleaned_data.get("amount"),
        "currency": form.cleaned_data.get("currency", ""),
    }
    name = "masterdata/_term_parts.html" if wants_partial(request) else "masterdata/payment_term.html"
    return render(request, name, context, status=422 if form.errors else 200)


def _parts(term: Term, *, on: date, amount: Decimal, currency: str) -> list[Part]:
    instalments = due_dates(term, on, amount, currency)
    lines = term.lines if len(term.lines) == len(instalments) else term.lines[: len(instalments)]
    whole = len(term.lines) == 1
    return [
        Part(instalment, _steps(line, on, whole=whole)) for instalment, line in zip(instalments, lines, strict=True)
    ]


def _steps(line: Line, on: date, *, whole: bool) -> list[Reason]:
    reasons = [Reason("The whole amount" if whole else _share(line), f"from {day(on)}")]
    for taken in range(1, len(line.steps) + 1):
        there = due_date(line.steps[:taken], on)
        reasons.append(Reason(_spoken(line.steps[taken - 1]), day(there)))
    return reasons


def _share(line: Line) -> str:
    match line.kind:
        case LineKind.SHARE:
            return f"{percent(line.percent)} of the total"
        case LineKind.FIXED:
            return f"{line.amount.normalize():f} {line.currency}"
        case _:
            return "What is left"


def _spoken(step: Step) -> str:
    match step.kind:
        case StepKind.ADD_DAYS:
            return f"{step.number} days later" if step.number != 1 else "1 day later"
        case StepKind.ADD_MONTHS:
            return f"{step.number} months later" if step.number != 1 else "1 month later"
        case StepKind.END_OF_MONTH:
            return "to the end of that month"
        case _:
            return f"to day {step.number} of a month, on or after"
