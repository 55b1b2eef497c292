"""A row and the row it points to belong to one company: a foreign key of two columns, checked by the database."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models


class SameCompany(models.constraints.BaseConstraint):
    """`SameCompany(name=…, field="customer")`: the customer's company is this row's company, under raw SQL too.

    Needs a unique constraint on (company, id) of the table pointed to, see `company_and_id`. An empty pointer is fine.
    """

    default_violation_error_message = "Choose one of the same company."

    def __init__(self, *, name: str, field: str, violation_error_message: str | None = None) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.field = field

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing inside CREATE TABLE: the table pointed to may come later, so this follows at the migration's end."""
        self.create_sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Add the foreign key once every table of the migration and its unique constraints stand."""
        quote = schema_editor.quote_name
        pointer = model._meta.get_field(self.field)
        target = pointer.related_model._meta
        schema_editor.deferred_sql.append(
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY ({quote('company_id')}, {quote(pointer.column)}) "
            f"REFERENCES {quote(target.db_table)} ({quote('company_id')}, {quote(target.pk.column)}) "
            f"DEFERRABLE INITIALLY DEFERRED"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """Drop the foreign key."""
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(
        self, model: Any, instance: Any, exclude: set[str] | None = None, using: str = DEFAULT_DB_ALIAS
    ) -> None:
        """The same rule for forms, told beside the field."""
        if exclude and self.field in exclude:
            return
        pointer = model._meta.get_field(self.field)
        key = getattr(instance, pointer.attname)
        if key is None or instance.company_id is None:
            return
        target = pointer.related_model._base_manager.using(using)
        if not target.filter(pk=key, company_id=instance.company_id).exists():
            raise ValidationError({self.field: self.get_violation_error_message()})

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs["field"] = self.field
        return path, args, kwargs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SameCompany):
            return NotImplemented
        return (self.name, self.field) == (other.name, other.field)

    def __hash__(self) -> int:
        return hash((self.name, self.field))


def company_and_id(name: str) -> models.UniqueConstraint:
    """What `SameCompany` of other tables points to."""
    return models.UniqueConstraint(fields=["company", "id"], name=name)
