"""Small steps that every view takes."""

from typing import TypeVar

import structlog
from django.db import models
from django.http import Http404, HttpRequest

from core.roles import visible_to

ModelT = TypeVar("ModelT", bound=models.Model)

log = structlog.get_logger("security")


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
