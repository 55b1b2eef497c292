"""The demo's master data: the same on every machine, safe to load again."""

from masterdata.demo.load import load

__all__ = ["load"]
