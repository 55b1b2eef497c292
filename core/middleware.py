"""What every request carries: the company worked in, and who is behind the changes it makes."""

from collections.abc import Callable

import structlog
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from core import context
from core.http import companies_and_choice

GetResponse = Callable[[HttpRequest], HttpResponse]

WITHOUT_COMPANY = {"login", "logout"}
"""Pages for people who have no role in any company (yet); the admin makes the first company."""


class CompanyMiddleware:
    """Sets `request.company` and `request.companies`; who has no role anywhere gets no further than signing out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.companies, request.company = companies_and_choice(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        match = request.resolver_match
        without = match is None or match.url_name in WITHOUT_COMPANY or "admin" in match.app_names
        if request.user.is_authenticated and request.company is None and not without:  # type: ignore[attr-defined]
            raise PermissionDenied("You have no role in any company yet. Ask an administrator for one.")


class CauseMiddleware:
    """Puts every change of a request down to the person who asked and to the request's id."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
        via = context.API if request.path.startswith("/api/") else context.SCREEN
        with context.because_of(context.Cause(by=request.user.pk, request_id=request_id, via=via)):
            return self.get_response(request)
