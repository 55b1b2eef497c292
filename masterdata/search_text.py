"""Words as people search them: without accents and capitals, in a column that the database keeps and indexes."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func


def searchable(*fields: str) -> models.GeneratedField:
    """A column with the words of these columns, plain; `masterdata_plain` is made by the first migration."""
    words = Func(*(F(field) for field in fields), function="masterdata_plain", output_field=models.TextField())
    return models.GeneratedField(expression=words, output_field=models.TextField(), db_persist=True)


def search_index(name: str) -> GinIndex:
    """Trigrams of that column, so that any part of a word is found without reading the table."""
    return GinIndex(OpClass(F("search_text"), "gin_trgm_ops"), name=name)


def plain(words: Any) -> Func:
    """The words a person typed, made plain the same way."""
    return Func(words, function="masterdata_plain", output_field=models.TextField())
