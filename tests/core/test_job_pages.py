"""The job pages: how far it is, for those it concerns, and stopping or resuming it."""

import pytest
from django.urls import reverse

from core import jobs
from core.models import Job, JobState
from core.models.jobs import Wish

KIND = "test.pages"


@pytest.fixture
def sales(user_as):
    return user_as("sales")


@pytest.fixture
def job(company, sales, monkeypatch):
    monkeypatch.setattr(jobs, "_kinds", {KIND: lambda job: iter(())})
    return jobs.start(KIND, title="Import of 1,200 products", company=company, by=sales)


def running(job, **facts):
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, **facts)
    return job


def test_a_running_job_asks_for_its_progress_again(client, sales, job):
    running(job, done=300, refused=4, total=1200)
    client.force_login(sales)

    page = client.get(reverse("core:job_detail", args=[job.pk])).content.decode()

    assert "300 of 1,200" in page
    assert "4 refused" in page
    assert '<progress max="1200" value="304"' in page
    assert f'hx-get="{reverse("core:job_progress", args=[job.pk])}"' in page


def test_a_job_that_ended_does_not(client, sales, job):
    running(job)
    Job.objects.update(state=JobState.DONE)
    client.force_login(sales)

    part = client.get(reverse("core:job_progress", args=[job.pk])).content.decode()

    assert "hx-get" not in part
    assert "<html" not in part


@pytest.mark.parametrize(("verb", "wish"), [("pause", Wish.PAUSE), ("cancel", Wish.CANCEL)])
def test_a_running_job_is_asked_to_stop(client, sales, job, verb, wish):
    running(job)
    client.force_login(sales)

    client.post(reverse("core:job_act", args=[job.pk, verb]))

    job.refresh_from_db()
    assert (job.state, job.wish) == (JobState.RUNNING, wish)


def test_a_failed_job_says_why_and_goes_on(client, sales, job):
    running(job)
    Job.objects.update(state=JobState.FAILED, last_error="ValueError: row 17")
    client.force_login(sales)
    assert "ValueError: row 17" in client.get(reverse("core:job_detail", args=[job.pk])).content.decode()

    client.post(reverse("core:job_act", args=[job.pk, "resume"]))

    job.refresh_from_db()
    assert job.state == JobState.WAITING


def test_an_unknown_wish_is_not_found(client, sales, job):
    client.force_login(sales)

    assert client.post(reverse("core:job_act", args=[job.pk, "explode"])).status_code == 404


@pytest.mark.parametrize("name", ["job_detail", "job_progress", "job_result"])
def test_somebody_elses_job_does_not_exist(client, user_as, job, name):
    client.force_login(user_as("finance"))

    assert client.get(reverse(f"core:{name}", args=[job.pk])).status_code == 404


def test_somebody_elses_job_cannot_be_stopped(client, user_as, job):
    client.force_login(user_as("finance"))

    assert client.post(reverse("core:job_act", args=[job.pk, "cancel"])).status_code == 404
    job.refresh_from_db()
    assert job.state == JobState.WAITING


def test_the_list_shows_ones_own_jobs(client, user_as, sales, job):
    client.force_login(sales)
    assert "Import of 1,200 products" in client.get(reverse("core:job_list")).content.decode()

    client.force_login(user_as("finance"))
    assert "Import of 1,200 products" not in client.get(reverse("core:job_list")).content.decode()


def test_the_result_is_downloaded_under_its_name(client, sales, job, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    (tmp_path / "result").write_bytes(b"number\n1\n")
    Job.objects.update(result_name="customers.csv", result_stored_as="result")
    client.force_login(sales)

    answer = client.get(reverse("core:job_result", args=[job.pk]))

    assert b"".join(answer.streaming_content) == b"number\n1\n"
    assert 'filename="customers.csv"' in answer["Content-Disposition"]
