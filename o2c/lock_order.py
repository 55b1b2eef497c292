"""The order in which every verb locks rows, from first to last; within a table by key.

A stage that adds a table to lock adds it here. A verb whose ids are lower documents reads their keys without a lock,
locks its own tables first, then the documents.
"""

LOCK_ORDER: list[list[str]] = [
    ["core.User", "core.Membership"],
    ["masterdata.DataImport"],
    ["masterdata.Customer"],
    ["masterdata.Product"],
    [],  # receipts, refunds, disputes, write-offs
    [],  # invoices
    [],  # shipments and tasks
    [],  # stock levels
    [],  # valuations
    [],  # credit accounts
    [],  # order changes
    [],  # orders; their lines are covered by them
    ["ledger.OpenItem"],
    ["ledger.Period"],  # in share mode; closing takes it alone
    ["core.NumberSeries"],
]
