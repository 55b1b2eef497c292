"""Settling open items and undoing it, in sets; both sides are locked in key order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core import clock
from core.errors import DomainError, NotFound
from core.models import User
from core.operation import operation
from core.outcomes import Outcomes
from core.sets import require_bounded, update_each
from ledger import errors, queries, settling
from ledger.books import Books
from ledger.bulk import copy_rows, reserve_ids
from ledger.models import Module, OpenItem, Period, Settlement, SettlementUndo
from ledger.operations.mirroring import mirrored
from ledger.operations.posting import IfClosed, open_periods
from ledger.settling import Held, Pair, Taken
from ledger.writing import Dated, write_entries

COLUMNS = [
    "id",
    "company_id",
    "payer_id",
    "debit_item_id",
    "credit_item_id",
    "source",
    "content",
    "on",
    "currency",
    "debit_amount",
    "credit_amount",
    "discount",
    "small_difference",
    "debit_company_amount",
    "credit_company_amount",
    "company_discount",
    "company_small_difference",
    "exchange_difference",
    "is_reversal",
    "entry_id",
    "by_id",
    "recorded_at",
]

OpenPeriods = Mapping[tuple[int, str], Period | errors.PeriodClosed]


@dataclass
class Settled(Outcomes):
    """Outcomes by place of the pair in the call (0, 1, …), with the ids of the settlements, new or made before."""

    settlements: dict[int, int] = field(default_factory=dict)


@operation
def settle(pairs: Sequence[Pair], *, on: date, by: User | None, if_closed: IfClosed = IfClosed.REFUSE) -> Settled:
    """Bring pairs of open items towards zero, and book what follows from it.

    Pairs are taken in their order, each seeing what the ones before took; the books get the transfer between control
    accounts, the discount with its tax, the small difference, and the realised exchange gain or loss. A pair is
    refused, and the others go on, where it goes across companies, payers or currencies, takes more than is open
    now or was open on any day since, names the same two items twice, or is dated into a closed period of receivables.
    The same `source` again is `already`, in one call it is refused. The caller has checked the right to do this.
    """
    require_bounded(pairs)
    items = queries.lock_items(pk for pair in pairs for pk in pair.items)
    tax_accounts = {tax.account for pair in pairs for tax in pair.discount_taxes}
    books = Books.of({item.company_id for item in items.values()}, tax_accounts)
    periods = _periods(items.values(), on=on, if_closed=if_closed)
    settled, taken = _sift(pairs, items, books, periods, on=on)
    if taken:
        _write(taken, books, periods, on=on, by=by)
        settled.settlements.update({place: one.settlement_id for place, one in taken.items()})
    return settled


def _periods(items: Collection[OpenItem], *, on: date, if_closed: IfClosed) -> OpenPeriods:
    """The open period of receivables for each company of the items."""
    return open_periods({(item.company_id, Module.RECEIVABLES.value) for item in items}, on=on, if_closed=if_closed)


def _sift(
    pairs: Sequence[Pair], items: Mapping[int, OpenItem], books: Books, periods: OpenPeriods, *, on: date
) -> tuple[Settled, dict[int, Taken]]:
    """Sort the pairs, and take their amounts off the locked items in memory."""
    settled, taken = Settled(), {}
    companies = {item.company_id for item in items.values()}
    known = queries.settlements_by_source(companies, {pair.source for pair in pairs if pair.source})
    held = queries.held_until_undone(items, after=on)
    repeats = settling.repeated(pairs)
    used: set[str | None] = set()
    for place, pair in enumerate(pairs):
        if existing := _settled_before(pair, items, known):
            _already_or_clash(settled, place, pair, existing)
            continue
        if pair.source and pair.source in used:
            settled.refused[place] = errors.SourceTwice(source=pair.source)
            continue
        try:
            taken[place] = _take(pair, items, books, periods, held, is_repeat=place in repeats, on=on)
        except DomainError as refusal:
            settled.refused[place] = refusal
        else:
            settled.done.append(place)
            used.add(pair.source)
    return settled, taken


def _settled_before(
    pair: Pair, items: Mapping[int, OpenItem], known: Mapping[tuple[int, str], Settlement]
) -> Settlement | None:
    item = items.get(pair.debit_item_id)
    return known.get((item.company_id, pair.source)) if item and pair.source else None


def _already_or_clash(settled: Settled, place: int, pair: Pair, existing: Settlement) -> None:
    if existing.content == pair.digest():
        settled.already.append(place)
        settled.settlements[place] = existing.pk
    else:
        settled.refused[place] = errors.SourceClash(source=str(pair.source), existing=existing.pk)


def _take(
    pair: Pair,
    items: Mapping[int, OpenItem],
    books: Books,
    periods: OpenPeriods,
    held: Mapping[int, Sequence[Held]],
    *,
    is_repeat: bool,
    on: date,
) -> Taken:
    for pk in pair.items:
        if pk not in items:
            raise NotFound(what="open item", key=pk)
    debit, credit = items[pair.debit_item_id], items[pair.credit_item_id]
    if refusal := settling.find_refusal(debit, credit, on=on):
        raise refusal
    if is_repeat:
        raise errors.SamePairTwice(debit_item=debit.pk, credit_item=credit.pk)
    period = periods[debit.company_id, Module.RECEIVABLES]
    if isinstance(period, DomainError):
        raise period
    for tax in pair.discount_taxes:
        settling.tax_account(debit.company_id, str(debit.company), tax.account, books)
    taken = settling.take(pair, debit, credit)
    if refusal := settling.find_held(taken, held, on=max(on, period.first_date)):
        settling.put_back(taken)
        raise refusal
    return taken


def _write(taken: Mapping[int, Taken], books: Books, periods: OpenPeriods, *, on: date, by: User | None) -> None:
    """Write entries, settlements and what is now open, each table once."""
    rows = list(taken.values())
    for one, pk in zip(rows, reserve_ids(Settlement, len(rows)), strict=True):
        one.settlement_id = pk
    booking = [one for one in rows if one.needs_entry]
    dated = [Dated(settling.entry_of(one, books), *_day(one.debit_item, periods, on)) for one in booking]
    entries = write_entries(dated, by=by) if dated else {}
    for place, entry_id in entries.items():
        booking[place].entry_id = entry_id
    write_settlements(rows, [_day(one.debit_item, periods, on)[1] for one in rows], by=by)
    write_open_amounts(item for one in rows for item in (one.debit_item, one.credit_item))


def _day(item: OpenItem, periods: OpenPeriods, on: date) -> tuple[Period, date]:
    period = periods[item.company_id, Module.RECEIVABLES]
    assert isinstance(period, Period), "items whose period is not open were refused"
    return period, max(on, period.first_date)


def write_settlements(
    rows: Sequence[Taken], days: Sequence[date], *, by: User | None, is_reversal: bool = False
) -> None:
    """Write settlements whose ids are drawn and whose amounts are taken."""
    moment = clock.now()
    copy_rows(
        Settlement,
        COLUMNS,
        [
            (
                one.settlement_id,
                one.debit_item.company_id,
                one.debit_item.payer_id,
                one.debit_item.pk,
                one.credit_item.pk,
                one.pair.source,
                one.pair.digest(),
                day,
                one.debit_item.currency,
                one.debit_amount,
                one.credit_amount,
                one.pair.discount,
                one.pair.small_difference,
                one.debit_company_amount,
                one.credit_company_amount,
                one.company_discount,
                one.company_small_difference,
                one.exchange_difference,
                is_reversal,
                one.entry_id,
                by and by.pk,
                moment,
            )
            for one, day in zip(rows, days, strict=True)
        ],
    )


def write_open_amounts(items: Iterable[OpenItem]) -> None:
    """Write what is open now of items that are locked."""
    changed = {item.pk: item for item in items}
    update_each([changed[pk] for pk in sorted(changed)], ["open_amount", "open_company_amount"])


@operation
def undo(
    settlement_ids: Collection[int],
    *,
    on: date,
    by: User | None,
    reason: str = "",
    if_closed: IfClosed = IfClosed.REFUSE,
) -> Outcomes:
    """Undo settlements from a day on: what they took is open again, and their entries are reversed.

    The settlement stays, and counts for every day before. An undone one is `already`. Refused is the settlement of a
    reversal, a day before the settlement, and a closed period.
    """
    require_bounded(settlement_ids)
    asked = queries.settlements_to_undo(settlement_ids)
    items = queries.lock_items(
        pk for settlement in asked.values() for pk in (settlement.debit_item_id, settlement.credit_item_id)
    )
    # Read again now that the items are locked: whoever undid one meanwhile held the same locks.
    settlements = queries.settlements_to_undo(settlement_ids)
    periods = _periods(items.values(), on=on, if_closed=if_closed)
    outcomes = _sift_undo(settlement_ids, settlements, periods, on=on)
    undoing = [settlements[pk] for pk in outcomes.done]
    if undoing:
        _write_undo(undoing, items, periods, on=on, by=by, reason=reason)
    return outcomes


def _sift_undo(
    ids: Collection[int], settlements: Mapping[int, Settlement], periods: OpenPeriods, *, on: date
) -> Outcomes:
    outcomes = Outcomes()
    for pk in dict.fromkeys(ids):
        settlement = settlements.get(pk)
        if settlement is None:
            outcomes.refused[pk] = NotFound(what="settlement", key=pk)
        elif hasattr(settlement, "undo"):
            outcomes.already.append(pk)
        elif refusal := _refuse_undo(settlement, periods, on=on):
            outcomes.refused[pk] = refusal
        else:
            outcomes.done.append(pk)
    return outcomes


def _refuse_undo(settlement: Settlement, periods: OpenPeriods, *, on: date) -> DomainError | None:
    if settlement.is_reversal:
        return errors.SettlementOfReversal(settlement=settlement.pk)
    if settlement.on > on:
        return errors.UndoneBeforeSettled(settled_on=settlement.on, on=on)
    period = periods[settlement.company_id, Module.RECEIVABLES]
    return period if isinstance(period, DomainError) else None


def _write_undo(
    undoing: Sequence[Settlement],
    items: Mapping[int, OpenItem],
    periods: OpenPeriods,
    *,
    on: date,
    by: User | None,
    reason: str,
) -> None:
    """Reverse the entries, write the undo rows, and open both sides again."""
    days = {one.pk: _day(items[one.debit_item_id], periods, on) for one in undoing}
    booked = [one for one in undoing if one.entry is not None]
    counter = mirrored([one.entry for one in booked if one.entry], lambda entry: f"undo:{entry.source}")
    dated = [Dated(counter[one.entry_id or 0], *days[one.pk]) for one in booked]
    written = write_entries(dated, by=by) if dated else {}
    entries = {booked[place].pk: entry_id for place, entry_id in written.items()}
    SettlementUndo.objects.bulk_create(
        SettlementUndo(settlement=one, on=days[one.pk][1], reason=reason, entry_id=entries.get(one.pk), by=by)
        for one in undoing
    )
    for one in undoing:
        settling.give(items[one.debit_item_id], one.debit_amount, one.debit_company_amount)
        settling.give(items[one.credit_item_id], one.credit_amount, one.credit_company_amount)
    write_open_amounts(items[pk] for one in undoing for pk in (one.debit_item_id, one.credit_item_id))
