"""What was sealed and then changed, removed or added behind our back is found and told apart."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from core import seal
from core.models import Company, SealBatch
from tests.damage import found, plant

HISTORY = "core.companyevent"


@pytest.fixture
def companies(db):
    return [Company.objects.create(code=f"c{n}", name=f"Company {n}", country="GB", currency="GBP") for n in range(5)]


@pytest.fixture
def history(companies):
    """Keys of the five history rows that creating the companies wrote, sealed."""
    seal.seal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_id FROM core_companyevent ORDER BY pgh_id")
        return [row[0] for row in cursor]


def test_rows_that_stayed_as_they_were_are_no_difference(history):
    assert found("core.seal") == {}
    assert SealBatch.objects.get(table="core_companyevent").row_ids == history


def test_a_changed_row_is_named(history):
    plant("UPDATE core_companyevent SET name = 'Someone else' WHERE pgh_id = %s", [history[2]])

    assert found("core.seal") == {"core.seal": [(HISTORY, history[2], "changed after it was sealed")]}


def test_a_removed_row_is_named(history):
    plant("DELETE FROM core_companyevent WHERE pgh_id = %s", [history[4]])

    assert found("core.seal") == {"core.seal": [(HISTORY, history[4], "removed after it was sealed")]}


def test_a_row_added_below_the_sealed_ones_is_named(history):
    plant(
        "INSERT INTO core_companyevent SELECT (event).* FROM ("
        "SELECT jsonb_populate_record(e, '{\"pgh_id\": -7}') AS event FROM core_companyevent e"
        " WHERE pgh_id = %s) AS copied",
        [history[0]],
    )

    assert found("core.seal") == {"core.seal": [(HISTORY, -7, "added among sealed rows")]}


def test_all_three_are_told_apart(history):
    plant("UPDATE core_companyevent SET pgh_id = 1000000 + pgh_id WHERE pgh_id = %s", [history[1]])
    plant("DELETE FROM core_companyevent WHERE pgh_id = %s", [history[3]])
    plant("UPDATE core_companyevent SET currency = 'EUR' WHERE pgh_id = %s", [history[4]])

    assert found("core.seal") == {
        "core.seal": [
            (HISTORY, history[1], "removed after it was sealed"),
            (HISTORY, history[3], "removed after it was sealed"),
            (HISTORY, history[4], "changed after it was sealed"),
        ]
    }


def test_rows_written_later_are_sealed_by_the_next_run_and_not_before(history):
    Company.objects.create(code="late", name="Latecomer", country="GB", currency="GBP")
    assert found("core.seal") == {}

    sealing = seal.seal()

    assert sealing.rows == 1
    assert found("core.seal") == {}


def test_a_second_run_with_nothing_new_adds_no_batch(history):
    before = seal.head()

    sealing = seal.seal()

    assert (sealing.rows, sealing.batches) == (0, 0)
    assert seal.head() == before


def test_large_tables_are_sealed_in_several_batches(companies, monkeypatch):
    monkeypatch.setattr(seal, "BATCH", 2)

    seal.seal()

    sizes = SealBatch.objects.filter(table="core_companyevent").values_list("row_count", flat=True)
    assert list(sizes) == [2, 2, 1]
    assert found("core.seal") == {}


def test_a_changed_batch_breaks_the_chain(history):
    batch = SealBatch.objects.latest("number")
    plant("UPDATE core_sealbatch SET sealed_at = sealed_at + interval '1 day' WHERE id = %s", [batch.pk])

    assert found("core.seal") == {"core.seal": [("core.sealbatch", batch.pk, "the seal itself was changed")]}


def test_a_removed_batch_breaks_the_chain(companies, monkeypatch):
    monkeypatch.setattr(seal, "BATCH", 2)
    seal.seal()
    second, third = SealBatch.objects.filter(table="core_companyevent")[1:3]
    plant("DELETE FROM core_sealbatch WHERE id = %s", [second.pk])

    assert ("core.sealbatch", third.pk, "a batch of the seal before this one was removed or added") in found(
        "core.seal"
    )["core.seal"]


def test_a_chain_that_was_cut_no_longer_contains_the_head_that_was_given_out(history):
    _, given_out = seal.head()
    assert seal.position(given_out) == SealBatch.objects.latest("number").number

    plant("DELETE FROM core_sealbatch WHERE number = (SELECT max(number) FROM core_sealbatch)")

    assert seal.position(given_out) is None


def test_the_person_behind_a_change_is_sealed_with_it(db):
    with_context = """
        INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
        VALUES ('7b1f6c5e-0d5f-4f4e-9d3c-0d9a4b6c1a11', '{"by": 1}', now(), now())
    """
    plant(with_context)
    company = Company.objects.create(code="c", name="Company", country="GB", currency="GBP")
    plant(
        "UPDATE core_companyevent SET pgh_context_id = '7b1f6c5e-0d5f-4f4e-9d3c-0d9a4b6c1a11' WHERE id = %s",
        [company.pk],
    )
    seal.seal()
    assert found("core.seal") == {}

    plant("UPDATE pghistory_context SET metadata = '{\"by\": 2}'")

    assert [what for _, _, what in found("core.seal")["core.seal"]] == ["changed after it was sealed"]


def test_a_new_column_leaves_the_seal_whole(history):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_companyevent ADD COLUMN motto text DEFAULT 'new'")

    assert found("core.seal") == {}


def test_a_dropped_column_is_told(history):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_companyevent DROP COLUMN name")

    ((kind, _, what),) = found("core.seal")["core.seal"]
    assert (kind, what) == ("core.sealbatch", "columns of core_companyevent are gone, so its rows cannot be compared")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_still_runs_holds_the_seal_up(django_db_blocker):
    Company.objects.create(code="seen", name="Seen", country="GB", currency="GBP")
    other = connection.copy()
    other.connect()
    try:
        other.set_autocommit(False)
        other.cursor().execute("SELECT nextval(pg_get_serial_sequence('core_companyevent', 'pgh_id'))")

        assert seal.seal(wait=0.1).held_up
        assert not SealBatch.objects.exists()
    finally:
        other.rollback()
        other.close()

    assert not seal.seal().held_up
    assert SealBatch.objects.get(table="core_companyevent").row_count == 1


def test_batches_are_only_ever_added(history):
    with pytest.raises(IntegrityError), transaction.atomic():
        SealBatch.objects.update(row_count=0)


def test_the_command_prints_the_head(history, capsys):
    call_command("seal")

    number, head = seal.head()
    assert f"Head of the chain after batch {number}: {head}" in capsys.readouterr().out


def test_the_command_knows_a_head_of_the_chain_from_a_strange_one(history, capsys):
    call_command("seal", head=seal.head()[1])
    with pytest.raises(SystemExit, match="1"):
        call_command("seal", head="ab" * 32)

    told = capsys.readouterr().out.splitlines()
    assert told == [
        f"This was the head after batch {seal.head()[0]} of {seal.head()[0]}, and is in the chain.",
        "The chain does not contain this hash: it was rebuilt or cut since.",
    ]


def test_two_sealers_at_once_make_one_chain(concurrently):
    for number in range(5):
        Company.objects.create(code=f"c{number}", name=f"Company {number}", country="GB", currency="GBP")

    sealings = concurrently(seal.seal, seal.seal)

    assert SealBatch.objects.get(table="core_companyevent").row_count == 5
    assert sum(sealing.batches for sealing in sealings) == SealBatch.objects.count()
    assert found("core.seal") == {}
