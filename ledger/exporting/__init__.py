"""File formats of the books, one module each."""
