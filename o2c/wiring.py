"""What the project makes known at start."""

from core import locks, roles
from o2c import process
from o2c.lock_order import LOCK_ORDER
from o2c.roles import MATRIX

roles.register(MATRIX)
locks.register(LOCK_ORDER)
process.register()
