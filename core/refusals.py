"""Refusals that no view has answered: a page that says what happened and what to do, never a stack trace."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import DomainError, NotFound, NotPermitted
from core.http import wants_partial

log = structlog.get_logger(__name__)

STATUS: dict[type[DomainError], int] = {NotPermitted: 403, NotFound: 404}


class RefusalMiddleware:
    """Turns a `DomainError` into an answer: 403, 404 or 409 with its message, as a page or as a part of one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 409)
        log.info("refused", code=error.code, path=request.path)
        name = "core/_refusal.html" if wants_partial(request) else f"{status}.html"
        return render(request, name, {"exception": error.message, "refusal": error}, status=status)
