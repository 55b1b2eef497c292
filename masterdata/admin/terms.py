"""Payment terms with their instalments, the steps of each, and discounts for paying early."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from core.errors import DomainError
from core.money import ZERO
from masterdata import terms
from masterdata.admin.base import Parts, PartsFormSet, SetUp
from masterdata.models import EarlyDiscount, PaymentTerm, PaymentTermLine, PaymentTermStep


class LinesFormSet(PartsFormSet):
    """The instalments together say when all of the money is due."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form for form in kept if not form.cleaned_data.get("DELETE") and form.is_valid()]
        kept.sort(key=lambda form: form.cleaned_data["position"])
        lines = tuple(
            terms.Line(kind=form.cleaned_data["kind"], percent=form.cleaned_data["percent"] or ZERO) for form in kept
        )
        try:
            terms.check(terms.Term(str(self.instance), lines))
        except DomainError as error:
            raise ValidationError(error.message) from error


class Lines(Parts):
    model = PaymentTermLine
    formset = LinesFormSet
    company = "term__company"
    show_change_link = True


class Discounts(Parts):
    model = EarlyDiscount
    company = "term__company"


@admin.register(PaymentTerm)
class PaymentTermAdmin(SetUp):
    family = "paymentterm"
    list_display = ["name", "code", "company", "basis", "discount_treatment", "is_active"]
    list_select_related = ["company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "basis"]
    search_fields = ["code", "name"]
    inlines = [Lines, Discounts]


class Steps(Parts):
    model = PaymentTermStep
    company = "line__term__company"


@admin.register(PaymentTermLine)
class PaymentTermLineAdmin(SetUp):
    """The steps of an instalment; reached from its term."""

    family = "paymentterm"
    company = "term__company"
    list_display = ["term", "position", "kind", "percent", "amount"]
    list_select_related = ["term"]
    inlines = [Steps]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["term", "position", "kind", "percent", "amount", "currency"] if obj else []

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False
