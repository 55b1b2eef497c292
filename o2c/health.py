"""Is the application alive, and is it ready to work? Asked by load balancers, container engines and operators."""

import ipaddress
import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from o2c.celery import HEARTBEAT_SECONDS, WORKER_HEARTBEAT

PROBE_SECONDS = 10


class NotReadyError(Exception):
    """A part of the house does not work; the message says which in a few words."""


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The web process answers. Nothing else is asked, so that a slow database does not get it restarted."""
    return JsonResponse({"ok": True})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Every part that work needs, each with its answer; 503 when one fails."""
    parts = {name: _answer(probe) for name, probe in PROBES.items()}
    ok = all(answer == "ok" for answer in parts.values())
    return JsonResponse({"ok": ok, "parts": parts}, status=200 if ok else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for the addresses in METRICS_ALLOWED only."""
    asking = ipaddress.ip_address(request.META["REMOTE_ADDR"] or "127.0.0.1")
    if not any(asking in ipaddress.ip_network(allowed) for allowed in settings.METRICS_ALLOWED):
        raise PermissionDenied
    answer: HttpResponse = ExportToDjangoView(request)
    return answer


def _answer(probe: Callable[[], None]) -> str:
    """`ok`, or the kind of failure; details stay in the logs, as anybody may ask."""
    try:
        probe()
    except NotReadyError as problem:
        return str(problem)
    except Exception as problem:  # noqa: BLE001 (whatever a driver raises means: not ready)
        return type(problem).__name__
    return "ok"


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReadyError("migrations are missing")


def broker() -> None:
    """The cache lives on the broker's server, so a value that comes back shows that both work."""
    key, value = f"ready-{secrets.token_hex(8)}", secrets.token_hex(8)
    cache.set(key, value, timeout=PROBE_SECONDS)
    if cache.get(key) != value:
        raise NotReadyError("the broker forgets")
    cache.delete(key)


def storage() -> None:
    name = default_storage.save(f"ready/{secrets.token_hex(8)}", ContentFile(b"ready"))
    default_storage.delete(name)


def worker() -> None:
    if cache.get(WORKER_HEARTBEAT) is None:
        raise NotReadyError(f"no worker was heard of for {HEARTBEAT_SECONDS} seconds")


Page = Callable[[HttpRequest], HttpResponse]


def pages(get_response: Page) -> Page:
    """Answer machines before anything looks at host names, sessions or https: they ask by bare address."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return PAGES.get(request.path_info, get_response)(request)

    return middleware


PAGES: dict[str, Page] = {"/health/live": live, "/health/ready": ready, "/metrics": metrics}

PROBES: dict[str, Callable[[], None]] = {
    "database": database,
    "migrations": migrations,
    "broker": broker,
    "storage": storage,
    "worker": worker,
}
