"""Every job of libraries, for the worker."""

from app.library import confirm, scan

__all__ = ["confirm", "scan"]
