"""Marquee: a GraphQL media-catalog server."""
