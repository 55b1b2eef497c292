"""What the forms of master data have in common: parts with headings, and choices of one company."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q

from core.forms import Looks
from core.models import Company
from masterdata import countries
from masterdata.fields_typed import of_company

COUNTRIES = [("", "–"), *countries.CHOICES]


class Sections:
    """A long form in parts: each with its heading and its rows of fields."""

    sections: list[tuple[Any, list[list[str]]]] = []

    @property
    def laid_out(self) -> list[tuple[Any, list[list[forms.BoundField]]]]:
        """Headings and rows of fields, for the template."""
        return [(title, [[self[name] for name in row] for row in rows]) for title, rows in self.sections]  # type: ignore[index]


class OfCompany(Looks):
    """A form that only knows what belongs to one company."""

    def __init__(self, *args: Any, company: Company, client_key: UUID | None = None, **kwargs: Any) -> None:
        """With a `client_key`, what it has made before is not taken by somebody else: a second click finds it again."""
        self.company, self.client_key = company, client_key
        super().__init__(*args, **kwargs)
        of_company(self, company)  # type: ignore[arg-type]

    def is_taken(self, **key: str) -> bool:
        """Whether another record of the company has this key."""
        model, own = self._meta.model, Q(pk=self.instance.pk)  # type: ignore[attr-defined]
        if self.client_key:
            own |= Q(client_key=self.client_key)
        return bool(model.objects.filter(company=self.company, **key).exclude(own).exists())
