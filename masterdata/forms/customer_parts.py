"""What belongs to a customer: addresses, contacts, terms, VAT ids, bank accounts."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField, Looks
from masterdata.forms.base import COUNTRIES, OfCompany
from masterdata.models import (
    CustomerAddress,
    CustomerBankAccount,
    CustomerContact,
    CustomerTerms,
    CustomerVatNumber,
    PriceList,
    Purpose,
    TaxStatus,
)


class AddressForm(Looks, forms.ModelForm):  # type: ignore[type-arg]
    """A place of a customer."""

    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    is_active = forms.BooleanField(label=_("in use"), required=False, initial=True)
    rows = [
        ["code", "name", "attention"],
        ["street", "street_2"],
        ["postal_code", "city", "region", "country"],
        ["phone", "gln", "delivery_note"],
        ["is_ship_to", "is_default_ship_to", "is_bill_to", "is_default_bill_to", "is_active"],
    ]

    class Meta:
        model = CustomerAddress
        fields = [
            *("code", "name", "attention", "street", "street_2", "postal_code", "city", "region", "country", "phone"),
            *("gln", "delivery_note", "is_ship_to", "is_bill_to", "is_default_ship_to", "is_default_bill_to"),
            "is_active",
        ]


class FirstAddressForm(AddressForm):
    """The first address of a new customer: goods and invoices go there until others are added."""

    is_active = None  # type: ignore[assignment]
    rows = [
        ["code", "name", "attention"],
        ["street", "street_2"],
        ["postal_code", "city", "region", "country"],
        ["phone", "gln", "delivery_note"],
    ]

    class Meta:
        model = CustomerAddress
        fields = [
            *("code", "name", "attention", "street", "street_2", "postal_code", "city", "region", "country", "phone"),
            *("gln", "delivery_note"),
        ]


class ContactForm(Looks, forms.ModelForm):  # type: ignore[type-arg]
    """A person at a customer."""

    purposes = forms.MultipleChoiceField(
        label=_("We write to them about"),
        choices=Purpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    is_active = forms.BooleanField(label=_("in use"), required=False, initial=True)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As the customer")), *settings.LANGUAGES], required=False
    )
    rows = [["name", "job_title"], ["email", "phone", "language"], ["purposes"], ["is_active"]]

    class Meta:
        model = CustomerContact
        fields = ["name", "job_title", "email", "phone", "language", "purposes", "is_active"]


class TermsForm(OfCompany, forms.ModelForm):  # type: ignore[type-arg]
    """On what terms a customer buys."""

    discount_percent = AmountField(label=_("Discount in %"), min_value=0, max_value=100, decimal_places=4, initial=0)
    price_list = forms.ModelChoiceField(
        PriceList.objects.all(), label=_("Price list"), required=False, empty_label=_("The default list")
    )
    rows = [
        ["payment_term", "price_list", "discount_percent"],
        ["tax_status", "exemption_certificate"],
        ["delivery_term", "delivery_place"],
    ]

    class Meta:
        model = CustomerTerms
        fields = [
            *("payment_term", "price_list", "discount_percent", "tax_status", "exemption_certificate"),
            *("delivery_term", "delivery_place"),
        ]

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or {}
        if facts.get("tax_status") == TaxStatus.EXEMPT and not facts.get("exemption_certificate"):
            self.add_error("exemption_certificate", _("An exemption needs the paper that proves it. Type its number."))
        return facts


class DatedTermsForm(TermsForm):
    """Other terms, from a day on."""

    valid_from = forms.DateField(label=_("From"), help_text=_("What holds now ends on the day before."))
    rows = [["valid_from"], *TermsForm.rows]


class VatNumberForm(Looks, forms.ModelForm):  # type: ignore[type-arg]
    """A VAT id."""

    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    rows = [["country", "number"], ["valid_from", "valid_to"]]

    class Meta:
        model = CustomerVatNumber
        fields = ["country", "number", "valid_from", "valid_to"]


class VatCheckForm(Looks, forms.Form):
    """What the register of VAT ids said."""

    valid = forms.TypedChoiceField(
        label=_("The register says"),
        choices=[("yes", _("Valid")), ("no", _("Not valid"))],
        coerce=lambda word: word == "yes",
    )
    on = forms.DateField(label=_("Asked on"))
    reference = forms.CharField(label=_("Consultation number"), max_length=60, required=False)
    rows = [["valid", "on", "reference"]]


class BankAccountForm(Looks, forms.ModelForm):  # type: ignore[type-arg]
    """An account the customer pays from or is paid to."""

    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    rows = [
        ["holder", "country", "currency"],
        ["iban", "bic"],
        ["account_number", "routing_code"],
        ["bank_name"],
        ["is_default"],
    ]

    class Meta:
        model = CustomerBankAccount
        fields = [
            *("holder", "country", "currency", "iban", "bic", "account_number", "routing_code", "bank_name"),
            "is_default",
        ]

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or {}
        if not facts.get("iban") and not facts.get("account_number") and "iban" not in self.errors:
            self.add_error("iban", _("An account has an IBAN, or an account number with its sort code."))
        return facts
