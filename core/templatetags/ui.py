"""Template words of the kit: states, money, quantities, days, panels, icons."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms, template
from django.template.base import render_value_in_context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import formats, roles, states

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Tabler outline icon that screen readers skip; nothing without a name."""
    return format_html('<i class="ti ti-{}" aria-hidden="true"></i>', name) if name else mark_safe("")


def badge(look: states.Look, *, large: bool = False) -> SafeString:
    """A state as a badge: soft ground, icon and word."""
    size = " state-lg" if large else ""
    family = "" if look.family == states.Family.OPEN else f" {look.family}" if look.family else ""
    return format_html('<span class="state{}{}">{}{}</span>', family, size, icon(look.icon), look.word)


def dot(look: states.Look) -> SafeString:
    """A state as a dot and a word, one among many in a list."""
    return format_html('<span class="dot{}">{}</span>', f" {look.family}" if look.family else "", look.word)


def _look(document: Any, word: str) -> states.Look:
    return states.look(document, word=word) if isinstance(document, str) else states.look_of(document)


@register.simple_tag
def state_badge(document: Any, word: str = "", large: bool = False) -> SafeString:
    """The state of a document (or a state by its code) as a badge: in a page header, or an exception in a list."""
    return badge(_look(document, word), large=large)


@register.simple_tag
def state_dot(document: Any, word: str = "") -> SafeString:
    """The state of a document (or a state by its code) as dot and word: one among others in a list."""
    return dot(_look(document, word))


@register.simple_tag
def amount(value: Decimal | None, currency: str, show: bool = True) -> SafeString:
    """An amount with its currency in small grey; `show=False` where the head of the column names the currency."""
    return money(value, currency, show=show)


def money(value: Decimal | None, currency: str, *, show: bool = True) -> SafeString:
    """The mark-up of an amount; without a value a dash and no currency."""
    written = formats.amount(value, currency)
    if value is None or not show:
        return format_html("{}", written)
    return format_html('{}<span class="cur">\N{NO-BREAK SPACE}{}</span>', written, currency)


@register.filter
def quantity(value: Decimal | int | None) -> str:
    """`48`, `2.5`: no decimals that say nothing."""
    return formats.quantity(value)


@register.filter
def unit_price(value: Decimal | None) -> str:
    """`12.50`, `0.0425`."""
    return formats.unit_price(value)


@register.filter
def percent(value: Decimal | None, places: int = 1) -> str:
    """`20.0%`; `value|percent:0` in running text."""
    return formats.percent(value, places)


@register.filter
def rate(value: Decimal | None) -> str:
    """`1.1702`."""
    return formats.rate(value)


@register.filter
def whole(value: int) -> str:
    """`1,204`."""
    return formats.whole(value)


@register.filter
def day(value: date | None) -> str:
    """`23 Nov 2026`."""
    return formats.day(value)


@register.filter
def day_in_list(value: date | None) -> str:
    """`Today`, `Yesterday`, `23 Nov`, `23 Nov 2025`."""
    return formats.day_in_list(value)


@register.filter
def long_day(value: date) -> str:
    """`Monday 23 November 2026`."""
    return formats.long_day(value)


@register.filter
def moment(value: datetime | None) -> SafeString:
    """`23 Nov 11:41` in the person's time zone, with ISO and zone on hover."""
    if value is None:
        return mark_safe(formats.NOTHING)  # noqa: S308 (a constant)
    here = formats.local(value)
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>',
        value.isoformat(timespec="seconds"),
        here.isoformat(sep=" ", timespec="seconds"),
        here.tzname(),
        formats.moment(value),
    )


@register.filter
def clock_time(value: datetime) -> str:
    """`11:41`."""
    return formats.clock_time(value)


@register.filter
def waiting(since: datetime | None) -> str:
    """How long something waits: `38 min`, `2 d 3 h`."""
    return formats.waiting(since)


@register.filter
def duration(value: timedelta | None) -> str:
    """How long something took."""
    return formats.duration(value)


@register.filter
def initials(name: object) -> str:
    """The letters on a face: `PN` for Priya Nair."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.inclusion_tag("core/_panel.html")
def panel(url: str, title: str) -> dict[str, str]:
    """A panel that another app fills: loaded by htmx, a link without it, its errors stay in it with Try again."""
    return {"url": url, "title": title}


@register.inclusion_tag("core/_menu.html", takes_context=True)
def side_menu(context: template.Context) -> dict[str, Any]:
    """The side menu: My work, then what this person's roles may open, with what waits there."""
    shell = context["shell"]
    pages = [(section, [_entry(shell, entry) for entry in inside]) for section, inside in shell.sections]
    _mark_current([entry for _, inside in pages for entry in inside])
    return {"sections": pages, "shell": shell, "at_home": shell.request.path == reverse("core:my_work")}


def _entry(shell: Any, entry: Any) -> dict[str, Any]:
    url = reverse(entry.url_name)
    waiting = shell.counts.get(entry.url_name)
    return {"entry": entry, "url": url, "waiting": waiting, "here": shell.is_current(url)}


def _mark_current(entries: list[dict[str, Any]]) -> None:
    """Of several entries above the page shown, the nearest is current: `/ledger/entries`, not `/ledger`."""
    nearest = max((entry["url"] for entry in entries if entry["here"]), key=len, default=None)
    for entry in entries:
        entry["here"] = entry["url"] == nearest


@register.filter
def field_width(field: Any) -> str:
    """How wide a field is: a day is narrow, a number too, a name wide."""
    match field.field:
        case forms.DateField() | forms.DecimalField() | forms.IntegerField() | forms.TimeField():
            return "field-short"
        case forms.ChoiceField() | forms.EmailField():
            return "field-middle"
        case forms.CharField(max_length=int() as longest) if longest <= 20:
            return "field-short"
        case _:
            return "field-long"


@register.filter
def role_label(code: str) -> str:
    """The name of a role: `Credit controller`."""
    return next((role.label for role in roles.all_roles() if role.code == code), code)


@register.filter
def look_badge(look: states.Look, large: bool = False) -> SafeString:
    """A look (`core.states.Look`) as a badge."""
    return badge(look, large=large)


@register.filter
def look_dot(look: states.Look) -> SafeString:
    """A look as dot and word."""
    return dot(look)


@register.simple_tag(takes_context=True)
def sheet_rows(context: template.Context, table: Any) -> SafeString:
    """The rows of a table; written here because a template takes far longer, and lists are what people look at most."""
    fixed = {column.name: _fixed_attributes(column) for column in table.columns}
    lines = []
    for row in table.paginated_rows:
        cells = "".join(_cell(context, column, cell, fixed[column.name]) for column, cell in row.items())
        lines.append(f"<tr {row.attrs.as_html()}>{cells}</tr>")
    return mark_safe("\n".join(lines))  # noqa: S308 (its parts are escaped)


def _fixed_attributes(column: Any) -> str | None:
    """The attributes of a column's cells, unless they depend on the row."""
    given = column.column.attrs
    depends = any(callable(value) for value in {**given.get("cell", {}), **given.get("td", {})}.values())
    return None if depends else str(column.attrs["td"].as_html())


def _cell(context: template.Context, column: Any, cell: Any, fixed: str | None) -> str:
    attributes = column.attrs["td"].as_html() if fixed is None else fixed
    return f"<td {attributes}>{render_value_in_context(cell, context)}</td>"
