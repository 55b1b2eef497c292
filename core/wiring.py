"""What the kernel makes known at start."""

from core import integrity, shell

integrity.register_all()
shell.register_all()
