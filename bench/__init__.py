"""What is measured, each against a reference of the same run: ratios travel between machines, seconds do not.

Everything happens in a database of its own, made for the run and dropped after it. `docs/benchmarks.md` says what
each figure means and how the history is filled.
"""

from collections.abc import Callable

from bench.ageing import ageing_as_of
from bench.kernel import update_each_against_sql
from bench.measure import Measure, Scale
from bench.posting import posting_against_sql, posting_statements
from bench.verifying import sealing_against_sql, verify_against_sql, verify_memory

BENCHMARKS: dict[str, Callable[[Scale], Measure]] = {
    "seal": sealing_against_sql,
    "verify": verify_against_sql,
    "verify_memory": verify_memory,
    "ageing_as_of": ageing_as_of,
    "post_entries": posting_against_sql,
    "post_entries_statements": posting_statements,
    "update_each": update_each_against_sql,
}
"""By name, in the order they run: sealing fills the history that is verified, and posting goes on from there."""
