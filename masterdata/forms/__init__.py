"""Forms of master data: what people type, and how it is laid out. Writing is the operations' business."""

from masterdata.forms.checks import PriceCheckForm, TaxCheckForm, TermPreviewForm
from masterdata.forms.customer_parts import (
    AddressForm,
    BankAccountForm,
    ContactForm,
    DatedTermsForm,
    FirstAddressForm,
    TermsForm,
    VatCheckForm,
    VatNumberForm,
)
from masterdata.forms.customers import CustomerForm, ReasonForm
from masterdata.forms.files import UploadForm
from masterdata.forms.products import CostForm, ProductForm, ProductUnitForm

__all__ = [
    "AddressForm",
    "BankAccountForm",
    "ContactForm",
    "CostForm",
    "CustomerForm",
    "DatedTermsForm",
    "FirstAddressForm",
    "PriceCheckForm",
    "ProductForm",
    "ProductUnitForm",
    "ReasonForm",
    "TaxCheckForm",
    "TermPreviewForm",
    "TermsForm",
    "UploadForm",
    "VatCheckForm",
    "VatNumberForm",
]
