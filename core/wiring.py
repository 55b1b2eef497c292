"""What the kernel makes known at start."""

from core import integrity, queues, shell

integrity.register_all()
shell.register_all()
queues.register_all()
