"""Columns and the sheet: how lists show names, numbers, money, states and days. A table class only says which."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_tables2.utils import Accessor

from core import formats, states
from core.templatetags import ui

EXCEPTIONS = {states.Family.WARN, states.Family.BAD, states.Family.CONTEST}


def row_id(record: Any) -> str:
    """The id of a row in the page, so that answers can find it."""
    return f"row-{pk_of(record)}"


def pk_of(record: Any) -> Any:
    """The key of a record, be it a model or a dict of values."""
    return record.get("pk", record.get("id")) if isinstance(record, dict) else record.pk


class SheetTable(tables.Table):
    """The base of every list: class, template and row ids of the house; sorting by `?sort=`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("template_name", "django_tables2/sheet.html")
        kwargs.setdefault("attrs", {"class": "sheet"})
        kwargs.setdefault("row_attrs", {"id": row_id})
        kwargs.setdefault("default", formats.NOTHING)
        super().__init__(*args, **kwargs)
        for bound in self.columns.columns.values():
            bound.column._table = self  # the head of an amount says the currency of the table's company


def _cell(css: str) -> dict[str, dict[str, Any]]:
    return {"cell": {"class": css}}


class LinkColumn(tables.Column):
    """The document's number (or name), linked to its page; the first column."""

    def __init__(self, url_name: str, *, pk: str = "pk", css: str = "code", **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _cell(css))
        super().__init__(linkify=(url_name, {"pk": tables.A(pk)}), **kwargs)


class NameColumn(tables.Column):
    """A name: takes the spare width, is cut with an ellipsis, and says itself in full on hover."""

    def __init__(self, **kwargs: Any) -> None:
        cut = {"th": {}, "td": {"class": "cut", "title": lambda **shown: shown.get("value")}}
        super().__init__(attrs=kwargs.pop("attrs", cut), **kwargs)


class CodeColumn(tables.Column):
    """A code such as a SKU or PO number: never cut, grey."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "code soft"}})
        super().__init__(**kwargs)


class TextColumn(tables.Column):
    """A word or two that help: grey, on one line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "soft nowrap"}})
        super().__init__(**kwargs)


class StateColumn(tables.Column):
    """A state: dot and word, a badge where someone should look, plain grey for what `calm` names."""

    def __init__(self, *, calm: Sequence[str] = (), kind: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("accessor", "state")
        kwargs.setdefault("attrs", {"td": {"class": "nowrap"}})
        super().__init__(**kwargs)
        self.calm, self.kind = {str(state) for state in calm}, kind

    def look(self, record: Any, value: str) -> states.Look:
        """How this row's state looks."""
        path = str(self.accessor or "state")
        if not self.kind and not isinstance(record, dict) and path == "state":
            return states.look_of(record)
        return states.look(str(value), self.kind)

    def render(self, value: str, record: Any) -> SafeString:
        look = self.look(record, value)
        if str(value) in self.calm:
            return format_html('<span class="soft">{}</span>', look.word)
        return ui.badge(look) if look.family in EXCEPTIONS and look.icon else ui.dot(look)

    def value(self, value: str, record: Any) -> str:
        return self.look(record, value).word


class DateColumn(tables.Column):
    """A day: `Today`, `23 Nov`, with the year when it is not this one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "soft nowrap"}})
        super().__init__(**kwargs)

    def render(self, value: date) -> SafeString:
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day_in_list(value))

    def value(self, value: date) -> date:
        return value


class MomentColumn(DateColumn):
    """A moment in the person's time zone: `23 Nov 11:41`."""

    def render(self, value: datetime) -> SafeString:  # type: ignore[override]
        return ui.moment(value)


class NumberColumn(tables.Column):
    """A count or number of days: right, tabular."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _cell("num"))
        super().__init__(**kwargs)

    def render(self, value: Any) -> Any:
        return formats.quantity(Decimal(value))

    def value(self, value: Any) -> Any:
        return value


class QuantityColumn(NumberColumn):
    """A quantity; its unit, if `unit` names where it stands, in small grey after it."""

    def __init__(self, *, unit: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit = unit

    def render(self, value: Decimal, record: Any) -> Any:  # type: ignore[override]
        written = formats.quantity(value)
        if not self.unit:
            return written
        return format_html(
            '{}<span class="cur">\N{NO-BREAK SPACE}{}</span>', written, Accessor(self.unit).resolve(record)
        )


class PercentColumn(NumberColumn):
    """A percentage with one decimal; 20 is twenty per cent."""

    def render(self, value: Decimal) -> str:
        return formats.percent(value)


class UnitPriceColumn(NumberColumn):
    """A price for one unit, up to six decimals where they say something."""

    def render(self, value: Decimal) -> str:
        return formats.unit_price(value)


Currency = str | Callable[[Any], str]


class AmountColumn(NumberColumn):
    """Money. `currency` is where the record keeps its currency, or a code, or a function of the table.

    A code or a function means one currency for the column: it stands in the head and not in the cells.
    """

    def __init__(self, *, currency: Currency = "currency", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency

    def _of_column(self) -> str | None:
        if callable(self.currency):
            return self.currency(self._table)
        return self.currency if len(self.currency) == 3 and self.currency.isupper() else None

    @property
    def header(self) -> Any:
        one = self._of_column()
        word = self.verbose_name
        return format_html('{} <span class="cur">{}</span>', word, one) if one and word else super().header

    def render(self, value: Decimal, record: Any) -> SafeString:  # type: ignore[override]
        one = self._of_column()
        if one:
            return ui.money(value, one, show=False)
        return ui.money(value, Accessor(str(self.currency)).resolve(record))


def company_currency(table: Any) -> str:
    """For `AmountColumn(currency=company_currency)`: the currency of the company the person works in."""
    return str(table.request.company.currency)


class SelectColumn(tables.Column):
    """The column of ticks for bulk actions; `label` is what a row is called (its number)."""

    def __init__(self, *, label: str = "", **kwargs: Any) -> None:
        super().__init__(
            accessor="pk", orderable=False, exclude_from_export=True, attrs=_cell("pick"), verbose_name="", **kwargs
        )
        self.label = label

    @property
    def header(self) -> SafeString:
        return format_html(
            '<input class="form-check-input" type="checkbox" data-pick-all aria-label="{}">', "Select all rows"
        )

    def render(self, value: int, record: Any) -> SafeString:
        name = Accessor(self.label).resolve(record) if self.label else record
        return format_html(
            '<input class="form-check-input" type="checkbox" name="pk" value="{}" data-pick aria-label="Select {}">',
            value,
            name,
        )
