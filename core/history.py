"""The shape of every history table: one row per change of a tracked row, written by the database itself."""

from typing import Any

import pgtrigger
from django.db import models
from pghistory import DeleteEvent
from pghistory.models import Event as PghistoryEvent

from core.guards import no_truncate


class Event(PghistoryEvent):
    """A tracked row as it was after a change, or before it was deleted; only ever added.

    pghistory by itself keeps inserts and updates, and guards its tables against UPDATE and DELETE. This base adds
    deletes, the guard against TRUNCATE, and keys that last.
    """

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True

    @classmethod
    def pghistory_setup(cls) -> None:
        if not cls._meta.abstract:
            trackers: Any = cls.pgh_trackers
            cls.pgh_trackers = (*trackers, DeleteEvent(level=pgtrigger.Statement))  # type: ignore[assignment]
            pgtrigger.register(no_truncate())(cls)
        super().pghistory_setup()  # type: ignore[no-untyped-call]
