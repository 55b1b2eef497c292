"""The facts of a customer, and why business with it stops."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Looks
from masterdata.fields_typed import CustomerTyped
from masterdata.forms.base import OfCompany, Sections
from masterdata.models import (
    Customer,
)


class CustomerForm(Sections, OfCompany, forms.ModelForm):  # type: ignore[type-arg]
    """The facts of a customer that do not change with time."""

    number = forms.CharField(
        label=_("Number"), max_length=20, required=False, help_text=_("Left empty it gets the next one.")
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    payer = CustomerTyped(label=_("Payer"), required=False, help_text=_("Number or name. Left empty: pays itself."))
    bill_to = CustomerTyped(label=_("Bill to"), required=False, help_text=_("Left empty: gets the invoice itself."))
    parent = CustomerTyped(label=_("Belongs to"), required=False, help_text=_("Above it in its group."))
    sections = [
        (
            _("Customer"),
            [
                ["number", "name"],
                ["legal_name", "search_name"],
                ["group", "language", "currency"],
                ["phone", "website"],
                ["registration_number", "gln", "lei"],
                ["tags"],
            ],
        ),
        (_("Partners"), [["payer", "bill_to", "parent"]]),
        (
            _("Delivery"),
            [["delivery_policy", "delivery_priority", "minimum_life_days"], ["groups_shipments", "needs_order_number"]],
        ),
        (
            _("Invoices and money"),
            [
                ["invoice_grouping", "einvoice_format"],
                ["endpoint_scheme", "endpoint", "buyer_reference"],
                ["money_on_account_pays_invoices", "gets_reminders", "gets_statements"],
            ],
        ),
    ]

    class Meta:
        model = Customer
        fields = [
            *("number", "name", "legal_name", "search_name", "group", "language", "currency", "phone", "website"),
            *("registration_number", "gln", "lei", "payer", "bill_to", "parent", "delivery_policy"),
            *("delivery_priority", "minimum_life_days", "groups_shipments", "needs_order_number", "invoice_grouping"),
            *("einvoice_format", "endpoint_scheme", "endpoint", "buyer_reference", "money_on_account_pays_invoices"),
            *("gets_reminders", "gets_statements", "tags"),
        ]
        help_texts = {"tags": _("Words, with commas between them.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["number"].required, self.fields["number"].help_text = True, ""

    def clean_number(self) -> str:
        """A number names one customer; a new one may go without."""
        number: str = self.cleaned_data["number"].strip()
        if number and self.is_taken(number=number):
            raise forms.ValidationError(_("Number %(number)s is taken. Choose another one.") % {"number": number})
        return number

    def clean_currency(self) -> str:
        """Letters typed small are meant large."""
        return str(self.cleaned_data["currency"]).upper()


class ReasonForm(Looks, forms.Form):
    """Why a customer is blocked or let go."""

    reason = forms.CharField(
        label=_("Reason"), max_length=160, help_text=_("Everybody who opens the customer reads it.")
    )
