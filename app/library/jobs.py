"""Every job of libraries, for the worker."""

from app.library import confirm, find_duplicates, scan

__all__ = ["confirm", "find_duplicates", "scan"]
