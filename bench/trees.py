"""Folders for the scan's benchmark: real media under many names, and large trees of empty files."""

import shutil
from pathlib import Path

from app.demo.clip import Audio, AudioCodec, Chapter, Clip, Subtitle, VideoCodec
from app.demo.draw import Palette
from app.demo.encode import encode
from app.demo.looks import Look, picture

LOOK = Look(Palette("#203040", "#d0c0a0", "#607080", "#101820", "#ffffff"), ("sun", "sea"))
SOUND = (
    Audio(AudioCodec.AC3, "5.1", "eng", is_default=True),
    Audio(AudioCodec.AAC, "stereo", "deu", title="Commentary", is_commentary=True),
)
SUBTITLES = (Subtitle(language="eng"), Subtitle(language="deu", is_forced=True), Subtitle(language="fra"))
CHAPTERS = tuple(Chapter(at * 500, f"Chapter {at + 1}") for at in range(4))
MASTERS = {
    "1080p.BluRay.x264.mkv": Clip(
        picture(LOOK, "Film", VideoCodec.H264, (1920, 1080)), SOUND, SUBTITLES, CHAPTERS, duration_s=3
    ),
    "1080p.WEB-DL.x265.mkv": Clip(
        picture(LOOK, "Film", VideoCodec.HEVC, (1920, 1080)), SOUND, SUBTITLES, duration_s=3
    ),
    "720p.WEB-DL.x264.mp4": Clip(picture(LOOK, "Film", VideoCodec.H264), SOUND[1:], duration_s=3),
}
# A film's folder; one file in five is a video.
BESIDE = (".en.srt", ".de.srt", "-poster.jpg", "-fanart.jpg")


def put_media(root: Path, masters: Path, films: int) -> None:
    """Films of a folder each, as they are published: copies of a few files of several tracks."""
    masters.mkdir(parents=True)
    for name, clip in MASTERS.items():
        encode(clip, masters / name)
    made = sorted(masters.iterdir())
    for number in range(films):
        master = made[number % len(made)]
        folder = root / film(number)
        folder.mkdir(parents=True)
        shutil.copyfile(master, folder / f"{film(number)}.{master.name}")


def put_clips(root: Path, films: int) -> None:
    """Films of a folder each, all of them one small clip that is quickly read."""
    clip = root / film(0) / f"{film(0)}.mkv"
    clip.parent.mkdir(parents=True)
    sound = (Audio(AudioCodec.AAC, "stereo", "eng"),)
    encode(Clip(picture(LOOK, "Film", VideoCodec.H264, (640, 360)), sound, duration_s=1), clip)
    for number in range(1, films):
        other = root / film(number)
        other.mkdir()
        shutil.copyfile(clip, other / f"{film(number)}.mkv")


def film(number: int) -> str:
    return f"The Film of {number:06} ({1950 + number % 70})"


def put_films(root: Path, files: int) -> None:
    """Empty files: films with subtitles and pictures beside them, five hundred files to a shelf."""
    for number in range(files // 5):
        title = film(number)
        folder = root / f"Shelf {number // 100:04}" / title
        folder.mkdir(parents=True)
        for end in (".1080p.mkv", *BESIDE):
            (folder / f"{title}{end}").touch()


def put_videos(root: Path, kind: str, videos: int) -> None:
    """Empty videos alone: each a film in its own folder, or ten of them the episodes of a season."""
    for number in range(videos):
        if kind == "movie":
            path = root / film(number) / f"{film(number)}.1080p.mkv"
        else:
            season = root / f"Series {number // 40:04}" / f"Season {number // 10 % 4 + 1:02}"
            path = season / f"Series {number // 40:04} - S{number // 10 % 4 + 1:02}E{number % 10 + 1:02}.mkv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def put_flat(root: Path, videos: int) -> None:
    """All in one folder."""
    root.mkdir(parents=True)
    for number in range(videos):
        (root / f"{film(number)}.mkv").touch()
