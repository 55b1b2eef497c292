"""What creating and changing any record of master data has in common: keys, versions, validation."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, models

from core.errors import NotFound
from core.models import Company
from masterdata.errors import ChangedMeanwhile, Invalid, KeyUsedForOther

RecordT = TypeVar("RecordT", bound=models.Model)


def made_before(
    model: type[RecordT], company: Company, client_key: UUID | None, facts: Mapping[str, Any]
) -> RecordT | None:
    """What this key has made already; other content under the same key is refused (`KeyUsedForOther`).

    Two clicks at the same moment wait for each other here, so that the second finds what the first has made.
    """
    if client_key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(client_key)])
    found = model._default_manager.filter(company=company, client_key=client_key).first()
    if found and any(getattr(found, name) != value for name, value in _cleaned(model, facts).items()):
        raise KeyUsedForOther(what=str(found), key=client_key)
    return found


def _cleaned(model: type[models.Model], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the table would keep them: a GTIN without blanks equals the one with."""
    cleaned = {}
    for name, value in facts.items():
        field = model._meta.get_field(name)
        if isinstance(field, models.Field) and not field.is_relation and value not in (None, ""):
            cleaned[name] = field.clean(value, None)
        else:
            cleaned[name] = value
    return cleaned


def locked(model: type[RecordT], pk: int, *, what: str) -> RecordT:
    """The record, locked until the transaction ends, or `NotFound`."""
    rows = model._default_manager.select_for_update(no_key=True, of=("self",)).select_related("company")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(what=what, key=pk)
    return found


def require_version(record: Any, version: int) -> None:
    """Refuse a change that was begun from an older version of the record (`ChangedMeanwhile`)."""
    if record.version != version:
        raise ChangedMeanwhile(what=str(record), version=version, found=record.version)


def put(record: models.Model, facts: Mapping[str, Any]) -> bool:
    """Give the record these facts, checked; whether anything is different now. Wrong facts are `Invalid`."""
    before = {name: getattr(record, name, None) for name in facts}
    for name, value in facts.items():
        setattr(record, name, value)
    try:
        record.full_clean()
    except ValidationError as error:
        raise Invalid(what=str(record._meta.verbose_name).capitalize(), problems=error.message_dict) from error
    return any(getattr(record, name) != value for name, value in before.items())
