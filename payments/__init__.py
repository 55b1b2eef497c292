"""Receipts, bank statements and their matching to open items."""
