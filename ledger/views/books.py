"""Reading the books: trial balance, account sheets, chart, tax, statements, and which rule picks an account."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import clock
from core.http import Request
from core.lists import Empty, render_list
from core.shortcuts import get_visible_or_404, permitted
from ledger import determination, reports
from ledger.filters import AccountFilter
from ledger.forms import CaseForm
from ledger.models import Account, Fact, JournalLine
from ledger.tables import AccountTable, BalanceTable, SheetLineTable, TaxTable
from ledger.views.common import asked_span, report
from masterdata.models import Customer

VIEW = "ledger.view_ledger"


@require_GET
@permitted(VIEW)
def trial_balance(request: Request) -> HttpResponseBase:
    """All accounts over some days: opening, movements, closing, and that they add up to zero."""
    form, span = asked_span(request)
    table = BalanceTable(reports.trial_balance(request.company, span), span=span, request=request, orderable=False)
    context = {"form": form, "span": span, "sums": table.sums}
    return report(request, "ledger/trial_balance.html", table, "trial-balance", context)


@require_GET
@permitted(VIEW)
def chart(request: Request) -> HttpResponseBase:
    """The chart of accounts with today's balances."""
    return render_list(
        request,
        AccountTable,
        reports.accounts_in_use(request.company, clock.today(request.company)),
        filterset=AccountFilter,
        template="ledger/chart.html",
        noun=_("accounts"),
        export="chart-of-accounts",
        empty=Empty(
            _("No accounts yet"),
            _("Accounts are loaded from a default chart or kept in the administration."),
            "book",
            missing=_("Run manage.py load_chart for this company."),
        ),
    )


@require_GET
@permitted(VIEW)
def account_sheet(request: Request, pk: int) -> HttpResponseBase:
    """An account's lines over some days, with opening, running and closing balance."""
    account = get_visible_or_404(request, Account.objects.filter(company=request.company), pk, VIEW)
    form, span = asked_span(request)
    hidden = ("account",) if account.makes_open_items else ("account", "payer")
    return _sheet(
        request,
        "ledger/account_sheet.html",
        *reports.account_sheet(account, span),
        export=f"account-{account.number}",
        hidden=hidden,
        context={"account": account, "form": form, "span": span, "months": reports.by_period(account, span)},
    )


@require_GET
@permitted("ledger.view_openitem")
def statement(request: Request, pk: int) -> HttpResponseBase:
    """A customer's account: what was owed, what changed it, what is owed now."""
    payer = get_visible_or_404(request, Customer.objects.filter(company=request.company), pk, "ledger.view_openitem")
    form, span = asked_span(request)
    return _sheet(
        request,
        "ledger/statement.html",
        *reports.statement_of_account(request.company, payer, span),
        export=f"statement-{payer.number}",
        hidden=("payer",),
        context={"payer": payer, "form": form, "span": span},
    )


def _sheet(
    request: Request,
    template: str,
    opening: Decimal,
    lines: QuerySet[JournalLine],
    *,
    export: str,
    hidden: tuple[str, ...],
    context: dict[str, Any],
) -> HttpResponseBase:
    """Lines with opening, running and closing balance, as an account's sheet and a customer's statement show them."""
    return render_list(
        request,
        SheetLineTable,
        lines,
        template=template,
        noun=_("lines"),
        export=export,
        empty=Empty(_("Nothing was booked in these days"), _("Choose other days above."), "calendar-off"),
        context=context | {"opening": opening, "closing": opening + reports.balance_of(lines)},
        table_options={"exclude": hidden},
    )


@require_GET
@permitted(VIEW)
def tax(request: Request) -> HttpResponseBase:
    """Tax by code and rate over some days, by the day it became due."""
    form, span = asked_span(request)
    table = TaxTable(reports.tax_report(request.company, span), request=request, orderable=False)
    return report(request, "ledger/tax.html", table, "tax", {"form": form, "span": span})


@require_GET
@permitted(VIEW)
def account_determination(request: Request) -> HttpResponseBase:
    """Which account an amount goes to, and why: all rules of the fact, the winner first."""
    form = CaseForm(request.company, request.GET or {"fact": Fact.SALES})
    explanation = None
    if form.is_valid():
        given = form.cleaned_data
        case = determination.Case(
            Fact(given["fact"]),
            given["tax_code"] or None,
            given["product_group"] or None,
            given["warehouse"] and given["warehouse"].pk,
        )
        explanation = determination.explain(request.company, case)
    context = {"form": form, "explanation": explanation}
    return render(request, "ledger/determination.html", context, status=200 if form.is_valid() else 422)
