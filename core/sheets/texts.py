"""Texts in tables that may be harmful: what a spreadsheet program would run as a formula, and back."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_file(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet program would run (OWASP, CSV injection).

    `from_file` takes it off again, so a file that we wrote reads back as it was.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def from_file(text: str) -> str:
    """The text of a cell, stripped, without the one apostrophe that keeps a spreadsheet program from running it."""
    text = text.strip()
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS) else text
