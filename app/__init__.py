"""Marquee: a GraphQL media-catalog server."""

__version__ = "0.1.0"
