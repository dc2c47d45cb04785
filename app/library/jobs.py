"""Every job of libraries, for the worker."""

from app.library import scan

__all__ = ["scan"]
