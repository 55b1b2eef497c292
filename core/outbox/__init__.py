"""The outbox: a stage tells later stages that something happened, in its own transaction, and they answer in sets.

An event says *look here*, never *this is so*: it carries keys, and the operation that answers decides from the rows
it finds. So order does not matter, an event that comes twice or late does nothing, and losing one loses only time.
"""

from core.outbox.handling import MOST_TRIES, Tally
from core.outbox.kinds import Handler, Kind, Payload, all_kinds, handles, kinds_of, operation_name
from core.outbox.loops import drain, sweep
from core.outbox.publishing import publish, publish_due
from core.outbox.verbs import events_of_set, retry

__all__ = [
    "MOST_TRIES",
    "Handler",
    "Kind",
    "Payload",
    "Tally",
    "all_kinds",
    "drain",
    "events_of_set",
    "handles",
    "kinds_of",
    "operation_name",
    "publish",
    "publish_due",
    "retry",
    "sweep",
]
