"""Addresses of master data."""

from django.urls import path

from masterdata.views import checks, customer_parts, customers, imports, products, terms

app_name = "masterdata"
urlpatterns = [
    path("customers/", customers.customer_list, name="customers"),
    path("customers/new", customers.customer_add, name="customer_add"),
    path("customers/<int:pk>", customers.customer_detail, name="customer"),
    path("customers/<int:pk>/edit", customers.customer_change, name="customer_change"),
    path("customers/<int:pk>/timeline", customers.customer_timeline, name="customer_timeline"),
    path("customers/<int:pk>/<slug:part>/new", customer_parts.part_edit, name="customer_part_add"),
    path("customers/<int:pk>/<slug:part>/<int:part_pk>", customer_parts.part_edit, name="customer_part"),
    path("customers/<int:pk>/vat-ids/<int:part_pk>/check", customer_parts.vat_check, name="customer_vat_check"),
    path("customers/<int:pk>/contacts/<int:part_pk>/works", customer_parts.bounce_resolve, name="customer_bounce"),
    path("customers/<int:pk>/<slug:verb>", customers.customer_status, name="customer_status"),
    path("products/", products.product_list, name="products"),
    path("products/new", products.product_add, name="product_add"),
    path("products/<int:pk>", products.product_detail, name="product"),
    path("products/<int:pk>/edit", products.product_change, name="product_change"),
    path("products/<int:pk>/timeline", products.product_timeline, name="product_timeline"),
    path("products/<int:pk>/units/new", products.unit_edit, name="product_unit_add"),
    path("products/<int:pk>/units/<int:unit_pk>", products.unit_edit, name="product_unit"),
    path("products/<int:pk>/cost", products.cost_edit, name="product_cost"),
    path("payment-terms/", terms.payment_term_list, name="payment_terms"),
    path("payment-terms/<int:pk>", terms.payment_term_preview, name="payment_term"),
    path("prices/check", checks.price_check, name="price_check"),
    path("taxes/check", checks.tax_check, name="tax_check"),
    path("imports/<slug:kind>/", imports.import_new, name="import_new"),
    path("imports/<slug:kind>/export", imports.export, name="export"),
    path("imports/<slug:kind>/template", imports.template, name="import_template"),
    path("imports/<int:pk>", imports.import_detail, name="import"),
    path("imports/<int:pk>/store", imports.import_store, name="import_store"),
    path("imports/<int:pk>/discard", imports.import_discard, name="import_discard"),
    path("imports/<int:pk>/refused", imports.import_refused, name="import_refused"),
]
