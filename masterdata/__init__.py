"""Master data: customers, products, prices, taxes and payment terms."""
