"""What can go wrong with an outside service; no text of these holds a key.

ProviderError
├── ProviderUnreachable  no connection, no answer in time, or a failure of its own (5xx); later it may work
│   └── ProviderResting  not asked at all, since it failed again and again
├── ProviderLimited      it wants to be asked less often, for longer than one can wait
├── ProviderRefused      it doesn't take the key (401, 403)
├── ProviderSaysNo       there is no such thing (404, 410), or it doesn't understand the question (other 4xx)
└── ProviderBroken       an answer that can't be used: HTML for JSON, too long, a redirect elsewhere
"""

from app.core.errors import AppError


class ProviderError(AppError):
    """service: its id. status: of HTTP, where there was an answer. name: as people know the service."""

    code = "PROVIDER_ERROR"

    def __init__(self, service: str, why: str, status: int | None = None, *, name: str | None = None) -> None:
        super().__init__(f"{name or service}: {why}")
        self.service = service
        self.why = why
        self.status = status


class ProviderUnreachable(ProviderError):
    code = "PROVIDER_UNREACHABLE"


class ProviderResting(ProviderUnreachable):
    """rest_s: until somebody tries again."""

    code = "PROVIDER_RESTING"

    def __init__(self, service: str, why: str, rest_s: float) -> None:
        after = f"{why}; after" if why else "after"
        super().__init__(service, f"{after} failing again and again it is left alone for {rest_s:.0f} s")
        self.rest_s = rest_s


class ProviderLimited(ProviderError):
    """retry_after_s: when it may be asked again."""

    code = "PROVIDER_LIMITED"

    def __init__(self, service: str, retry_after_s: float, status: int | None = None) -> None:
        super().__init__(service, f"it can't be asked for another {retry_after_s:.0f} s", status)
        self.retry_after_s = retry_after_s


class ProviderRefused(ProviderError):
    code = "PROVIDER_REFUSED"


class ProviderSaysNo(ProviderError):
    code = "PROVIDER_SAYS_NO"

    @property
    def is_gone(self) -> bool:
        """Whether the thing itself is not there, rather than the question wrong."""
        return self.status in (404, 410)


class ProviderBroken(ProviderError):
    code = "PROVIDER_BROKEN"
