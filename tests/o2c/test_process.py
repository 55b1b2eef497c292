"""The process map: what it says is what the outbox does."""

from core import events, outbox
from core.job_mail import tell_about_failures
from o2c.process import STEPS


def test_every_step_is_known_to_the_outbox_as_the_map_says():
    known = {(kind.name, kind.handler): (kind.interactive, kind.due, kind.batch) for kind in outbox.all_kinds()}

    for step in STEPS:
        assert known[step.event, step.operation] == (step.interactive, step.due, step.batch)


def test_an_event_and_operation_stand_on_the_map_once():
    lines = [(step.event, outbox.operation_name(step.operation)) for step in STEPS]

    assert len(lines) == len(set(lines))


def test_a_failed_job_is_answered_by_a_mail():
    (kind,) = outbox.kinds_of(events.JOB_FAILED)

    assert (kind.operation, kind.handler) == ("core.tell_about_failures", tell_about_failures)
