"""The kernel's wiring."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "core"
    verbose_name = "Kernel"

    def ready(self) -> None:
        """Import `wiring.py` of every app, now that all models are known: menu, queues, search, checks, documents."""
        autodiscover_modules("wiring")
