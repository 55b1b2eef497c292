"""The role matrix: what each job in the house may do. One page, read by people and by the permission check."""

from core.roles import Role

_LOOK_UP = {
    "masterdata.view_customer",
    "masterdata.view_product",
    "masterdata.view_price",
    "masterdata.view_paymentterm",
    "masterdata.view_taxcode",
    "core.view_message",
}
_WRITE = {"core.resend_message"}
_KEEP_CUSTOMERS = {
    "masterdata.add_customer",
    "masterdata.change_customer",
    "masterdata.block_customer",
    "masterdata.import_customer",
}
_KEEP_PRODUCTS = {
    "masterdata.add_product",
    "masterdata.change_product",
    "masterdata.import_product",
    "masterdata.import_price",
}
_MARGINS = {"masterdata.view_productmargin"}
_BOOKS = {"ledger.view_ledger", "ledger.view_openitem"}


def _role(code: str, label: str, *permissions: set[str]) -> Role:
    return Role(code, label, frozenset().union(*permissions))


MATRIX = [
    _role("sales", "Sales and order desk", _LOOK_UP, _WRITE, _KEEP_CUSTOMERS, _MARGINS),
    _role("credit", "Credit controller", _LOOK_UP, _WRITE, {"masterdata.block_customer", "ledger.view_openitem"}),
    _role("warehouse", "Warehouse", {"masterdata.view_product"}),
    _role("billing", "Billing", _LOOK_UP, _WRITE, {"ledger.view_openitem"}),
    _role(
        "finance",
        "Finance and cash application",
        _LOOK_UP,
        _WRITE,
        _MARGINS,
        _BOOKS,
        {"ledger.post_entry", "ledger.reverse_entry", "ledger.settle", "ledger.close_period", "ledger.reopen_period"},
        {"ledger.export", "ledger.change_account", "core.view_tieout"},
    ),
    _role("collector", "Collector", _LOOK_UP, _WRITE, {"ledger.view_openitem"}),
    _role("service", "Customer service", _LOOK_UP, _WRITE),
    _role("auditor", "Auditor", _LOOK_UP, _MARGINS, _BOOKS, {"core.view_audit", "core.view_tieout", "ledger.export"}),
    _role(
        "administrator",
        "Administrator",
        _LOOK_UP,
        _WRITE,
        _KEEP_CUSTOMERS,
        _KEEP_PRODUCTS,
        _MARGINS,
        {"core.view_audit", "core.administer", "ledger.change_account"},
    ),
    _role("customer", "Customer"),
]
