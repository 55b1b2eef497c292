"""Kernel tables: who works where, and what every stage needs to keep its promises."""

from core.models.history import HistoryContext
from core.models.organisation import Company, Membership, User, Warehouse

__all__ = ["Company", "HistoryContext", "Membership", "User", "Warehouse"]
