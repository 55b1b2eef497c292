"""Reversing: a mistake is taken back by a counter-entry that points at it, once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core import documents
from core.errors import DomainError, NotFound, NotPermitted
from core.models import User
from core.operation import operation
from core.outcomes import Outcomes
from core.roles import require
from core.sets import require_bounded
from ledger import errors, queries, settling
from ledger.bulk import reserve_ids
from ledger.models import Control, EntryKind, JournalEntry, JournalLine, OpenItem, Settlement, Side
from ledger.operations.mirroring import mirrored
from ledger.operations.posting import IfClosed, open_periods
from ledger.operations.settlement import write_open_amounts, write_settlements
from ledger.settling import Pair, Taken
from ledger.writing import Dated, write_entries

INSTEAD = {
    EntryKind.SETTLEMENT: "Undo the settlement.",
    EntryKind.REVERSAL: "Book the entry anew.",
    EntryKind.REVALUATION: "It is reversed by itself on the next day; run the revaluation again.",
    EntryKind.CLOSING: "Reopen the year.",
}


@dataclass
class Reversed(Outcomes):
    """Outcomes by entry id, with the ids of the counter-entries, new or made before."""

    reversals: dict[int, int] = field(default_factory=dict)


@operation
def reverse_entries(
    entry_ids: Collection[int],
    *,
    on: date,
    by: User | None,
    if_closed: IfClosed = IfClosed.REFUSE,
    of_documents: bool = False,
) -> Reversed:
    """Take entries back by counter-entries on a day; their open items and tax lines are taken back with them.

    An entry is reversed once: again is `already`. One booked for a document is taken back by the stage that owns the
    document, which says `of_documents`; anybody else is refused (`BookedForDocument`), or the document would say one
    thing and the books another. Refused is an entry whose open items are settled, or were so on the day or later
    (`OpenOnlyLater`), one that the ledger made by itself, one with stock, a day before it was booked, and a closed
    period. Needs the right to reverse.
    """
    require_bounded(entry_ids)
    items = queries.lock_items_of_entries(entry_ids)
    entries = queries.entries_to_reverse(entry_ids)
    outcomes = _sift(entry_ids, entries, items, on=on, by=by, of_documents=of_documents)
    dated = _dated([entries[pk] for pk in outcomes.done], outcomes, on=on, if_closed=if_closed)
    ids = list(dated)
    written = write_entries([dated[pk] for pk in ids], by=by) if ids else {}
    outcomes.reversals.update({ids[place]: counter for place, counter in written.items()})
    _answer_races([pk for place, pk in enumerate(ids) if place not in written], outcomes)
    _settle_with_counter_items(items, {pk: outcomes.reversals[pk] for pk in outcomes.done}, dated, by=by)
    return outcomes


def _sift(
    ids: Collection[int],
    entries: Mapping[int, JournalEntry],
    items: Sequence[OpenItem],
    *,
    on: date,
    by: User | None,
    of_documents: bool,
) -> Reversed:
    outcomes = Reversed()
    settled: dict[int, list[int]] = {}
    later = _open_only_later(items, on=on)
    for item in items:
        if item.open_amount < item.amount:
            settled.setdefault(item.entry_id, []).append(item.pk)
    with_stock = queries.entries_on(ids, Control.INVENTORY)
    for pk in dict.fromkeys(ids):
        entry = entries.get(pk)
        if entry is None:
            outcomes.refused[pk] = NotFound(what="journal entry", key=pk)
        elif hasattr(entry, "reversed_by"):
            outcomes.already.append(pk)
            outcomes.reversals[pk] = entry.reversed_by.pk
        elif refusal := (
            _refuse_person(entry, by=by)
            or (None if of_documents else refuse_document(entry))
            or _refuse(entry, settled.get(pk, []), with_stock.get(pk), on=on)
            or later.get(pk)
        ):
            outcomes.refused[pk] = refusal
        else:
            outcomes.done.append(pk)
    return outcomes


def _open_only_later(items: Sequence[OpenItem], *, on: date) -> dict[int, DomainError]:
    """Entries with an item that a settlement held on that day or later, until it was undone; by entry id."""
    held = queries.held_until_undone([item.pk for item in items], after=on)
    return {
        item.entry_id: errors.OpenOnlyLater(item=item.pk, until=max(one.until for one in held[item.pk]), on=on)
        for item in items
        if item.pk in held
    }


def _refuse_person(entry: JournalEntry, *, by: User | None) -> DomainError | None:
    try:
        require(by, "ledger.reverse_entry", entry)
    except NotPermitted as error:
        return error
    return None


def refuse_document(entry: JournalEntry) -> errors.BookedForDocument | None:
    """Why an entry is not taken back by itself: it was booked for a document."""
    if entry.kind != EntryKind.NORMAL or entry.document_id is None:
        return None
    kind = documents.known(entry.document_kind)
    return errors.BookedForDocument(entry=entry.pk, document=kind.label if kind else entry.document_kind)


def _refuse(entry: JournalEntry, settled: Sequence[int], stock_account: str | None, *, on: date) -> DomainError | None:
    if instead := INSTEAD.get(EntryKind(entry.kind)):
        return errors.NotReversible(kind=entry.get_kind_display(), instead=instead)
    if stock_account:
        return errors.InventoryNeedsStockMove(account=stock_account)
    if settled:
        return errors.ItemsSettled(items=settled)
    if entry.posting_date > on:
        return errors.ReversedBeforeBooked(posting_date=entry.posting_date, on=on)
    return None


def _dated(entries: Sequence[JournalEntry], outcomes: Reversed, *, on: date, if_closed: IfClosed) -> dict[int, Dated]:
    counter = mirrored(entries, lambda entry: f"reversal:{entry.pk}", makes_items=True)
    periods = open_periods(
        {(one.company.pk, one.journal.module) for one in counter.values()}, on=on, if_closed=if_closed
    )
    dated = {}
    for pk, one in counter.items():
        period = periods[one.company.pk, one.journal.module]
        if isinstance(period, DomainError):
            outcomes.refuse([pk], period)
        else:
            dated[pk] = Dated(one, period, max(on, period.first_date))
    return dated


def _answer_races(ids: Sequence[int], outcomes: Reversed) -> None:
    """Entries without open items that another transaction reversed between our look and our write."""
    if not ids:
        return
    counters = {entry.reverses_id: entry.pk for entry in JournalEntry.objects.filter(reverses__in=ids)}
    for pk in ids:
        outcomes.done.remove(pk)
        outcomes.already.append(pk)
        outcomes.reversals[pk] = counters[pk]


def _settle_with_counter_items(
    items: Sequence[OpenItem], reversals: Mapping[int, int], dated: Mapping[int, Dated], *, by: User | None
) -> None:
    """Bring the items of reversed entries and those of their counter-entries to zero against each other."""
    reversed_items = [item for item in items if item.entry_id in reversals]
    if not reversed_items:
        return
    counter_items = queries.items_by_entry_and_position(reversals.values())
    positions = dict(
        JournalLine.objects.filter(pk__in=[item.line_id for item in reversed_items]).values_list("pk", "position")
    )
    taken = [_whole(item, counter_items[reversals[item.entry_id], positions[item.line_id]]) for item in reversed_items]
    for one, pk in zip(taken, reserve_ids(Settlement, len(taken)), strict=True):
        one.settlement_id = pk
    write_settlements(taken, [dated[item.entry_id].on for item in reversed_items], by=by, is_reversal=True)
    write_open_amounts([item for one in taken for item in (one.debit_item, one.credit_item)])


def _whole(item: OpenItem, counter: OpenItem) -> Taken:
    debit, credit = (item, counter) if item.side == Side.DEBIT else (counter, item)
    return settling.take(Pair(debit.pk, credit.pk), debit, credit)
