"""Tables of the general ledger: where amounts gather, when they may be booked, what was booked, and who still owes."""

from ledger.models.accounts import (
    Account,
    AccountDetermination,
    AccountType,
    AgeingBy,
    Control,
    Fact,
    Journal,
    LedgerPolicy,
)
from ledger.models.entries import EntryKind, JournalEntry, JournalLine, TaxLine
from ledger.models.items import ItemKind, OpenItem, OpenItemChange, Settlement, SettlementUndo, Side
from ledger.models.periods import PERIOD, Module, Period, PeriodState, PeriodStep

__all__ = [
    "PERIOD",
    "Account",
    "AccountDetermination",
    "AccountType",
    "AgeingBy",
    "Control",
    "EntryKind",
    "Fact",
    "ItemKind",
    "Journal",
    "JournalEntry",
    "JournalLine",
    "LedgerPolicy",
    "Module",
    "OpenItem",
    "OpenItemChange",
    "Period",
    "PeriodState",
    "PeriodStep",
    "Settlement",
    "SettlementUndo",
    "Side",
    "TaxLine",
]
