"""docker-compose.yml: complete, careful, and every command of ours really starts, here without Docker."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
import redis
import yaml
from django.conf import settings
from django.db import connection

from o2c.celery import WORKER_HEARTBEAT
from o2c.checks import production_environment
from o2c.install import CHECKOUT, VENV

OURS = ["migrate", "web", "worker", "beat"]
SERVICES = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
START_SECONDS = 60


@pytest.mark.parametrize("name", ["web", "worker", "beat", "postgres", "redis"])
def test_what_keeps_running_is_watched(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_ours_run_without_privileges(name):
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["read_only"] is True
    assert "USER o2c" in (CHECKOUT / "Dockerfile").read_text()


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_tables_are_there(name):
    assert SERVICES[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


def test_only_the_web_server_can_be_reached_and_only_from_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"web": ["127.0.0.1:8000:8000"]}


@pytest.fixture
def environment(tmp_path, transactional_db):
    """Production's environment, with the servers of the tests and a broker database of its own."""
    database = connection.settings_dict
    redis_url = f"{settings.REDIS_URL}?db=9" if settings.REDIS_URL.startswith("unix") else settings.REDIS_URL
    return {
        **production_environment(),
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.defpath}",
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        "REDIS_URL": redis_url,
        "STORAGE_URL": f"file://{tmp_path / 'media'}",
        "BEAT_SCHEDULE_FILE": str(tmp_path / "celerybeat-schedule"),
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def started(name, environment, log):
    """The command of a service as docker compose would start it."""
    given = {**SERVICES[name].get("environment", {}), **environment}
    with log.open("wb") as output:
        process = subprocess.Popen(
            SERVICES[name]["command"], cwd=CHECKOUT, env=given, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def wait_for(happened, process, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if happened():
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"it did not happen; the last words were: {log.read_text()[-2000:]}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
def test_web_answers(environment, tmp_path):
    port, log = free_port(), tmp_path / "log"
    metrics = {"GRANIAN_PORT": str(port), "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def answers():
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2).status == 200
        except (urllib.error.URLError, OSError):
            return False

    with started("web", environment | metrics, log) as process:
        wait_for(answers, process, log)

    assert process.returncode == 0


@pytest.mark.slow
def test_worker_shows_a_sign_of_life(environment, tmp_path):
    broker, log = redis.from_url(environment["REDIS_URL"]), tmp_path / "log"
    broker.flushdb()

    with started("worker", environment, log) as process:
        wait_for(lambda: broker.exists(f"o2c:1:{WORKER_HEARTBEAT}"), process, log)

    assert process.returncode == 0


@pytest.mark.slow
def test_beat_keeps_its_schedule(environment, tmp_path):
    log = tmp_path / "log"

    with started("beat", environment, log) as process:
        wait_for(lambda: list(tmp_path.glob("celerybeat-schedule*")), process, log)

    assert process.returncode == 0


@pytest.mark.slow
def test_migrate_finds_nothing_left_to_do(environment, tmp_path):
    log = tmp_path / "log"

    with started("migrate", environment, log) as process:
        wait_for(lambda: process.poll() is not None, process, log)

    assert process.returncode == 0
    assert "No migrations to apply" in log.read_text()
