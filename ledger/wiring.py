"""What the ledger makes known at start."""

from core import invariants, seal
from core.seal import Sealed
from ledger import closing, screens, tieout
from ledger.closing_checks import CHECKS as CLOSING_CHECKS
from ledger.invariants import CHECKS
from ledger.models import JournalEntry, JournalLine, OpenItemChange, Settlement, SettlementUndo, TaxLine

screens.register()
invariants.register(*CHECKS)
tieout.register(*tieout.SUB_LEDGERS)
closing.register(*CLOSING_CHECKS)
seal.register(
    *(
        Sealed(model._meta.db_table, model._meta.label_lower)
        for model in (JournalEntry, JournalLine, TaxLine, OpenItemChange, Settlement, SettlementUndo)
    )
)
