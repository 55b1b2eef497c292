"""What the pages of the books share: the days they look at, and reports as page or file."""

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from core import clock
from core.exports import csv_response, xlsx_response
from core.http import Request
from core.tables import SheetTable
from ledger.forms import DayForm, SpanForm
from ledger.reports import Span, fiscal_year_of


def asked_span(request: Request) -> tuple[SpanForm, Span]:
    """The days a report is asked for; this fiscal year up to today where nothing is asked or it can't be read."""
    usual = fiscal_year_of(request.company, clock.today(request.company))
    form = SpanForm(request.GET if {"first", "last"} & set(request.GET) else {"first": usual.first, "last": usual.last})
    if not form.is_valid():
        return form, usual
    return form, Span(form.cleaned_data["first"], form.cleaned_data["last"] or usual.last)


def asked_day(request: Request) -> tuple[DayForm, date]:
    """The day as of which a report is asked; today where none is asked or it can't be read."""
    today = clock.today(request.company)
    form = DayForm(request.GET if "on" in request.GET else {"on": today})
    return form, (form.cleaned_data["on"] or today) if form.is_valid() else today


def as_file(request: Request, table: SheetTable, name: str) -> HttpResponseBase | None:
    """The whole table as the file that `?export=` asks for."""
    match request.GET.get("export"):
        case "csv":
            return csv_response(table, name)
        case "xlsx":
            return xlsx_response(table, name)
        case _:
            return None


def report(request: Request, template: str, table: SheetTable, name: str, context: dict[str, Any]) -> HttpResponseBase:
    """A report on one page, without paging, or as the file that is asked for. A span that can't be read answers 422."""
    stored = as_file(request, table, name)
    if stored:
        return stored
    form = context.get("form")
    status = 422 if form is not None and not form.is_valid() else 200
    answer: HttpResponse = render(request, template, {"table": table} | context, status=status)
    return answer
