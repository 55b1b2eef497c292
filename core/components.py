"""The kit on one page, every part in every state: what page builders copy from and what the browser tests look at."""

from datetime import date, timedelta
from decimal import Decimal

import django_filters
from django import forms
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core import clock, states
from core.answers import answer
from core.errors import DomainError
from core.filters import DaysFilter, ListFilter, SearchFilter
from core.forms import AmountField, Looks, SelectionForm
from core.http import Request
from core.lists import Action, Empty, render_list
from core.models import User
from core.outcomes import Outcomes
from core.tables import (
    AmountColumn,
    LinkColumn,
    MomentColumn,
    NameColumn,
    PercentColumn,
    QuantityColumn,
    SelectColumn,
    SheetTable,
    TextColumn,
    UnitPriceColumn,
)
from core.why import Reason, Verdict, failed_first

PERMISSION = "core.administer"
SHOWN_STATES = ["draft", "posted", "open", "paid", "held", "late", "disputed"]
AMOUNTS = [
    (Decimal("1404.52"), "EUR"),
    (Decimal("-214.8"), "GBP"),
    (Decimal("0"), "EUR"),
    (None, "EUR"),
    (Decimal("1250000"), "JPY"),
    (Decimal("12.3456"), "KWD"),
]
REASONS = [
    Reason("Within 30 days of the due date", "oldest 12 days", Verdict.OK),
    Reason("Within the credit limit", "11,583.52 of 10,000.00 EUR", Verdict.NO, "Limit of 3 Mar 2026, reviewed yearly"),
    Reason("Review of the limit", "due in 9 days", Verdict.MID),
    Reason("Payments of the last year", "14 in time, 2 late"),
]


class SampleForm(Looks, forms.Form):
    """One field of each kind."""

    limit = AmountField(
        label="Credit limit", help_text="In EUR. Above 25,000 a second person approves.", decimal_places=2
    )
    valid_until = forms.DateField(label="Valid until")
    reason = forms.ChoiceField(label="Reason", choices=[("season", "Seasonal peak"), ("growth", "Growth")])
    comment = forms.CharField(label="Comment", required=False, widget=forms.Textarea)
    tell = forms.BooleanField(label="Tell the customer", required=False)
    rows = [["limit", "valid_until", "reason"], ["comment"], ["tell"]]


class PersonTable(SheetTable):
    """People as a sample of a list."""

    pick = SelectColumn(label="username")
    username = LinkColumn("core:components_person")
    first_name = NameColumn(accessor="get_full_name", verbose_name="Name", order_by=("last_name", "first_name"))
    language = TextColumn()
    last_login = MomentColumn(verbose_name="Last here")

    class Meta:
        model = User
        fields = ["pick", "username", "first_name", "language", "last_login"]
        order_by = "username"


class LineTable(SheetTable):
    """One column of each kind of number."""

    name = NameColumn(verbose_name="Product")
    quantity = QuantityColumn(unit="unit", verbose_name="Quantity")
    unit_price = UnitPriceColumn(verbose_name="Price")
    discount = PercentColumn(verbose_name="Discount")
    net = AmountColumn(currency="EUR", verbose_name="Net")


LINES = [
    {"name": "Scented candle", "quantity": Decimal("48.0000"), "unit": "pc", "unit_price": Decimal("1.25")}
    | {"discount": Decimal("7.5"), "net": Decimal("55.5")},
    {"name": "Ribbon", "quantity": Decimal("12.5000"), "unit": "m", "unit_price": Decimal("0.042500")}
    | {"discount": None, "net": Decimal("0.53")},
]


class PersonFilter(ListFilter):
    """Filters of the sample list."""

    q = SearchFilter(["username", "first_name", "last_name"], label="Name")
    language = django_filters.MultipleChoiceFilter(
        choices=User._meta.get_field("language").choices, widget=forms.CheckboxSelectMultiple, label="Language"
    )
    date_joined = DaysFilter(field_name="date_joined__date", label="Joined")

    class Meta:
        model = User
        fields = ["language"]


class NotGreeted(DomainError):
    """The sample of a refusal."""

    code = "core.not_greeted"

    def __init__(self, *, name: str) -> None:
        self.name = name

    @property
    def message(self) -> str:
        return f"{self.name} is you. Greet somebody else."


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def components(request: Request) -> HttpResponse:
    """Every part of the kit."""
    faulty = SampleForm({"faulty-limit": "12,34,5", "faulty-reason": "growth"}, prefix="faulty")
    faulty.is_valid()
    today = clock.today(request.company)
    context = {
        "looks": [
            (family.name.capitalize(), states.look(code))
            for family, code in zip(_families(), SHOWN_STATES, strict=True)
        ],
        "amounts": AMOUNTS,
        "days": [today, today - timedelta(days=1), today - timedelta(days=40), date(today.year - 1, 11, 23)],
        "now": clock.now(),
        "span": timedelta(days=2, hours=3),
        "price": Decimal("0.042500"),
        "quantity": Decimal("48.0000"),
        "share": Decimal("19.95"),
        "reasons": failed_first(REASONS),
        "lines": LineTable(LINES, request=request, orderable=False),
        "form": SampleForm(initial={"limit": Decimal(10000)}),
        "faulty": faulty,
        "empty": Empty("No orders yet", "Orders appear here when someone enters one.", "clipboard-list"),
    }
    return render(request, "core/components.html", context)


def _families() -> list[states.Family]:
    family = states.Family
    return [family.OPEN, family.NEUTRAL, family.INFO, family.GOOD, family.WARN, family.BAD, family.CONTEST]


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def part(request: HttpRequest) -> HttpResponse:
    """A panel as another app would send it."""
    return render(request, "core/_components_part.html")


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def failing(request: HttpRequest) -> HttpResponse:
    """A panel that can't be loaded."""
    return HttpResponse("This panel is always broken.", status=503, content_type="text/plain")


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def confirm(request: HttpRequest) -> HttpResponse:
    """A question before a dangerous verb."""
    context = {
        "question": "Reverse INV-2026-001043?",
        "consequence": "A counter-entry of 558.33 GBP is posted today. The invoice stays and can be billed again.",
        "verb": "Reverse INV-2026-001043",
        "back": reverse("core:components"),
    }
    return render(request, "core/confirm.html", context)


def _people() -> QuerySet[User]:
    return User.objects.order_by("username")


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def people(request: Request) -> HttpResponseBase:
    """A list with everything a list has."""
    return render_list(
        request,
        PersonTable,
        _people(),
        filterset=PersonFilter,
        template="core/components_list.html",
        noun="people",
        export="people",
        select_all=True,
        empty=Empty("Nobody yet", "People appear here when an administrator adds them.", "users"),
        bulk=[
            Action("Greet", reverse("core:components_greet"), key="r", primary=True),
            Action("Greet loudly…", reverse("core:components_greet"), confirm="All of them will hear it."),
        ],
    )


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def greet(request: Request) -> HttpResponse:
    """A bulk verb that changes nothing and refuses whoever clicks it."""
    form = SelectionForm(request.POST, _people(), PersonFilter)
    if not form.is_valid():
        return render(request, "core/_form_errors.html", {"form": form}, status=422)
    outcomes = Outcomes()
    for person in User.objects.filter(pk__in=form.cleaned_data["pk"]).order_by("pk"):
        if person == request.user:
            outcomes.refused[person.pk] = NotGreeted(name=str(person))
        else:
            outcomes.done.append(person.pk)
    return answer(request, outcomes, verb="greeted", noun="people", back="core:components_list")


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def person(request: Request, pk: int) -> HttpResponse:
    """A document page: path, facts, lines beside an aside."""
    return render(request, "core/components_document.html", {"person": _people().filter(pk=pk).first() or request.user})
