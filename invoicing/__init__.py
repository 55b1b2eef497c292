"""Invoices, credit notes and deposits: what customers owe."""
