"""Triggers that keep rows as they were written, against raw SQL too."""

import pgtrigger


def append_only() -> list[pgtrigger.Trigger]:
    """Rows are added and never changed, removed or truncated: what happens later is told by new rows."""
    return [
        pgtrigger.Trigger(
            name="append_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=_refuse("append_only"),
        ),
        no_truncate(),
    ]


def no_truncate() -> pgtrigger.Trigger:
    """The table can't be emptied in one sweep, which would fire no row trigger."""
    return pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=_refuse("no_truncate"),
    )


def _refuse(constraint: str) -> str:
    # With this error code Django raises IntegrityError; a bare RAISE would arrive as ProgrammingError.
    return f"""
        RAISE EXCEPTION '% of % is refused: its rows are only ever added', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';
    """
