"""The function that makes words plain for search: without accents, in small letters."""

from django.db import migrations

# array_to_string and unaccent are only "stable" in general, because of other element types and of a dictionary that
# might change; for text and the named dictionary the answer never changes, so a stored column may rest on it.
PLAIN = """
CREATE FUNCTION masterdata_plain(VARIADIC words text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, array_to_string(words, ' ')));
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("core", "0002_extensions")]

    operations = [migrations.RunSQL(PLAIN, "DROP FUNCTION masterdata_plain(text[])")]
