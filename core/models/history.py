"""Who, when and through what of the changes that the history tables keep."""

from pghistory.models import Context

from core.guards import append_only


class HistoryContext(Context):
    """What was behind a set of changes: written once with the first of them, then never changed."""

    class Meta:
        proxy = True
        triggers = append_only()
