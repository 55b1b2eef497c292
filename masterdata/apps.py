"""Wiring of the masterdata app at start."""

from django.apps import AppConfig


class MasterdataConfig(AppConfig):
    name = "masterdata"
    default_auto_field = "django.db.models.BigAutoField"
