"""What an NFO says laid over what the name said: the NFO wins."""

from dataclasses import replace

from app.identify.kinds import LibraryKind
from app.identify.nfo_types import Nfo, NfoEpisode, NfoMovie
from app.identify.reading import Reading

_PROVIDERS = ("imdb", "tmdb", "tvdb")
_CONFIDENCE = 0.98


def with_nfo(reading: Reading, nfo: Nfo) -> Reading:
    """The reading completed and corrected by an NFO of the same film or episode, or by the series' own (`tvshow.nfo`).

    Ids in an episode's NFO are the episode's, while a reading's are the series', so only the latter's replace them.
    """
    if reading.kind is LibraryKind.MOVIE:
        return _film(reading, nfo.movie, nfo.linked_ids)
    if nfo.series is not None:
        reading = _series(reading, nfo)
    if nfo.episodes:
        return _episode(reading, nfo.episodes)
    return reading if nfo.series else _with_ids(reading, nfo.linked_ids)


def _film(reading: Reading, movie: NfoMovie | None, linked: tuple[tuple[str, str], ...]) -> Reading:
    if movie is None:
        return _with_ids(reading, linked)
    work = movie.work
    said = replace(
        reading,
        title=work.title or reading.title,
        year=work.year or reading.year,
        edition=movie.edition or reading.edition,
        confidence=_CONFIDENCE if work.title or work.ids else reading.confidence,
        evidence=(
            *reading.evidence,
            f"The NFO says “{work.title}”" + (f" ({work.year})." if work.year else "."),
        ),
    )
    return _with_ids(said, (*linked, *work.ids))


def _series(reading: Reading, nfo: Nfo) -> Reading:
    if nfo.series is None:
        return reading
    work = nfo.series.work
    said = replace(
        reading,
        title=work.title or reading.title,
        year=work.year or reading.year,
        evidence=(*reading.evidence, f"The series' NFO says “{work.title}”."),
    )
    return _with_ids(said, (*nfo.linked_ids, *work.ids))


def _episode(reading: Reading, episodes: tuple[NfoEpisode, ...]) -> Reading:
    first = episodes[0]
    numbers = _numbers(episodes)
    absolutes = tuple(sorted({episode.absolute for episode in episodes if episode.absolute is not None}))
    return replace(
        reading,
        title=first.series_title or reading.title,
        season=first.season if first.season is not None else reading.season,
        episodes=numbers or reading.episodes,
        absolutes=absolutes or reading.absolutes,
        air_date=first.work.released_on or reading.air_date,
        episode_title=first.work.title or reading.episode_title,
        confidence=_CONFIDENCE if numbers else reading.confidence,
        evidence=(*reading.evidence, _said(first.season, numbers)),
    )


def _numbers(episodes: tuple[NfoEpisode, ...]) -> tuple[int, ...]:
    """Those of the first element's season: a file can't be read as episodes of two."""
    numbers: set[int] = set()
    for episode in episodes:
        if episode.episode is None or episode.season != episodes[0].season:
            continue
        last = episode.last_episode or episode.episode
        numbers.update(range(episode.episode, min(max(last, episode.episode), episode.episode + 60) + 1))
    return tuple(sorted(numbers))


def _said(season: int | None, numbers: tuple[int, ...]) -> str:
    if not numbers:
        return "The NFO describes the episode but gives no number."
    return f"The NFO says season {season}, episode {', '.join(str(number) for number in numbers)}."


def _with_ids(reading: Reading, ids: tuple[tuple[str, str], ...]) -> Reading:
    known = {provider: value for provider, value in ids if provider in _PROVIDERS}
    if not known:
        return reading
    said = tuple(
        f"The NFO gives the {provider.upper()} id {value}." for provider, value in sorted(known.items())
    )
    return replace(
        reading,
        provider_ids=tuple(sorted({**dict(reading.provider_ids), **known}.items())),
        confidence=max(reading.confidence, _CONFIDENCE)
        if reading.kind is LibraryKind.MOVIE
        else reading.confidence,
        evidence=(*reading.evidence, *said),
    )
