"""Making many tables at once: the first migration of an app creates its tables in their final shape."""

from typing import Any

from django.db import migrations
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class TablesAtOnce(migrations.Migration):
    """A first migration that applies all of its operations to the state first and then makes each table once.

    Django renders every model again that is related to the one an operation touches; here everything is related to
    the company, so five hundred operations would render everything five hundred times: minutes instead of seconds.
    Only for migrations that create tables and add to those: anything else is refused.
    """

    def apply(self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False) -> ProjectState:
        """Create the tables with all fields, indexes and constraints, then their triggers."""
        self._refuse_changes_elsewhere()
        project_state.__dict__.pop("apps", None)  # as long as no models are rendered, nothing renders them again
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for kind in (migrations.CreateModel, AddTrigger):
            for operation in self.operations:
                if isinstance(operation, kind):
                    operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        return project_state

    def _refuse_changes_elsewhere(self) -> None:
        created = {
            operation.name_lower for operation in self.operations if isinstance(operation, migrations.CreateModel)
        }
        for operation in self.operations:
            adds = isinstance(
                operation,
                migrations.CreateModel
                | migrations.AddField
                | migrations.AddConstraint
                | migrations.AddIndex
                | AddTrigger,
            )
            elsewhere = getattr(operation, "model_name", "").lower() not in {"", *created}
            assert adds, f"{self}: {operation.describe()} needs a migration of its own"
            assert not elsewhere, f"{self}: {operation.describe()} needs a migration of its own"
