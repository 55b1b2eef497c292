"""Price lists and their rows, agreed prices, discounts, promotions."""

from django.contrib import admin

from masterdata.admin.base import Parts, SetUp
from masterdata.models import CustomerPrice, Discount, PriceList, PriceRow, Promotion, PromotionProduct


@admin.register(PriceList)
class PriceListAdmin(SetUp):
    family = "price"
    list_display = ["name", "code", "company", "currency", "includes_tax", "is_default", "valid_from", "valid_to"]
    list_select_related = ["company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "currency"]
    search_fields = ["code", "name"]


@admin.register(PriceRow)
class PriceRowAdmin(SetUp):
    family = "price"
    list_display = ["product", "price_list", "unit", "from_quantity", "price", "valid_from", "valid_to"]
    list_select_related = ["product", "price_list", "unit"]
    list_filter = [("price_list", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["product__sku", "product__name"]
    autocomplete_fields = ["product", "price_list"]


@admin.register(CustomerPrice)
class CustomerPriceAdmin(SetUp):
    family = "price"
    list_display = ["customer", "product", "unit", "from_quantity", "price", "currency", "valid_from", "valid_to"]
    list_select_related = ["customer", "product", "unit"]
    search_fields = ["customer__name", "product__sku"]
    autocomplete_fields = ["customer", "product"]


@admin.register(Discount)
class DiscountAdmin(SetUp):
    family = "price"
    list_display = ["name", "company", "step", "percent", "customer", "customer_group", "product", "product_group"]
    list_select_related = ["company", "customer", "customer_group", "product", "product_group"]
    autocomplete_fields = ["customer", "product"]


class PromotedProducts(Parts):
    model = PromotionProduct
    autocomplete_fields = ["product"]


@admin.register(Promotion)
class PromotionAdmin(SetUp):
    family = "price"
    list_display = ["code", "name", "company", "kind", "valid_from", "valid_to", "is_active"]
    list_select_related = ["company"]
    inlines = [PromotedProducts]
