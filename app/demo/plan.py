"""Which files the demo library consists of, and how each one is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.demo import artwork, cues, nfo
from app.demo.clip import Clip, VideoCodec
from app.demo.encode import encode
from app.demo.works import Artwork, ArtworkKind, DemoLibrary, EpisodeFile, Film, Look, Series, Sidecar


@dataclass(frozen=True, slots=True)
class Media:
    """kept: the share of its bytes that a broken file keeps."""

    clip: Clip
    kept: float = 1.0


@dataclass(frozen=True, slots=True)
class Picture:
    kind: ArtworkKind
    look: Look
    title: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Bytes:
    content: bytes


@dataclass(frozen=True, slots=True)
class Task:
    """One file to make. path: relative to the library's root."""

    path: str
    content: Media | Picture | Bytes


def tasks(library: DemoLibrary) -> list[Task]:
    """The slowest first, so that workers end together."""
    found = [task for film in library.films for task in _film(film)]
    found += [task for series in library.series for task in _series(series)]
    found += [Task(extra.path, Media(extra.clip)) for extra in library.extras]
    found += [Task(problem.path, Media(problem.clip, problem.kept)) for problem in library.problems]
    found += [Task(ignored.path, Bytes(ignored.content)) for ignored in library.ignored]
    return sorted(found, key=_weight, reverse=True)


def make(root: str, task: Task) -> str:
    """Make one file under the root; the path of the task comes back."""
    path = Path(root) / task.path
    path.parent.mkdir(parents=True, exist_ok=True)
    match task.content:
        case Media(clip, kept):
            encode(clip, path)
            if kept < 1:
                path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
        case Picture() as picture:
            path.write_bytes(_draw(picture))
        case Bytes(content):
            path.write_bytes(content)
    return task.path


def _weight(task: Task) -> float:
    if isinstance(task.content, Media) and (video := task.content.clip.video):
        slow = 4 if video.codec in (VideoCodec.HEVC, VideoCodec.AV1) else 1
        return video.width * video.height * task.content.clip.duration_s * slow
    return 0


def _film(film: Film) -> Iterator[Task]:
    for file in film.files:
        yield Task(file.path, Media(file.clip))
        yield from map(_sidecar, file.sidecars)
    if film.facts and film.nfo_path:
        yield _text(film.nfo_path, nfo.movie(film.title, film.year, film.facts))
    yield from (_picture(picture, film.look, film.title) for picture in film.artwork)


def _series(series: Series) -> Iterator[Task]:
    for file in series.files:
        yield from _episode_file(series, file)
    if series.facts and series.nfo_path:
        yield _text(series.nfo_path, nfo.tvshow(series.title, series.year, series.facts))
    yield from (_picture(picture, series.look, series.title) for picture in series.artwork)


def _episode_file(series: Series, file: EpisodeFile) -> Iterator[Task]:
    yield Task(file.path, Media(file.clip))
    yield from map(_sidecar, file.sidecars)
    if file.nfo_path:
        yield _text(file.nfo_path, nfo.episodes(series.title, file.episodes))
    if file.still:
        yield _picture(file.still, series.look, file.path)


def _sidecar(sidecar: Sidecar) -> Task:
    return _text(sidecar.path, cues.subtitles(sidecar.path, sidecar.lines))


def _text(path: str, text: str) -> Task:
    return Task(path, Bytes(text.encode()))


def _picture(picture: Artwork, look: Look, title: str) -> Task:
    return Task(picture.path, Picture(picture.kind, look, title, picture.line))


def _draw(picture: Picture) -> bytes:
    palette, layers = picture.look.palette, picture.look.layers
    if picture.kind is ArtworkKind.POSTER:
        return artwork.poster(picture.title, picture.line, palette, layers)
    draw = artwork.backdrop if picture.kind is ArtworkKind.BACKDROP else artwork.still
    return draw(palette, layers, picture.title)
