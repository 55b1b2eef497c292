"""Pages of imports: send a file, see what would happen, import it or leave it; and exports in the same shape."""

from collections.abc import Iterator
from contextlib import ExitStack

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from core.formats import whole
from core.http import Request, wants_partial
from core.models import JobState
from core.roles import has_permission
from core.sheets import UnreadableFile
from core.shortcuts import get_visible_or_404
from masterdata import exports
from masterdata.forms import UploadForm
from masterdata.imports import verbs
from masterdata.imports.errors import ColumnMissing, MeansTwice
from masterdata.imports.kinds import Kind
from masterdata.imports.report import Report
from masterdata.models import DataImport, ImportState
from masterdata.tables import ImportTable

LATEST = 20
AT_WORK = {JobState.WAITING, JobState.RUNNING}
LIST_OF = {"customers": "masterdata:customers", "products": "masterdata:products", "prices": "masterdata:products"}


def _kind(request: Request, code: str, permission: str) -> Kind:
    """The kind with this code, if the person may do this with it here."""
    if code not in verbs.KINDS:
        raise Http404(f"{code} can't be imported.")
    kind = verbs.KINDS[code]()
    if not has_permission(request.user, getattr(kind, permission), request.company):
        raise PermissionDenied
    return kind


@require_http_methods(["GET", "POST"])
def import_new(request: Request, kind: str) -> HttpResponse:
    """Send a file; what can't be read at all is refused here, everything else is shown before it is imported."""
    importing = _kind(request, kind, "permission")
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            data_import = verbs.receive(kind, request.company, form.cleaned_data["file"], by=request.user)
        except (UnreadableFile, ColumnMissing, MeansTwice) as refusal:
            form.refuse(refusal, "file")
        else:
            return redirect("masterdata:import", pk=data_import.pk)
    sent = DataImport.objects.filter(company=request.company, kind=kind).select_related("by")[:LATEST]
    table = ImportTable(list(sent), request=request, orderable=False)
    context = {"form": form, "kind": importing, "table": table, "list_url": LIST_OF[kind]}
    return render(request, "masterdata/import_new.html", context, status=422 if form.errors else 200)


def _import_or_404(request: Request, pk: int) -> DataImport:
    """A file that was sent, for those who may import its kind in its company."""
    kind = DataImport.objects.filter(pk=pk).values_list("kind", flat=True).first() or "customers"
    rows = DataImport.objects.select_related("company", "by", "job")
    return get_visible_or_404(request, rows, pk, verbs.KINDS[kind].permission)


@require_GET
def import_detail(request: Request, pk: int) -> HttpResponse:
    """What would happen, what is happening, or what has happened with a file; htmx asks while it is being read."""
    data_import = _import_or_404(request, pk)
    busy = data_import.state in {ImportState.CHECKING, ImportState.STORING}
    context = {
        "data_import": data_import,
        "report": verbs.report_of(data_import) if data_import.report else Report(),
        "busy": busy,
        "working": busy and (data_import.job is None or data_import.job.state in AT_WORK),
        "list_url": LIST_OF[data_import.kind],
        "keys": _key_label(data_import),
    }
    if busy and wants_partial(request):
        return render(request, "masterdata/_import_progress.html", context)
    response = render(request, "masterdata/import_detail.html", context)
    if wants_partial(request):
        response["HX-Refresh"] = "true"
    return response


def _key_label(data_import: DataImport) -> str:
    kind = verbs.KINDS[data_import.kind]()
    return kind.column(kind.key_columns[0]).label


@require_POST
def import_store(request: Request, pk: int) -> HttpResponse:
    """Import the good rows; where none was refused in the check, all of them or none."""
    data_import = _import_or_404(request, pk)
    all_or_nothing = request.POST.get("all_or_nothing") == "yes"
    try:
        data_import = verbs.store_import(pk, by=request.user, all_or_nothing=all_or_nothing)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("masterdata:import", pk=pk)
    if data_import.state == ImportState.DONE:
        messages.success(request, _told(verbs.report_of(data_import)))
    return redirect("masterdata:import", pk=pk)


def _told(report: Report) -> str:
    """`118 rows imported: 100 new, 18 changed.`"""
    counted = ngettext("%(rows)s row imported", "%(rows)s rows imported", report.good) % {"rows": whole(report.good)}
    return _("%(counted)s: %(new)s new, %(changed)s changed.") % {
        "counted": counted,
        "new": whole(report.new),
        "changed": whole(report.changed),
    }


@require_POST
def import_discard(request: Request, pk: int) -> HttpResponse:
    """Leave a file; nothing of it is imported."""
    data_import = verbs.discard_import(_import_or_404(request, pk).pk, by=request.user)
    messages.success(request, _("%(name)s is discarded. Nothing was imported.") % {"name": data_import.file_name})
    return redirect("masterdata:import_new", kind=data_import.kind)


@require_GET
def import_refused(request: Request, pk: int) -> HttpResponseBase:
    """The refused rows as they were sent, each with its reasons: to correct and send again."""
    data_import = _import_or_404(request, pk)
    if data_import.state == ImportState.DISCARDED:
        raise Http404("The file is discarded.")
    return _csv(_refused_lines(data_import), f"refused {data_import.file_name}")


def _refused_lines(data_import: DataImport) -> Iterator[str]:
    with ExitStack() as stack:
        reading = stack.enter_context(verbs.opened(data_import))
        head = [*reading.table.columns, *exports.REASON_COLUMNS]
        yield from exports.csv_lines(head, exports.refused_rows(reading))


@require_GET
def export(request: Request, kind: str) -> HttpResponseBase:
    """Everything of a kind in the shape that the import reads, as CSV or as a workbook (`?format=xlsx`)."""
    exporting = _kind(request, kind, "view_permission")
    columns = exports.columns_for(exporting, request.user, request.company)
    head, rows = [column.label for column in columns], exports.values(exporting, request.company, columns)
    if request.GET.get("format") == "xlsx":
        response = HttpResponse(exports.workbook(kind, head, rows), content_type=exports.WORKBOOK)
        return _as_file(response, f"{request.company.code} {kind}.xlsx")
    return _csv(exports.csv_lines(head, rows), f"{request.company.code} {kind}")


@require_GET
def template(request: Request, kind: str) -> HttpResponseBase:
    """An empty file with every column that the import understands."""
    importing = _kind(request, kind, "permission")
    return _csv(exports.csv_lines([column.label for column in importing.columns], iter(())), f"{kind} template")


def _csv(lines: Iterator[str], name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return _as_file(response, name if name.endswith(".csv") else f"{name}.csv")


def _as_file(response: HttpResponseBase, name: str) -> HttpResponseBase:
    harmless = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in " ._-") else "_" for letter in name
    )
    response["Content-Disposition"] = f'attachment; filename="{harmless}"'
    response["Cache-Control"] = "private, no-store"
    return response
