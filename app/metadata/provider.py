"""What a provider of metadata can do, in its own words and ids."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable

from app.core.app import App
from app.core.http_errors import ProviderError
from app.core.http_messages import Service
from app.metadata.facts import (
    Candidate,
    Changes,
    FoundCollection,
    FoundGroup,
    FoundSeason,
    FoundWork,
    ImageFacts,
    Kind,
)

PICTURES_PER_S = 20.0
# Of a process. More at once come no sooner, and a server that is slow gets slower.
PICTURES_AT_ONCE = 8
# Of a picture as it comes; what is kept of it is a fraction.
MOST_PICTURE_BYTES = 16 << 20


class NoKey(ProviderError):
    """A provider that wants a key, and has none."""

    code = "PROVIDER_NO_KEY"


class Tells(StrEnum):
    """What a provider tells. WORKS: all about films or series; the others add to works that somebody else found."""

    WORKS = "works"
    TEXTS = "texts"
    PICTURES = "pictures"
    RATINGS = "ratings"


@dataclass(frozen=True, slots=True)
class About:
    """What a provider is. id: as settings, libraries and `provider_ids` name it. secret_name: of its key, if any.

    home: where people get a key, or read about it.
    """

    id: str
    name: str
    kinds: frozenset[Kind]
    secret_name: str | None
    home: str
    tells: Tells = Tells.WORKS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for. language: of the title, and of what comes back, as BCP 47."""

    kind: Kind
    title: str
    year: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Local:
    """A provider that nobody asks: what it says lies in the library, and is read with it."""

    about: About


@runtime_checkable
class Online(Protocol):
    """A provider that is asked over the network. What asks it raises ProviderError, ConfigError and Unreadable."""

    @property
    def about(self) -> About: ...

    async def service(self, app: App) -> Service:
        """How it may be asked, as it is set just now."""
        ...


@runtime_checkable
class Provider(Online, Protocol):
    """One that tells of works; ids are its own."""

    async def search(self, app: App, wanted: Wanted) -> Sequence[Candidate]:
        """The best first, as the provider sees it; empty where it knows nothing like it."""
        ...

    async def find(self, app: App, kind: Kind, source: str, external_id: str) -> Candidate | None:
        """The work that another database (`imdb`, `tvdb`) knows by that id."""
        ...

    async def work(self, app: App, kind: Kind, work_id: str, languages: Sequence[str]) -> FoundWork:
        """A film or series in all languages at once. Raises ProviderSaysNo where there is none by that id any more."""
        ...

    async def season(self, app: App, work_id: str, number: int, languages: Sequence[str]) -> FoundSeason:
        """A season with its episodes."""
        ...

    async def images(
        self, app: App, kind: Kind, work_id: str, languages: Sequence[str]
    ) -> Sequence[ImageFacts]:
        """Those with writing in these languages, and without any."""
        ...

    async def changes(self, app: App, kind: Kind, since: date) -> Changes:
        """What changed from that day on. Of a day too long ago it tells as much as it remembers."""
        ...


@dataclass(frozen=True, slots=True)
class PicturePlace:
    """Where a provider has its pictures. base: what all their addresses begin with; nothing else is ever fetched.

    address: of a picture that is at least so many pixels wide, or as large as there is.
    """

    service: Service
    base: str
    address: Callable[[ImageFacts, int], str]

    def holds(self, url: str) -> bool:
        """Whether an address is below the base, and can't lead out of it."""
        base = self.base.rstrip("/") + "/"
        rest = url.removeprefix(base)
        is_plain = re.fullmatch(r"[A-Za-z0-9_.,~+=/-]+", rest, re.ASCII) is not None
        return url.startswith(base) and is_plain and not {"", ".", ".."} & set(rest.split("/"))


@runtime_checkable
class HasPictures(Protocol):
    async def picture_place(self, app: App) -> PicturePlace: ...


def place_of_pictures(
    provider: str, base: str, address: Callable[[ImageFacts, int], str] | None = None
) -> PicturePlace:
    """address: pictures are to be had as large as they are alone, unless told."""
    # Their servers are others than those of the API, and name no rate.
    service = Service(
        f"{provider}_pictures",
        PICTURES_PER_S,
        burst=4,
        read_s=30.0,
        most_bytes=MOST_PICTURE_BYTES,
        tries=3,
        at_once=PICTURES_AT_ONCE,
    )
    return PicturePlace(service, base.rstrip("/"), address or (lambda image, _: image.url))


@runtime_checkable
class Supplements(Online, Protocol):
    """One that only adds to works that others know."""

    async def supplement(
        self, app: App, kind: Kind, ids: Mapping[str, str], languages: Sequence[str]
    ) -> FoundWork | None:
        """A work without a title. ids: the work's, by provider. None where it knows nothing, or none of the ids."""
        ...


@dataclass(frozen=True, slots=True)
class ExportPlace:
    """Where a list of all works lies that a provider put out on a day."""

    service: Service
    url: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A work in a list of all that there are. title: the original one."""

    id: str
    title: str
    popularity: float


@runtime_checkable
class HasExports(Protocol):
    """One that puts out a list of all its works from day to day, so that a title need not be searched for."""

    @property
    def about(self) -> About: ...

    async def export(self, app: App, kind: Kind, day: date) -> ExportPlace | None:
        """None where none of its lists is meant, as where somebody stands in for it."""
        ...

    def listed(self, kind: Kind, line: bytes) -> Listed | None:
        """What a line of a list says; None of what isn't meant for everybody. Raises ValueError for what is no line of
        it."""
        ...


@runtime_checkable
class HasCollections(Protocol):
    async def collection(self, app: App, collection_id: str, languages: Sequence[str]) -> FoundCollection: ...


@runtime_checkable
class HasEpisodeGroups(Protocol):
    async def group(self, app: App, group_id: str) -> FoundGroup:
        """Other orders of a series' episodes, as FoundWork.groups names them."""
        ...
