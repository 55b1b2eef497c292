"""Long work: set by set, each with its cursor in one transaction; watched, paused, cancelled, resumed, recovered."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import IntegrityError, OperationalError, connection, transaction

from core import context, eventlog, job_runs, jobs, outbox
from core.eventlog import Fact
from core.jobs import Progress
from core.models import Job, JobState, LoggedEvent, Message

KIND = "test.count"
LAST = 5

pytestmark = pytest.mark.django_db(transaction=True)


class Counting:
    """A kind of job that counts to five, leaves a fact for each number, and does something `before` one of them."""

    def __init__(self):
        self.before = {}

    def __call__(self, job: Job) -> Iterator[Progress]:
        for number in range((job.cursor or 0) + 1, LAST + 1):
            eventlog.record([Fact("test.counted", "test.number", number, job.company_id or 0)])
            if number in self.before:
                self.before[number]()
            yield Progress(
                cursor=number,
                done=1,
                total=LAST,
                log=(f"counted {number}",),
                result={"sum": number * (number + 1) // 2},
            )


@pytest.fixture
def counting(monkeypatch):
    monkeypatch.setattr(jobs, "_kinds", {})
    run = Counting()
    jobs.register(KIND, run)
    return run


@pytest.fixture
def job(company, clerk, counting):
    return jobs.start(KIND, title="Count to five", company=company, by=clerk, parameters={"to": LAST})


def counted():
    return list(LoggedEvent.objects.order_by("id").values_list("document_id", flat=True))


def work(job, **limits):
    job_runs.run(job.pk, **limits)
    job.refresh_from_db()
    return job


def fail():
    raise ValueError("the file ends in the middle of a row")


def test_a_job_works_to_its_end_and_says_what_came_out(job):
    work(job)

    assert (job.state, job.done, job.total, job.cursor) == (JobState.DONE, 5, 5, 5)
    assert job.result == {"sum": 15}
    assert [line.text for line in job.lines.all()] == [f"counted {number}" for number in range(1, 6)]
    assert counted() == [1, 2, 3, 4, 5]
    assert job.finished_at is not None


def test_what_a_job_writes_is_put_down_to_who_asked_for_it(company, clerk, counting):
    with context.because_of(context.Cause(by=clerk.pk, request_id="request-1", via="screen")):
        job = jobs.start(KIND, title="Count", company=company, by=clerk)
    work(job)

    assert set(LoggedEvent.objects.values_list("by", "request_id", "via")) == {(clerk.pk, "request-1", "task")}


def test_the_same_key_is_the_same_job(company, clerk, counting):
    first = jobs.start(KIND, title="Count", company=company, by=clerk, key="click-1")
    second = jobs.start(KIND, title="Count", company=company, by=clerk, key="click-1")

    assert first.pk == second.pk


def test_a_job_that_ended_is_not_run_again(job):
    work(job)
    work(job)

    assert counted() == [1, 2, 3, 4, 5]


def test_a_failed_set_is_undone_and_the_sets_before_it_stay(job, counting):
    counting.before[3] = fail

    work(job)

    assert (job.state, job.cursor, job.done) == (JobState.FAILED, 2, 2)
    assert job.last_error == "ValueError: the file ends in the middle of a row"
    assert counted() == [1, 2]
    assert job.lines.filter(is_problem=True).count() == 1


def test_a_failed_job_goes_on_from_where_it_was(job, counting):
    counting.before[3] = fail
    work(job)
    counting.before.clear()

    assert jobs.resume([job.pk]).done == [job.pk]
    work(job)

    assert (job.state, job.done, job.last_error) == (JobState.DONE, 5, "")
    assert counted() == [1, 2, 3, 4, 5]


def test_who_asked_is_told_by_mail_that_it_failed(job, counting, clerk):
    counting.before[3] = fail
    work(job)

    outbox.drain()
    outbox.drain()

    mail = Message.objects.get()
    assert (mail.recipient, mail.document_kind, mail.document_id) == (clerk.email, "core.job", job.pk)
    assert "the file ends in the middle of a row" in mail.text
    assert f"/jobs/{job.pk}" in mail.text


def test_a_worker_that_dies_leaves_the_sets_it_finished(job, counting):
    class PowerCut(BaseException):
        """What no code of ours catches."""

    def die():
        raise PowerCut

    counting.before[3] = die
    with pytest.raises(PowerCut):
        work(job)
    job.refresh_from_db()
    assert (job.state, job.cursor) == (JobState.RUNNING, 2)
    counting.before.clear()

    Job.objects.update(heartbeat_at=TransactionNow() - job_runs.SILENT_AFTER - timedelta(seconds=1))
    assert job_runs.recover() == 1
    work(job)

    assert job.state == JobState.DONE
    assert counted() == [1, 2, 3, 4, 5]


def test_a_job_heard_of_lately_is_left_to_its_worker(job):
    Job.objects.update(state=JobState.RUNNING, heartbeat_at=TransactionNow())

    assert job_runs.recover() == 0
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_a_job_that_kills_worker_after_worker_is_given_up(job):
    for _ in range(job_runs.MOST_CRASHES):
        Job.objects.update(state=JobState.RUNNING)
        Job.objects.update(heartbeat_at=TransactionNow() - timedelta(hours=1))
        job_runs.recover()

    job.refresh_from_db()
    assert (job.state, job.crashes) == (JobState.FAILED, 4)
    assert "died 5 times" in job.last_error


def test_a_worker_thought_dead_loses_its_set(job, counting):
    """It was only slow: meanwhile another worker took the job, so its own set must not count as well."""

    def be_taken_over():
        # Another connection, as ours is in the middle of the set.
        place = connection.get_connection_params()
        with psycopg.connect(
            **{key: place[key] for key in ("dbname", "user", "host") if key in place}, autocommit=True
        ) as other:
            other.execute("UPDATE core_job SET attempt = attempt + 1")

    counting.before[3] = be_taken_over
    work(job)

    assert (job.state, job.cursor) == (JobState.RUNNING, 2)
    assert counted() == [1, 2]


def test_two_workers_do_not_run_a_job_twice(job, concurrently):
    concurrently(lambda: job_runs.run(job.pk), lambda: job_runs.run(job.pk))

    assert counted() == [1, 2, 3, 4, 5]


def test_a_job_lets_others_have_the_worker_and_goes_on_later(job):
    work(job, seconds=0)
    assert (job.state, job.cursor) == (JobState.WAITING, 1)

    work(job)

    assert job.state == JobState.DONE
    assert counted() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("verb", "state"), [(jobs.pause, JobState.PAUSED), (jobs.cancel, JobState.CANCELLED)])
def test_a_running_job_stops_behind_the_set_it_is_in(job, counting, verb, state):
    counting.before[3] = lambda: verb([job.pk])

    work(job)

    assert (job.state, job.cursor, job.wish) == (state, 3, "")
    assert counted() == [1, 2, 3]


def test_a_paused_job_goes_on_from_where_it_was(job, counting):
    counting.before[3] = lambda: jobs.pause([job.pk])
    work(job)
    counting.before.clear()

    jobs.resume([job.pk])
    work(job)

    assert counted() == [1, 2, 3, 4, 5]


def test_a_waiting_job_is_cancelled_at_once(job):
    assert jobs.cancel([job.pk]).done == [job.pk]

    work(job)

    assert (job.state, counted()) == (JobState.CANCELLED, [])
    assert job.finished_at is not None


def test_a_job_that_ended_can_be_neither_paused_nor_cancelled(job):
    work(job)

    assert set(jobs.pause([job.pk]).refused) == set(jobs.cancel([job.pk]).refused) == {job.pk}


def test_a_lost_connection_lets_the_job_wait_and_is_no_failure(job, counting):
    def lose():
        raise OperationalError("gone") from psycopg.errors.AdminShutdown()

    counting.before[3] = lose

    work(job)

    assert (job.state, job.cursor, job.last_error) == (JobState.WAITING, 2, "")


def test_a_result_file_is_kept_with_the_job(company, clerk, counting, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }

    def export(job):
        yield Progress(cursor=1, done=1, file=("customers.csv", b"number\n1\n"))

    jobs.register("test.export", export)
    job = work(jobs.start("test.export", title="Export", company=company, by=clerk))

    assert job.result_name == "customers.csv"
    assert (tmp_path / job.result_stored_as).read_bytes() == b"number\n1\n"


def test_a_set_takes_as_many_statements_however_much_it_did(company, clerk, counting, statements):
    def work_on(size):
        def run(job):
            yield Progress(cursor=1, done=size, log=tuple(f"line {number}" for number in range(size)))

        jobs.register(f"test.size{size}", run)
        return jobs.start(f"test.size{size}", title="Size", company=company, by=clerk)

    small, large = work_on(1), work_on(50)

    assert statements(job_runs.run, large.pk) == statements(job_runs.run, small.pk)


def test_people_see_their_own_jobs_and_administrators_those_of_their_company(job, clerk, user_as, other_company):
    assert list(jobs.visible_to(clerk)) == [job]
    assert list(jobs.visible_to(user_as("sales"))) == []
    assert list(jobs.visible_to(user_as("administrator"))) == [job]
    assert list(jobs.visible_to(user_as("administrator", company=other_company))) == []


def test_raw_sql_cannot_revive_a_cancelled_job(job):
    jobs.cancel([job.pk])

    with pytest.raises(IntegrityError, match="may not go from"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE core_job SET state = 'running'")
