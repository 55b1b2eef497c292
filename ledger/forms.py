"""What people type on the pages of the books."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField, Looks
from core.models import Company, Warehouse
from core.money import ZERO, known_currency
from ledger.models import Account, AgeingBy, Fact, Journal
from masterdata.models import Customer, ProductGroup, TaxCode


class Plain(Looks):
    """Mix in before `Form`: for forms that a page lays out field by field, with the looks that crispy gives others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            given = field.widget.attrs.get("class", "")
            field.widget.attrs["class"] = f"{css} {given}".strip()


class Line(Plain):
    """A form whose fields stand in one line above a report."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] += " w-auto"


class SpanForm(Line, forms.Form):
    """From a day to a day; without a first day from the beginning of the books."""

    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput)
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and first > last:
            self.add_error("last", ValidationError(_("The last day is before the first. Choose a later one.")))
        return given


class DayForm(Line, forms.Form):
    """As of the end of a day."""

    on = forms.DateField(label=_("As of"), required=False, widget=forms.DateInput)


class AgeingForm(DayForm):
    """As of a day, counted from the due or the document date."""

    by = forms.ChoiceField(label=_("Counted by"), choices=AgeingBy, required=False)


class EntryForm(Plain, forms.Form):
    """The head of an entry written by hand. `key` is drawn with the page, so a second click books nothing twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    posting_date = forms.DateField(label=_("Posting date"), widget=forms.DateInput)
    journal = forms.ModelChoiceField(Journal.objects.none(), label=_("Journal"), to_field_name="code", empty_label=None)
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    rate = forms.DecimalField(
        label=_("Rate"),
        required=False,
        max_digits=20,
        decimal_places=10,
        min_value=0,
        help_text=_("Document units for one unit of company currency."),
    )
    description = forms.CharField(label=_("What was it"), max_length=200)

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        journals = self.fields["journal"]
        assert isinstance(journals, forms.ModelChoiceField)
        journals.queryset = Journal.objects.filter(company=company)

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if not known_currency(currency):
            raise ValidationError(
                _("There is no currency %(code)s. Type its three letters."), params={"code": currency}
            )
        return currency


class LineForm(Plain, forms.Form):
    """A line of an entry written by hand: an account, and a debit or a credit."""

    account = forms.CharField(label=_("Account"), max_length=12, required=False)
    payer = forms.CharField(label=_("Payer"), max_length=20, required=False)
    text = forms.CharField(label=_("Text"), max_length=200, required=False)
    debit = AmountField(label=_("Debit"), required=False, min_value=0, max_digits=20, decimal_places=4)
    credit = AmountField(label=_("Credit"), required=False, min_value=0, max_digits=20, decimal_places=4)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        for name, field in self.fields.items():
            field.widget.attrs |= {"aria-label": str(field.label), "autocomplete": "off"}
            if name in {"account", "payer"}:
                field.widget.attrs["list"] = f"{name}s"

    @property
    def is_empty(self) -> bool:
        """A line that was left blank is not part of the entry."""
        return not self.has_changed()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.is_empty or self.errors:
            return given
        if not given.get("account"):
            self.add_error("account", _("Which account?"))
        if bool(given.get("debit")) == bool(given.get("credit")):
            self.add_error("debit", _("Write either a debit or a credit."))
        return given

    def clean_account(self) -> str:
        """The number; what follows it when it was picked from the list is its name."""
        number = str(self.cleaned_data["account"]).strip().partition(" ")[0]
        if number and not Account.objects.filter(company=self.company, number=number).exists():
            raise ValidationError(_("There is no account %(number)s."), params={"number": number})
        return number

    def clean_payer(self) -> Customer | None:
        number = str(self.cleaned_data["payer"]).strip().partition(" ")[0]
        if not number:
            return None
        found = Customer.objects.filter(company=self.company, number=number).first()
        if found is None:
            raise ValidationError(_("There is no customer %(number)s."), params={"number": number})
        return found


class LineFormSet(forms.BaseFormSet[LineForm]):
    """The lines of an entry; what must hold for all of them together is said by the ledger itself."""

    @property
    def filled(self) -> list[LineForm]:
        return [form for form in self.forms if not form.is_empty]

    def clean(self) -> None:
        if not any(self.errors) and len(self.filled) < 2:
            raise ValidationError(_("An entry has at least two lines: a debit and a credit."))

    @property
    def sums(self) -> tuple[Any, Any]:
        """Debits and credits as typed, for the foot of the table."""
        given = [form.cleaned_data for form in self.forms if form.is_bound and form.is_valid()]
        return sum((row.get("debit") or ZERO for row in given), ZERO), sum(
            (row.get("credit") or ZERO for row in given), ZERO
        )


EntryLines: type[LineFormSet] = forms.formset_factory(  # type: ignore[assignment]  # the stubs forget `formset`
    LineForm, formset=LineFormSet, extra=6, max_num=200, absolute_max=200
)


class PostingDayForm(Looks, forms.Form):
    """When a correction is booked."""

    on = forms.DateField(label=_("Posting date"), widget=forms.DateInput)


class DatedReasonForm(PostingDayForm):
    """When a correction is booked, and why."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class ReasonForm(Looks, forms.Form):
    """Why, in words that an auditor will read."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class SettleForm(Looks, forms.Form):
    """How much of this item is settled with which other one, and on which day."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    other = forms.TypedChoiceField(label=_("Settle with"), coerce=int)
    amount = AmountField(label=_("Amount"), max_digits=20, decimal_places=4, min_value=0)
    on = forms.DateField(label=_("Day"), widget=forms.DateInput)

    def __init__(self, *args: Any, others: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["other"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = others


class CaseForm(Looks, forms.Form):
    """The amount whose account is asked for: what it is, and what is known of it."""

    fact = forms.ChoiceField(label=_("What happened"), choices=Fact)
    tax_code = forms.ChoiceField(label=_("Tax code"), required=False)
    product_group = forms.ChoiceField(label=_("Product group"), required=False)
    warehouse = forms.ModelChoiceField(Warehouse.objects.none(), label=_("Warehouse"), required=False, empty_label="–")
    rows = [["fact", "tax_code", "product_group", "warehouse"]]

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("tax_code", TaxCode), ("product_group", ProductGroup)):
            codes = model.objects.filter(company=company).order_by("code").values_list("code", flat=True)
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "–"), *((code, code) for code in codes)]
        warehouses = self.fields["warehouse"]
        assert isinstance(warehouses, forms.ModelChoiceField)
        warehouses.queryset = Warehouse.objects.filter(company=company)
