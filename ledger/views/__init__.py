"""Pages of the books, one module per part of them."""
