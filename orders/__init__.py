"""Quotations, sales orders and order changes: what customers asked for."""
