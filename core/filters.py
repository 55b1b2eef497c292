"""Filters of lists: a text field, chips for what is set, and fields that read days and amounts as people write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import formats
from core.ranges import Amounts, Days, NotUnderstood, amounts, days
from core.widgets import plain

Rows = QuerySet[Model]


@dataclass(frozen=True)
class Chip:
    """A filter that is set: what it is called, what it says, and the address of the list without it."""

    name: str
    label: str
    value: str
    without: str


class SearchFilter(django_filters.CharFilter):
    """The text field: every word must be found in one of the columns."""

    def __init__(self, columns: Sequence[str], *, label: str | Promise, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={"type": "search", "placeholder": label, "aria-label": label, "autocomplete": "off"}
        )
        super().__init__(label=label, widget=widget, **kwargs)
        self.columns = list(columns)

    def filter(self, rows: Rows, value: str) -> Rows:
        for word in (value or "").split():
            wanted = Q(pk__in=[])
            for column in self.columns:
                wanted |= Q(**{f"{column}__icontains": word})
            rows = rows.filter(wanted)
        return rows


class _RangeField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("lookup_expr", None)
        super().__init__(max_length=60, **kwargs)


class DaysField(_RangeField):
    """Reads `today`, `-7d`, `nov`, `1.11.-15.11.`; what was typed stays as the chip's text."""

    def clean(self, value: Any) -> "Typed | None":
        words = super().clean(value)
        today = formats.today_here()
        try:
            return Typed(words, days(words, today)) if words else None
        except NotUnderstood as error:
            raise ValidationError(str(error)) from error


class AmountsField(_RangeField):
    """Reads `500`, `>500`, `100..200`."""

    def clean(self, value: Any) -> "Typed | None":
        words = super().clean(value)
        try:
            return Typed(words, amounts(words)) if words else None
        except NotUnderstood as error:
            raise ValidationError(str(error)) from error


@dataclass(frozen=True)
class Typed:
    """What was typed, and what it means."""

    words: str
    meaning: Days | Amounts

    def __str__(self) -> str:
        return self.words


class DaysFilter(django_filters.Filter):
    """Rows whose day lies in what was typed."""

    field_class = DaysField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("today, -7d, nov, 1.11.-15.11."))
        super().__init__(*args, **kwargs)

    def filter(self, rows: Rows, value: Typed | None) -> Rows:
        if value is None:
            return rows
        assert isinstance(value.meaning, Days)
        bounds = {"gte": value.meaning.first, "lte": value.meaning.last}
        return rows.filter(**{f"{self.field_name}__{sign}": day for sign, day in bounds.items() if day})


class AmountsFilter(django_filters.Filter):
    """Rows whose amount lies in what was typed."""

    field_class = AmountsField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("500, >500, 100..200"))
        super().__init__(*args, **kwargs)

    def filter(self, rows: Rows, value: Typed | None) -> Rows:
        if value is None:
            return rows
        assert isinstance(value.meaning, Amounts)
        equal = "e" if value.meaning.inclusive else ""
        bounds = {f"gt{equal}": value.meaning.least, f"lt{equal}": value.meaning.most}
        return rows.filter(**{f"{self.field_name}__{sign}": it for sign, it in bounds.items() if it is not None})


class ListFilter(django_filters.FilterSet):
    """The base of every list's filters. The text field is called `q`; the others show as chips while they are set."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            _dress(field)

    @property
    def text_field(self) -> Any:
        """The one text field, if the list has one."""
        return self.form["q"] if "q" in self.form.fields else None

    @property
    def more_fields(self) -> list[Any]:
        """The fields behind + Filter."""
        return [self.form[name] for name in self.form.fields if name != "q"]

    @property
    def sort(self) -> str:
        """How the list is sorted, kept while filtering."""
        return self.data.get("sort", "") if self.data else ""

    def chips(self) -> list[Chip]:
        """What is set, each with the address of the list without it."""
        self.form.is_valid()
        shown = {name: value for name, value in self.form.cleaned_data.items() if name != "q" and _is_set(value)}
        return [self._chip(name, value) for name, value in shown.items()]

    def _chip(self, name: str, value: Any) -> Chip:
        field = self.form.fields[name]
        return Chip(name, str(field.label or name), _spoken(field, value), self.address_without(name))

    def address_without(self, *names: str) -> str:
        """The address of this list with these filters removed, on its first page."""
        kept = self.data.copy()
        for name in (*names, "page", "more", "export"):
            kept.pop(name, None)
        return f"?{kept.urlencode()}"

    def is_narrowed(self) -> bool:
        """Whether anything is typed or set."""
        self.form.is_valid()
        return any(_is_set(value) for value in self.form.cleaned_data.values())


def _is_set(value: Any) -> bool:
    if isinstance(value, QuerySet):
        return bool(value)
    return value not in (None, "", [], ())


def _spoken(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.NullBooleanField) or isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list | tuple | QuerySet):
        return ", ".join(_spoken(field, one) for one in value)
    choices = getattr(field, "choices", None)
    if choices is not None and not isinstance(value, Model):
        return str(dict(_flat(choices)).get(str(value), value))
    return str(value)


def _flat(choices: Any) -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in choices if not isinstance(label, list | tuple)]


def _dress(field: forms.Field) -> None:
    """Give a filter field the looks of the house."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect | forms.CheckboxInput):
        widget.attrs.setdefault("class", "form-check-input")
    elif isinstance(widget, forms.Select):
        widget.attrs.setdefault("class", "form-select")
        if type(widget) is forms.Select:
            field.widget = plain(widget)
    elif widget.attrs.get("type") != "search":
        widget.attrs.setdefault("class", "form-control")
        widget.attrs.setdefault("autocomplete", "off")
