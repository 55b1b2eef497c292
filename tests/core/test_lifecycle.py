"""States: the verb asks the map, the database refuses every other path."""

from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import DomainError, NotFound, SetTooLarge, WrongState
from core.lifecycle import Lifecycle
from core.models import OutboxEvent
from core.sets import MAX_SET

PAPER = Lifecycle.of(submit=({"draft"}, "submitted"), cancel=({"draft", "submitted"}, "cancelled"))


@dataclass
class Paper:
    state: str


def sift(verb, **papers):
    found = {int(key[1:]): Paper(state) for key, state in papers.items()}
    return PAPER.sift(verb, [1, 2, 3, 2], found)


def test_each_id_is_done_already_or_refused_and_each_once():
    outcomes = sift("submit", _1="draft", _2="submitted", _3="cancelled")

    assert (outcomes.done, outcomes.already) == ([1], [2])
    assert list(outcomes.refused) == [3]
    assert outcomes.total == 3


def test_a_document_that_is_not_there_is_refused_as_not_found():
    outcomes = sift("submit", _1="draft", _2="draft")

    assert [type(error) for error in outcomes.refused.values()] == [NotFound]


def test_the_wrong_state_says_which_would_be_right():
    error = sift("cancel", _1="cancelled", _2="lost", _3="draft").refused[2]

    assert isinstance(error, WrongState)
    assert error.message == "It is lost; to cancel it must be draft or submitted."


def test_a_rule_is_asked_only_for_documents_whose_state_lets_them_go():
    asked = []

    def refuse(paper: Paper) -> DomainError | None:
        asked.append(paper.state)
        return NotFound(what="reason", key=1)

    outcomes = PAPER.sift("submit", [1, 2], {1: Paper("draft"), 2: Paper("cancelled")}, refuse)

    assert asked == ["draft"]
    assert list(outcomes.refused) == [1, 2]


def test_ids_keep_the_order_in_which_they_were_asked_for():
    found = {pk: Paper("draft") for pk in range(1, 6)}

    assert PAPER.sift("submit", [5, 1, 3], found).done == [5, 1, 3]


def test_a_set_has_a_bound():
    with pytest.raises(SetTooLarge):
        PAPER.sift("submit", range(MAX_SET + 1), {})


def test_all_or_nothing_raises_the_first_refusal():
    outcomes = sift("submit", _1="cancelled", _2="draft", _3="draft")

    with pytest.raises(WrongState):
        outcomes.require_all()
    assert sift("submit", _1="draft", _2="draft", _3="draft").require_all().done == [1, 2, 3]


def test_a_rule_over_the_whole_set_moves_documents_to_the_refused():
    outcomes = sift("submit", _1="draft", _2="draft", _3="draft")
    outcomes.refuse([1, 3], NotFound(what="room", key=1))

    assert (outcomes.done, sorted(outcomes.refused)) == ([2], [1, 3])


def test_outcomes_of_two_sets_add_up():
    both = sift("submit", _1="draft", _2="submitted", _3="draft") + sift("submit", _1="cancelled")

    assert (both.done, both.already, sorted(both.refused)) == ([1, 3], [2], [1, 2, 3])


def raw_update(event, state):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE core_outboxevent SET state = %s, handled_at = NULL WHERE id = %s", [state, event.pk])


def test_the_database_refuses_any_other_path_even_to_raw_sql(db):
    event = OutboxEvent.objects.create(name="test.happened", operation="test.answer", payload={})
    raw_update(event, "parked")
    raw_update(event, "pending")

    with pytest.raises(IntegrityError, match="may not go from pending to unheard"):
        raw_update(event, "unheard")

    event.refresh_from_db()
    assert event.state == "pending"


def test_staying_in_a_state_is_no_move(db):
    event = OutboxEvent.objects.create(name="test.happened", operation="test.answer", payload={})

    raw_update(event, "pending")

    assert OutboxEvent.objects.get().state == "pending"
