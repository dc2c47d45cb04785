"""Providers that are read with the files: NFO files beside them, and the tags in them."""

from app.metadata.facts import Kind
from app.metadata.provider import About, Local, Tells

NFO = Local(About("nfo", "NFO files", frozenset(Kind), None, "https://kodi.wiki/view/NFO_files"))
TAGS = Local(
    About(
        "tags",
        "Tags in files",
        frozenset(Kind),
        None,
        "https://www.matroska.org/technical/tagging.html",
        Tells.TEXTS,
    )
)
