"""The kernel's queues, for administrators: events that were parked, and what the event log says."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from core import outbox
from core.admin.base import ReadOnlyAdmin
from core.models import EventState, Job, LoggedEvent, OutboxEvent
from core.operations import ADMINISTER


class AdministratorsReadOnlyAdmin(ReadOnlyAdmin):
    """Rows that the house has written itself, for those with `core.administer`."""

    def permission(self, action: str) -> str:
        return ADMINISTER


class OperationFilter(admin.SimpleListFilter):
    """The operations of the process map; asking the table for them would read all of it."""

    title = "operation"
    parameter_name = "operation"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted({kind.operation for kind in outbox.all_kinds()})]

    def queryset(self, request: HttpRequest, rows: QuerySet[OutboxEvent]) -> QuerySet[OutboxEvent]:
        return rows.filter(operation=self.value()) if self.value() else rows


@admin.register(OutboxEvent)
class OutboxEventAdmin(AdministratorsReadOnlyAdmin):
    """Events on their way. A parked one says why, and can be retried once the reason is mended."""

    company = None
    list_display = ["id", "name", "operation", "payload", "state", "tries", "last_error", "created_at", "handled_at"]
    list_filter = ["state", OperationFilter]
    list_select_related = ["by"]
    ordering = ["-id"]
    actions = ["retry"]

    @admin.action(description="Try the selected parked events again", permissions=["view"])
    def retry(self, request: HttpRequest, rows: QuerySet[OutboxEvent]) -> None:
        parked = list(rows.filter(state=EventState.PARKED).order_by("pk").values_list("pk", flat=True)[:1000])
        outcomes = outbox.retry(parked, by=request.user)  # type: ignore[arg-type]
        level = messages.SUCCESS if outcomes.done else messages.WARNING
        self.message_user(request, f"{len(outcomes.done)} parked events wait to be tried again.", level)


@admin.register(LoggedEvent)
class LoggedEventAdmin(AdministratorsReadOnlyAdmin):
    """What happened, as the key figures read it."""

    list_display = ["what", "document_kind", "document_id", "company", "happened_at", "by", "via"]
    list_select_related = ["by", "company"]
    search_fields = ["=document_id"]
    search_help_text = "The key of a document"
    ordering = ["-id"]


@admin.register(Job)
class JobAdmin(AdministratorsReadOnlyAdmin):
    """Long work; it is stopped and resumed on its own page."""

    list_display = ["title", "kind", "company", "by", "state", "done", "refused", "created_at", "last_error"]
    list_filter = ["state"]
    list_select_related = ["by", "company"]
    ordering = ["-id"]
