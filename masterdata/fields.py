"""Columns that many tables of master data share: countries, identifiers, texts by language, periods of validity."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value

from masterdata import countries, identifiers


class CountryField(models.CharField[Any, Any]):
    """A two-letter country code (ISO 3166)."""

    default_validators = [countries.validate]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 2
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs


class _IdentifierField(models.CharField[Any, Any]):
    """A number with a check digit, stored compact; what a person types with blanks and dashes is compacted first."""

    length: int
    compact: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = self.length
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        if value in self.empty_values:
            return super().clean(None if self.null else value, model_instance)
        return super().clean(type(self).compact(str(value)), model_instance)


class VatNumberField(_IdentifierField):
    """A VAT number with its country in front."""

    length, compact = 20, staticmethod(identifiers.vat_number)


class IbanField(_IdentifierField):
    """An international bank account number."""

    length, compact = 34, staticmethod(identifiers.iban)


class BicField(_IdentifierField):
    """A bank identifier."""

    length, compact = 11, staticmethod(identifiers.bic)


class GtinField(_IdentifierField):
    """A global trade item number: what a barcode on goods says."""

    length, compact = 14, staticmethod(identifiers.gtin)


class GlnField(_IdentifierField):
    """A global location number: what a barcode calls a place or a party."""

    length, compact = 13, staticmethod(identifiers.gln)


class LeiField(_IdentifierField):
    """A legal entity identifier."""

    length, compact = 20, staticmethod(identifiers.lei)


def validate_translations(texts: Any) -> None:
    """A text for each of some languages, such as {"de": "Kerze"}."""
    known = dict(settings.LANGUAGES)
    if not isinstance(texts, dict) or not all(key in known and isinstance(text, str) for key, text in texts.items()):
        raise ValidationError(f'Write texts by language, such as {{"de": "Kerze"}}; languages are {", ".join(known)}.')


class TranslationsField(models.JSONField[Any, Any]):
    """Texts by language; a language that is missing falls back to the text beside it."""

    default_validators = [validate_translations]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class Validity(models.Model):
    """A row that holds from its first to its last day, both included; open ends mean always."""

    valid_from = models.DateField(null=True, blank=True, help_text="The first day; empty: since ever.")
    valid_to = models.DateField(
        null=True, blank=True, help_text="The last day, inclusive; empty: until further notice."
    )

    class Meta:
        abstract = True

    def holds_on(self, on: date) -> bool:
        """Whether the row is valid on that day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


def ends_after_it_begins(name: str) -> models.CheckConstraint:
    """No row whose last day is before its first."""
    return models.CheckConstraint(
        name=name, condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
    )


def one_at_a_time(name: str, *fields: str, condition: Q | None = None) -> ExclusionConstraint:
    """Of rows equal in these fields at most one is valid on any day."""
    days = Func(F("valid_from"), F("valid_to"), Value("[]"), function="DATERANGE", output_field=DateRangeField())
    return ExclusionConstraint(
        name=name,
        expressions=[*((field, RangeOperators.EQUAL) for field in fields), (days, RangeOperators.OVERLAPS)],
        condition=condition,
        violation_error_message="Another row is valid in this period. End that one first, or choose other days.",
    )


def valid_on(on: date, prefix: str = "") -> Q:
    """The condition that a row is valid on a day, both ends included."""
    start, end = f"{prefix}valid_from", f"{prefix}valid_to"
    return (Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": on})) & (
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": on})
    )
