"""What runs by itself: known tasks, on queues that a worker listens to, safe to lose half-way."""

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from o2c.celery import SCHEDULE, app
from o2c.supervise import commands
from o2c.tasks import clear_old_sessions


@pytest.fixture
def tasks():
    app.loader.import_default_modules()
    return app.tasks


def test_every_scheduled_task_exists(tasks):
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(tasks)


def test_the_schedule_is_the_one_that_beat_reads():
    assert app.conf.beat_schedule == SCHEDULE


def test_every_queue_has_a_worker(tasks):
    worker = commands(8000)["worker"]
    listened = set(worker[worker.index("-Q") + 1].split(","))

    used = {queue for task in tasks.values() if (queue := vars(type(task)).get("queue"))}

    assert used | {app.conf.task_default_queue} <= listened


def test_a_task_is_given_back_when_its_worker_dies():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost


def test_no_task_runs_for_ever():
    assert 0 < app.conf.task_soft_time_limit < app.conf.task_time_limit
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit


def test_the_broker_is_the_server_that_the_cache_uses():
    assert settings.REDIS_URL.removeprefix("unix://") in settings.CELERY_BROKER_URL


@pytest.mark.django_db
def test_only_sessions_that_ran_out_are_cleared():
    old, live = SessionStore(), SessionStore()
    old.set_expiry(-1)
    old.save()
    live.save()

    clear_old_sessions()
    clear_old_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == [live.session_key]
