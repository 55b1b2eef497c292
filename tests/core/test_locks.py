"""The one lock order of the house, watched in every test."""

import pytest
from django.apps import apps

from core.locks import LockWatch, OutOfOrder, ranked_tables, tables_locked
from core.models import Membership, NumberSeries, User
from core.operation import operation
from o2c.lock_order import LOCK_ORDER


def watch():
    return LockWatch({"shipment": 1, "stock": 2, "credit": 3, "orders": 4})


def lock(table, how="UPDATE"):
    return f'SELECT * FROM "{table}" WHERE id IN (1, 2) ORDER BY "{table}"."id" ASC FOR {how}'


@pytest.mark.parametrize("how", ["UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE", "NO KEY UPDATE NOWAIT"])
def test_knows_every_way_to_lock(how):
    assert tables_locked(lock("stock", how)) == ["stock"]


def test_a_named_table_is_what_is_locked():
    sql = 'SELECT * FROM "orders" INNER JOIN "customer" ON (true) FOR NO KEY UPDATE OF "orders", "line"'

    assert tables_locked(sql) == ["orders", "line"]


@pytest.mark.parametrize("sql", ['SELECT * FROM "stock"', lock("stock", "UPDATE SKIP LOCKED")])
def test_a_plain_read_and_rows_that_are_skipped_wait_for_nobody(sql):
    assert tables_locked(sql) == []


def test_the_order_of_the_house_is_fine():
    locked = watch()

    for table in ["shipment", "stock", "unranked", "orders", "stock"]:
        locked.saw(lock(table))

    assert locked.seen == ["shipment", "stock", "orders"]


def test_an_earlier_table_after_a_later_one_is_a_bug():
    locked = watch()
    locked.saw(lock("orders"))

    with pytest.raises(OutOfOrder, match="stock is locked after orders"):
        locked.saw(lock("stock"))


@operation
def lock_in_order():
    list(User.objects.select_for_update())
    list(NumberSeries.objects.select_for_update())


@operation
def lock_against_the_order():
    list(NumberSeries.objects.select_for_update())
    list(Membership.objects.select_for_update(no_key=True, of=("self",)))


def test_a_verb_against_the_order_fails_its_test(db):
    lock_in_order()

    with pytest.raises(OutOfOrder, match="core_membership is locked after core_numberseries"):
        lock_against_the_order()


def test_each_verb_starts_anew(db):
    @operation
    def number():
        list(NumberSeries.objects.select_for_update())

    number()
    lock_in_order()


def test_the_guard_watches_threads_too(concurrently):
    errors = concurrently(lock_against_the_order, lock_in_order)

    assert [type(error).__name__ for error in errors] == ["OutOfOrder", "NoneType"]


def test_every_table_in_the_order_exists():
    assert len(ranked_tables()) == sum(len(step) for step in LOCK_ORDER)
    assert {label for step in LOCK_ORDER for label in step} <= {model._meta.label for model in apps.get_models()}
