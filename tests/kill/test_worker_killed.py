"""A worker killed in the middle of its work: nothing is lost, and nothing but a mail in flight happens twice."""

import email
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection, transaction

from core import outbox
from core.models import EventState, LoggedEvent, Message, MessageState, OutboxEvent
from tests.concurrency import ROOT
from tests.kill.effects import EVENT, MAILED

ORDERS = 1000
KILLS = 3
PATIENCE = 120.0
"""Seconds that a step may take on a machine that is busy with other tests; alone, it takes three."""

pytestmark = [pytest.mark.kill, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class SlowMailServer:
    """Takes a mail, and answers only a moment later: a kill in between leaves it delivered and not noted."""

    def __init__(self):
        self.received = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = email.message_from_bytes(envelope.content)
        self.received.append((mail["To"], mail["Message-ID"]))
        time.sleep(0.004)
        return "250 OK"


@pytest.fixture
def mail_server():
    handler = SlowMailServer()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    yield handler, port
    controller.stop()


def own_broker():
    """A database of our own on the test broker: another run's killed worker must not tell ours that mail is away."""
    url = settings.REDIS_URL
    return f"{url}?db={1 + os.getpid() % 15}" if url.startswith("unix://") else url


@pytest.fixture
def celery_worker(mail_server, tmp_path):
    """`celery_worker()` starts a worker with its scheduler, as one group of processes."""
    started = []
    place = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}",
        "REDIS_URL": own_broker(),
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_server[1]}",
        "BEAT_SCHEDULE_FILE": str(tmp_path / "schedule"),
    }

    def start():
        words = ["worker", "-B", "-Q", "default,mail", "-c", "2", "-I", "tests.kill.effects", "--without-mingle"]
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "-A", "o2c.celery", *words],
            cwd=ROOT,
            env=environment,
            stderr=(tmp_path / "worker.log").open("ab"),
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            kill(process)


def kill(process):
    """As a power cut would: all its processes at once, none is told."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def wait_until(condition, log):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"the worker did not get on:\n{log.read_text()[-3000:]}"
        time.sleep(0.05)


def done():
    return OutboxEvent.objects.filter(state=EventState.DONE).count()


def unsent():
    return Message.objects.exclude(state=MessageState.SENT).count()


def test_every_event_takes_effect_once_and_no_mail_is_lost(company, celery_worker, mail_server, tmp_path):
    log = tmp_path / "worker.log"
    with transaction.atomic():
        outbox.publish(EVENT, [{"number": number} for number in range(ORDERS)])

    in_the_middle = []
    for _ in range(KILLS):
        before, worker = done() + len(mail_server[0].received), celery_worker()
        wait_until(lambda before=before: done() + len(mail_server[0].received) > before, log)
        time.sleep(random.uniform(0.1, 0.5))
        kill(worker)
        in_the_middle.append(done() < ORDERS or unsent() > 0)
    celery_worker()
    wait_until(lambda: done() == ORDERS and unsent() == 0, log)

    assert all(in_the_middle), "the worker was too quick to be killed in the middle"
    noted = Counter(LoggedEvent.objects.values_list("document_id", flat=True))
    assert noted == Counter(range(ORDERS))
    assert set(OutboxEvent.objects.values_list("state", "tries")) == {(EventState.DONE, 0)}
    stored = dict(Message.objects.values_list("recipient", "message_id"))
    assert Message.objects.count() == len(stored) == ORDERS // MAILED
    assert set(mail_server[0].received) == set(stored.items())
