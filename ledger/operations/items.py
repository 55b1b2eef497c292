"""What becomes of open items while they wait: due dates, blocks, promises, dunning levels, earmarks, with history."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core import clock
from core.errors import DomainError, NotFound
from core.models import User
from core.money import ZERO, round_amount
from core.operation import operation
from core.outcomes import Outcomes
from core.sets import require_bounded, update_each
from ledger import errors, queries
from ledger.models import OpenItem, OpenItemChange, Side
from ledger.models.items import CHANGING_FACTS

Facts = dict[str, Any]
Refuse = Callable[[OpenItem, Facts], DomainError | None]


@dataclass(frozen=True, slots=True)
class Block:
    """How much of an item is contested, in its currency, and why; an amount of zero lifts the block."""

    amount: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the payer promised to pay, in the item's currency, and when."""

    amount: Decimal
    by_date: date


@operation
def set_due_date(due: Mapping[int, date], *, on: date, by: User | None, reason: str = "") -> Outcomes:
    """Give open items a due date from a day on, such as after an agreement with the payer."""
    return _change("due_date", {pk: {"due_date": day} for pk, day in due.items()}, on=on, by=by, reason=reason)


@operation
def block_amount(blocks: Mapping[int, Block], *, on: date, by: User | None) -> Outcomes:
    """Block a part of open items from reminders and overdue rules, each with its reason; zero lifts the block.

    Between nothing and the whole amount (`BlockOutOfRange`); money can still settle a blocked item.
    """
    wanted: dict[int, Facts] = {
        pk: {"blocked_amount": block.amount, "block_reason": block.reason if block.amount else ""}
        for pk, block in blocks.items()
    }
    return _change("block", wanted, _refuse_block, on=on, by=by)


@operation
def set_promise(promises: Mapping[int, Promise | None], *, on: date, by: User | None, reason: str = "") -> Outcomes:
    """Note what payers promised to pay and when; `None` takes the note away. At most what is open."""
    wanted: dict[int, Facts] = {
        pk: {
            "promised_amount": promise.amount if promise else None,
            "promised_date": promise.by_date if promise else None,
        }
        for pk, promise in promises.items()
    }
    return _change("promise", wanted, _refuse_promise, on=on, by=by, reason=reason)


@operation
def set_dunning_level(levels: Mapping[int, int], *, on: date, by: User | None, reason: str = "") -> Outcomes:
    """Note how far open items have been reminded of, on the day it was sent; which step follows is not decided here."""
    wanted: dict[int, Facts] = {pk: {"dunning_level": level, "dunned_on": on} for pk, level in levels.items()}
    return _change("dunning_level", wanted, on=on, by=by, reason=reason)


@operation
def set_earmark(earmarks: Mapping[int, str], *, on: date, by: User | None, reason: str = "") -> Outcomes:
    """Keep money on account for something, such as `order:4711`; an empty text frees it."""
    wanted: dict[int, Facts] = {pk: {"earmark": earmark} for pk, earmark in earmarks.items()}
    return _change("earmark", wanted, _refuse_earmark, on=on, by=by, reason=reason)


def _refuse_block(item: OpenItem, facts: Facts) -> DomainError | None:
    amount: Decimal = facts["blocked_amount"]
    if not 0 <= amount <= item.amount or amount != round_amount(amount, item.currency):
        return errors.BlockOutOfRange(item=item.pk, amount=amount, most=item.amount, currency=item.currency)
    if amount and not facts["block_reason"].strip():
        return errors.ReasonMissing(step="block an amount")
    return None


def _refuse_promise(item: OpenItem, facts: Facts) -> DomainError | None:
    amount: Decimal | None = facts["promised_amount"]
    if amount is not None and not ZERO < amount <= item.open_amount:
        return errors.PromiseOutOfRange(item=item.pk, amount=amount, most=item.open_amount, currency=item.currency)
    return None


def _refuse_earmark(item: OpenItem, facts: Facts) -> DomainError | None:
    if facts["earmark"] and item.side != Side.CREDIT:
        return errors.NotMoneyOnAccount(item=item.pk)
    return None


def _change(
    what: str,
    wanted: Mapping[int, Facts],
    refuse: Refuse | None = None,
    *,
    on: date,
    by: User | None,
    reason: str = "",
) -> Outcomes:
    """Lock, sift, write the items and their history: what every verb of this file does.

    An item that is so already is `already`. A change dated before the last one, or before the item was posted, is
    refused: what was true on a past day stays true.
    """
    require_bounded(wanted)
    items = queries.lock_items(wanted)
    outcomes = Outcomes()
    for pk, facts in wanted.items():
        item = items.get(pk)
        if item is None:
            outcomes.refused[pk] = NotFound(what="open item", key=pk)
        elif _is_so(item, facts):
            outcomes.already.append(pk)
        elif refusal := (refuse and refuse(item, facts)) or _refuse_day(item, on=on):
            outcomes.refused[pk] = refusal
        else:
            outcomes.done.append(pk)
    _write(what, [(items[pk], wanted[pk]) for pk in outcomes.done], on=on, by=by, reason=reason)
    return outcomes


def _is_so(item: OpenItem, facts: Facts) -> bool:
    """Whether the item says this already; the day of a reminder alone is no change."""
    return all(getattr(item, name) == value for name, value in facts.items() if name != "dunned_on")


def _refuse_day(item: OpenItem, *, on: date) -> DomainError | None:
    last = item.changed_on or item.posting_date
    return errors.ChangedBeforeLast(item=item.pk, last=last, on=on) if on < last else None


def _write(what: str, changes: list[tuple[OpenItem, Facts]], *, on: date, by: User | None, reason: str) -> None:
    """Write the items and their facts from this day on; before a first change also those an item was booked with."""
    if not changes:
        return
    moment = clock.now()
    rows = [
        OpenItemChange(item=item, on=item.posting_date, what="posted", recorded_at=moment, **_facts(item))
        for item, _ in changes
        if item.changed_on is None
    ]
    for item, facts in changes:
        for name, value in {**facts, "changed_on": on}.items():
            setattr(item, name, value)
    rows += [
        OpenItemChange(
            item=item,
            on=on,
            what=what,
            reason=reason or facts.get("block_reason", ""),
            by=by,
            recorded_at=moment,
            **_facts(item),
        )
        for item, facts in changes
    ]
    update_each([item for item, _ in changes], [*changes[0][1], "changed_on"])
    OpenItemChange.objects.bulk_create(rows)


def _facts(item: OpenItem) -> Facts:
    return {name: getattr(item, name) for name in CHANGING_FACTS}
