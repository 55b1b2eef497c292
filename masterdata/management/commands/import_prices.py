"""Import prices from a CSV file or an Excel workbook."""

from masterdata.imports.command import ImportCommand


class Command(ImportCommand):
    """`manage.py import_prices FILE --company C [--dry-run] [--all-or-nothing] [--json]`."""

    help = "Import prices of a company from a CSV file or an Excel workbook."
    kind = "prices"
