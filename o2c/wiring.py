"""What the project makes known at start."""

from core import roles
from o2c.roles import MATRIX

roles.register(MATRIX)
