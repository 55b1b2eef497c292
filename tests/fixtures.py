"""What every test may ask for: people with their roles, a count of statements, two workers at once, one that dies."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pgtrigger
import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from core import locks, operation, roles
from core.models import Company, Membership, User, Warehouse
from tests import concurrency
from tests.core.factories import CompanyFactory, MembershipFactory, UserFactory, WarehouseFactory

JANUARY_1 = date(2026, 1, 1)
FEBRUARY_1 = date(2026, 2, 1)
MARCH_1 = date(2026, 3, 1)
MARCH_31 = date(2026, 3, 31)
APRIL_1 = date(2026, 4, 1)

STAFF = ["sales", "credit", "warehouse", "billing", "finance", "collector", "service", "auditor", "administrator"]
"""Every role of people who work in the house."""


class LockGuard:
    """Watches every statement of every test: a verb that locks against the house's order fails its test."""

    def __init__(self) -> None:
        self.run: operation.Run | None = None
        self.watch = locks.LockWatch({})

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        running = operation.running()
        if running is not self.run:
            self.run, self.watch = running, locks.LockWatch(locks.ranked_tables())
        if running is not None:
            self.watch.saw(str(sql))
        return execute(sql, params, many, context)


def guard_locks(connection: Any, **_: Any) -> None:
    """Put the guard on a connection as soon as it is made; threads have connections of their own."""
    if not any(isinstance(wrapper, LockGuard) for wrapper in connection.execute_wrappers):
        # First, as a wrapper that is taken off again takes the last one away.
        connection.execute_wrappers.insert(0, LockGuard())


connection_created.connect(guard_locks)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Take the guards against TRUNCATE away: Django empties tables between tests that commit."""
    with django_db_blocker.unblock():
        for uri in truncate_guards():
            pgtrigger.uninstall(uri)


def truncate_guards() -> list[str]:
    """The names of all triggers that guard a table against TRUNCATE."""
    return [trigger.get_uri(model) for model, trigger in pgtrigger.registered() if trigger.name == "no_truncate"]


@pytest.fixture
def guarded(db: None) -> Callable[[type], None]:
    """`guarded(Model)` puts the guard against TRUNCATE back on its table until the end of this test."""

    def guard(model: Any) -> None:
        pgtrigger.install(f"{model._meta.label}:no_truncate")

    return guard


@pytest.fixture
def statements(db: None) -> Callable[..., int]:
    """`statements(func, *args, **kwargs)` calls it and says how many SQL statements that took."""

    def count(func: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            func(*args, **kwargs)
        return len(captured)

    return count


@pytest.fixture
def concurrently(transactional_db: None) -> Callable[..., list[Any]]:
    """`concurrently(call, …)`: see `tests.concurrency.concurrently`. What the test has made is committed."""
    return concurrency.concurrently


@pytest.fixture
def worker(transactional_db: None) -> Iterator[Callable[..., concurrency.Worker]]:
    """`worker(script, *args)` runs Python code in a process of its own on the test database; see its `kill()`."""
    started: list[concurrency.Worker] = []

    def start(script: str, *args: str) -> concurrency.Worker:
        started.append(concurrency.Worker(script, *args))
        return started[-1]

    yield start
    for process in started:
        process.close()


@pytest.fixture
def company(db: None) -> Company:
    return CompanyFactory(code="hearth", name="Hearth & Harbour Ltd")


@pytest.fixture
def other_company(db: None) -> Company:
    """A company in which the people of `company` have no role."""
    return CompanyFactory(
        code="elsewhere", name="Elsewhere BV", country="NL", currency="EUR", time_zone="Europe/Amsterdam"
    )


@pytest.fixture
def warehouse(company: Company) -> Warehouse:
    return WarehouseFactory(company=company, code="bristol", name="Bristol")


@pytest.fixture
def clerk(company: Company) -> User:
    """Somebody with every role in the company, for tests that are not about rights."""
    user: User = UserFactory(username="clerk", first_name="Robin", last_name="Clerk")
    Membership.objects.bulk_create(Membership(user=user, company=company, role=role) for role in STAFF)
    return user


@pytest.fixture
def user_as(company: Company) -> Callable[..., User]:
    """`user_as("sales")`: somebody with this one role in the company, or in `company=`, or only in `warehouse=`."""

    def make(role: str, *, company: Company = company, warehouse: Warehouse | None = None) -> User:
        assert role in {known.code for known in roles.all_roles()}, f"there is no role {role}"
        user: User = UserFactory(first_name=role.title(), is_staff=role == "administrator")
        MembershipFactory(user=user, role=role, company=company, warehouse=warehouse)
        return user

    return make


@pytest.fixture
def client_as(user_as: Callable[..., User]) -> Callable[..., Client]:
    """`client_as("sales")`: a browser in which somebody with this role is signed in."""

    def sign_in(role: str, **where: Any) -> Client:
        client = Client()
        client.force_login(user_as(role, **where), backend="core.backends.MembershipBackend")
        return client

    return sign_in
