"""Every write to master data; one function per business verb."""

from masterdata.operations.costs import record_costs
from masterdata.operations.customer_parts import (
    change_terms,
    record_bounce,
    record_vat_check,
    resolve_bounces,
    save_address,
    save_bank_account,
    save_contact,
    save_vat_number,
)
from masterdata.operations.customers import (
    block_customers,
    change_customer,
    close_customers,
    create_customer,
    reopen_customers,
)
from masterdata.operations.products import change_product, create_product, save_product_unit

__all__ = [
    "block_customers",
    "change_customer",
    "change_product",
    "change_terms",
    "close_customers",
    "create_customer",
    "create_product",
    "record_bounce",
    "record_costs",
    "record_vat_check",
    "reopen_customers",
    "resolve_bounces",
    "save_address",
    "save_bank_account",
    "save_contact",
    "save_product_unit",
    "save_vat_number",
]
