"""Forms of master data: what people type, and how it is laid out. Writing is the operations' business."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import AmountField, Looks
from core.models import Company, Warehouse
from masterdata import countries
from masterdata.fields_typed import CustomerTyped, ProductTyped, of_company
from masterdata.models import (
    Customer,
    CustomerAddress,
    CustomerBankAccount,
    CustomerContact,
    CustomerTerms,
    CustomerVatNumber,
    Product,
    ProductUnit,
    Purpose,
    Supply,
    TaxStatus,
    Unit,
)
from masterdata.prices import PriceLine
from masterdata.tax import TaxLine

OTHER_LANGUAGES = [(code, name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
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


class UploadForm(Looks, forms.Form):
    """A file with a table."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel workbook (.xlsx), at most 20 MB. Its first row names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"empty": _("The file is empty. Its first row must name the columns.")},
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

    def clean_number(self) -> str:
        """A number that exists keeps standing; a new customer may go without one."""
        number: str = self.cleaned_data["number"].strip()
        if not number and self.instance.pk:
            raise forms.ValidationError(_("A customer keeps a number. Type one."))
        if number and self.is_taken(number=number):
            raise forms.ValidationError(_("Number %(number)s is taken. Choose another one.") % {"number": number})
        return number

    def clean_currency(self) -> str:
        """Letters typed small are meant large."""
        return str(self.cleaned_data["currency"]).upper()


class AddressForm(Looks, forms.ModelForm):  # type: ignore[type-arg]
    """A place of a customer."""

    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
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


class ContactForm(Looks, forms.ModelForm):  # type: ignore[type-arg]
    """A person at a customer."""

    purposes = forms.MultipleChoiceField(
        label=_("We write to them about"), choices=Purpose.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    rows = [["name", "job_title"], ["email", "phone", "language"], ["purposes"], ["is_active"]]

    class Meta:
        model = CustomerContact
        fields = ["name", "job_title", "email", "phone", "language", "purposes", "is_active"]


class TermsForm(OfCompany, forms.ModelForm):  # type: ignore[type-arg]
    """On what terms a customer buys."""

    discount_percent = AmountField(label=_("Discount in %"), min_value=0, max_value=100, decimal_places=4, initial=0)
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


class ReasonForm(Looks, forms.Form):
    """Why a customer is blocked or let go."""

    reason = forms.CharField(
        label=_("Reason"), max_length=160, help_text=_("Everybody who opens the customer reads it.")
    )


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
        for code, name in OTHER_LANGUAGES:
            label = _("Name in %(language)s") % {"language": name}
            known = self.instance.names.get(code, "")
            self.fields[f"name_{code}"] = forms.CharField(label=label, max_length=160, required=False, initial=known)
        if self.instance.pk:
            for name in ("base_unit", "kind"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Stays as it is, as stock and prices speak of it.")

    def clean_sku(self) -> str:
        """An SKU that exists keeps standing; a new product may go without one."""
        sku: str = self.cleaned_data["sku"].strip()
        if not sku and self.instance.pk:
            raise forms.ValidationError(_("A product keeps an SKU. Type one."))
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
