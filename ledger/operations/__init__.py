"""Every write of the ledger, one function per verb of the business."""

from ledger.operations.charts import load_chart
from ledger.operations.periods import begin_closing, close_periods, open_year, reopen_periods
from ledger.operations.posting import IfClosed, Posted, post_by_hand, post_entries
from ledger.operations.reversal import Reversed, reverse_entries
from ledger.operations.settlement import Settled, settle, undo

__all__ = [
    "IfClosed",
    "Posted",
    "Reversed",
    "Settled",
    "begin_closing",
    "close_periods",
    "load_chart",
    "open_year",
    "post_by_hand",
    "post_entries",
    "reopen_periods",
    "reverse_entries",
    "settle",
    "undo",
]
