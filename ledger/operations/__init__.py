"""Every write of the ledger, one function per verb of the business."""

from ledger.operations.charts import load_chart
from ledger.operations.items import (
    Block,
    Promise,
    block_amount,
    set_due_date,
    set_dunning_level,
    set_earmark,
    set_promise,
)
from ledger.operations.periods import begin_closing, close_periods, open_year, reopen_periods
from ledger.operations.posting import IfClosed, Posted, post_by_hand, post_entries
from ledger.operations.revaluation import Revalued, revalue
from ledger.operations.reversal import Reversed, reverse_entries
from ledger.operations.settlement import Settled, settle, undo
from ledger.operations.years import YearClosing, close_year, reopen_year

__all__ = [
    "Block",
    "IfClosed",
    "Posted",
    "Promise",
    "Revalued",
    "Reversed",
    "Settled",
    "YearClosing",
    "begin_closing",
    "block_amount",
    "close_periods",
    "close_year",
    "load_chart",
    "open_year",
    "post_by_hand",
    "post_entries",
    "reopen_periods",
    "reopen_year",
    "revalue",
    "reverse_entries",
    "set_due_date",
    "set_dunning_level",
    "set_earmark",
    "set_promise",
    "settle",
    "undo",
]
