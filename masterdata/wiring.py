"""What master data makes known at start."""

from core import numbering
from masterdata import screens
from masterdata.operations.customers import CUSTOMER_NUMBER
from masterdata.operations.products import PRODUCT_NUMBER

numbering.register(CUSTOMER_NUMBER, PRODUCT_NUMBER)
screens.register()
