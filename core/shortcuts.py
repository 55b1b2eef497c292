"""Small steps that every view takes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import structlog
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseBase

from core.http import Request
from core.roles import require, visible_to

ModelT = TypeVar("ModelT", bound=models.Model)
ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponseBase])

log = structlog.get_logger("security")


def permitted(permission: str) -> Callable[[ViewT], ViewT]:
    """Only for people with this permission in the company they work in now; others get 403 with the reason."""

    def guard(view: ViewT) -> ViewT:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request.user, permission, request.company)
            return view(request, *args, **kwargs)

        return cast(ViewT, guarded)

    return guard


def get_visible_or_404(
    request: HttpRequest,
    rows: models.QuerySet[ModelT],
    pk: int,
    permission: str,
    *,
    company: str = "company",
    warehouse: str | None = None,
) -> ModelT:
    """The row, if it exists where this person has the permission; otherwise 404, so that nobody learns what exists.

    A row that exists where the person may not look is logged: somebody tried a foreign id.
    """
    found = visible_to(rows, request.user, permission, company=company, warehouse=warehouse).filter(pk=pk).first()
    if found is None:
        everywhere = rows.model._base_manager.filter(pk=pk)
        mine = visible_to(everywhere, request.user, permission, company=company, warehouse=warehouse)
        if everywhere.exists() and not mine.exists():
            log.warning("foreign_id", user=request.user.pk, model=rows.model._meta.label, pk=pk, path=request.path)
        raise Http404(f"There is no {rows.model._meta.verbose_name} {pk}.")
    return found
