"""Forms of the house: how fields look and read numbers and days, and the forms of the shell itself."""

from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import NumberFormatError
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core import formats
from core.errors import DomainError
from core.models import User
from core.ranges import number
from core.tasks import send_password_link
from core.widgets import plain

MOST_SELECTED = 10_000


class Looks:
    """Mix in before `Form` or `ModelForm`: widgets in the looks of the house and a crispy helper without a form tag.

    `rows` says which fields stand beside each other: `[["name"], ["valid_from", "valid_to"]]`; without it each field
    has a row of its own.
    """

    rows: list[list[str]] = []
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _dress(field)

    @property
    def helper(self) -> FormHelper:
        """How crispy lays the form out: `{% crispy form %}` inside the page's own form element."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*(_row(row) for row in self.rows or [[name] for name in self.fields]))
        return helper

    def refuse(self, error: DomainError, field: str | None = None) -> None:
        """Show a refusal of the business at a field, or above the form."""
        self.add_error(field, ValidationError(error.message, code=error.code))  # type: ignore[attr-defined]


def _row(names: list[str]) -> Div:
    return Div(*names, css_class="cols form-row" if len(names) > 1 else "form-row")


def _dress(field: forms.Field) -> None:
    match field.widget:
        case forms.DateInput():
            field.widget = forms.DateInput(attrs={"type": "date", **field.widget.attrs}, format="%Y-%m-%d")
        case forms.Select() as select if type(select) is forms.Select:
            field.widget = plain(select)
        case forms.Textarea(attrs={"rows": "10"}):  # what Django gives a text area that nobody has sized
            field.widget.attrs["rows"] = "3"


class DecimalInput(forms.TextInput):
    """A number typed by hand: right-aligned, with the number keys of a phone, written as the person writes numbers."""

    written = staticmethod(formats.unit_price)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "num"} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        """Numbers of ours in the person's format; what was typed stays as it was typed."""
        if isinstance(value, Decimal | int):
            return self.written(Decimal(value)).replace(formats.MINUS, "-")
        typed: str | None = super().format_value(value)
        return typed


class QuantityInput(DecimalInput):
    """A quantity: no decimals that say nothing."""

    written = staticmethod(formats.quantity)


class AmountField(forms.DecimalField):
    """An amount, price or quantity typed with the separators of the person's language."""

    widget = DecimalInput

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        try:
            return super().to_python(str(number(value.replace("\N{MINUS SIGN}", "-"))))
        except (NumberFormatError, ValueError) as error:
            raise ValidationError(
                _("%(value)s is no number. Write 1404.52 or 1,404.52."), params={"value": value}
            ) from error


class QuantityField(AmountField):
    """A quantity typed with the separators of the person's language."""

    widget = QuantityInput


class KeysField(forms.TypedMultipleChoiceField):
    """Keys of rows; thousands of them are looked up in a set, where Django would walk its list of choices for each."""

    known: frozenset[str] = frozenset()

    def valid_value(self, value: Any) -> bool:
        return str(value) in self.known


class SelectionForm(forms.Form):
    """The rows that were ticked in a list, or all that match its filter.

    `rows` are those the person may act on; a key beyond them is a fault, not a refusal. Where the list offers to
    select all that match, `filterset` is its filter, and `all` says what was set there.
    """

    pk = KeysField(
        coerce=int,
        error_messages={
            "required": _("No row is ticked. Tick the rows you mean."),
            "invalid_choice": _("Row %(value)s is not there any more. Load the list again."),
        },
    )

    def __init__(self, data: QueryDict, rows: QuerySet[Any], filterset: type[FilterSet] | None = None) -> None:
        wanted = str(data.get("all", "")) if filterset else ""
        if filterset and wanted:
            rows = filterset(QueryDict(wanted.lstrip("?")), queryset=rows).qs
            data = data.copy()
            data.setlist("pk", _keys(rows))
        super().__init__(data)
        picked = self.fields["pk"]
        assert isinstance(picked, KeysField)
        asked = {key for key in data.getlist("pk") if key.isdecimal() and len(key) < 19}
        picked.known = frozenset(_keys(rows.filter(pk__in=list(asked)[:MOST_SELECTED])))


def _keys(rows: QuerySet[Any]) -> list[str]:
    return [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)[:MOST_SELECTED]]


class SignInForm(Looks, AuthenticationForm):
    """Name or mail address, and password."""

    error_messages = {
        "invalid_login": _("Name and password do not match. After five tries there is a pause of 15 minutes."),
        "inactive": _("This account is closed. Ask an administrator."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name or mail address")

    def clean_username(self) -> str:
        """Whoever types a mail address means the account that has it, if it is only one."""
        typed: str = self.cleaned_data["username"]
        if "@" not in typed:
            return typed
        names = list(User.objects.filter(email__iexact=typed).values_list("username", flat=True)[:2])
        return names[0] if len(names) == 1 else typed


class ForgotPasswordForm(Looks, PasswordResetForm):
    """The mail address of an account. Takes the same time whether there is one or not: the worker looks."""

    def save(self, **_options: Any) -> None:  # type: ignore[override]
        send_password_link.delay(self.cleaned_data["email"])


class NewPasswordForm(Looks, SetPasswordForm):  # type: ignore[type-arg]  # takes none at run time
    """A new password, twice."""


class ChangePasswordForm(Looks, PasswordChangeForm):
    """A new password with the old one."""


class ProfileForm(Looks, forms.ModelForm):  # type: ignore[type-arg]
    """How a person likes their screens."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(name, name) for name in sorted(available_timezones())]
    )
    rows = [["language", "time_zone"], ["theme", "density"], ["keyboard_shortcuts"]]

    class Meta:
        model = User
        fields = ["language", "time_zone", "theme", "density", "keyboard_shortcuts"]
        labels = {"keyboard_shortcuts": _("Single keys do things, such as / for search")}
        help_texts = {"language": _("Also decides how numbers and days are written.")}


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """One preference changed from the menu of the person."""

    class Meta:
        model = User
        fields = ["theme", "density"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in self.data]:
            del self.fields[name]
