"""What the kernel makes known at start."""

from core import integrity

integrity.register_all()
