"""The request id: one short text that every log line, task and change caused by a request carries."""

import re
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
# What a proxy sends is written to logs and task headers, so only plain short ids are taken over.
ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take over the proxy's request id or make one, and answer with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        identity = given if ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=identity):
            response = get_response(request)
        response[HEADER] = identity
        return response

    return middleware
