"""Reminders, disputes, promises to pay and write-offs."""
