"""How much may be done at a time, and in a while."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Quota:
    """So many in any so many days."""

    count: int
    days: int

    @property
    def pace(self) -> Fraction:
        return Fraction(self.count, self.days)


@dataclass(frozen=True, slots=True)
class Limits:
    """None for what is not limited; in a role of itself: for what those say on which it builds.

    streams, transcodes, downloads: how many at a time. requests: how many works may be asked for.
    """

    streams: int | None = None
    transcodes: int | None = None
    downloads: int | None = None
    requests: Quota | None = None

    @classmethod
    def of(
        cls,
        streams: int | None,
        transcodes: int | None,
        downloads: int | None,
        requests: int | None,
        request_days: int | None,
    ) -> "Limits":
        quota = None if requests is None or request_days is None else Quota(requests, request_days)
        return cls(streams, transcodes, downloads, quota)

    def instead_of(self, others: "Limits") -> "Limits":
        """These, and the others' where these say nothing."""
        return Limits(
            others.streams if self.streams is None else self.streams,
            others.transcodes if self.transcodes is None else self.transcodes,
            others.downloads if self.downloads is None else self.downloads,
            others.requests if self.requests is None else self.requests,
        )


UNLIMITED = Limits()


def most_generous(several: Iterable[Limits]) -> Limits:
    """Of each limit the highest, and none where one of them has none; of none at all: no limit."""
    each = list(several)
    quotas = [limits.requests for limits in each]
    return Limits(
        _highest([limits.streams for limits in each]),
        _highest([limits.transcodes for limits in each]),
        _highest([limits.downloads for limits in each]),
        None if None in quotas else max((quota for quota in quotas if quota), key=_pace, default=None),
    )


def _pace(quota: Quota) -> Fraction:
    return quota.pace


def _highest(numbers: list[int | None]) -> int | None:
    return (
        None if None in numbers else max((number for number in numbers if number is not None), default=None)
    )
