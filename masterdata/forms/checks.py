"""Questions that pages answer: a payment term in days, a price, a tax."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import AmountField, Looks
from core.models import Warehouse
from masterdata.fields_typed import CustomerTyped, ProductTyped
from masterdata.forms.base import COUNTRIES, OfCompany
from masterdata.models import (
    Supply,
    TaxStatus,
    Unit,
)
from masterdata.prices import PriceLine
from masterdata.tax import TaxLine


class TermPreviewForm(Looks, forms.Form):
    """A document date and a total, to see what a payment term makes of them."""

    on = forms.DateField(label=_("Document date"))
    amount = AmountField(label=_("Total"), decimal_places=4, max_digits=20)
    currency = forms.RegexField("^[A-Za-z]{3}$", label=_("Currency"))
    rows = [["on", "amount", "currency"]]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class PriceCheckForm(OfCompany, forms.Form):
    """Who wants how much of what, and when."""

    customer = CustomerTyped(label=_("Customer"), help_text=_("Number or name."))
    sku = ProductTyped(label=_("Product"), help_text=_("SKU, barcode or name."))
    quantity = AmountField(label=_("Quantity"), min_value=Decimal("0.0001"), decimal_places=4, initial=1)
    unit = forms.ModelChoiceField(Unit.objects.all(), label=_("Unit"), required=False, empty_label=_("Base unit"))
    on = forms.DateField(label=_("Order date"))
    rows = [["customer", "sku"], ["quantity", "unit", "on"]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today(self.company)

    @property
    def chosen_unit(self) -> Unit:
        """The unit asked for, or the product's own."""
        chosen: Unit = self.cleaned_data["unit"] or self.cleaned_data["sku"].base_unit
        return chosen

    def line(self) -> PriceLine:
        """What the price finding is asked."""
        facts = self.cleaned_data
        return PriceLine(
            company_id=self.company.pk,
            customer_id=facts["customer"].pk,
            product_id=facts["sku"].pk,
            unit_id=self.chosen_unit.pk,
            quantity=facts["quantity"],
            currency=facts["customer"].currency,
        )


class TaxCheckForm(OfCompany, forms.Form):
    """Who supplies what to whom, from where to where, and when."""

    customer = CustomerTyped(
        label=_("Customer"), required=False, help_text=_("Number or name. Left empty: somebody of this status.")
    )
    tax_status = forms.ChoiceField(
        label=_("Tax status"), choices=[("", _("As the customer's terms say")), *TaxStatus.choices], required=False
    )
    sku = ProductTyped(label=_("Product"), required=False, help_text=_("Left empty: standard goods."))
    supply = forms.ChoiceField(label=_("Supply"), choices=[*Supply.choices[1:]])
    ship_from = forms.ChoiceField(label=_("From"), choices=COUNTRIES)
    ship_to = forms.ChoiceField(label=_("To"), choices=COUNTRIES)
    on = forms.DateField(label=_("Date of supply"))
    rows = [["customer", "tax_status"], ["sku", "supply"], ["ship_from", "ship_to", "on"]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warehouse = Warehouse.objects.filter(company=self.company).order_by("pk").first()
        self.fields["ship_from"].initial = warehouse.country if warehouse else self.company.country
        self.fields["on"].initial = clock.today(self.company)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or {}
        if not facts.get("customer") and not facts.get("tax_status") and "customer" not in self.errors:
            self.add_error("tax_status", _("Choose what somebody without a number is: a business or a consumer."))
        return facts

    def line(self) -> TaxLine:
        """What the tax determination is asked."""
        facts = self.cleaned_data
        return TaxLine(
            company_id=self.company.pk,
            customer_id=facts["customer"].pk if facts["customer"] else None,
            ship_from=facts["ship_from"],
            ship_to=facts["ship_to"],
            tax_class=facts["sku"].tax_class if facts["sku"] else "standard",
            on=facts["on"],
            supply=facts["supply"],
            tax_status=facts["tax_status"] or None,
        )
