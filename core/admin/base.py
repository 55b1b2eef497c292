"""What every page of the admin keeps to: one's own companies, the role matrix, and a history that can be read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core import audit
from core.models import Company
from core.roles import companies_of, visible_to


class ScopedForm(forms.ModelForm[Any]):
    """What a row points at belongs to the row's own company."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        company_id = _company_id(self.instance, cleaned)
        for name, value in list(cleaned.items()):
            if company_id and getattr(value, "company_id", company_id) != company_id:
                self.add_error(name, ValidationError(f"{value} belongs to another company."))
        return cleaned


def _company_id(instance: models.Model, cleaned: dict[str, Any]) -> int | None:
    chosen = cleaned.get("company")
    return chosen.pk if isinstance(chosen, Company) else getattr(instance, "company_id", None)


class _Scoped:
    """Rights by the role matrix, rows and choices by the person's memberships.

    `company` is the look-up path from a row to its company; `None` marks public facts, such as currencies.
    """

    company: str | None = "company"
    opts: Any
    admin_site: admin.AdminSite
    # An address typed without a scheme is one of https, as it will be Django's own default.
    formfield_overrides: Any = {models.URLField: {"assume_scheme": "https"}}

    def permission(self, action: str) -> str:
        """The permission behind add, change, delete and view, as the role matrix writes it."""
        return f"{self.opts.app_label}.{get_permission_codename(action, self.opts)}"

    def may(self, request: HttpRequest, action: str, obj: models.Model | None) -> bool:
        where = self.company_of(obj) if obj is not None and obj.pk else None
        return request.user.has_perm(self.permission(action), where)

    def company_of(self, obj: models.Model) -> Any:
        """The company of a row; nothing where rows belong to none."""
        where: Any = obj
        for step in [] if self.company in {None, "pk"} else str(self.company).split("__"):
            where = getattr(where, step)
        return where if self.company else None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view", obj) or self.may(request, "change", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "add", None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "delete", obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        if self.company is None:
            return rows
        seen = {row.pk for action in ("view", "change") for row in companies_of(request.user, self.permission(action))}
        return rows if request.user.is_superuser else rows.filter(**{f"{self.company}__in": seen})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", self._choices(db_field, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", self._choices(db_field, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _choices(self, db_field: Any, request: HttpRequest) -> models.QuerySet[Any]:
        """Rows of the companies in which the person may change this; else what `_public` says."""
        related = db_field.remote_field.model
        if related is not Company and not _has_company(related):
            return self._public(related, request)
        rows: models.QuerySet[Any] = related._default_manager.all()
        path = "pk" if related is Company else "company"
        return visible_to(rows, request.user, self.permission("change"), company=path)

    def _public(self, related: type[models.Model], request: HttpRequest) -> models.QuerySet[Any]:
        """What the model's own page lists, if that says that its rows belong to no company; nothing otherwise."""
        page: Any = self.admin_site._registry.get(related)
        if isinstance(page, _Scoped) and page.company is None:
            return page.get_queryset(request)
        return related._default_manager.none()


def _has_company(model: type[models.Model]) -> bool:
    return any(field.name == "company" and field.related_model is Company for field in model._meta.fields)


class ScopedAdmin(_Scoped, admin.ModelAdmin):  # type: ignore[type-arg]
    """A page of master data, limited to the person's companies, with its history in business words."""

    form: type[forms.ModelForm[Any]] = ScopedForm
    list_per_page = 50
    show_full_result_count = False
    object_history_template = "admin/core/history.html"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who changed what, when and through what: from the history tables, not from the admin's own notes."""
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404(f"There is no {self.opts.verbose_name} {object_id}.")
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {obj}",
            "object": obj,
            "opts": self.opts,
            "entries": audit.changes(obj),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)


class ReadOnlyAdmin(ScopedAdmin):
    """A document, or a fact the house has written itself: it can be looked at here and nothing else."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ScopedInline(_Scoped, admin.TabularInline):  # type: ignore[type-arg]
    """Rows below a row of master data, with the same limits; the row above decides in which company one is."""

    form = ScopedForm
    extra = 0

    def company_of(self, obj: models.Model) -> Any:
        return obj if isinstance(obj, Company) else getattr(obj, "company", None)
