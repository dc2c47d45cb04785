"""All that the demo library holds and all that a scan of it should find: the one truth of both."""

from app.demo.clip import Audio, AudioCodec, Clip, VideoCodec
from app.demo.draw import Palette
from app.demo.films import FILMS
from app.demo.looks import GHOSTS, HARVEST, TRAM, picture
from app.demo.series import SERIES
from app.demo.works import DemoLibrary, Extra, ExtraKind, Ignored, Look, Problem

_BRIDGE = Look(Palette("#4a5a6a", "#d7c4a3", "#6a7a80", "#23303a", "#fff4d9"), ("sun", "sea", "bridge"))
_GUIDE = "movies/A Field Guide to Small Ghosts (2017)"
_TRAM = "movies/Midnight.Tram.2018.1080p.BluRay.x264-LANTERN"
_HARVEST = "movies/Clockwork Orchard - Second Harvest (2023)"
_SMALL = (640, 360)


def _short(look: Look, title: str) -> Clip:
    return Clip(
        picture(look, title, VideoCodec.H264, _SMALL), (Audio(AudioCodec.AAC, "stereo", "eng"),), duration_s=1
    )


DEMO = DemoLibrary(
    films=FILMS,
    series=SERIES,
    extras=(
        Extra(
            f"{_TRAM}/Sample/midnight.tram.2018.1080p.bluray.x264-lantern-sample.mkv",
            ExtraKind.SAMPLE,
            "Midnight Tram",
            _short(TRAM, "Sample"),
        ),
        Extra(
            f"{_GUIDE}/A Field Guide to Small Ghosts (2017)-trailer.mp4",
            ExtraKind.TRAILER,
            "A Field Guide to Small Ghosts",
            _short(GHOSTS, "Trailer"),
        ),
        Extra(
            f"{_GUIDE}/Behind The Scenes/Measuring a Ghost.mp4",
            ExtraKind.BEHIND_THE_SCENES,
            "A Field Guide to Small Ghosts",
            _short(GHOSTS, "Measuring a Ghost"),
        ),
        Extra(
            f"{_HARVEST}/Deleted Scenes/The Winter Tree.mkv",
            ExtraKind.DELETED_SCENE,
            "Clockwork Orchard: Second Harvest",
            _short(HARVEST, "The Winter Tree"),
        ),
    ),
    problems=(
        Problem(
            "movies/The Unfinished Bridge (2013)/The Unfinished Bridge (2013).mp4",
            _short(_BRIDGE, "The Unfinished Bridge"),
            kept=0.6,
            reason="truncated",
            title="The Unfinished Bridge",
            year=2013,
        ),
    ),
    ignored=(
        Ignored("movies/Midnight.Tram.2018.1080p.BluRay.x264-LANTERN/.DS_Store", b"\0\0\0\x01Bud1"),
        Ignored("movies/.The Hidden Reel (2001).mkv", b"\x1aE\xdf\xa3 hidden"),
        Ignored("movies/Slow Comet (2024)/Slow Comet (2024).mkv.part", b"\x1aE\xdf\xa3 still on its way"),
        Ignored("movies/Slow Comet (2024)/Slow Comet (2024).mp4.crdownload", b"\0\0\0 ftypisom"),
    ),
)
