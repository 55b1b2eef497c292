"""PostgreSQL extensions: all of them come with PostgreSQL itself.

They follow the first migration and do not lead it, because Django takes the first migration of this app for the
one that makes the user table.
"""

from django.contrib.postgres.operations import BtreeGistExtension, CITextExtension, TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        TrigramExtension(),  # search for a part of a name or number by index
        UnaccentExtension(),  # Muller finds Müller
        CITextExtension(),  # codes that differ only in capitals are one code
        BtreeGistExtension(),  # periods of validity that may not overlap
    ]
