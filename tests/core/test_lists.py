"""Lists: filter, sort, page, export, act on what is ticked. The sample list of the components page stands for all."""

import csv
import json
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from core import lists
from core.models import User
from tests.core.factories import UserFactory

COMPONENTS, LIST = "/components", "/components/people"


@pytest.fixture
def administrator(client_as) -> Client:
    return client_as("administrator")


@pytest.fixture
def people(db: None) -> list[User]:
    return [UserFactory(username=f"person{n:03}", first_name="Pat", last_name=f"Number {n:03}") for n in range(60)]


def rows(response) -> list[str]:
    return [row.record.username for row in response.context["listing"].table.paginated_rows]


def parts(client: Client, address: str, **headers: str):
    return client.get(address, headers={"HX-Request": "true"} | headers)


def test_a_page_has_fifty_rows_and_says_how_many_there_are(administrator, people):
    page = administrator.get(f"{LIST}?q=Pat")

    assert len(rows(page)) == 50
    assert "1 to 50 of 60 people" in page.content.decode()
    assert "Show 10 more" in page.content.decode()


def test_more_rows_go_on_counting_from_the_first(administrator, people):
    more = parts(administrator, f"{LIST}?q=Pat&page=2&more=1").content.decode()

    assert "1 to 60 of 60 people" in more
    assert "Show" not in more.split('id="pager"')[1]


def test_a_page_beyond_the_last_shows_the_last(administrator, people):
    assert rows(administrator.get(f"{LIST}?q=Pat&page=99"))[0] == "person050"


@pytest.mark.parametrize("asked", ["0", "-1", "x", "99999999999", ""])
def test_a_page_that_is_none_shows_the_first_or_last(administrator, people, asked):
    assert administrator.get(f"{LIST}?q=Pat&page={asked}").status_code == 200


def test_counts_are_exact_up_to_the_cap(administrator, people, monkeypatch):
    monkeypatch.setattr(lists, "COUNTED", 55)

    assert "1 to 50 of 55+ people" in administrator.get(f"{LIST}?q=Pat").content.decode()


def test_a_list_takes_the_same_statements_for_many_rows_as_for_few(administrator, statements, people):
    administrator.get(LIST)

    few = statements(administrator.get, f"{LIST}?q=person001")

    assert statements(administrator.get, f"{LIST}?q=Pat") == few


def test_htmx_gets_the_list_without_its_frame(administrator, people):
    part = parts(administrator, LIST)

    assert 'id="listing"' in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_going_back_in_history_gets_the_whole_page(administrator, people):
    assert "<html" in parts(administrator, LIST, **{"HX-History-Restore-Request": "true"}).content.decode()


def test_words_must_all_be_found_in_one_column_or_another(administrator, people):
    assert rows(administrator.get(f"{LIST}?q=pat+007")) == ["person007"]


def test_sorting_has_the_key_as_last_word_and_says_its_direction(administrator, people):
    page = administrator.get(f"{LIST}?q=Pat&sort=-language")

    assert rows(page) == sorted(rows(page))
    assert 'aria-sort="descending"' in page.content.decode()


def test_what_is_set_shows_as_chips_that_can_be_removed(administrator, people):
    listing = administrator.get(f"{LIST}?q=Pat&language=de&language=fr&page=2").context["listing"]

    assert [(chip.label, chip.value, chip.without) for chip in listing.chips] == [
        ("Language", "Deutsch, Français", "?q=Pat")
    ]


def test_the_filter_to_blame_is_the_one_without_which_something_is_found(administrator, people):
    page = administrator.get(f"{LIST}?q=Pat&language=fr&date_joined=-7d")

    assert [chip.name for chip in page.context["listing"].to_blame()] == ["language"]
    assert "Remove “Language: Français”" in page.content.decode()


def test_a_filter_that_is_not_understood_answers_422_and_the_others_count(administrator, people):
    page = administrator.get(f"{LIST}?q=person007&date_joined=someday")

    assert page.status_code == 422
    assert rows(page) == ["person007"]
    assert "“someday” is no day." in page.content.decode()


def test_days_are_filtered_as_they_are_written(administrator, people):
    User.objects.filter(username="person007").update(date_joined=datetime(2020, 2, 3, 12, tzinfo=UTC))

    assert rows(administrator.get(f"{LIST}?q=Pat&date_joined=feb+2020")) == ["person007"]


def test_the_csv_has_all_rows_of_the_filter_and_no_ticks(administrator, people):
    response = administrator.get(f"{LIST}?q=Pat&export=csv")

    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeffUsername,Name,Language,Last here\r\n")
    assert len(list(csv.reader(StringIO(text)))) == 61
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'


def test_the_workbook_has_typed_cells_and_no_formulas(administrator, people):
    User.objects.filter(username="person007").update(first_name="=1+1", last_name="")

    response = administrator.get(f"{LIST}?q=person007&export=xlsx")

    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Username", "Name", "Language", "Last here"],
        ["person007", "'=1+1", "English", None],
    ]
    assert sheet.freeze_panes == "A2"


def test_ticked_rows_are_acted_on_and_each_refusal_is_told(administrator, people):
    me = User.objects.get(first_name="Administrator")

    told = administrator.post(
        reverse("core:components_greet"), {"pk": [people[0].pk, me.pk]}, headers={"HX-Request": "true"}
    )

    assert json.loads(told["HX-Trigger"]) == {"rows-changed": {}}
    assert "<b>1 of 2 people greeted.</b>" in told.content.decode()
    assert f'data-refused="{me.pk}" data-code="core.not_greeted"' in told.content.decode()


def test_without_scripts_the_answer_waits_on_the_next_page(administrator, people):
    page = administrator.post(reverse("core:components_greet"), {"pk": [people[0].pk]}, follow=True)

    assert page.redirect_chain == [(LIST, 302)]
    assert "<b>1 people greeted.</b>" in page.content.decode()


@pytest.mark.parametrize(("ticked", "said"), [([], "No row is ticked."), (["0"], "Row 0 is not there any more.")])
def test_ticks_that_mean_nothing_are_a_fault(administrator, people, ticked, said):
    answer = administrator.post(reverse("core:components_greet"), {"pk": ticked})

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_all_that_match_the_filter_are_acted_on_not_only_what_is_shown(administrator, people):
    told = administrator.post(
        reverse("core:components_greet"), {"pk": [people[0].pk], "all": "?q=Pat"}, headers={"HX-Request": "true"}
    )

    assert "<b>60 people greeted.</b>" in told.content.decode()


def test_all_is_offered_only_when_there_is_more_than_a_page(administrator, people):
    assert "Select all 60 that match" in administrator.get(f"{LIST}?q=Pat").content.decode()
    assert "that match" not in administrator.get(f"{LIST}?q=Pat+007").content.decode()


def test_columns_of_numbers_write_them_as_people_read_them(administrator):
    shown = administrator.get(COMPONENTS).content.decode().replace("\N{NO-BREAK SPACE}", " ")

    for cell in ('48<span class="cur"> pc</span>', '12.5<span class="cur"> m</span>', "0.0425", "7.5%", "55.50"):
        assert cell in shown
    assert 'Net <span class="cur">EUR</span>' in shown
