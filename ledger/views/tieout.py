"""Tie-out: does it all add up? Control accounts as of a day, and what every check found when it last ran."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import documents, verification
from core.http import Request
from core.models import CheckRun, Company
from core.roles import companies_of
from core.shortcuts import permitted
from ledger import tieout
from ledger.tables import CheckTable
from ledger.views.common import asked_day, report

TIE_OUT = "core.view_tieout"


@require_GET
@permitted(TIE_OUT)
def tie_out(request: Request) -> HttpResponseBase:
    """Control accounts beside their sub-ledgers now, and the checks as they last ran."""
    form, on = asked_day(request)
    run = verification.last_run()
    found = run.results if run else []
    controls = tieout.control_accounts(request.company, on)
    context = {
        "form": form,
        "on": on,
        "run": run,
        "controls": controls,
        "differing": [one for one in controls if one.difference],
        "found": [check | {"documents": _documents(request, check)} for check in found if check["differences"]],
        "seconds": sum(check["seconds"] for check in found),
    }
    table = CheckTable(found, request=request, orderable=False)
    return report(request, "ledger/tie_out.html", table, "tie-out", context)


@require_POST
@permitted(TIE_OUT)
def check_again(request: Request) -> HttpResponse:
    """Run every check and show what it found; over long books in the background."""
    run = verification.ask_again(by=request.user)
    if run:
        _tell(request, run)
    else:
        messages.info(request, _("The checks run in the background. Load this page again in a minute."))
    return redirect("ledger:tie_out")


def _tell(request: Request, run: CheckRun) -> None:
    count = len(run.results)
    if run.differing:
        messages.error(request, format_html("<b>{} of {} checks differ.</b> They stand below.", run.differing, count))
    else:
        messages.success(request, format_html("<b>All {} checks hold.</b>", count))


def _documents(request: Request, check: dict[str, Any]) -> list[dict[str, Any]]:
    """The first documents of a check that differs, as far as this person may see the company they belong to."""
    rows = [row for row in check["shown"] if _may_see(row, companies_of(request.user, TIE_OUT))]
    labels: dict[str, dict[int, str]] = {}
    for kind in {row["document_kind"] for row in rows}:
        labels[kind] = documents.labels(kind, [row["document_id"] for row in rows if row["document_kind"] == kind])
    return [
        row
        | {
            "label": labels[row["document_kind"]].get(row["document_id"], row["document_id"]),
            "url": documents.url(row["document_kind"], row["document_id"]),
        }
        for row in rows
    ]


def _may_see(row: dict[str, Any], mine: list[Company]) -> bool:
    """A row that names no company is shown only to those who see all of them."""
    company_id = row.get("company_id")
    if company_id is None:
        return len(mine) == Company.objects.filter(is_active=True).count()
    return company_id in {company.pk for company in mine}
