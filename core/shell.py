"""The shell's own entries in menu and search."""

from core import menu
from core.menu import MenuEntry


def register_all() -> None:
    """Make the shell's pages known, at start."""
    menu.register(
        MenuEntry("System", "Components", "components", "core:components", "core.administer", order=90),
    )
