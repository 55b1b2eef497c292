"""When money is due: instalments and early-payment discounts of a term, as pure functions of dates and amounts."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from core.money import ZERO, round_amount, spread
from masterdata.errors import TermInOtherCurrency, TermLeavesRest, TermTakesTooMuch
from masterdata.models.terms import DiscountTreatment, LineKind, StepKind

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Step:
    """One step from the document date on: add days, add months, go to the end of the month or to a day of it."""

    kind: str
    number: int = 0


@dataclass(frozen=True)
class Line:
    """A part of the total and the steps to the day it is due: a share in per cent, a fixed amount, or the rest."""

    kind: str
    percent: Decimal = ZERO
    amount: Decimal = ZERO
    currency: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class EarlyPayment:
    """So many per cent may be kept when the money is there within so many days of the document date."""

    days: int
    percent: Decimal


@dataclass(frozen=True)
class Term:
    """A payment term as plain values, so that a page can show one before it is saved."""

    name: str
    lines: tuple[Line, ...]
    discounts: tuple[EarlyPayment, ...] = ()
    treatment: str = DiscountTreatment.WHEN_TAKEN


@dataclass(frozen=True)
class DiscountOffer:
    """What paying by this day, inclusive, is worth: the discount and what is then to pay."""

    last_date: date
    percent: Decimal
    discount: Decimal
    payable: Decimal


@dataclass(frozen=True)
class Instalment:
    """A part of the total, the day it is due, and what paying it earlier is worth."""

    due_date: date
    amount: Decimal
    discounts: list[DiscountOffer] = field(default_factory=list)


def due_dates(term: Term, document_date: date, total: Decimal, currency: str) -> list[Instalment]:
    """Share the total out over the lines of the term, in their order; the amounts add up to the total exactly.

    Months count from the document date and clip to the month's end: a month after 31 January is the last of
    February. The last line takes what rounding leaves. Refused: lines that leave a rest or take more than the
    total (`TermLeavesRest`, `TermTakesTooMuch`), a fixed part in another currency (`TermInOtherCurrency`).
    A discount is offered on each instalment that is not due before the discount's last day.
    """
    amounts = _amounts(term, total, currency)
    return [
        Instalment(
            due_date=(due := due_date(line.steps, document_date)),
            amount=amount,
            discounts=_offers(term, document_date, due, amount, currency),
        )
        for line, amount in zip(term.lines, amounts, strict=True)
        if amount or not total
    ]


def check(term: Term) -> None:
    """Refuse a term whose lines do not add up to the whole of any total."""
    shares = sum((line.percent for line in term.lines if line.kind == LineKind.SHARE), ZERO)
    rests = [index for index, line in enumerate(term.lines) if line.kind == LineKind.REST]
    fixed = any(line.kind == LineKind.FIXED for line in term.lines)
    if shares > HUNDRED or (fixed and shares == HUNDRED):
        raise TermTakesTooMuch(term=term.name)
    if not rests and (shares < HUNDRED or not term.lines):
        raise TermLeavesRest(term=term.name)
    if rests and rests != [len(term.lines) - 1]:
        raise TermLeavesRest(term=term.name)


def _amounts(term: Term, total: Decimal, currency: str) -> list[Decimal]:
    check(term)
    if any(line.kind == LineKind.FIXED and line.currency != currency for line in term.lines):
        raise TermInOtherCurrency(term=term.name, currency=currency)
    if term.lines[-1].kind != LineKind.REST:
        return spread(total, [line.percent for line in term.lines], currency)
    parts = [_part(line, total, currency) for line in term.lines[:-1]]
    rest = total - sum(parts, ZERO)
    if rest * total < 0:
        raise TermTakesTooMuch(term=term.name)
    return [*parts, rest]


def _part(line: Line, total: Decimal, currency: str) -> Decimal:
    if line.kind == LineKind.FIXED:
        return round_amount(line.amount.copy_sign(total), currency) if total else ZERO
    return round_amount(total * line.percent / HUNDRED, currency)


def due_date(steps: Sequence[Step], document_date: date) -> date:
    """The day the steps lead to, taken in their order."""
    day = document_date
    for step in steps:
        day = _after(step, day)
    return day


def _after(step: Step, day: date) -> date:
    match step.kind:
        case StepKind.ADD_DAYS:
            return day + timedelta(days=step.number)
        case StepKind.ADD_MONTHS:
            return add_months(day, step.number)
        case StepKind.END_OF_MONTH:
            return _in_month(day, 31)
        case StepKind.DAY_OF_MONTH:
            there = _in_month(day, step.number)
            return there if there >= day else _in_month(add_months(day.replace(day=1), 1), step.number)
        case _:
            raise ValueError(f"a payment term has no step {step.kind}")


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is shorter."""
    whole = day.month - 1 + months
    return _in_month(date(day.year + whole // 12, whole % 12 + 1, 1), day.day)


def _in_month(day: date, number: int) -> date:
    return day.replace(day=min(number, monthrange(day.year, day.month)[1]))


def _offers(term: Term, document_date: date, due: date, amount: Decimal, currency: str) -> list[DiscountOffer]:
    offers = []
    for early in sorted(term.discounts, key=lambda early: early.days):
        last = document_date + timedelta(days=early.days)
        if last <= due:
            discount = round_amount(amount * early.percent / HUNDRED, currency)
            offers.append(DiscountOffer(last, early.percent, discount, amount - discount))
    return offers
