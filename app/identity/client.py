"""The program at the other end: where it is and what it says of itself."""

from dataclasses import dataclass

from app.activity.actor import Actor

AGENT_CHARS = 300
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Client:
    """address: behind trusted proxies the one that they name. agent: its User-Agent, as long as it likes.

    device: what an app calls the thing it runs on. page: the origin of the page that asks, where it is one of ours.
    """

    address: str | None = None
    agent: str | None = None
    request_id: str | None = None
    device: str | None = None
    page: str | None = None

    def actor(self) -> Actor:
        """Somebody there who has not said who they are."""
        return Actor(None, None, self.address, self.short_agent, self.request_id)

    @property
    def short_agent(self) -> str | None:
        return self.agent[:AGENT_CHARS] if self.agent else None
