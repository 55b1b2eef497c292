"""The journal: what was booked, entry by entry; entries written by hand; and taking one back."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import audit, clock, documents
from core.http import Request
from core.lists import Action, Empty, render_list
from core.money import ZERO
from core.roles import has_permission
from core.shortcuts import get_visible_or_404, permitted
from ledger import operations, reports
from ledger.drafts import Draft, DraftLine
from ledger.filters import EntryFilter
from ledger.forms import EntryForm, EntryLines, LineFormSet, PostingDayForm
from ledger.models import Account, EntryKind, Journal, JournalEntry
from ledger.operations.reversal import refuse_document
from ledger.tables import EntryTable
from masterdata.models import Customer

VIEW, POST, REVERSE = "ledger.view_ledger", "ledger.post_entry", "ledger.reverse_entry"
SUGGESTED = 300
"""How many customers the entry form suggests; any other number can be typed."""


@require_GET
@permitted(VIEW)
def entry_list(request: Request) -> HttpResponseBase:
    """The journal, the newest entry first."""
    new = reverse("ledger:entry_new") if has_permission(request.user, POST, request.company) else ""
    return render_list(
        request,
        EntryTable,
        reports.journal(request.company),
        filterset=EntryFilter,
        template="ledger/entry_list.html",
        noun=_("entries"),
        export="journal",
        empty=Empty(
            _("Nothing is booked yet"),
            _("Entries appear here when documents are posted, or when you write one by hand."),
            "book-2",
            Action(_("New entry"), new) if new else None,
        ),
        context={"new": new},
    )


@require_GET
@permitted(VIEW)
def entry(request: Request, pk: int) -> HttpResponse:
    """One entry: its lines in company and document currency, tax, open items, document, and what reversed it."""
    rows = JournalEntry.objects.filter(company=request.company).select_related(
        "journal", "period", "by", "reverses", "reversed_by__by", "company"
    )
    found = get_visible_or_404(request, rows, pk, VIEW)
    lines = list(reports.lines_of(found))
    context = {
        "entry": found,
        "lines": lines,
        "debit": sum((line.debit or ZERO for line in lines), ZERO),
        "credit": sum((line.credit or ZERO for line in lines), ZERO),
        "foreign": found.currency != found.company.currency,
        "tax_lines": found.tax_lines.select_related("account").order_by("pk"),
        "items": [line.open_item for line in lines if hasattr(line, "open_item")],
        "document": _document_of(found),
        "timeline": _story(found),
    } | _reversing(request, found)
    return render(request, "ledger/entry.html", context)


def _reversing(request: Request, found: JournalEntry) -> dict[str, Any]:
    """Whether the page offers to take the entry back, or why only its document can be."""
    reversible = found.kind == EntryKind.NORMAL and not hasattr(found, "reversed_by")
    if not (reversible and has_permission(request.user, REVERSE, request.company)):
        return {"can_reverse": False}
    of_document = refuse_document(found)
    return {"can_reverse": of_document is None, "stays": of_document}


def _story(found: JournalEntry) -> list[audit.Entry]:
    """What happened to an entry, the newest first: it was booked, perhaps reversed, and what stages logged of it."""
    booked = audit.Entry(found.recorded_at, "event", _("Booked"), "book", by=str(found.by or ""))
    told = [*audit.timeline("ledger.journalentry", found.pk), booked]
    if hasattr(found, "reversed_by"):
        counter = found.reversed_by
        words = _("Reversed by entry %(number)s") % {"number": counter.pk}
        told.append(audit.Entry(counter.recorded_at, "event", words, "arrow-back-up", by=str(counter.by or "")))
    return sorted(told, key=lambda one: one.at, reverse=True)


def _document_of(found: JournalEntry) -> dict[str, Any] | None:
    """The document an entry was booked for, with its page where its kind has one."""
    if found.document_id is None:
        return None
    kind, pk = found.document_kind, found.document_id
    return {"label": documents.labels(kind, [pk])[pk], "url": documents.url(kind, pk)}


@require_http_methods(["GET", "POST"])
@permitted(POST)
def entry_new(request: Request) -> HttpResponse:
    """Write an entry by hand. The ledger says what is wrong with it; nothing is booked until all is right."""
    form, lines = _entry_forms(request)
    wants_lines = "more" in request.POST
    if request.method == "POST" and not wants_lines and form.is_valid() and lines.is_valid():
        on, draft = form.cleaned_data["posting_date"], _draft(request, form, lines)
        posted = operations.post_by_hand([draft], on=on, by=request.user)
        if 0 in posted.entries:
            number = posted.entries[0]
            messages.success(request, format_html("<b>Entry {} is booked.</b>", number))
            return redirect("ledger:entry", pk=number)
        for error in posted.refused.values():
            form.refuse(error)
    status = 422 if request.method == "POST" and not wants_lines else 200
    context = _suggestions(request) | {"form": form, "lines": lines}
    return render(request, "ledger/entry_form.html", context, status=status)


def _entry_forms(request: Request) -> tuple[EntryForm, LineFormSet]:
    options: dict[str, Any] = {"form_kwargs": {"company": request.company}, "prefix": "line"}
    if request.method == "POST":
        data = request.POST.copy()
        if "more" in data:
            shown = data.get("line-TOTAL_FORMS", "")[:4]
            wanted = (int(shown) if shown.isdecimal() else 0) + EntryLines.extra
            data["line-TOTAL_FORMS"] = str(min(wanted, EntryLines.max_num))
        return EntryForm(request.company, data), EntryLines(data, **options)
    first = {
        "key": uuid4(),
        "posting_date": clock.today(request.company),
        "journal": Journal.GENERAL,
        "currency": request.company.currency,
    }
    return EntryForm(request.company, initial=first), EntryLines(**options)


def _draft(request: Request, form: EntryForm, lines: LineFormSet) -> Draft:
    given = form.cleaned_data
    return Draft(
        company=request.company,
        source=f"hand:{given['key']}",
        description=given["description"],
        journal=given["journal"].code,
        currency=given["currency"],
        rate=given["rate"],
        lines=[_draft_line(line.cleaned_data) for line in lines.filled],
    )


def _draft_line(given: dict[str, Any]) -> DraftLine:
    payer: Customer | None = given["payer"]
    return DraftLine(
        given["account"],
        debit=given["debit"] or Decimal(0),
        credit=given["credit"] or Decimal(0),
        payer_id=payer.pk if payer else None,
        text=given["text"],
    )


def _suggestions(request: Request) -> dict[str, Any]:
    payers = Customer.objects.filter(company=request.company).order_by("number").only("number", "name")
    return {
        "accounts": Account.objects.filter(company=request.company, is_active=True).order_by("number"),
        "payers": payers[:SUGGESTED],
    }


@require_http_methods(["GET", "POST"])
@permitted(REVERSE)
def entry_reverse(request: Request, pk: int) -> HttpResponse:
    """Take an entry back by a counter-entry; asks for the day."""
    found = get_visible_or_404(request, JournalEntry.objects.filter(company=request.company), pk, REVERSE)
    form = PostingDayForm(request.POST or None, initial={"on": clock.today(request.company)})
    back = reverse("ledger:entry", kwargs={"pk": pk})
    if request.method == "POST" and form.is_valid():
        outcomes = operations.reverse_entries([pk], on=form.cleaned_data["on"], by=request.user)
        if not outcomes.refused:
            messages.success(request, format_html("<b>Entry {} is reversed.</b>", pk))
            return redirect(back)
        form.refuse(outcomes.refused[pk])
    context = {
        "question": _("Reverse entry %(number)s?") % {"number": pk},
        "consequence": _(
            "A counter-entry with %(count)s lines is booked and points back at this one. Both stay in the books."
        )
        % {"count": found.line_count},
        "verb": _("Reverse entry %(number)s") % {"number": pk},
        "back": back,
        "form": form,
    }
    return render(request, "core/confirm.html", context, status=422 if request.method == "POST" else 200)
