"""Posting: drafts become entries, each source once, in an open period."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from core.errors import DomainError
from core.models import User
from core.operation import operation
from core.outcomes import Outcomes
from core.roles import require
from core.sets import require_bounded
from ledger import errors, queries
from ledger.books import Books
from ledger.drafts import Draft
from ledger.models import EntryKind, JournalEntry, Period, PeriodState
from ledger.preparing import Prepared, prepare
from ledger.writing import Dated, write_entries


class IfClosed(Enum):
    """What becomes of an entry whose day is in a closed period: only an explicit choice moves it."""

    REFUSE = "refuse"
    FIRST_OPEN_DAY = "first open day"


@dataclass
class Posted(Outcomes):
    """Outcomes by place of the draft in the call (0, 1, …), with the ids of the entries, new or booked before.

    A fact of zero is done without an entry.
    """

    entries: dict[int, int] = field(default_factory=dict)


@operation
def post_entries(
    drafts: Sequence[Draft], *, on: date, by: User | None, if_closed: IfClosed = IfClosed.REFUSE
) -> Posted:
    """Book drafts on one posting date: entries with their lines, tax lines and open items.

    Booking the same source again with the same content changes nothing (`already`), even after its period closed;
    other content under it is refused (`SourceClash`). An entry that does not balance, names an unknown account,
    leaves out the payer on a control account, is dated into a closed period or breaks another rule of the ledger
    is refused and does not stop the others; nothing of it is written. The caller has checked the right to do this:
    most entries follow from a document of a stage.
    """
    require_bounded(drafts)
    numbers = set().union(*(draft.account_numbers for draft in drafts))
    books = Books.of({draft.company.pk for draft in drafts}, numbers)
    booked = queries.entries_by_source({(draft.company.pk, draft.source) for draft in drafts})
    posted, prepared = _sift(drafts, books, booked, on=on)
    dated = _dated(prepared, posted, on=on, if_closed=if_closed)
    written = _write(dated, posted, by=by)
    _answer_races([place for place in dated if place not in written], dated, posted)
    _answer_repeats(drafts, posted)
    return posted


@operation
def post_by_hand(drafts: Sequence[Draft], *, on: date, by: User, if_closed: IfClosed = IfClosed.REFUSE) -> Posted:
    """Book entries that a person wrote. Needs the right to post in each company (`NotPermitted`)."""
    for company in {draft.company.pk: draft.company for draft in drafts}.values():
        require(by, "ledger.post_entry", company)
    return post_entries(drafts, on=on, by=by, if_closed=if_closed)


def _sift(
    drafts: Sequence[Draft], books: Books, booked: Mapping[tuple[int, str], JournalEntry], *, on: date
) -> tuple[Posted, dict[int, Prepared]]:
    """Sort drafts by what the database knows of their source and what the rules say; no writes.

    A draft that repeats one before it in the same set waits for that one's fate.
    """
    posted, prepared = Posted(), {}
    payers = queries.company_of_payers(_customer_ids(drafts))
    first_of_source: set[tuple[int, str]] = set()
    for place, draft in enumerate(drafts):
        key = draft.company.pk, draft.source
        if key in first_of_source:
            continue
        first_of_source.add(key)
        if existing := booked.get(key):
            _already_or_clash(posted, place, draft.digest(), existing)
            continue
        try:
            assert draft.kind not in (EntryKind.SETTLEMENT, EntryKind.REVERSAL), "made by settle and reverse only"
            _require_customers(draft, payers)
            entry = prepare(draft, books, on=on)
        except DomainError as refusal:
            posted.refused[place] = refusal
            continue
        posted.done.append(place)
        if entry:
            prepared[place] = entry
    return posted, prepared


def _already_or_clash(posted: Posted, place: int, content: str, existing: JournalEntry) -> None:
    if existing.content == content:
        posted.already.append(place)
        posted.entries[place] = existing.pk
    else:
        posted.refused[place] = errors.SourceClash(source=existing.source, existing=existing.pk)


def _customer_ids(drafts: Sequence[Draft]) -> set[int]:
    lines = [line for draft in drafts for line in draft.lines]
    payers = {line.payer_id for line in lines if line.payer_id is not None}
    return payers | {line.item.sold_to_id for line in lines if line.item and line.item.sold_to_id is not None}


def _require_customers(draft: Draft, company_of: Mapping[int, int]) -> None:
    for customer_id in _customer_ids([draft]):
        if company_of.get(customer_id) != draft.company.pk:
            raise errors.PayerOfOtherCompany(payer=customer_id, company=str(draft.company))


def _dated(prepared: Mapping[int, Prepared], posted: Posted, *, on: date, if_closed: IfClosed) -> dict[int, Dated]:
    """Each entry with its open period, locked for sharing; those without one are refused."""
    wanted = {(entry.company.pk, entry.journal.module) for entry in prepared.values()}
    periods = open_periods(wanted, on=on, if_closed=if_closed)
    dated = {}
    for place, entry in prepared.items():
        found = periods[entry.company.pk, entry.journal.module]
        if isinstance(found, DomainError):
            posted.refuse([place], found)
        else:
            dated[place] = Dated(entry, found, max(on, found.first_date))
    return dated


def open_periods(
    wanted: Collection[tuple[int, str]], *, on: date, if_closed: IfClosed
) -> dict[tuple[int, str], Period | errors.PeriodClosed]:
    """The open period of a day for each company and module, locked so that it can't close before we commit.

    A day without one gets the refusal, or the first open period after it where that was chosen.
    """
    found: dict[tuple[int, str], Period | errors.PeriodClosed] = {}
    locked = queries.share_periods(wanted, on=on)
    for company_id, module in sorted(wanted):
        period = locked.get((company_id, module))
        if period and period.state == PeriodState.OPEN:
            found[company_id, module] = period
            continue
        later = queries.share_first_open_period(company_id, module, after=on)
        if later and if_closed is IfClosed.FIRST_OPEN_DAY:
            found[company_id, module] = later
        else:
            found[company_id, module] = errors.PeriodClosed(
                module=module,
                on=on,
                state=period.state if period else "not set up",
                first_open=later.first_date if later else None,
            )
    return found


def _write(dated: Mapping[int, Dated], posted: Posted, *, by: User | None) -> set[int]:
    """Write what was dated; returns the places that went in."""
    places = list(dated)
    written = write_entries([dated[place] for place in places], by=by) if places else {}
    posted.entries.update({places[index]: entry_id for index, entry_id in written.items()})
    return {places[index] for index in written}


def _answer_races(places: Sequence[int], dated: Mapping[int, Dated], posted: Posted) -> None:
    """Another transaction booked these sources between our look and our write: the same is `already`."""
    if not places:
        return
    keys = {(dated[place].entry.company.pk, dated[place].entry.source) for place in places}
    booked = queries.entries_by_source(keys)
    for place in places:
        entry = dated[place].entry
        posted.done.remove(place)
        _already_or_clash(posted, place, entry.content, booked[entry.company.pk, entry.source])


def _answer_repeats(drafts: Sequence[Draft], posted: Posted) -> None:
    """Drafts that repeat a source of this very set: the same content is `already`, other content a clash."""
    first: dict[tuple[int, str], int] = {}
    for place, draft in enumerate(drafts):
        before = first.setdefault((draft.company.pk, draft.source), place)
        if before == place:
            continue
        if before in posted.refused:
            posted.refused[place] = posted.refused[before]
        elif draft.digest() != drafts[before].digest():
            posted.refused[place] = errors.SourceClash(source=draft.source, existing=posted.entries.get(before, 0))
        else:
            posted.already.append(place)
            if before in posted.entries:
                posted.entries[place] = posted.entries[before]
