"""Filters of the ledger's lists."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.filters import AmountsFilter, DaysFilter, ListFilter, SearchFilter
from ledger.models import Account, AccountType, Control, EntryKind, ItemKind, Journal, JournalEntry, OpenItem
from ledger.models.accounts import OPEN_ITEM_CONTROLS


class AccountFilter(ListFilter):
    """The chart by number, name, type and sub-ledger."""

    q = SearchFilter(["number", "name"], label=_("Number or name"))
    type = django_filters.ChoiceFilter(label=_("Type"), choices=AccountType)
    control = django_filters.ChoiceFilter(label=_("Sub-ledger"), choices=Control)
    is_active = django_filters.BooleanFilter(label=_("Takes postings"))

    class Meta:
        model = Account
        fields = ["type", "control", "is_active"]


def _journals(request: object) -> QuerySet[Journal]:
    return Journal.objects.filter(company=request.company)  # type: ignore[attr-defined]  # a core.http.Request


class EntryFilter(ListFilter):
    """The journal by source, words, day, journal, kind and amount."""

    q = SearchFilter(["source", "description"], label=_("Document or words"))
    posting_date = DaysFilter(label=_("Posted"))
    journal = django_filters.ModelChoiceFilter(label=_("Journal"), queryset=_journals)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=EntryKind)
    total = AmountsFilter(label=_("Amount"))
    account = django_filters.CharFilter(label=_("Account"), method="on_account")

    class Meta:
        model = JournalEntry
        fields = ["posting_date", "journal", "kind", "total"]

    def on_account(self, rows: QuerySet[JournalEntry], _name: str, number: str) -> QuerySet[JournalEntry]:
        """Entries with a line on this account."""
        accounts = Account.objects.filter(number=number)
        return rows.filter(lines__account__in=accounts).distinct()


class ItemFilter(ListFilter):
    """Open items by number, payer and reference, kind, account, and the days they are due or dated."""

    q = SearchFilter(
        ["number", "payer__name", "payer__number", "payment_reference"], label=_("Number, payer, reference")
    )
    on = django_filters.DateFilter(label=_("As of"), method="as_it_is")
    payer = django_filters.NumberFilter(label=_("Payer (key)"), field_name="payer_id")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ItemKind)
    control = django_filters.ChoiceFilter(
        label=_("Account"),
        field_name="account__control",
        choices=[(c, c.label) for c in Control if c in OPEN_ITEM_CONTROLS],
    )
    due_from = django_filters.DateFilter(label=_("Due from"), field_name="due_then", lookup_expr="gte")
    due_to = django_filters.DateFilter(label=_("Due to"), field_name="due_then", lookup_expr="lte")
    dated_from = django_filters.DateFilter(label=_("Dated from"), field_name="document_date", lookup_expr="gte")
    dated_to = django_filters.DateFilter(label=_("Dated to"), field_name="document_date", lookup_expr="lte")
    amount = AmountsFilter(label=_("Amount"))

    class Meta:
        model = OpenItem
        fields = ["kind", "amount"]

    def as_it_is(self, rows: QuerySet[OpenItem], _name: str, _day: object) -> QuerySet[OpenItem]:
        """The day has decided the rows already; it stays in the address with the other filters."""
        return rows
