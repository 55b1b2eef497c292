"""Housekeeping of the whole installation that no single app owns."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_old_sessions() -> None:
    """Remove sessions that ran out. Safe to run twice or to die half-way."""
    call_command("clearsessions")
