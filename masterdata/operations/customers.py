"""Customers: taken on, changed, blocked, let go and taken on again."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from core import eventlog, numbering
from core.errors import DomainError, NotFound, NotPermitted, WrongState
from core.eventlog import Fact
from core.lifecycle import Move
from core.models import Company, User
from core.operation import operation
from core.outcomes import Outcomes
from core.roles import has_permission, require
from core.sets import require_bounded
from masterdata import events
from masterdata.models import Customer, CustomerStatus
from masterdata.operations.records import locked, made_before, put, require_version

BLOCK = Move(frozenset({CustomerStatus.ACTIVE}), CustomerStatus.BLOCKED)
CLOSE = Move(frozenset({CustomerStatus.ACTIVE, CustomerStatus.BLOCKED}), CustomerStatus.CLOSED)
REOPEN = Move(frozenset({CustomerStatus.BLOCKED, CustomerStatus.CLOSED}), CustomerStatus.ACTIVE)

CUSTOMER_NUMBER = numbering.NumberKind("masterdata.customer", "Customer number", "C{number:05}")


@operation
def create_customer(
    company: Company, facts: Mapping[str, Any], *, by: User | None, client_key: UUID | None = None
) -> Customer:
    """Take on a customer; without a number of its own it gets the next one.

    The same key with the same content answers with the customer it made first; other content under it is
    refused (`KeyUsedForOther`), wrong facts are `Invalid`.
    """
    require(by, "masterdata.add_customer", company)
    if found := made_before(Customer, company, client_key, facts):
        return found
    customer = Customer(company=company, client_key=client_key)
    number = facts.get("number") or _free_number(company)
    put(customer, {**facts, "number": number})
    customer.save(force_insert=True)
    _record(events.CUSTOMER_CREATED, [customer])
    return customer


def _free_number(company: Company) -> str:
    """The next number that nobody typed in by hand before."""
    while True:
        (number,) = numbering.next_numbers(company, CUSTOMER_NUMBER.key, 1)
        if not Customer.objects.filter(company=company, number=number).exists():
            return number


@operation
def change_customer(customer_id: int, facts: Mapping[str, Any], *, version: int, by: User | None) -> Customer:
    """Change facts of a customer; the person says which version they saw.

    Refused: somebody changed it meanwhile (`ChangedMeanwhile`), wrong facts (`Invalid`). The same facts again
    change nothing. Blocking and closing are verbs of their own.
    """
    assert not {"status", "status_reason", "company"} & set(facts), "blocking and closing are verbs of their own"
    customer = locked(Customer, customer_id, what="customer")
    require(by, "masterdata.change_customer", customer)
    require_version(customer, version)
    if put(customer, facts):
        customer.version += 1
        customer.save(force_update=True)
        _record(events.CUSTOMER_CHANGED, [customer])
    return customer


@operation
def block_customers(customer_ids: Collection[int], *, reason: str, by: User | None) -> Outcomes:
    """Take no new orders from these customers until somebody reopens them; what is under way goes on."""
    assert reason, "a block says why"
    return _move(customer_ids, BLOCK, events.CUSTOMER_BLOCKED, verb="block", reason=reason, by=by)


@operation
def close_customers(customer_ids: Collection[int], *, reason: str, by: User | None) -> Outcomes:
    """Let customers go: they stay readable and can be reopened."""
    assert reason, "a closing says why"
    return _move(customer_ids, CLOSE, events.CUSTOMER_CLOSED, verb="close", reason=reason, by=by)


@operation
def reopen_customers(customer_ids: Collection[int], *, by: User | None) -> Outcomes:
    """Take orders from blocked or closed customers again."""
    return _move(customer_ids, REOPEN, events.CUSTOMER_REOPENED, verb="reopen", reason="", by=by)


def _move(ids: Collection[int], move: Move, event: str, *, verb: str, reason: str, by: User | None) -> Outcomes:
    rows = Customer.objects.filter(pk__in=require_bounded(ids)).select_related("company")
    found = {row.pk: row for row in rows.order_by("pk").select_for_update(no_key=True, of=("self",))}
    outcomes = _sift(dict.fromkeys(ids), found, move, verb, _permission(by))
    Customer.objects.filter(pk__in=outcomes.done).update(status=move.target, status_reason=reason)
    _record(event, [found[pk] for pk in outcomes.done], reason=reason)
    return outcomes


def _sift(
    ids: Collection[int],
    found: Mapping[int, Customer],
    move: Move,
    verb: str,
    refuse: Callable[[Customer], DomainError | None],
) -> Outcomes:
    outcomes = Outcomes()
    for pk in ids:
        customer = found.get(pk)
        if customer is None:
            outcomes.refused[pk] = NotFound(what="customer", key=pk)
        elif error := refuse(customer):
            outcomes.refused[pk] = error
        elif customer.status == move.target:
            outcomes.already.append(pk)
        elif customer.status not in move.sources:
            outcomes.refused[pk] = WrongState(verb=verb, state=customer.status, allowed=sorted(move.sources))
        else:
            outcomes.done.append(pk)
    return outcomes


def _permission(by: User | None) -> Callable[[Customer], DomainError | None]:
    def refuse(customer: Customer) -> DomainError | None:
        if by is None or has_permission(by, "masterdata.block_customer", customer):
            return None
        return NotPermitted(permission="masterdata.block_customer", company=str(customer.company))

    return refuse


def _record(what: str, customers: Collection[Customer], **data: Any) -> None:
    eventlog.record(Fact(what, "masterdata.customer", row.pk, row.company_id, data=data) for row in customers)
