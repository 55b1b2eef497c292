"""What a view of ours gets: a request that knows the person, the company they work in, and whether htmx asked."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from core.models import Company, User


class Request(HttpRequest):
    """A request of somebody who has signed in. The middleware has set the company they work in."""

    user: User
    company: Company
    htmx: HtmxDetails


def wants_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; going back in history asks for the whole of it."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by HtmxMiddleware
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def varies_by_htmx(response: HttpResponse) -> HttpResponse:
    """Keep the browser from showing a stored part of a page as the page."""
    patch_vary_headers(response, ["HX-Request"])
    return response
