"""Pages of imports: what would happen is shown first, and nothing of a refused file is stored."""

import csv
from datetime import date
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock, job_runs, jobs
from core.models import Job, JobState
from masterdata import operations
from masterdata.imports import pipeline, verbs
from masterdata.models import Customer, DataImport, ImportState
from tests.masterdata.importing import set_up
from tests.masterdata.test_import_customers import ROW

WRONG = ROW | {"Customer number": "C-101", "Country": "Atlantis"}


@pytest.fixture(autouse=True)
def _codes(company, settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    set_up(company)
    with clock.at(date(2026, 3, 1)):
        yield


@pytest.fixture
def sales(client_as):
    return client_as("sales")


def page(name, *args):
    return reverse(f"masterdata:{name}", args=args)


def file_of(*rows, name="customers.csv"):
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode())


def workbook_of(*rows):
    book = openpyxl.Workbook()
    for row in ([*rows[0]], *([*row.values()] for row in rows)):
        book.active.append(row)
    stored = BytesIO()
    book.save(stored)
    return SimpleUploadedFile("customers.xlsx", stored.getvalue())


def send(client, *rows):
    """Send a file; the import it made, and the page of its check."""
    response = client.post(page("import_new", "customers"), {"file": file_of(*rows)})
    assert response.status_code == 302
    sent = DataImport.objects.latest("pk")
    return sent, client.get(response.url)


@pytest.fixture
def in_jobs(monkeypatch):
    """Every file is large, and sets are small."""
    monkeypatch.setattr(verbs, "INLINE_BYTES", 0)
    monkeypatch.setattr(pipeline, "MAX_SET", 2)


def test_shows_what_would_happen_and_stores_nothing(sales):
    sent, shown = send(sales, ROW, WRONG)

    text = shown.content.decode()
    assert sent.state == ImportState.CHECKED
    for told in ("Nothing imported yet", "Import 1 good row", "“Atlantis” is not a country", "C-101"):
        assert told in text
    assert Customer.objects.count() == 0


@pytest.mark.parametrize("make", [file_of, workbook_of], ids=["csv", "xlsx"])
def test_takes_files_that_were_spooled_to_disk(sales, settings, make):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0

    sales.post(page("import_new", "customers"), {"file": make(ROW)})

    assert DataImport.objects.get().report["counts"] == {"new": 1}


def test_imports_the_good_rows_when_asked(sales):
    sent, _ = send(sales, ROW, WRONG)

    told = sales.post(page("import_store", sent.pk), {"all_or_nothing": "no"}, follow=True).content.decode()

    assert "1 row imported: 1 new, 0 changed." in told
    assert Customer.objects.get().number == "C-100"


def test_importing_twice_imports_once(sales):
    sent, _ = send(sales, ROW)

    for _ in range(2):
        sales.post(page("import_store", sent.pk), {"all_or_nothing": "yes"})

    assert Customer.objects.count() == 1
    assert DataImport.objects.get().report["counts"] == {"new": 1}


def test_all_or_nothing_stores_nothing_when_a_row_is_refused_meanwhile(sales, company, clerk):
    gln = {"GLN": "4012345000009"}
    sent, _ = send(sales, ROW | {"GLN": ""}, ROW | gln | {"Customer number": "C-101"})
    operations.create_customer(
        company, {"number": "C-9", "name": "Other", "currency": "GBP", "gln": gln["GLN"]}, by=clerk
    )

    told = sales.post(page("import_store", sent.pk), {"all_or_nothing": "yes"}, follow=True).content.decode()

    assert "1 rows are refused, so nothing was imported" in told
    assert [customer.number for customer in Customer.objects.all()] == ["C-9"]
    assert DataImport.objects.get().state == ImportState.CHECKED


def test_says_when_nothing_would_change(sales):
    first, _ = send(sales, ROW)
    sales.post(page("import_store", first.pk), {"all_or_nothing": "yes"})

    sent, shown = send(sales, ROW)

    assert "Nothing would change" in shown.content.decode()
    told = sales.post(page("import_store", sent.pk), {"all_or_nothing": "yes"}, follow=True)
    assert "No row of the file would change anything" in told.content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "The file is a PDF, not a table."),
        (b"Colour\nred\n", "No column is called Customer number."),
        (b"Name,name\na,b\n", "Two columns are called"),
        (b"", "The file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old workbook (.xls)"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_nothing_of_it_is_kept(sales, content, said):
    response = sales.post(page("import_new", "customers"), {"file": SimpleUploadedFile("file.csv", content)})

    assert response.status_code == 422
    assert said in response.content.decode()
    assert DataImport.objects.count() == 0
    assert not default_storage.exists("imports")


def test_the_refused_rows_come_back_with_their_reasons(sales):
    sent, _ = send(sales, ROW, WRONG | {"Name": "=cmd|' /C echo'!A0"})

    file = b"".join(sales.get(page("import_refused", sent.pk)).streaming_content).decode("utf-8-sig")

    head, row = csv.reader(StringIO(file))
    told = dict(zip(head, row, strict=True))
    assert told["Customer number"] == "C-101"
    assert told["Name"] == "'=cmd|' /C echo'!A0"
    assert told["Row in the file"] == "3"
    assert told["What is wrong"].startswith("Country: “Atlantis” is not a country.")


def test_a_discarded_file_is_deleted_and_can_not_be_imported(sales, django_capture_on_commit_callbacks):
    sent, _ = send(sales, ROW)

    with django_capture_on_commit_callbacks(execute=True):
        sales.post(page("import_discard", sent.pk))

    assert not default_storage.exists(sent.stored_as)
    assert sales.get(page("import", sent.pk)).status_code == 200
    assert sales.get(page("import_refused", sent.pk)).status_code == 404
    sales.post(page("import_store", sent.pk), {"all_or_nothing": "yes"})
    assert Customer.objects.count() == 0


def test_names_of_files_can_not_break_out(sales, company):
    bad = SimpleUploadedFile("../../<script>.csv", file_of(ROW).read())
    sales.post(page("import_new", "customers"), {"file": bad})

    sent = DataImport.objects.get()
    assert sent.stored_as.startswith(f"imports/{company.code}/")
    assert "<script>" not in sales.get(page("import", sent.pk)).content.decode()


class TestRights:
    @pytest.mark.parametrize("kind", ["products", "prices"])
    def test_sales_import_customers_but_no_products_or_prices(self, sales, kind):
        assert sales.get(page("import_new", "customers")).status_code == 200
        assert sales.get(page("import_new", kind)).status_code == 403

    def test_who_may_not_import_sees_no_imports(self, client_as, sales):
        sent, _ = send(sales, ROW)

        assert client_as("collector").get(page("import", sent.pk)).status_code == 404
        assert client_as("collector").get(page("import_new", "customers")).status_code == 403

    @pytest.mark.parametrize("name", ["import", "import_refused"])
    def test_files_of_other_companies_do_not_exist(self, sales, other_company, clerk, name):
        stranger = DataImport.objects.create(
            company=other_company, kind="customers", by=clerk, file_name="x.csv", stored_as="x", size=1
        )

        assert sales.get(page(name, stranger.pk)).status_code == 404

    def test_there_is_nothing_else_to_import(self, sales):
        assert sales.get(page("import_new", "secrets")).status_code == 404


class TestFiles:
    def test_the_template_holds_every_column(self, sales):
        head = b"".join(sales.get(page("import_template", "customers")).streaming_content).decode("utf-8-sig")

        assert head.startswith("Customer number,Name,Legal name")

    def test_what_is_exported_changes_nothing_when_sent_back(self, sales):
        sent, _ = send(sales, ROW)
        sales.post(page("import_store", sent.pk), {"all_or_nothing": "yes"})
        file = b"".join(sales.get(page("export", "customers")).streaming_content)

        sales.post(page("import_new", "customers"), {"file": SimpleUploadedFile("back.csv", file)})

        assert DataImport.objects.latest("pk").report["counts"] == {"unchanged": 1}

    def test_costs_are_exported_only_for_those_who_may_see_them(self, client_as):
        def head(role):
            return b"".join(client_as(role).get(page("export", "products")).streaming_content).decode()

        assert "Standard cost" in head("administrator")
        assert "Standard cost" not in head("collector")

    def test_a_workbook_can_be_had_too(self, sales):
        file = sales.get(page("export", "customers"), {"format": "xlsx"})

        assert file["Content-Disposition"] == 'attachment; filename="hearth customers.xlsx"'
        assert file.content.startswith(b"PK")


@pytest.mark.django_db(transaction=True)
class TestJobs:
    def run_jobs(self):
        for job in Job.objects.filter(state=JobState.WAITING):
            job_runs.run(job.pk)

    def rows(self, size, **changes):
        return [ROW | {"Customer number": f"C-{number}"} | changes for number in range(size)]

    def test_a_large_file_is_checked_and_imported_by_a_job(self, sales, in_jobs):
        sent, shown = send(sales, *self.rows(5), WRONG)
        assert "Checking customers.csv" in shown.content.decode()
        part = sales.get(page("import", sent.pk), headers={"HX-Request": "true"}).content.decode()
        assert part.lstrip().startswith('<section class="panel" id="progress"')
        self.run_jobs()
        sent.refresh_from_db()
        assert (sent.state, sent.report["counts"]) == (ImportState.CHECKED, {"new": 5, "refused": 1})

        sales.post(page("import_store", sent.pk), {"all_or_nothing": "no"})
        assert Customer.objects.count() == 0
        self.run_jobs()

        sent.refresh_from_db()
        assert (sent.state, Customer.objects.count()) == (ImportState.DONE, 5)
        assert Job.objects.latest("pk").result == {"new": 5, "changed": 0, "unchanged": 0, "refused": 1}

    def test_the_page_loads_anew_once_the_job_has_ended(self, sales, in_jobs):
        sent, _ = send(sales, ROW)
        self.run_jobs()

        answer = sales.get(page("import", sent.pk), headers={"HX-Request": "true"})

        assert answer["HX-Refresh"] == "true"

    def test_a_cancelled_job_says_so_and_the_page_rests(self, sales, in_jobs):
        sent, _ = send(sales, ROW)
        jobs.cancel([sent.job_id])

        shown = sales.get(page("import", sent.pk)).content.decode()
        assert "It was cancelled." in shown
        assert "hx-trigger" not in shown[shown.index('id="progress"') :]

        sales.post(page("import_discard", sent.pk))
        sent.refresh_from_db()
        assert sent.state == ImportState.DISCARDED

    def test_an_import_cancelled_between_sets_says_what_was_stored(self, sales, in_jobs):
        sent, _ = send(sales, *self.rows(5))
        self.run_jobs()
        sales.post(page("import_store", sent.pk), {"all_or_nothing": "no"})
        sent.refresh_from_db()
        job_runs.run(sent.job_id, seconds=0)

        jobs.cancel([sent.job_id]).require_all()

        sent.refresh_from_db()
        assert (sent.state, sent.report["counts"], Customer.objects.count()) == (ImportState.DONE, {"new": 2}, 2)
        assert "It was cancelled." in sales.get(page("import", sent.pk)).content.decode()

    def test_an_import_cancelled_while_it_runs_says_what_was_stored(self, sales, in_jobs):
        sent, _ = send(sales, *self.rows(5))
        self.run_jobs()
        sales.post(page("import_store", sent.pk), {"all_or_nothing": "no"})
        sent.refresh_from_db()
        Job.objects.filter(pk=sent.job_id).update(wish="cancel")
        job_runs.run(sent.job_id)

        sent.refresh_from_db()
        assert (sent.state, sent.report["counts"], Customer.objects.count()) == (ImportState.DONE, {"new": 2}, 2)

    def test_an_import_cancelled_before_it_began_can_be_imported_again(self, sales, in_jobs):
        sent, _ = send(sales, *self.rows(5))
        self.run_jobs()
        sales.post(page("import_store", sent.pk), {"all_or_nothing": "no"})
        sent.refresh_from_db()

        jobs.cancel([sent.job_id]).require_all()

        sent.refresh_from_db()
        assert (sent.state, sent.report["counts"]) == (ImportState.CHECKED, {"new": 5})
        sales.post(page("import_store", sent.pk), {"all_or_nothing": "no"})
        self.run_jobs()
        assert Customer.objects.count() == 5

    def test_an_interrupted_job_goes_on_behind_the_last_set(self, sales, in_jobs):
        sent, _ = send(sales, *self.rows(7))
        for _ in range(6):
            for job in Job.objects.filter(state=JobState.WAITING):
                job_runs.run(job.pk, seconds=0)
        sent.refresh_from_db()
        assert sent.report["counts"] == {"new": 7}

        sales.post(page("import_store", sent.pk), {"all_or_nothing": "no"})
        for _ in range(6):
            for job in Job.objects.filter(state=JobState.WAITING):
                job_runs.run(job.pk, seconds=0)

        sent.refresh_from_db()
        assert (sent.state, sent.report["counts"], Customer.objects.count()) == (ImportState.DONE, {"new": 7}, 7)

    def test_all_or_nothing_in_a_job_stores_nothing_when_a_row_is_refused_meanwhile(
        self, sales, company, clerk, in_jobs
    ):
        sent, _ = send(sales, *self.rows(4, GLN=""), ROW | {"Customer number": "C-9", "GLN": "4012345000009"})
        self.run_jobs()
        facts = {"number": "X", "name": "Other", "currency": "GBP", "gln": "4012345000009"}
        operations.create_customer(company, facts, by=clerk)

        sales.post(page("import_store", sent.pk), {"all_or_nothing": "yes"})
        self.run_jobs()

        sent.refresh_from_db()
        assert (sent.state, sent.report["counts"]) == (ImportState.CHECKED, {"new": 4, "refused": 1})
        assert Customer.objects.count() == 1
