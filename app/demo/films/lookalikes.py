"""Films that are easily taken for another, or for one: remakes, copies, re-encodes, odd names."""

from app.demo.clip import Audio, AudioCodec, Clip, VideoCodec
from app.demo.films.unlabelled import MIDNIGHT_TRAM, YEAR_2041
from app.demo.looks import LANTERN, PAL, SIGNAL, WEATHER, picture
from app.demo.works import Film, FilmFile, Look

_SMALL = (640, 360)
_GERMAN = (Audio(AudioCodec.AAC, "stereo", "ger"),)


def _plain(title: str, year: int | None, look: Look, path: str, edition: str | None = None) -> Film:
    shown = f"{title} ({year})" if year else title
    clip = Clip(picture(look, shown, VideoCodec.H264, _SMALL, rate=PAL), _GERMAN, duration_s=1)
    return Film(title, year, look, (FilmFile(path, clip, edition),))


REMAKE = _plain("Kanal 9", 2019, SIGNAL, "movies/Kanal 9 (2019)/Kanal 9 (2019).mkv")
AKA = _plain(
    "The Paper Lantern",
    1972,
    LANTERN,
    "movies/The.Paper.Lantern.AKA.Die.Papierlaterne.1972.German.DL.720p.BluRay.x264-FUNKE.mkv",
)
EDITION_FIRST = _plain(
    "Iron Weather", 1999, WEATHER, "movies/Iron.Weather.Extended.1999.720p.WEB.h264-ROOK.mkv", "Extended"
)
WITHOUT_YEAR = _plain("Nine Lanterns", None, LANTERN, "movies/Nine Lanterns.mkv")

# The very same bytes as in the film's own folder, under another name.
COPY = FilmFile("movies/From the old disk/2041.2011.AV1-ATTIC.mkv", YEAR_2041.files[0].clip)
REENCODED = FilmFile(
    "movies/Midnight Tram (2018)/Midnight Tram (2018) [480p].mp4",
    Clip(
        picture(MIDNIGHT_TRAM.look, "Midnight Tram", VideoCodec.H264, (854, 480)),
        (Audio(AudioCodec.AAC, "stereo", "eng"),),
    ),
)

FILMS = (REMAKE, AKA, EDITION_FIRST, WITHOUT_YEAR)
