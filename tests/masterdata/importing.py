"""What import tests share: a company with its codes, and files made of rows."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

from core.models import Company
from core.sheets import open_table
from masterdata.imports.kinds import Kind
from masterdata.imports.pipeline import Reading, check, store
from masterdata.imports.report import Report
from masterdata.models import CustomerGroup, PaymentTerm, PaymentTermLine, PriceList, ProductGroup, Unit


def set_up(company: Company) -> None:
    """The codes that rows may name."""
    for code, name in (("N30", "30 days net"), ("N14", "14 days net")):
        term = PaymentTerm.objects.create(company=company, code=code, name=name)
        PaymentTermLine.objects.create(term=term, position=1)
    CustomerGroup.objects.create(company=company, code="RETAIL", name="Retailers")
    PriceList.objects.create(company=company, code="TRADE", name="Trade", currency=company.currency)
    ProductGroup.objects.create(company=company, code="GLASS", name="Glassware")
    for code, name, symbol in (("H87", "Piece", "pc"), ("XCT", "Carton", "ctn")):
        Unit.objects.get_or_create(code=code, defaults={"name": name, "symbol": symbol})


def csv_of(rows: Sequence[dict[str, Any]]) -> BytesIO:
    """A CSV file of these rows; the first one says which columns there are."""
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return BytesIO(text.getvalue().encode())


def checked(rows: Sequence[dict[str, Any]], kind: Kind, company: Company) -> Report:
    """The dry run of these rows."""
    return check(Reading(open_table(csv_of(rows)), kind, company))


def imported(rows: Sequence[dict[str, Any]], kind: Kind, company: Company, by=None) -> Report:
    """Check and store the good ones of these rows."""
    reading = Reading(open_table(csv_of(rows)), kind, company)
    report = Report.begin(reading.table, reading.mapping)
    for lines in reading.sets():
        report.add(lines)
        store(reading, lines, by)
    return report
