"""Widgets of the house."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class PlainSelect(forms.Select):
    """A select written at once: countries and time zones have hundreds of options, and a template each is slow."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        facts = self.get_context(name, value, attrs)["widget"]
        groups = [(self._group(label, options),) for label, options, _ in facts["optgroups"]]
        options = format_html_join("", "{}", groups)
        return format_html('<select name="{}"{}>{}</select>', facts["name"], _written(facts["attrs"]), options)

    def _group(self, label: str | None, options: list[dict[str, Any]]) -> SafeString:
        facts = [(option["value"], _written(option["attrs"]), option["label"]) for option in options]
        written = format_html_join("", '<option value="{}"{}>{}</option>', facts)
        return format_html('<optgroup label="{}">{}</optgroup>', label, written) if label else written


def _written(attrs: dict[str, Any]) -> SafeString:
    """The attributes that are on; those that are true are named after themselves."""
    shown = [(name, name if value is True else value) for name, value in attrs.items() if value not in (False, None)]
    return format_html_join("", ' {}="{}"', shown)


def plain(widget: forms.Select) -> PlainSelect:
    """The same select, written at once."""
    quick = PlainSelect(widget.attrs)
    quick.choices = widget.choices
    quick.is_required = widget.is_required
    return quick
