"""The order-to-cash project: settings, process map and role matrix. The only package that knows every app."""
