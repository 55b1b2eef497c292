"""Columns of the ledger's lists and reports."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core import documents, states
from core.tables import (
    AmountColumn,
    CodeColumn,
    DateColumn,
    LinkColumn,
    NameColumn,
    NumberColumn,
    SheetTable,
    TextColumn,
    company_currency,
)
from core.templatetags import ui
from ledger.ageing import Ageing
from ledger.models import Account, JournalEntry, JournalLine, OpenItem, Side
from ledger.reports import Span, balance_sums

QUIET = {"class": "text-reset"}


def span_query(span: Span) -> str:
    """The span as the end of an address: `?first=…&last=…`."""
    return "?" + urlencode({"first": span.first or "", "last": span.last})


class SumColumn(AmountColumn):
    """An amount in company currency whose foot is the sum that the table was given under the column's name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"cell": {"class": "num"}, "tf": {"class": "num"}, "a": QUIET})
        super().__init__(currency=company_currency, footer=self._sum, **kwargs)

    def _sum(self, bound_column: Any, table: Any) -> SafeString | str:
        total = table.sums.get(bound_column.name)
        return "" if total is None else ui.money(total, company_currency(table), show=False)


class BalanceTable(SheetTable):
    """The trial balance: what each account opened with, what moved, what it closes with."""

    number = tables.Column(
        verbose_name=_("Account"), linkify=lambda record, table: table.sheet_of(record), attrs={"td": {"class": "code"}}
    )
    name = NameColumn(verbose_name=_("Name"), footer=_("Sum"))
    type_label = TextColumn(verbose_name=_("Type"))
    opening = SumColumn(verbose_name=_("Opening"), linkify=lambda record, table: table.sheet_before(record))
    debit = SumColumn(verbose_name=_("Debit"), linkify=lambda record, table: table.sheet_of(record))
    credit = SumColumn(verbose_name=_("Credit"), linkify=lambda record, table: table.sheet_of(record))
    closing = SumColumn(verbose_name=_("Closing"), linkify=lambda record, table: table.sheet_of(record))

    class Meta:
        order_by = "number"

    def __init__(self, rows: Any, *, span: Span, **kwargs: Any) -> None:
        super().__init__(rows, **kwargs)
        self.span, self.sums = span, balance_sums(rows)

    def sheet_of(self, record: Any) -> str:
        """The account's sheet over the days of the report."""
        return reverse("ledger:account_sheet", kwargs={"pk": record.pk}) + span_query(self.span)

    def sheet_before(self, record: Any) -> str:
        """The account's sheet up to the day before."""
        if self.span.day_before is None:
            return self.sheet_of(record)
        return reverse("ledger:account_sheet", kwargs={"pk": record.pk}) + span_query(Span(None, self.span.day_before))


class AccountTable(SheetTable):
    """The chart of accounts with today's balances."""

    number = LinkColumn("ledger:account_sheet", verbose_name=_("Account"))
    name = NameColumn(verbose_name=_("Name"), accessor="local_name", order_by="name")
    type = TextColumn(verbose_name=_("Type"))
    control = TextColumn(verbose_name=_("Sub-ledger"))
    currency = CodeColumn(verbose_name=_("Currency"))
    is_active = TextColumn(verbose_name=_("Takes postings"))
    balance = AmountColumn(
        verbose_name=_("Balance"),
        currency=company_currency,
        linkify=("ledger:account_sheet", {"pk": tables.A("pk")}),
        attrs={"cell": {"class": "num"}, "a": QUIET},
    )

    class Meta:
        model = Account
        fields = ["number", "name", "type", "control", "currency", "is_active", "balance"]

    def render_control(self, value: str, record: Account) -> str:
        return value if record.control != "none" else "–"

    def render_is_active(self, value: bool) -> str:
        return str(_("yes") if value else _("no"))


class SheetLineTable(SheetTable):
    """The lines of an account or a payer, each with the balance after it."""

    posting_date = DateColumn(verbose_name=_("Posted"), orderable=False)
    entry_id = tables.Column(
        verbose_name=_("Entry"),
        orderable=False,
        linkify=("ledger:entry", {"pk": tables.A("entry_id")}),
        attrs={"td": {"class": "code"}},
    )
    description = NameColumn(verbose_name=_("What"), accessor="entry__description", orderable=False)
    account = CodeColumn(verbose_name=_("Account"), accessor="account__number", orderable=False)
    payer = TextColumn(verbose_name=_("Payer"), accessor="payer__name", orderable=False)
    document = AmountColumn(verbose_name=_("In document currency"), accessor="document_amount", orderable=False)
    debit = AmountColumn(verbose_name=_("Debit"), currency=company_currency, orderable=False)
    credit = AmountColumn(verbose_name=_("Credit"), currency=company_currency, orderable=False)
    balance = AmountColumn(verbose_name=_("Balance"), currency=company_currency, orderable=False)

    class Meta:
        model = JournalLine
        fields = [
            "posting_date",
            "entry_id",
            "description",
            "account",
            "payer",
            "document",
            "debit",
            "credit",
            "balance",
        ]

    def render_document(self, value: Decimal, record: JournalLine) -> SafeString | str:
        """Only what is in another currency than the company's says something beside debit and credit."""
        return "" if record.currency == company_currency(self) else ui.money(value, record.currency)


class EntryTable(SheetTable):
    """The journal: entries as they were booked, the newest first."""

    id = LinkColumn("ledger:entry", verbose_name=_("Entry"))
    posting_date = DateColumn(verbose_name=_("Posted"))
    journal = TextColumn(verbose_name=_("Journal"), accessor="journal__name")
    description = NameColumn(verbose_name=_("What"))
    document = tables.Column(verbose_name=_("Document"), accessor="source", attrs={"td": {"class": "code soft"}})
    kind = tables.Column(verbose_name=_("Kind"), attrs={"td": {"class": "soft nowrap"}})
    total = AmountColumn(
        verbose_name=_("Amount"),
        currency=company_currency,
        linkify=("ledger:entry", {"pk": tables.A("pk")}),
        attrs={"cell": {"class": "num"}, "a": QUIET},
    )

    class Meta:
        model = JournalEntry
        fields = ["id", "posting_date", "journal", "description", "document", "kind", "total"]

    def render_document(self, value: str, record: JournalEntry) -> SafeString | str:
        url = record.document_id and documents.url(record.document_kind, record.document_id)
        return format_html('<a href="{}">{}</a>', url, value) if url else value

    def render_kind(self, value: str, record: JournalEntry) -> str:
        return str(_("Reversed")) if hasattr(record, "reversed_by") else value


class TaxTable(SheetTable):
    """Tax by code and rate."""

    code = CodeColumn(verbose_name=_("Tax code"), footer=_("Sum"))
    category = TextColumn(verbose_name=_("Category"))
    rate = NumberColumn(verbose_name=_("Rate %"))
    entries = NumberColumn(verbose_name=_("Entries"))
    base = SumColumn(verbose_name=_("Base"))
    tax = SumColumn(verbose_name=_("Tax"))

    def __init__(self, rows: Any, **kwargs: Any) -> None:
        super().__init__(rows, row_attrs={}, **kwargs)
        self.sums = {name: sum((getattr(row, name) for row in rows), Decimal(0)) for name in ("base", "tax")}


class OpenItemTable(SheetTable):
    """Open items as of a day: what was open then, in its own and in company currency."""

    number = LinkColumn("ledger:item", verbose_name=_("Item"), empty_values=())
    payer = tables.Column(
        verbose_name=_("Payer"),
        accessor="payer__name",
        linkify=("ledger:statement", {"pk": tables.A("payer_id")}),
        attrs={"td": {"class": "cut", "title": lambda record: record.payer.name}},
    )
    kind = TextColumn(verbose_name=_("Kind"))
    state = tables.Column(verbose_name=_("State"), empty_values=(), orderable=False, attrs={"td": {"class": "nowrap"}})
    document_date = DateColumn(verbose_name=_("Document"))
    due_then = DateColumn(verbose_name=_("Due"))
    days = NumberColumn(verbose_name=_("Days late"), empty_values=(), order_by="-due_then")
    amount = AmountColumn(verbose_name=_("Amount"))
    open_then = AmountColumn(verbose_name=_("Open"))
    open_company_then = SumColumn(verbose_name=_("Open"))

    class Meta:
        model = OpenItem
        fields = [
            "number",
            "payer",
            "kind",
            "state",
            "document_date",
            "due_then",
            "days",
            "amount",
            "open_then",
            "open_company_then",
        ]

    def __init__(self, rows: Any, *, on: date, sums: dict[str, Decimal], **kwargs: Any) -> None:
        super().__init__(rows, **kwargs)
        self.on, self.sums = on, sums

    def late(self, record: OpenItem) -> int:
        """Days past due on the day; only what is owed to us can be late."""
        return max((self.on - record.due_then).days, 0) if record.side == Side.DEBIT else 0  # type: ignore[attr-defined]

    def render_number(self, record: OpenItem) -> str:
        return str(record)

    def value_number(self, record: OpenItem) -> str:
        return str(record)

    def _look(self, record: OpenItem) -> states.Look:
        if record.side == Side.CREDIT:
            return LOOKS["credit"]
        return LOOKS["overdue" if self.late(record) else "not_due"]

    def render_state(self, record: OpenItem) -> SafeString:
        return ui.dot(self._look(record))

    def value_state(self, record: OpenItem) -> str:
        return self._look(record).word

    def render_days(self, record: OpenItem) -> str:
        return str(self.late(record) or "–")

    def value_days(self, record: OpenItem) -> int:
        return self.late(record)


def ageing_table(aged: Ageing, **kwargs: Any) -> SheetTable:
    """The ageing with a column for each of the company's bands."""
    columns: list[tuple[str, tables.Column]] = [
        (f"band_{number}", SumColumn(verbose_name=band.label, accessor=f"buckets__{number}"))
        for number, band in enumerate(aged.bands)
    ]
    table = AgeingTable(aged.payers, extra_columns=columns, **kwargs)
    table.sums = {name: total for (name, _column), total in zip(columns, aged.totals, strict=True)} | {
        "on_account": aged.on_account,
        "open": aged.open,
    }
    table.sequence = [*("number", "name", "items"), *(name for name, _column in columns), "on_account", "open"]
    return table


class AgeingTable(SheetTable):
    """Payers with what they owe in each band of days; the bands come from the company's policy."""

    sums: dict[str, Decimal] = {}
    number = tables.Column(
        verbose_name=_("Payer"),
        linkify=lambda record, table: table.items_of(record),
        attrs={"td": {"class": "code"}},
    )
    name = NameColumn(verbose_name=_("Name"), footer=_("Sum"))
    items = NumberColumn(verbose_name=_("Items"))
    on_account = SumColumn(verbose_name=_("On account"), linkify=lambda record, table: table.items_of(record))
    open = SumColumn(verbose_name=_("Open"), linkify=lambda record, table: table.items_of(record))

    class Meta:
        order_by = "-open"

    def items_of(self, record: Any) -> str:
        """The payer's open items of the same day."""
        return f"{reverse('ledger:items')}?{urlencode({'on': self.request.GET.get('on', ''), 'payer': record.pk})}"


LOOKS = {
    "not_due": states.Look(states.Family.NEUTRAL, "", "Not due"),
    "overdue": states.Look(states.Family.WARN, "", "Overdue"),
    "credit": states.Look(states.Family.INFO, "", "Credit"),
}
"""How open items look in lists."""


class CheckTable(SheetTable):
    """What the checks found when they last ran."""

    title = NameColumn(verbose_name=_("What must hold"))
    name = CodeColumn(verbose_name=_("Name"))
    rows = NumberColumn(verbose_name=_("Rows looked at"), accessor="rows")
    differences = NumberColumn(verbose_name=_("Differences"))
    seconds = NumberColumn(verbose_name=_("Seconds"))
    result = tables.Column(verbose_name=_("Result"), accessor="differences", attrs={"td": {"class": "nowrap"}})

    def __init__(self, rows: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(rows, row_attrs={}, **kwargs)

    def render_seconds(self, value: float) -> str:
        return f"{value:.2f}"

    def render_result(self, value: int) -> SafeString:
        return ui.badge(states.look("differs")) if value else ui.dot(states.look("holds"))

    def value_result(self, value: int) -> str:
        return states.look("differs" if value else "holds").word
