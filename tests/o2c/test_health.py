"""Health pages and figures for machines."""

import pytest
from celery.signals import heartbeat_sent
from django.core.cache import cache
from django.core.files.storage import default_storage

from o2c import health
from o2c.celery import WORKER_HEARTBEAT

pytestmark = pytest.mark.django_db


@pytest.fixture
def disk(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    return tmp_path


@pytest.fixture
def worker():
    heartbeat_sent.send(sender=None)
    yield
    cache.delete(WORKER_HEARTBEAT)


def test_live_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"ok": True})


def test_machines_ask_by_bare_address(client, settings):
    settings.ALLOWED_HOSTS = ["o2c.example.com"]
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/health/live", headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_ready_when_every_part_works(client, disk, worker):
    response = client.get("/health/ready")

    assert response.json() == {
        "ok": True,
        "parts": {"database": "ok", "migrations": "ok", "broker": "ok", "storage": "ok", "worker": "ok"},
    }
    assert response.status_code == 200


def test_the_storage_probe_leaves_nothing_behind(disk):
    health.storage()

    assert default_storage.listdir("ready") == ([], [])


def test_not_ready_without_a_worker(client, disk):
    cache.delete(WORKER_HEARTBEAT)

    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["parts"]["worker"] == "no worker was heard of for 30 seconds"


def test_a_failing_part_is_named_without_its_secrets(client, disk, worker, monkeypatch):
    def refuse():
        raise ConnectionError("password=secret")

    monkeypatch.setitem(health.PROBES, "database", refuse)

    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["parts"]["database"] == "ConnectionError"
    assert b"secret" not in response.content


def test_nothing_is_stored_of_health_answers(client):
    assert "no-store" in client.get("/health/live")["Cache-Control"]


def test_metrics_are_for_allowed_networks(client, settings):
    settings.METRICS_ALLOWED = ["10.1.0.0/16"]

    inside = client.get("/metrics", REMOTE_ADDR="10.1.2.3")
    outside = client.get("/metrics", REMOTE_ADDR="10.2.2.3")

    assert b"django_http_requests" in inside.content
    assert outside.status_code == 403
