"""Who acts, and from where."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """The one whose doing an entry of the activity log is.

    user_id: None for Marquee itself and for strangers. token_id: of the API token by which it came, if by one.
    address: the client's, behind trusted proxies the one that they name. agent: its User-Agent, cut at 300 characters.
    """

    user_id: UUID | None = None
    token_id: UUID | None = None
    address: str | None = None
    agent: str | None = None
    request_id: str | None = None


MARQUEE = Actor()
