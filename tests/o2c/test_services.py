"""The embedded PostgreSQL and Valkey: they start by themselves, once, whoever asks."""

import os
import threading

import pytest
from django.core.cache import cache
from django.db import connection

from o2c import services
from o2c.services import Services

embedded_only = pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="the environment names other servers")


@embedded_only
def test_starting_running_services_again_changes_nothing():
    servers = Services("test")
    before = servers._postgres_pid()

    servers.start()

    assert servers.postgres_ready()
    assert servers.valkey_ready()
    assert servers._postgres_pid() == before


@embedded_only
def test_many_may_ask_at_once():
    servers = [Services("test") for _ in range(4)]
    threads = [threading.Thread(target=each.start) for each in servers]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {each._postgres_pid() for each in servers} == {Services("test")._postgres_pid()}


@embedded_only
@pytest.mark.django_db
def test_tests_use_a_server_that_does_not_wait_for_the_disk():
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        assert cursor.fetchone() == ("off",)


def test_a_test_sees_what_it_put_in_the_cache():
    cache.set("house", "warm", timeout=5)

    assert cache.get("house") == "warm"


def test_a_deep_checkout_gets_a_short_socket_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(services, "CHECKOUT", tmp_path / ("deep" * 30))
    monkeypatch.setattr(services, "_is_root", lambda: False)

    assert str(Services().sockets).startswith("/tmp/o2c-")
    assert str(Services().data).startswith(str(tmp_path))


def test_a_pid_file_that_names_another_program_is_stale(monkeypatch, tmp_path):
    monkeypatch.setattr(services, "CHECKOUT", tmp_path)
    monkeypatch.setattr(services, "_is_root", lambda: False)
    servers = Services()
    servers.data.mkdir(parents=True)
    (servers.data / "postmaster.pid").write_text(f"{os.getpid()}\n")

    assert servers._postgres_pid() is None
