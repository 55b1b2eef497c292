"""Pages that explain: why this price, why this tax."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.errors import DomainError
from core.formats import amount, percent, unit_price
from core.http import Request, wants_partial
from core.shortcuts import permitted
from core.why import Reason, Verdict
from masterdata import countries
from masterdata.forms import PriceCheckForm, TaxCheckForm
from masterdata.models import TaxCategory
from masterdata.prices import PriceFinding, PriceLine, find
from masterdata.tax import TaxDecision, TaxLine, determine


@require_GET
@permitted("masterdata.view_price")
def price_check(request: Request) -> HttpResponse:
    """The price of a product for a customer, quantity and day: which row gave it, what lowered it, what more costs."""
    asked = "sku" in request.GET and "customer" in request.GET
    known = {"customer": request.GET.get("for", ""), "sku": request.GET.get("product", "")}
    form = PriceCheckForm(request.GET if asked else None, company=request.company, initial=known)
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        context |= _price(form)
    name = "masterdata/_price_answer.html" if wants_partial(request) else "masterdata/price_check.html"
    return render(request, name, context, status=422 if form.errors else 200)


def _price(form: PriceCheckForm) -> dict[str, Any]:
    line, on = form.line(), form.cleaned_data["on"]
    finding = find([line], on=on)[0]
    if isinstance(finding, DomainError):
        form.refuse(finding)
        return {}
    return {
        "finding": finding,
        "reasons": price_reasons(finding),
        "line": line,
        "unit": form.chosen_unit,
        "next": _more(line, finding),
    }


def price_reasons(finding: PriceFinding) -> list[Reason]:
    """The chain from the list to the price."""
    return [
        Reason(_capitalised(reason.label), f"{unit_price(reason.unit_price)} {finding.currency}", source=reason.kind)
        for reason in finding.reasons
    ]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _more(line: PriceLine, finding: PriceFinding) -> str:
    """What the next quantity break would mean for this line."""
    step = finding.next_break
    if step is None:
        return ""
    more = step.quantity - line.quantity
    difference = (
        f"the line would cost {amount(step.more, finding.currency)} {finding.currency} more"
        if step.more > 0
        else f"the line would cost {amount(-step.more, finding.currency)} {finding.currency} less than now"
    )
    return (
        f"From {step.quantity.normalize():f} the price is {unit_price(step.unit_price)} {finding.currency}: "
        f"{more.normalize():f} more, and {difference}."
    )


@require_GET
@permitted("masterdata.view_taxcode")
def tax_check(request: Request) -> HttpResponse:
    """The tax of a supply: who sells what to whom, from where to where, on which day; the rule that won, and why."""
    asked = "ship_to" in request.GET
    form = TaxCheckForm(request.GET if asked else None, company=request.company)
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        context |= _tax(form)
    name = "masterdata/_tax_answer.html" if wants_partial(request) else "masterdata/tax_check.html"
    return render(request, name, context, status=422 if form.errors else 200)


def _tax(form: TaxCheckForm) -> dict[str, Any]:
    line = form.line()
    decision = determine([line])[0]
    if isinstance(decision, DomainError):
        form.refuse(decision)
        return {}
    return {"decision": decision, "reasons": tax_reasons(line, decision)}


def tax_reasons(line: TaxLine, decision: TaxDecision) -> list[Reason]:
    """What was looked at, in the order of the reasoning."""
    proven = Reason("VAT id that proves a business", decision.vat_number or "not needed", Verdict.PLAIN)
    return [
        Reason("Goods leave from", countries.name(line.ship_from)),
        Reason("and go to", countries.name(line.ship_to)),
        Reason("Kind of supply", line.supply, source=f"Tax class {line.tax_class}"),
        proven,
        Reason(
            "Rule that won", decision.rule, Verdict.OK, source="The first rule of the company whose conditions all hold"
        ),
        Reason("Tax code", decision.code, source=TaxCategory(decision.category).label),
        Reason(
            "Rate",
            percent(decision.percent),
            source=f"of {countries.name(decision.country)}" if decision.percent else "",
        ),
    ]
