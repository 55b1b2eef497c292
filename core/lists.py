"""List pages: filter, sort, page and export a table the same way everywhere. A view says what and hands it here."""

from dataclasses import dataclass, field
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django_tables2.data import TableQuerysetData
from django_tables2.rows import BoundRows as TableRows

from core.exports import csv_response, xlsx_response
from core.filters import Chip, ListFilter
from core.formats import whole
from core.forms import MOST_SELECTED
from core.http import varies_by_htmx, wants_partial
from core.tables import SheetTable

PAGE = 50
COUNTED = 10_000


@dataclass(frozen=True)
class Action:
    """A button: what it says, where it leads, its key; in a bulk bar it posts the ticked rows there."""

    label: str
    url: str
    key: str = ""
    icon: str = ""
    primary: bool = False
    confirm: str = ""
    """Asked before it is done, when it can't be undone: a sentence in numbers."""


@dataclass(frozen=True)
class Empty:
    """What a list says before its first row: what appears here, how it gets here, and the first step."""

    title: str
    text: str
    icon: str = "list"
    action: Action | None = None
    missing: str = ""
    """What has to be there first, if it is not."""


@dataclass(frozen=True)
class View:
    """A tab above a list: a saved filter by its address, with how many rows it has."""

    label: str
    query: str
    count: int | None = None
    current: bool = False


class CappedPaginator(Paginator[Any]):
    """Pages of a table whose count is exact up to ten thousand; counting further would cost more than it says."""

    @cached_property
    def count(self) -> int:
        data = cast(TableRows, self.object_list).data
        if isinstance(data, TableQuerysetData):
            return int(data.data[: COUNTED + 1].count())
        return len(data)

    def page(self, number: Any) -> Any:
        """The page, or the last one where rows have gone since the address was made."""
        return super().page(min(number, self.num_pages))


@dataclass
class Listing:
    """A list as its template needs it."""

    table: SheetTable
    filters: ListFilter | None
    noun: str
    empty: Empty
    views: list[View] = field(default_factory=list)
    bulk: list[Action] = field(default_factory=list)
    export: str = ""
    more: bool = False
    all_offered: bool = False

    @property
    def count(self) -> int:
        return int(self.table.paginator.count)

    @property
    def select_all(self) -> bool:
        """Whether everything that matches can be selected at once: more than is shown, and not too much for a verb."""
        return self.all_offered and self.table.page.has_other_pages() and self.count <= MOST_SELECTED

    @property
    def count_text(self) -> str:
        """`1,204`, or `10,000+`."""
        return f"{whole(COUNTED)}+" if self.count > COUNTED else whole(self.count)

    @property
    def first(self) -> int:
        """The number of the first row shown; appended rows go on from the first page."""
        return 1 if self.more else int(self.table.page.start_index())

    @property
    def last(self) -> int:
        return int(self.table.page.end_index())

    @property
    def left(self) -> int:
        """How many rows the next page brings."""
        return min(PAGE, self.count - self.last)

    @cached_property
    def chips(self) -> list[Chip]:
        return self.filters.chips() if self.filters else []

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Filters that could not be understood, with the reason."""
        if self.filters is None:
            return []
        errors = self.filters.form.errors
        return [(str(self.filters.form.fields[name].label or name), str(said[0])) for name, said in errors.items()]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters and self.filters.is_narrowed())

    def to_blame(self) -> list[Chip]:
        """Of the filters that leave nothing, those without which something would be found."""
        if self.filters is None or self.count:
            return []
        return [chip for chip in self.chips if self._finds_without(chip.name)]

    def _finds_without(self, name: str) -> bool:
        assert self.filters is not None
        kept = self.filters.data.copy()
        kept.pop(name, None)
        again = type(self.filters)(kept, queryset=self.filters.queryset, request=self.filters.request)
        return bool(again.qs.exists())


def render_list(
    request: HttpRequest,
    table_class: type[SheetTable],
    rows: QuerySet[Any] | list[Any],
    *,
    template: str,
    empty: Empty,
    noun: str = "",
    filterset: type[ListFilter] | None = None,
    views: list[View] | None = None,
    bulk: list[Action] | None = None,
    export: str = "",
    select_all: bool = False,
    context: dict[str, Any] | None = None,
    table_options: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """The page of a list, its part for htmx, or its rows as a file (`?export=csv`, `?export=xlsx`).

    `rows` are already narrowed to what the person may see. With `select_all` the bulk verbs must give `SelectionForm`
    the same filter set. The template extends `core/list.html`. Filters that
    can't be understood answer 422 with the reason; the rest of the filters still count.
    """
    filters = filterset(request.GET, queryset=rows, request=request) if filterset else None
    shown = filters.qs if filters else rows
    table = table_class(shown, request=request, order_by=request.GET.getlist("sort") or None, **(table_options or {}))
    _order_fully(table)
    wanted = request.GET.get("export")
    if export and wanted in {"csv", "xlsx"}:
        return csv_response(table, export) if wanted == "csv" else xlsx_response(table, export)
    table.paginate(page=_page(request), per_page=PAGE, paginator_class=CappedPaginator)
    listing = Listing(
        table=table,
        filters=filters,
        noun=noun or _noun(shown),
        empty=empty,
        views=views or [],
        bulk=bulk or [],
        export=export,
        more="more" in request.GET,
        all_offered=select_all,
    )
    return _answer(request, listing, template, context or {})


def _answer(request: HttpRequest, listing: Listing, template: str, context: dict[str, Any]) -> HttpResponse:
    name = "core/_listing.html" if wants_partial(request) else template
    status = 422 if listing.faults else 200
    response = render(request, name, {"listing": listing, "table": listing.table} | context, status=status)
    varies_by_htmx(response)
    return response


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isdecimal() and len(asked) < 6 else 1


def _order_fully(table: SheetTable) -> None:
    """Rows that compare equal keep their place from page to page: the key is the last sort key."""
    rows = getattr(table.data, "data", None)
    if isinstance(rows, QuerySet) and issubclass(rows._iterable_class, ModelIterable) and not rows.query.group_by:
        given = rows.query.order_by or rows.model._meta.ordering
        table.data.data = rows.order_by(*given, "pk")


def _noun(rows: QuerySet[Model] | list[Any]) -> str:
    return str(rows.model._meta.verbose_name_plural) if isinstance(rows, QuerySet) else "rows"
