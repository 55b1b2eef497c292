"""The pages of master data."""
