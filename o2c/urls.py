"""Every address of the application, one include per app."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("core.urls")),
    path("", include("masterdata.urls")),
    path("ledger/", include("ledger.urls")),
    path("admin/", admin.site.urls),
]
