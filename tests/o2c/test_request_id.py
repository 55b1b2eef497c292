"""The request id follows a request into its answer, its logs and its tasks."""

import io
import json
import logging

import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory

from o2c import celery as celery_module
from o2c import logging as logs
from o2c.middleware import request_id
from o2c.tasks import clear_old_sessions


def current():
    return structlog.contextvars.get_contextvars().get("request_id")


def answer(**headers):
    seen = []

    def view(_request):
        seen.append(current())
        return HttpResponse()

    response = request_id(view)(RequestFactory().get("/", headers=headers))
    return seen[0], response["X-Request-ID"]


def test_a_request_gets_an_id_of_its_own():
    inside, outside = answer()

    assert inside == outside
    assert len(inside) == 32
    assert answer()[0] != inside


def test_the_proxys_id_is_taken_over():
    assert answer(x_request_id="edge-12345678") == ("edge-12345678", "edge-12345678")


@pytest.mark.parametrize("forged", ["short", "x" * 65, "line\nbreak-in-logs", "{json: injection}"])
def test_what_might_forge_a_log_is_replaced(forged):
    inside, _ = answer(x_request_id=forged)

    assert inside != forged
    assert len(inside) == 32


def test_nothing_stays_behind_for_the_next_request():
    answer()

    assert current() is None


def test_a_task_goes_by_the_request_that_caused_it():
    headers: dict[str, str] = {}
    with structlog.contextvars.bound_contextvars(request_id="request-1"):
        celery_module.send_request_id(headers=headers)
    clear_old_sessions.push_request(id="task-1", **headers)
    try:
        celery_module.take_request_id(task_id="task-1", task=clear_old_sessions)
        assert current() == "request-1"
        celery_module.forget_request_id()
    finally:
        clear_old_sessions.pop_request()

    assert current() is None


def test_a_scheduled_task_goes_by_its_own_id():
    clear_old_sessions.push_request(id="task-2")
    try:
        celery_module.take_request_id(task_id="task-2", task=clear_old_sessions)
        assert current() == "task-2"
        celery_module.forget_request_id()
    finally:
        clear_old_sessions.pop_request()


@pytest.fixture
def written():
    """A logger as production has it, and what it wrote."""
    stream = io.StringIO()
    configured = logs.configuration(level="INFO", as_json=True)
    shape = dict(configured["formatters"]["structured"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(shape.pop("()")(**shape))
    logger = logging.getLogger("tests.production")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


def test_production_logs_one_json_object_a_line(written):
    logger, stream = written

    with structlog.contextvars.bound_contextvars(request_id="request-9"):
        logger.warning("posted %s", "invoices", extra={"done": 3})
    line = json.loads(stream.getvalue())

    assert (line["event"], line["done"], line["request_id"], line["level"]) == (
        "posted invoices",
        3,
        "request-9",
        "warning",
    )


def test_structlog_and_the_standard_library_write_the_same_shape(written):
    logger, stream = written

    structlog.wrap_logger(logger).warning("stock_low", sku="A-1")
    line = json.loads(stream.getvalue())

    assert (line["event"], line["sku"], line["logger"]) == ("stock_low", "A-1", "tests.production")
