"""The facts of a product, its units and its cost."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField, Looks
from masterdata.forms.base import COUNTRIES, OfCompany, Sections
from masterdata.models import (
    Product,
    ProductUnit,
)

OTHER_LANGUAGES = [(code, name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


class ProductForm(Sections, OfCompany, forms.ModelForm):  # type: ignore[type-arg]
    """The facts of a product."""

    sku = forms.CharField(
        label=_("SKU"), max_length=40, required=False, help_text=_("Left empty it gets the next number.")
    )
    origin_country = forms.ChoiceField(label=_("Origin"), choices=COUNTRIES, required=False)
    weight_kg = AmountField(label=_("Weight in kg"), required=False, min_value=0, decimal_places=4, max_digits=12)
    over_delivery_percent = AmountField(
        label=_("More than ordered, in %"), min_value=0, max_value=100, decimal_places=4, initial=0
    )
    under_delivery_percent = AmountField(
        label=_("Less than ordered, in %"), min_value=0, max_value=100, decimal_places=4, initial=0
    )
    sections = [
        (
            _("Product"),
            [
                ["sku", "name"],
                [f"name_{code}" for code, _name in OTHER_LANGUAGES],
                ["description"],
                ["kind", "status", "group"],
            ],
        ),
        (_("Units and codes"), [["base_unit", "gtin", "tax_class"], ["origin_country", "hs_code"]]),
        (_("Weight and size"), [["weight_kg", "length_mm", "width_mm", "height_mm"]]),
        (
            _("Stock and delivery"),
            [["tracking", "minimum_life_days", "has_expiry"], ["over_delivery_percent", "under_delivery_percent"]],
        ),
    ]

    class Meta:
        model = Product
        fields = [
            *("sku", "name", "description", "kind", "status", "group", "base_unit", "gtin", "tax_class", "weight_kg"),
            *("length_mm", "width_mm", "height_mm", "tracking", "has_expiry", "minimum_life_days"),
            *("over_delivery_percent", "under_delivery_percent", "origin_country", "hs_code"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, _name in OTHER_LANGUAGES:
            label = gettext("Name in %(language)s") % {"language": get_language_info(code)["name_translated"]}
            known = self.instance.names.get(code, "")
            self.fields[f"name_{code}"] = forms.CharField(label=label, max_length=160, required=False, initial=known)
        if self.instance.pk:
            self.fields["sku"].required, self.fields["sku"].help_text = True, ""
            for name in ("base_unit", "kind"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Stays as it is, as stock and prices speak of it.")

    def clean_sku(self) -> str:
        """An SKU names one product; a new one may go without."""
        sku: str = self.cleaned_data["sku"].strip()
        if sku and self.is_taken(sku=sku):
            raise forms.ValidationError(_("SKU %(sku)s is taken. Choose another one.") % {"sku": sku})
        return sku

    def clean_origin_country(self) -> str | None:
        return self.cleaned_data["origin_country"] or None

    def facts(self) -> dict[str, Any]:
        """What was typed, as the operations take it: names by language in one field."""
        plain = {name: self.cleaned_data[name] for name in self.Meta.fields}
        names = {code: self.cleaned_data[f"name_{code}"] for code, _name in OTHER_LANGUAGES}
        return plain | {"names": {code: name for code, name in names.items() if name}}


class ProductUnitForm(Looks, forms.ModelForm):  # type: ignore[type-arg]
    """Another unit a product is sold or handled in."""

    factor = AmountField(label=_("Holds so many base units"), min_value=Decimal("0.0001"), decimal_places=4)
    weight_kg = AmountField(label=_("Weight in kg"), required=False, min_value=0, decimal_places=4, max_digits=12)
    rows = [["unit", "factor", "gtin"], ["weight_kg", "length_mm", "width_mm", "height_mm"], ["is_sold"]]

    class Meta:
        model = ProductUnit
        fields = ["unit", "factor", "gtin", "weight_kg", "length_mm", "width_mm", "height_mm", "is_sold"]


class CostForm(Looks, forms.Form):
    """What one base unit costs from a day on."""

    cost = AmountField(label=_("Standard cost"), min_value=0, decimal_places=6, max_digits=20)
    on = forms.DateField(label=_("From"))
    rows = [["cost", "on"]]
