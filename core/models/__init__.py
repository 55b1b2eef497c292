"""Kernel tables: who works where, and what every stage needs to keep its promises."""

from core.models.duties import ConflictingDuties
from core.models.eventlog import LoggedEvent
from core.models.history import HistoryContext
from core.models.jobs import Job, JobLine, JobState
from core.models.messages import Message, MessageAttachment, MessageState
from core.models.numbering import NumberSeries
from core.models.organisation import Company, Membership, User, Warehouse
from core.models.outbox import EventState, OutboxEvent
from core.models.seal import CheckRun, SealBatch

__all__ = [
    "CheckRun",
    "Company",
    "ConflictingDuties",
    "EventState",
    "HistoryContext",
    "Job",
    "JobLine",
    "JobState",
    "LoggedEvent",
    "Membership",
    "Message",
    "MessageAttachment",
    "MessageState",
    "NumberSeries",
    "OutboxEvent",
    "SealBatch",
    "User",
    "Warehouse",
]
