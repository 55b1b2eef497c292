"""Rows of these tables leave their partial index soon after they came; without this, dead entries slow every claim."""

from django.db import migrations

TABLES = ["core_outboxevent", "core_message"]
OFTEN = (
    "autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0.02"
)
NAMES = "autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_analyze_scale_factor"


class Migration(migrations.Migration):
    dependencies = [("core", "0005_kernel_queues")]

    operations = [
        migrations.RunSQL(f"ALTER TABLE {table} SET ({OFTEN})", f"ALTER TABLE {table} RESET ({NAMES})")
        for table in TABLES
    ]
