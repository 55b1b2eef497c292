"""The general ledger: accounts, periods, journal entries and open items."""
