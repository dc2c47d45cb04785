"""Every job of libraries, for the worker."""

from app.library import attaching, confirm, find_duplicates, scan, take_images

__all__ = ["attaching", "confirm", "find_duplicates", "scan", "take_images"]
