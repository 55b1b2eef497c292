"""The ledger in the admin: chart, determination, journals and policy; what was booked is read-only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import ReadOnlyAdmin, ScopedAdmin
from ledger.models import (
    Account,
    AccountDetermination,
    Journal,
    JournalEntry,
    JournalLine,
    LedgerPolicy,
    OpenItem,
    Period,
    Settlement,
)

KEEP_CHART = "ledger.change_account"
READ = "ledger.view_ledger"


class ChartAdmin(ScopedAdmin):
    """How a company keeps its books: whoever keeps the chart of accounts keeps all of it. Nothing used is deleted."""

    def permission(self, action: str) -> str:
        return READ if action == "view" else KEEP_CHART

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows that something points at stay, by foreign key; the others may go."""
        return obj is not None and super().has_delete_permission(request, obj)


class BookedAdmin(ReadOnlyAdmin):
    """What was booked: seen here, changed by new entries only."""

    def permission(self, action: str) -> str:
        return READ


@admin.register(Account)
class AccountAdmin(ChartAdmin):
    list_display = ["number", "name", "type", "control", "currency", "is_active", "company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "type", "control", "is_active"]
    list_select_related = ["company"]
    search_fields = ["number", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An account that was booked keeps its meaning; its name may always be bettered."""
        used = obj is not None and JournalLine.objects.filter(account=obj).exists()
        return ["company", "number", "type", "control", "currency"] if used else (["company"] if obj else [])


@admin.register(AccountDetermination)
class AccountDeterminationAdmin(ChartAdmin):
    list_display = ["fact", "tax_code", "product_group", "warehouse", "account", "company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "fact"]
    list_select_related = ["company", "account", "warehouse"]
    search_fields = ["account__number", "account__name", "tax_code", "product_group"]


@admin.register(Journal)
class JournalAdmin(ChartAdmin):
    list_display = ["name", "code", "module", "company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "module"]
    list_select_related = ["company"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Entries are found by the code, and the module says which periods let them in."""
        return ["company", "code", "module"] if obj else []


@admin.register(LedgerPolicy)
class LedgerPolicyAdmin(ChartAdmin):
    list_display = ["company", "ageing_buckets", "ageing_by", "fiscal_year_first_month"]
    list_select_related = ["company"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["company"] if obj else []


@admin.register(Period)
class PeriodAdmin(BookedAdmin):
    list_display = ["__str__", "first_date", "last_date", "state", "company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "module", "year", "state"]
    list_select_related = ["company"]


@admin.register(JournalEntry)
class JournalEntryAdmin(BookedAdmin):
    list_display = ["id", "posting_date", "journal", "source", "description", "company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "kind"]
    list_select_related = ["company", "journal"]
    search_fields = ["=id", "source"]


@admin.register(OpenItem)
class OpenItemAdmin(BookedAdmin):
    list_display = ["id", "number", "payer", "kind", "due_date", "currency", "amount", "open_amount", "company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "kind", "side"]
    list_select_related = ["company", "payer"]
    search_fields = ["number", "payment_reference"]


@admin.register(Settlement)
class SettlementAdmin(BookedAdmin):
    list_display = ["id", "on", "payer", "debit_item", "credit_item", "currency", "debit_amount", "credit_amount"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["payer", "debit_item", "credit_item"]
