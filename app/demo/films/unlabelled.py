"""Films without NFO files: their names are all there is."""

from app.demo.clip import Audio, AudioCodec, Clip, DynamicRange, VideoCodec
from app.demo.looks import (
    CARTOGRAPHER,
    DVD,
    ENGINES,
    FULL_HD,
    PAL,
    PLATFORM,
    SIGNAL,
    SURROUND,
    TRAM,
    VHS,
    YEAR,
    art,
    picture,
)
from app.demo.works import Film, FilmFile, Sidecar

_PLATFORM = "movies/The Long Platform (2005)"

_LONG_PLATFORM = Film(
    "The Long Platform",
    2005,
    PLATFORM,
    tuple(
        FilmFile(
            f"{_PLATFORM}/The Long Platform (2005) - cd{part}.avi",
            Clip(
                picture(PLATFORM, f"The Long Platform, part {part}", VideoCodec.MPEG4, VHS, rate=PAL),
                (Audio(AudioCodec.AC3),),
            ),
            part=part,
            sidecars=(Sidecar(f"{_PLATFORM}/The Long Platform (2005) - cd{part}.srt", None),),
        )
        for part in (1, 2)
    ),
    artwork=art(_PLATFORM, backdrop=None),
)

MIDNIGHT_TRAM = Film(
    "Midnight Tram",
    2018,
    TRAM,
    (
        FilmFile(
            "movies/Midnight.Tram.2018.1080p.BluRay.x264-LANTERN/Midnight.Tram.2018.1080p.BluRay.x264-LANTERN.mkv",
            Clip(
                picture(TRAM, "Midnight Tram", VideoCodec.H264, FULL_HD),
                (Audio(AudioCodec.AC3, "5.1", "eng"),),
            ),
        ),
    ),
)

_SEVEN_ENGINES = Film(
    "Seven Quiet Engines",
    2022,
    ENGINES,
    (
        FilmFile(
            "movies/Seven.Quiet.Engines.2022.1080p.WEB-DL.DDP5.1.HDR.HEVC-MOTH.mkv",
            Clip(
                picture(ENGINES, "Seven Quiet Engines", VideoCodec.HEVC, (1280, 720), DynamicRange.HDR10),
                (SURROUND,),
            ),
        ),
    ),
)

YEAR_2041 = Film(
    "2041",
    2011,
    YEAR,
    (
        FilmFile(
            "movies/2041 (2011)/2041 (2011).mkv",
            Clip(picture(YEAR, "2041", VideoCodec.AV1), (Audio(AudioCodec.OPUS, "5.1", "eng"),)),
        ),
    ),
    artwork=art("movies/2041 (2011)", line="Be early for once"),
)

_MAPS = "movies/The Cartographer's Daughter (2020) {tmdb-999000012}"

_CARTOGRAPHER = Film(
    "The Cartographer's Daughter",
    2020,
    CARTOGRAPHER,
    (
        FilmFile(
            f"{_MAPS}/The Cartographer's Daughter (2020) {{tmdb-999000012}}.mp4",
            Clip(
                picture(CARTOGRAPHER, "The Cartographer's Daughter", VideoCodec.AV1),
                (Audio(AudioCodec.AAC, "stereo", "eng"), Audio(AudioCodec.AAC, "stereo", "spa")),
            ),
            sidecars=(
                Sidecar(
                    f"{_MAPS}/The Cartographer's Daughter (2020) {{tmdb-999000012}}.en.sdh.srt",
                    "en",
                    is_sdh=True,
                ),
            ),
        ),
    ),
    artwork=art(_MAPS, backdrop=None, line="North is a matter of opinion"),
    ids=(("tmdb", "999000012"),),
)

_KANAL = Film(
    "Kanal 9",
    1984,
    SIGNAL,
    (
        FilmFile(
            "movies/Kanal 9 (1984).ts",
            Clip(
                picture(SIGNAL, "Kanal 9", VideoCodec.H264, DVD, rate=PAL),
                (Audio(AudioCodec.AC3, "stereo", "ger"),),
            ),
        ),
    ),
)

FILMS = (
    _LONG_PLATFORM,
    MIDNIGHT_TRAM,
    _SEVEN_ENGINES,
    YEAR_2041,
    _CARTOGRAPHER,
    _KANAL,
)
