"""Form fields in which people type a number or words, and mean a record."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from core.formats import NOTHING
from core.models import Company
from masterdata import queries
from masterdata.models import Customer, Product

DASHES = "---------"
"""What Django offers for nothing; people read a dash."""


class _TypedField(forms.CharField):
    """A record by its number typed whole, or by words that only one record holds."""

    key: str
    unknown: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)
        self.company: Company | None = None
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def found(self, words: str) -> QuerySet[Any]:
        """What matches, best first."""
        raise NotImplementedError

    def stored(self) -> QuerySet[Any]:
        """All records there are."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Model):
            return getattr(value, self.key)
        if isinstance(value, int):
            return self.stored().filter(pk=value).values_list(self.key, flat=True).first()
        return value

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words:
            return None
        exact = self.stored().filter(company=self.company, **{f"{self.key}__iexact": words}).first()
        if exact is not None:
            return exact
        near = list(self.found(words)[:2])
        if len(near) == 1:
            return near[0]
        raise ValidationError(self._message(near), params={"words": words, "near": near[0] if near else ""})

    def _message(self, near: list[Any]) -> Any:
        return _("“%(words)s” can be several. Did you mean %(near)s?") if near else self.unknown

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class CustomerTyped(_TypedField):
    """A customer of the company by number or name."""

    key = "number"
    unknown = _("There is no customer “%(words)s”. Type its number, or a part of its name.")

    def found(self, words: str) -> QuerySet[Any]:
        assert self.company is not None
        return queries.find_customers(self.company, words)

    def stored(self) -> QuerySet[Any]:
        return Customer.objects.all()


class ProductTyped(_TypedField):
    """A product of the company by SKU, barcode or name."""

    key = "sku"
    unknown = _("There is no product “%(words)s”. Type its SKU, barcode, or a part of its name.")

    def found(self, words: str) -> QuerySet[Any]:
        assert self.company is not None
        return queries.find_products(self.company, words)

    def stored(self) -> QuerySet[Any]:
        return Product.objects.all()


def of_company(form: forms.BaseForm, company: Company) -> None:
    """Let every field of the form offer and find only what the company has."""
    for field in form.fields.values():
        match field:
            case _TypedField():
                field.company = company
            case forms.ModelChoiceField(queryset=QuerySet() as offered) if _has_company(offered):
                field.queryset = offered.filter(company=company)
        if isinstance(field, forms.ModelChoiceField) and field.empty_label == DASHES:
            field.empty_label = NOTHING


def _has_company(rows: QuerySet[Any]) -> bool:
    return any(field.name == "company" for field in rows.model._meta.fields)
