"""What a view of ours gets: a request that knows the person, the company they work in, and whether htmx asked."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from core.models import Company, User
from core.roles import companies_of

CHOICE = "company"
"""Where the session keeps the code of the company that the person switched to."""


class Request(HttpRequest):
    """A request of somebody who has signed in. The middleware has set the company they work in."""

    user: User
    company: Company
    companies: list[Company]
    htmx: HtmxDetails


def companies_and_choice(request: HttpRequest) -> tuple[list[Company], Company | None]:
    """The companies the person may work in, and the one they chose: the first by code until they choose another."""
    companies = companies_of(request.user)
    chosen = request.session.get(CHOICE) if companies else None
    return companies, next((company for company in companies if company.code == chosen), next(iter(companies), None))


def choose_company(request: HttpRequest, code: str) -> Company | None:
    """Work in another of the person's companies from now on; a company they have no role in changes nothing."""
    companies, _ = companies_and_choice(request)
    chosen = next((company for company in companies if company.code == code), None)
    if chosen:
        request.session[CHOICE] = chosen.code
    return chosen


def wants_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; going back in history asks for the whole of it."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by HtmxMiddleware
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def varies_by_htmx(response: HttpResponse) -> HttpResponse:
    """Keep the browser from showing a stored part of a page as the page."""
    patch_vary_headers(response, ["HX-Request"])
    return response
