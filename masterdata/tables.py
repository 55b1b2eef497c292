"""The columns of the lists of master data."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.tables import (
    CodeColumn,
    LinkColumn,
    MomentColumn,
    NameColumn,
    NumberColumn,
    SheetTable,
    StateColumn,
    TextColumn,
    UnitPriceColumn,
    company_currency,
)
from masterdata import countries
from masterdata.models import Customer, DataImport, PaymentTerm, Product


class StatusColumn(StateColumn):
    """The status of a record, grey while all is well: looks are told by its code, not by its words."""

    def render(self, value: str, record: Any) -> SafeString:
        return super().render(record.status, record)

    def value(self, value: str, record: Any) -> str:
        return value


class CountryColumn(TextColumn):
    """A country by its name; the export keeps the code."""

    def render(self, value: str) -> str:
        return countries.name(value)

    def value(self, value: str) -> str:
        return value


class CustomerTable(SheetTable):
    """Who buys from us, and where they are."""

    number = LinkColumn("masterdata:customer", verbose_name=_("Number"))
    name = NameColumn(verbose_name=_("Name"))
    status = StatusColumn(accessor="status", calm=["active"], verbose_name=_("Status"))
    city = TextColumn(orderable=False, verbose_name=_("City"))
    country = CountryColumn(orderable=False, verbose_name=_("Country"))
    group = TextColumn(order_by=("group__name",), verbose_name=_("Group"))
    payment_term = TextColumn(orderable=False, verbose_name=_("Payment term"))
    currency = CodeColumn(verbose_name=_("Currency"))

    class Meta:
        model = Customer
        fields = ["number", "name", "status", "city", "country", "group", "payment_term", "currency"]
        order_by = "number"


class ProductTable(SheetTable):
    """What we sell. Costs and margins are left out for those who may not see them."""

    sku = LinkColumn("masterdata:product", verbose_name=_("SKU"))
    name = NameColumn(verbose_name=_("Name"))
    status = StatusColumn(
        accessor="status", kind="masterdata.product", calm=["active", "closed"], verbose_name=_("Status")
    )
    kind = TextColumn(verbose_name=_("Kind"))
    group = TextColumn(order_by=("group__name",), verbose_name=_("Group"))
    gtin = CodeColumn(verbose_name=_("GTIN"))
    unit = TextColumn(accessor="base_unit__symbol", verbose_name=_("Unit"))
    cost = UnitPriceColumn(orderable=False, verbose_name=_("Cost"))
    list_price = UnitPriceColumn(orderable=False, verbose_name=_("List price"))

    class Meta:
        model = Product
        fields = ["sku", "name", "status", "kind", "group", "gtin", "unit", "cost", "list_price"]
        order_by = "sku"

    def before_render(self, request: Any) -> None:
        """Both prices are in the company's currency, which stands in the head."""
        for name in {"cost", "list_price"} & set(self.columns.names()):
            column = self.columns[name].column
            column.verbose_name = format_html(
                '{} <span class="cur">{}</span>', self.base_columns[name].verbose_name, company_currency(self)
            )


class PaymentTermTable(SheetTable):
    """The payment terms of the company, with what they say for 1,000 today."""

    code = LinkColumn("masterdata:payment_term", verbose_name=_("Code"))
    name = NameColumn(verbose_name=_("Name"))
    basis = TextColumn(verbose_name=_("Paid"))
    parts = NumberColumn(orderable=False, verbose_name=_("Instalments"))
    discount = TextColumn(orderable=False, empty_values=(), verbose_name=_("Early payment"))
    is_active = tables.BooleanColumn(verbose_name=_("In use"))

    class Meta:
        model = PaymentTerm
        fields = ["code", "name", "basis", "parts", "discount", "is_active"]
        order_by = "code"

    def render_discount(self, record: PaymentTerm) -> str:
        """`2 % in 10 days`."""
        offers = [f"{offer.percent.normalize():f} % in {offer.days} days" for offer in record.discounts.all()]
        return ", ".join(offers) or "–"

    def render_is_active(self, value: bool) -> SafeString:
        return format_html('<span class="soft">{}</span>', _("Yes") if value else _("No"))


class ImportTable(SheetTable):
    """Files that were sent lately."""

    file_name = LinkColumn("masterdata:import", css="", verbose_name=_("File"))
    state = StateColumn(kind="masterdata.dataimport", calm=["done", "discarded"], verbose_name=_("State"))
    by = TextColumn(verbose_name=_("Sent by"))
    created_at = MomentColumn(verbose_name=_("Sent"))
    good = NumberColumn(orderable=False, empty_values=(), verbose_name=_("New or changed"))
    refused = NumberColumn(orderable=False, empty_values=(), verbose_name=_("Refused"))

    class Meta:
        model = DataImport
        fields = ["file_name", "state", "by", "created_at", "good", "refused"]
        order_by = "-created_at"

    def render_good(self, record: DataImport) -> str:
        counts = record.report.get("counts", {})
        return f"{counts.get('new', 0) + counts.get('changed', 0):,}"

    def render_refused(self, record: DataImport) -> str:
        return f"{record.report.get('counts', {}).get('refused', 0):,}"
