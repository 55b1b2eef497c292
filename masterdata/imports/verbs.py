"""What people do with a file: send it, see what would happen, import it, or leave it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, BinaryIO
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from core import clock, context, jobs
from core.errors import DomainError
from core.jobs import Progress
from core.models import Company, Job, User
from core.operation import operation
from core.roles import require
from core.sheets import open_table
from masterdata.imports.customers import Customers
from masterdata.imports.kinds import Kind
from masterdata.imports.pipeline import Reading, check, store
from masterdata.imports.prices import Prices
from masterdata.imports.products import Products
from masterdata.imports.report import Report
from masterdata.models import DataImport, ImportState
from masterdata.models.imports import DATA_IMPORT

KINDS: dict[str, type[Kind]] = {kind.code: kind for kind in (Customers, Products, Prices)}

INLINE_BYTES = 200_000
"""Smaller files are read while the person waits; larger ones are work for a job."""
MOST_AT_ONCE = 50_000
"""The most rows that can be imported all or none, which is one transaction."""

CHECK_JOB, STORE_JOB = "masterdata.check_import", "masterdata.store_import"


class NothingToImport(DomainError):
    """Every row is refused, or here already as it is."""

    code = "import.nothing"

    @property
    def message(self) -> str:
        return "No row of the file would change anything. Correct it, or leave it."


class RowsRefused(DomainError):
    """All rows were wanted or none, and some are refused."""

    code = "import.rows_refused"

    def __init__(self, *, report: Report) -> None:
        self.report = report

    @property
    def message(self) -> str:
        refused = self.report.refused
        return f"{refused} rows are refused, so nothing was imported. Correct them, or import only the good rows."


class TooManyAtOnce(DomainError):
    """More rows than one transaction should write."""

    code = "import.too_many_at_once"

    @property
    def message(self) -> str:
        return f"All or none works up to {MOST_AT_ONCE:,} rows. Import only the good rows, or split the file."


def receive(kind: str, company: Company, sent: File[bytes], *, by: User) -> DataImport:
    """Keep a file that somebody sent and check it, at once or as a job; nothing of it is imported yet.

    Refused as a whole where it is no table (`UnreadableFile`) or lacks the column that names records
    (`ColumnMissing`, `MeansTwice`); then nothing is kept of it.
    """
    require(by, KINDS[kind].permission, company)
    Reading(open_table(_binary(sent)), KINDS[kind](), company)
    name = PurePath(sent.name or "file").name[-200:]
    sent.seek(0)
    stored_as = default_storage.save(f"imports/{company.code}/{uuid4().hex}{PurePath(name).suffix[:10]}", sent)
    data_import = DataImport.objects.create(
        company=company, kind=kind, by=by, file_name=name, stored_as=stored_as, size=sent.size
    )
    if data_import.size <= INLINE_BYTES:
        with opened(data_import) as reading:
            _checked(data_import, check(reading))
    else:
        _start(data_import, CHECK_JOB, f"Check {name}", by)
    return data_import


def _binary(sent: File[bytes]) -> BinaryIO:
    """The content of an upload as a plain binary file."""
    return sent.file  # type: ignore[return-value]


@contextmanager
def opened(data_import: DataImport) -> Iterator[Reading]:
    """The kept file, ready to be read from its start."""
    with default_storage.open(data_import.stored_as, "rb") as stored:
        kind = KINDS[data_import.kind]()
        yield Reading(open_table(_binary(stored)), kind, data_import.company, data_import.columns)


def report_of(data_import: DataImport) -> Report:
    """What the check found, or what was stored."""
    return Report(**data_import.report)


def _checked(data_import: DataImport, report: Report) -> None:
    data_import.state, data_import.report = ImportState.CHECKED, report.kept()
    data_import.save(update_fields=["state", "report"])


def _start(data_import: DataImport, job_kind: str, title: str, by: User) -> None:
    key = f"{job_kind}:{data_import.pk}:{uuid4().hex}"
    parameters = {"import": data_import.pk}
    data_import.job = jobs.start(
        job_kind, title=title, company=data_import.company, by=by, parameters=parameters, key=key
    )
    data_import.save(update_fields=["job"])


@operation
def store_import(pk: int, *, by: User, all_or_nothing: bool) -> DataImport:
    """Import the good rows of a checked file, at once or as a job; with `all_or_nothing` every row or none.

    A file that is imported already stays as it is. Refused while rows are refused and all are wanted (`RowsRefused`),
    where nothing would change (`NothingToImport`), and for more rows at once than a transaction holds.
    """
    data_import = DataImport.objects.select_related("company").select_for_update(no_key=True, of=("self",)).get(pk=pk)
    require(by, KINDS[data_import.kind].permission, data_import.company)
    outcomes = DATA_IMPORT.sift("store", [pk], {pk: data_import}, what="import")
    if not outcomes.require_all().done or data_import.state == ImportState.DONE:
        return data_import
    _refuse(report_of(data_import), all_or_nothing=all_or_nothing)
    data_import.state, data_import.all_or_nothing = ImportState.STORING, all_or_nothing
    data_import.save(update_fields=["state", "all_or_nothing"])
    if data_import.size > INLINE_BYTES:
        _start(data_import, STORE_JOB, f"Import {data_import.file_name}", by)
    else:
        _finish(data_import, _store_all(data_import, by))
    return data_import


def _refuse(report: Report, *, all_or_nothing: bool) -> None:
    if not report.good:
        raise NothingToImport
    if all_or_nothing and report.refused:
        raise RowsRefused(report=report)
    if all_or_nothing and report.read > MOST_AT_ONCE:
        raise TooManyAtOnce


def _store_all(data_import: DataImport, by: User | None) -> Report:
    """Store a whole file in the caller's transaction; where all rows are wanted, one refusal raises `RowsRefused`."""
    with opened(data_import) as reading, context.also(via=context.IMPORT):
        report = Report.begin(reading.table, reading.mapping)
        for lines in reading.sets():
            report.add(lines)
            if not (data_import.all_or_nothing and report.refused):
                store(reading, lines, by)
    if data_import.all_or_nothing and report.refused:
        raise RowsRefused(report=report)
    return report


def _finish(data_import: DataImport, report: Report) -> None:
    data_import.state, data_import.report = ImportState.DONE, report.kept()
    data_import.finished_at = clock.now()
    data_import.save(update_fields=["state", "report", "finished_at"])


@operation
def discard_import(pk: int, *, by: User) -> DataImport:
    """Leave a file that is not imported: it is deleted, only its name and the report stay."""
    data_import = DataImport.objects.select_related("company").select_for_update(no_key=True, of=("self",)).get(pk=pk)
    require(by, KINDS[data_import.kind].permission, data_import.company)
    outcomes = DATA_IMPORT.sift("discard", [pk], {pk: data_import}, what="import")
    if outcomes.require_all().done:
        data_import.state, data_import.finished_at = ImportState.DISCARDED, clock.now()
        data_import.save(update_fields=["state", "finished_at"])
        transaction.on_commit(lambda: default_storage.delete(data_import.stored_as))
    return data_import


def check_job(job: Job) -> Iterator[Progress]:
    """The check of a large file, set by set; after a pause or crash it goes on behind the last set.

    What follows the last set is part of the transaction that ends the job.
    """
    data_import = _of_job(job)
    with opened(data_import) as reading:
        report = Report(**data_import.report) if job.cursor else Report.begin(reading.table, reading.mapping)
        for number, lines in enumerate(reading.sets(skip=job.cursor or 0), start=(job.cursor or 0) + 1):
            report.add(lines)
            DataImport.objects.filter(pk=data_import.pk).update(report=report.kept())
            yield _progress(number, report, lines)
    _checked(data_import, report)


def store_job(job: Job) -> Iterator[Progress]:
    """The import of a large file: set by set, or all of it in one transaction where all rows are wanted or none."""
    data_import = _of_job(job)
    yield from _store_at_once(data_import, job) if data_import.all_or_nothing else _store_in_sets(data_import, job)


def _store_at_once(data_import: DataImport, job: Job) -> Iterator[Progress]:
    if job.cursor:
        return
    try:
        with transaction.atomic():
            report = _store_all(data_import, job.by)
    except RowsRefused as refused:
        _checked(data_import, refused.report)
        yield Progress(cursor=1, problems=(refused.message,), result=_counts(refused.report))
        return
    _finish(data_import, report)
    yield Progress(cursor=1, done=report.good, result=_counts(report))


def _store_in_sets(data_import: DataImport, job: Job) -> Iterator[Progress]:
    with opened(data_import) as reading:
        report = Report(**data_import.report) if job.cursor else Report.begin(reading.table, reading.mapping)
        for number, lines in enumerate(reading.sets(skip=job.cursor or 0), start=(job.cursor or 0) + 1):
            with context.also(via=context.IMPORT):
                store(reading, lines, job.by)
            report.add(lines)
            DataImport.objects.filter(pk=data_import.pk).update(report=report.kept())
            yield _progress(number, report, lines)
    _finish(data_import, report)


def end_cancelled(job: Job) -> None:
    """An import whose job is cancelled: what is stored stays; where nothing is, it can be imported again."""
    data_import = DataImport.objects.select_for_update(no_key=True).get(pk=job.parameters["import"])
    if data_import.state != ImportState.STORING:
        return
    if job.cursor:
        _finish(data_import, report_of(data_import))
    else:
        DataImport.objects.filter(pk=data_import.pk).update(state=ImportState.CHECKED)


def _of_job(job: Job) -> DataImport:
    return DataImport.objects.select_related("company").get(pk=job.parameters["import"])


def _progress(number: int, report: Report, lines: list[Any]) -> Progress:
    refused = sum(bool(line.faults) for line in lines)
    return Progress(cursor=number, done=len(lines) - refused, refused=refused, result=_counts(report))


def _counts(report: Report) -> dict[str, int]:
    return {"new": report.new, "changed": report.changed, "unchanged": report.unchanged, "refused": report.refused}
