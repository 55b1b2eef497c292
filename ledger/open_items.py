"""Open items as they stood at the end of any day, as a list that can be filtered, sorted and paged in the database."""

from datetime import date
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from core.models import Company
from core.money import ZERO, AmountField
from ledger.models import OpenItem, OpenItemChange, Settlement, SettlementUndo, Side

NOTHING = Value(ZERO, output_field=AmountField())
SIDES = ("debit", "credit")


def open_as_of(company: Company, on: date) -> QuerySet[OpenItem]:
    """Items open at the end of the day, with `open_then`, `open_company_then` (credits in minus) and `due_then`.

    What is open now, and what was settled later, less what was settled then and is open again through an undo. As of
    a day after which nothing moved, which is nearly always what is asked, it is what is open now.
    """
    rows = OpenItem.objects.filter(company=company, posting_date__lte=on)
    if not _anything_moved(company, on):
        rows = _with_amounts(rows.filter(open_amount__gt=0), on, moved=False)
    else:
        later = Settlement.objects.filter(company=company, on__gt=on)
        moved = Q(pk__in=later.values("debit_item")) | Q(pk__in=later.values("credit_item"))
        rows = _with_amounts(rows.filter(Q(open_amount__gt=0) | moved), on).exclude(pk__in=_settled_then(company, on))
    return rows.select_related("payer", "account").order_by(F("due_then"), "pk")


def _anything_moved(company: Company, on: date) -> bool:
    if Settlement.objects.filter(company=company, on__gt=on).exists():
        return True
    return SettlementUndo.objects.filter(settlement__company=company, on__gt=on).exists()


def _with_amounts(rows: QuerySet[OpenItem], on: date, *, moved: bool = True) -> QuerySet[OpenItem]:
    open_company = F("open_company_amount") + (_moved("company_amount", on) if moved else NOTHING)
    signed = Case(When(side=Side.DEBIT, then=open_company), default=-open_company, output_field=AmountField())
    past = OpenItemChange.objects.filter(item=OuterRef("pk"), on__lte=on).order_by("-on", "-pk").values("due_date")[:1]
    due = Case(When(changed_on__gt=on, then=Coalesce(Subquery(past), F("due_date"))), default=F("due_date"))
    open_then = F("open_amount") + (_moved("amount", on) if moved else NOTHING)
    return rows.annotate(open_then=open_then, open_company_then=signed, due_then=due)


def _settled_then(company: Company, on: date) -> list[int]:
    """Items that were settled in full on the day although they are open now, or moved later: only undos make such."""
    undone = SettlementUndo.objects.filter(settlement__company=company, on__gt=on, settlement__on__lte=on)
    pairs = undone.values_list("settlement__debit_item", "settlement__credit_item")
    touched = {pk for pair in pairs for pk in pair}
    rows = _with_amounts(OpenItem.objects.filter(pk__in=touched), on).filter(Q(("open_then__lte", 0)))
    return list(rows.values_list("pk", flat=True))


def _moved(amount: str, on: date) -> Any:
    """What settlements dated after the day took from an item, less what undos after the day gave back to it."""
    taken = sum((_sum_of(_settlements(side).filter(on__gt=on), f"{side}_{amount}") for side in SIDES), NOTHING)
    given = sum((_sum_of(_settlements(side).filter(undo__on__gt=on), f"{side}_{amount}") for side in SIDES), NOTHING)
    return taken - given


def _settlements(side: str) -> QuerySet[Settlement]:
    return Settlement.objects.filter(**{f"{side}_item": OuterRef("pk")})


def _sum_of(rows: QuerySet[Settlement], column: str) -> Any:
    sums = rows.order_by().annotate(of=Value(1)).values("of").annotate(sum=Sum(column)).values("sum")
    return Coalesce(Subquery(sums), NOTHING)
