"""Rates that others publish: exchange rates with their conversion, and the tax rates of countries."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TextIO

from core.errors import DomainError
from core.money import round_amount
from core.operation import operation
from core.sets import in_sets
from masterdata import countries
from masterdata.errors import MissingRate, RateInTheWay, UnreadableRates, UnreadableTaxRates
from masterdata.models import ExchangeRate, RateKind, TaxRate

OLDEST_DAYS = 10
"""A rate holds until the next is published; one older than this (Easter and a weekend) is missing."""

ECB_BASE = "EUR"
NOT_QUOTED = {"", "N/A"}
REGIONAL = {
    "AT": {Decimal("19")},  # Jungholz, Mittelberg
    "FR": {Decimal("0.9"), Decimal("1.05"), Decimal("8.5"), Decimal("13")},  # Corsica, overseas departments
    "GR": {Decimal("17")},  # some islands
    "PT": {Decimal("16"), Decimal("22")},  # Azores, Madeira
}
"""Rates that tables list for a country but that hold only in a part of it."""
BUILT_IN = Path(__file__).parent / "data" / "vat_rates.json"


@dataclass(frozen=True)
class Conversion:
    """How one currency becomes another on a day: as published, both against the same base.

    `day` is the older of the two days of publication; documents print it with `shown`.
    """

    source: str
    target: str
    source_rate: Decimal
    target_rate: Decimal
    day: date

    def convert(self, amount: Decimal) -> Decimal:
        """The amount in the target currency: one division, rounded once."""
        return round_amount(amount * self.target_rate / self.source_rate, self.target)

    @property
    def shown(self) -> str:
        """The rate as documents print it: source units for one unit of the target."""
        return f"1 {self.target} = {(self.source_rate / self.target_rate).quantize(Decimal('0.000001'))} {self.source}"


def conversions(pairs: Iterable[tuple[str, str]], on: date) -> dict[tuple[str, str], Conversion | DomainError]:
    """How to convert each (source, target) on a day: the last rate published before or on it; one statement.

    A pair without a rate, or with one older than `OLDEST_DAYS`, gets `MissingRate` in its place.
    """
    wanted = set(pairs)
    currencies = {currency for pair in wanted for currency in pair} - {ECB_BASE}
    found = _last_published(currencies, on)
    return {pair: _conversion(pair, found, on) for pair in wanted}


def conversion(source: str, target: str, on: date) -> Conversion:
    """How to convert one currency to another on a day, or `MissingRate`."""
    found = conversions([(source, target)], on)[source, target]
    if isinstance(found, DomainError):
        raise found
    return found


def _last_published(currencies: set[str], on: date) -> dict[str, ExchangeRate]:
    rows = ExchangeRate.objects.filter(
        base=ECB_BASE, currency__in=currencies, day__lte=on, day__gte=on - timedelta(days=OLDEST_DAYS)
    )
    return {row.currency: row for row in rows.order_by("currency", "-day").distinct("currency")} if currencies else {}


def _conversion(pair: tuple[str, str], found: Mapping[str, ExchangeRate], on: date) -> Conversion | DomainError:
    source, target = pair
    if source == target:
        return Conversion(source, target, Decimal(1), Decimal(1), on)
    known = {ECB_BASE: (Decimal(1), on)} | {currency: (row.rate, row.day) for currency, row in found.items()}
    for currency in pair:
        if currency not in known:
            return MissingRate(currency=currency, on=on)
    (source_rate, source_day), (target_rate, target_day) = known[source], known[target]
    return Conversion(source, target, source_rate, target_rate, min(source_day, target_day))


@operation
def import_ecb(file: TextIO, *, since: date | None = None) -> int:
    """Store the reference rates of a file as the European Central Bank publishes it; returns how many rows are new.

    One row a day, a column per currency, `N/A` where none was quoted. A rate that is already stored stays as it
    is, so the same file again changes nothing. A file in another shape is refused whole (`UnreadableRates`).
    """
    reader = csv.reader(file)
    header = [name.strip() for name in next(reader, [])]
    if not header or header[0] != "Date":
        raise UnreadableRates(line=1, problem="it does not begin with the column Date.")
    before = ExchangeRate.objects.count()
    for rows in in_sets(_ecb_rows(reader, header, since), 10_000):
        ExchangeRate.objects.bulk_create(rows, ignore_conflicts=True)
    return ExchangeRate.objects.count() - before


def _ecb_rows(reader: Iterable[list[str]], header: list[str], since: date | None) -> Iterable[ExchangeRate]:
    for line, cells in enumerate(reader, start=2):
        try:
            day = date.fromisoformat(cells[0].strip())
            if since and day < since:
                continue
            for currency, cell in zip(header[1:], cells[1:], strict=False):
                if currency and cell.strip() not in NOT_QUOTED:
                    yield ExchangeRate(base=ECB_BASE, currency=currency, day=day, rate=_positive(cell))
        except (ValueError, IndexError, InvalidOperation) as error:
            raise UnreadableRates(line=line, problem=f"{','.join(cells[:3])}… is not a day and its rates.") from error


def _positive(cell: str) -> Decimal:
    rate = Decimal(cell.strip())
    if not rate.is_finite() or rate <= 0:
        raise ValueError(cell)
    return rate


@dataclass(frozen=True)
class PublishedRate:
    """A rate as a table of rates says it."""

    country: str
    kind: str
    percent: Decimal


@operation
def import_vat_rates(published: Mapping[str, Any], *, valid_from: date | None = None) -> int:
    """Store the rates of many countries from a table such as `{"rates": {"DE": {"standard": 19, …}}}`.

    `reduced` is a list; its highest is the reduced rate, the next the second reduced. Returns how many rates are
    new or changed; a changed rate ends the row before it on the day before `valid_from`. Refused whole where the
    table can't be read (`UnreadableTaxRates`), and where a changed rate has no such day, or one that is too early to
    end what is known already (`RateInTheWay`).
    """
    wanted = {(rate.country, rate.kind): rate.percent for rate in _published(published)}
    rows = list(TaxRate.objects.filter(country__in={country for country, _ in wanted}))
    standing = {(row.country, row.kind): row for row in rows if row.valid_to is None}
    changed = {key for key, percent in wanted.items() if key not in standing or standing[key].percent != percent}
    _refuse_in_the_way([row for row in rows if (row.country, row.kind) in changed], valid_from)
    if valid_from:
        ending = [standing[key].pk for key in changed if key in standing]
        TaxRate.objects.filter(pk__in=ending).update(valid_to=valid_from - timedelta(days=1))
    TaxRate.objects.bulk_create(
        TaxRate(country=country, kind=kind, percent=wanted[country, kind], valid_from=valid_from)
        for country, kind in sorted(changed)
    )
    return len(changed)


def _refuse_in_the_way(rows: Iterable[TaxRate], valid_from: date | None) -> None:
    """Every row must be over by the day, or have begun before it so that it can be ended."""
    stuck = {
        (row.country, row.kind)
        for row in rows
        if valid_from is None or max(row.valid_from or date.min, row.valid_to or date.min) >= valid_from
    }
    if stuck:
        raise RateInTheWay(rates=sorted(stuck), valid_from=valid_from)


def import_built_in_vat_rates() -> int:
    """Store the rates that come with the application: the European Union, the United Kingdom, Norway, Switzerland."""
    return import_vat_rates(json.loads(BUILT_IN.read_text(encoding="utf-8")))


def _published(published: Mapping[str, Any]) -> Iterable[PublishedRate]:
    try:
        for country, rates in published["rates"].items():
            if country in countries.CODES:
                for kind, percent in _kinds(country, rates).items():
                    yield PublishedRate(country, kind, percent)
    except (AttributeError, InvalidOperation, KeyError, TypeError) as error:
        raise UnreadableTaxRates(problem=f"{type(error).__name__}: {error}") from error


def _kinds(country: str, rates: Mapping[str, Any]) -> dict[str, Decimal]:
    listed = {_percent(rate) for rate in rates.get("reduced") or []} - REGIONAL.get(country, set())
    kinds: dict[str, Decimal] = {RateKind.STANDARD: _percent(rates["standard"])}
    kinds |= dict(zip([RateKind.REDUCED, RateKind.SECOND_REDUCED], sorted(listed, reverse=True), strict=False))
    for kind in (RateKind.SUPER_REDUCED, RateKind.PARKING):
        if rates.get(kind) is not None:
            kinds[kind] = _percent(rates[kind])
    return kinds


def _percent(rate: float | str) -> Decimal:
    return Decimal(str(rate))
