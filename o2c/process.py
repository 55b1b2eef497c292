"""The process on one page: when something has happened, which operation answers, and how else it gets done.

Read this first. A stage says that something happened by publishing an event in its own transaction; the line here
names the operation of a later stage that answers it. No stage imports a later one: only this page knows them all.

| column      | says                                                                                             |
|-------------|--------------------------------------------------------------------------------------------------|
| event       | what has happened, in the past tense; its payload carries keys and nothing else                  |
| operation   | what answers, in sets of up to a thousand; it decides from the rows it finds, never from the event |
| interactive | answered in the very click that caused it, while the person waits; otherwise by the worker       |
| due         | the query that finds the same work from state, for the nightly run: events only make things quick |
| by hand     | where a person can do the same                                                                   |
"""

from dataclasses import dataclass

from core import events as core_events
from core import outbox
from core.job_mail import tell_about_failures
from core.outbox.kinds import Due, Handler
from core.sets import MAX_SET


@dataclass(frozen=True)
class Step:
    """One line of the map."""

    event: str
    operation: Handler
    interactive: bool = False
    due: Due | None = None
    by_hand: str = ""
    batch: int = MAX_SET


STEPS: list[Step] = [
    Step(core_events.JOB_FAILED, tell_about_failures, by_hand="the job's own page"),
]


def register() -> None:
    """Make the map known to the outbox, at start."""
    for step in STEPS:
        outbox.handles(step.event, step.operation, interactive=step.interactive, due=step.due, batch=step.batch)
