"""Which film files are one film, and as what: versions, editions, parts."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.identify.reading import Reading
from app.identify.text import key


@dataclass(frozen=True, slots=True)
class Version:
    """One way to watch a film: its files in the order of their parts."""

    edition: str | None
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Film:
    """title, year and ids are those of the surest reading among its files."""

    reading: Reading
    versions: tuple[Version, ...]


@dataclass(slots=True)
class _Group:
    files: list[tuple[str, Reading]]
    ids: dict[str, str]

    def takes(self, reading: Reading) -> bool:
        """Whether no id of the reading's says that it is another film."""
        return all(self.ids.get(provider, value) == value for provider, value in reading.provider_ids)


def films(readings: Iterable[tuple[str, Reading]]) -> list[Film]:
    """Groups (path, reading) pairs into films, each by provider id or by title and year, in the order of first sight.

    Files are parts of one version when they differ in their part alone: edition and release are the same.
    """
    groups: list[_Group] = []
    known: dict[tuple[str, str], list[_Group]] = {}
    for path, reading in readings:
        names = _names(path, reading)
        fitting = (group for name in names for group in known.get(name, ()) if group.takes(reading))
        if (group := next(fitting, None)) is None:
            group = _Group([], {})
            groups.append(group)
        group.files.append((path, reading))
        group.ids.update(reading.provider_ids)
        for name in names:
            if group not in (having := known.setdefault(name, [])):
                having.append(group)
    return [_film(group.files) for group in groups]


def _names(path: str, reading: Reading) -> list[tuple[str, str]]:
    """What a film is known by: its ids, then its title with its year. Without a title a file is a film of its own."""
    named = ("title", f"{key(reading.title)} {reading.year or ''}") if reading.title else ("path", path)
    return [*reading.provider_ids, named]


def _film(files: list[tuple[str, Reading]]) -> Film:
    versions: dict[tuple[str | None, ...], list[tuple[int, str]]] = {}
    for path, reading in files:
        versions.setdefault(_version_of(path, reading), []).append((reading.part or 0, path))
    surest = max((reading for _, reading in files), key=lambda reading: reading.confidence)
    return Film(
        surest,
        tuple(Version(name[0], tuple(path for _, path in sorted(parts))) for name, parts in versions.items()),
    )


def _version_of(path: str, reading: Reading) -> tuple[str | None, ...]:
    if reading.part is None:
        return reading.edition, path
    release = reading.release
    return (
        reading.edition,
        release.resolution,
        release.source,
        release.video_codec,
        release.group,
        release.container,
    )
