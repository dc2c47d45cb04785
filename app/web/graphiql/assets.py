"""GraphiQL's built files, with a hash in each name, and its page."""

from functools import cache
from pathlib import Path

from app.web.assets import Asset, Assets

FOLDER = Path(__file__).parent
STATIC = Assets(FOLDER / "static")


@cache
def page_asset() -> Asset:
    """The page itself, whose links are relative to `/`."""
    return Asset.of((FOLDER / "page.html").read_bytes(), "text/html")


@cache
def account_style() -> Asset:
    """How the bar above it looks."""
    return Asset.of((FOLDER / "account.css").read_bytes(), "text/css")
