"""The administrator's pages of master data."""

from masterdata.admin.company import BankAccountAdmin, ClosingDayAdmin, CompanyProfileAdmin, CompanyVatNumberAdmin
from masterdata.admin.customers import CustomerAdmin, CustomerGroupAdmin, DirectDebitMandateAdmin
from masterdata.admin.facts import ExchangeRateAdmin, HolidayAdmin, TaxRateAdmin, UnitAdmin
from masterdata.admin.prices import CustomerPriceAdmin, DiscountAdmin, PriceListAdmin, PriceRowAdmin, PromotionAdmin
from masterdata.admin.products import ProductAdmin, ProductGroupAdmin
from masterdata.admin.tax import TaxCodeAdmin, TaxRuleAdmin
from masterdata.admin.terms import PaymentTermAdmin, PaymentTermLineAdmin

__all__ = [
    "BankAccountAdmin",
    "ClosingDayAdmin",
    "CompanyProfileAdmin",
    "CompanyVatNumberAdmin",
    "CustomerAdmin",
    "CustomerGroupAdmin",
    "CustomerPriceAdmin",
    "DirectDebitMandateAdmin",
    "DiscountAdmin",
    "ExchangeRateAdmin",
    "HolidayAdmin",
    "PaymentTermAdmin",
    "PaymentTermLineAdmin",
    "PriceListAdmin",
    "PriceRowAdmin",
    "ProductAdmin",
    "ProductGroupAdmin",
    "PromotionAdmin",
    "TaxCodeAdmin",
    "TaxRateAdmin",
    "TaxRuleAdmin",
    "UnitAdmin",
]
