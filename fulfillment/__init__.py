"""Stock, allocation, picking, packing and shipping."""
