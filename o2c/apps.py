"""The project as an app: it knows the role matrix and the process."""

from django.apps import AppConfig

# Imported for its effect: the tasks of every app find this Celery app.
from o2c.celery import app as celery_app

__all__ = ["ProjectConfig", "celery_app"]


class ProjectConfig(AppConfig):
    name = "o2c"
    verbose_name = "Order to cash"
