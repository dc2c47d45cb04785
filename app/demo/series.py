"""The series of the demo library, all of them invented."""

from datetime import date

from app.demo.clip import Attachment, Audio, AudioCodec, Chapter, Clip, Subtitle, SubtitleCodec, VideoCodec
from app.demo.draw import Palette
from app.demo.looks import PAL, VHS, art, picture
from app.demo.odd_series import ODD_SERIES
from app.demo.works import (
    Actor,
    Artwork,
    ArtworkKind,
    Episode,
    EpisodeFile,
    Facts,
    Look,
    NfoDialect,
    Series,
    Sidecar,
)

HARBOUR = Look(Palette("#1d3557", "#f1a66a", "#457b9d", "#14213d", "#f1faee"), ("sun", "city", "sea", "boat"))
BULLETIN = Look(Palette("#0a0f2c", "#3b4cca", "#1d2671", "#060818", "#ffde7d"), ("stars", "city", "waves"))
KITSUNE = Look(
    Palette("#5a189a", "#ffb3c6", "#9d4edd", "#240046", "#ffe5ec"), ("stars", "moon", "mountains", "fox")
)
NORDWIND = Look(
    Palette("#0f2a43", "#9fb8c8", "#3b5b73", "#0a1a29", "#eef6fa"), ("sun", "mountains", "rails", "rain")
)
TIDES = Look(Palette("#2a6f97", "#f9dcc4", "#468faf", "#012a4a", "#fff3e6"), ("sun", "sea", "bridge"))

_STREET = "tv/Harbour Street (2015)"


def _harbour(
    season: int, numbers: tuple[int, ...], titles: tuple[str, ...], plots: tuple[str, ...], aired: date
) -> EpisodeFile:
    mark = f"S{season:02}" + "-".join(f"E{number:02}" for number in numbers)
    folder = f"{_STREET}/" + (f"Season {season:02}" if season else "Specials")
    name = f"{folder}/Harbour Street - {mark} - {' & '.join(titles)}"
    clip = Clip(
        picture(HARBOUR, f"Harbour Street {mark}", VideoCodec.H264, rate=PAL),
        (Audio(AudioCodec.AAC, "stereo", "eng"),),
        (Subtitle(SubtitleCodec.SRT, "eng", is_sdh=True, lines=("[gulls]", "[kettle whistles]")),),
        (Chapter(0, "Cold open"), Chapter(900, titles[0])),
    )
    episodes = tuple(
        Episode(season, number, title, air_date=aired, plot=plot)
        for number, title, plot in zip(numbers, titles, plots, strict=True)
    )
    return EpisodeFile(
        f"{name}.mkv",
        clip,
        episodes,
        nfo_path=f"{name}.nfo",
        still=Artwork(f"{name}-thumb.jpg", ArtworkKind.STILL, season=season),
    )


_HARBOUR_STREET = Series(
    "Harbour Street",
    2015,
    HARBOUR,
    (
        _harbour(
            1,
            (1,),
            ("The Wrong Boat",),
            ("Constable Nell Fairweather starts her first day by arresting the mayor's boat.",),
            date(2015, 4, 2),
        ),
        _harbour(
            1,
            (2,),
            ("Nine Kettles",),
            ("Nine kettles are stolen in one night, and returned, polished, in another.",),
            date(2015, 4, 9),
        ),
        _harbour(
            1,
            (3, 4),
            ("High Water", "Low Water"),
            (
                "The spring tide cuts the street in two, with the thief on one side and the witness on the other.",
                "What the tide leaves behind is a piano, a shoe, and a confession.",
            ),
            date(2015, 4, 16),
        ),
        _harbour(
            2,
            (1,),
            ("The Other Harbour",),
            ("A second street with the same name turns up on a council map.",),
            date(2016, 4, 7),
        ),
        _harbour(
            2,
            (2,),
            ("A Quiet Word",),
            ("Nell loses her voice on the day that everybody wants to be questioned.",),
            date(2016, 4, 14),
        ),
        _harbour(
            0,
            (1,),
            ("The Christmas Ferry",),
            ("Snow, a ferry that will not leave, and forty-one passengers with something to hide.",),
            date(2015, 12, 25),
        ),
    ),
    Facts(
        plot="Small crimes and large kettles on the only street of a town that the sea wants back.",
        tagline="The tide always testifies",
        premiered=date(2015, 4, 2),
        runtime_min=48,
        genres=("Crime", "Comedy"),
        studios=("Saltmarsh Television",),
        countries=("United Kingdom",),
        keywords=("police", "seaside"),
        actors=(Actor("Pip Harrow", "Constable Nell Fairweather"), Actor("Idris Penhallow", "The Mayor")),
        certification="GB:12",
        rating=8.0,
        votes=11240,
        ids=(("imdb", "tt99900101"), ("tvdb", "99900101"), ("tmdb", "999000101")),
    ),
    f"{_STREET}/tvshow.nfo",
    (
        *art(_STREET, line="The tide always testifies"),
        Artwork(f"{_STREET}/season01-poster.jpg", ArtworkKind.POSTER, 1, "Season one"),
        Artwork(f"{_STREET}/season02-poster.jpg", ArtworkKind.POSTER, 2, "Season two"),
        Artwork(f"{_STREET}/season-specials-poster.jpg", ArtworkKind.POSTER, 0, "Specials"),
    ),
)

_NEWS = "tv/The Midnight Bulletin"


def _bulletin(path: str, aired: date, guest: str | None) -> EpisodeFile:
    clip = Clip(
        picture(BULLETIN, f"The Midnight Bulletin {aired}", VideoCodec.H264),
        (Audio(AudioCodec.AAC, "stereo", "eng"),),
    )
    return EpisodeFile(path, clip, (Episode(title=guest, air_date=aired),))


_MIDNIGHT_BULLETIN = Series(
    "The Midnight Bulletin",
    None,
    BULLETIN,
    (
        _bulletin(
            f"{_NEWS}/Season 2024/The Midnight Bulletin - 2024-03-04 - Ada Quill.mp4",
            date(2024, 3, 4),
            "Ada Quill",
        ),
        _bulletin(
            f"{_NEWS}/Season 2024/The Midnight Bulletin - 2024-03-05 - Kofi Larbi.mp4",
            date(2024, 3, 5),
            "Kofi Larbi",
        ),
        _bulletin(
            f"{_NEWS}/Season 2024/The.Midnight.Bulletin.2024.03.06.720p.WEB.h264-OWL.mkv",
            date(2024, 3, 6),
            None,
        ),
    ),
    Facts(
        plot="The news of the day, told by somebody who has just been woken up.",
        premiered=date(2023, 9, 4),
        runtime_min=30,
        genres=("Talk Show", "Comedy"),
        studios=("Owl Light",),
        actors=(Actor("Orla Nightingale", "Herself"),),
        rating=6.6,
        votes=540,
        ids=(("tvdb", "99900102"),),
        dialect=NfoDialect.JELLYFIN,
    ),
    f"{_NEWS}/tvshow.nfo",
    art(_NEWS),
)

_FOX = "tv/Kitsune Express"


def _kitsune(absolute: int, name: str) -> EpisodeFile:
    clip = Clip(
        picture(KITSUNE, f"Kitsune Express {absolute:02}", VideoCodec.HEVC),
        (Audio(AudioCodec.FLAC, "stereo", "jpn", is_default=True), Audio(AudioCodec.AAC, "stereo", "ger")),
        (
            Subtitle(SubtitleCodec.ASS, "eng", "Full", is_default=True),
            Subtitle(SubtitleCodec.ASS, "eng", "Signs & Songs", lines=("{\\an8}Fox Hill Station",)),
        ),
        attachments=(Attachment("FoxHill-Bold.otf", "font/otf", b"not a font, but as long as one: " * 16),),
        duration_s=1.5,
    )
    return EpisodeFile(f"{_FOX}/{name}", clip, (Episode(absolute=absolute),))


_KITSUNE_EXPRESS = Series(
    "Kitsune Express",
    None,
    KITSUNE,
    (
        _kitsune(1, "[Tanuki] Kitsune Express - 01 [720p][A1B2C3D4].mkv"),
        _kitsune(2, "[Tanuki] Kitsune Express - 02 [720p][0F9E8D7C].mkv"),
        _kitsune(3, "[Tanuki] Kitsune Express - 03v2 [720p][5B6A7988].mkv"),
        _kitsune(13, "[Tanuki] Kitsune Express - 13 [720p][13E0F57A].mkv"),
    ),
    artwork=art(_FOX, line="Last stop: the moon"),
)

_WIND = "tv/Nordwind"


def _nordwind(path: str, number: int, title: str | None, codec: VideoCodec) -> EpisodeFile:
    size = VHS if codec is VideoCodec.MPEG4 else (1280, 720)
    clip = Clip(
        picture(NORDWIND, f"Nordwind, Folge {number}", codec, size, rate=PAL),
        (Audio(AudioCodec.AC3, "stereo", "ger"),),
    )
    stem = path.rsplit(".", 1)[0]
    lines = ("Haben Sie das gehört?", "Das war nur der Wind.")
    sidecars = (Sidecar(f"{_WIND}/{stem}.de.srt", "de", lines=lines),) if title else ()
    return EpisodeFile(f"{_WIND}/{path}", clip, (Episode(1, number, title),), sidecars)


_NORDWIND = Series(
    "Nordwind",
    None,
    NORDWIND,
    (
        _nordwind("Staffel 1/Nordwind.S01E01.German.720p.WEB.h264-KOGGE.mkv", 1, None, VideoCodec.H264),
        _nordwind("Staffel 1/Nordwind - 1x02 - Der Leuchtturm.avi", 2, "Der Leuchtturm", VideoCodec.MPEG4),
        _nordwind("Staffel 1/Nordwind.103.Gegenstrom.ts", 3, "Gegenstrom", VideoCodec.H264),
    ),
    artwork=art(_WIND, backdrop=None),
)

_COAST = "tv/Tides and Timetables (2020) [tvdbid-99900105]"


def _tides(number: int, title: str, codec: VideoCodec) -> EpisodeFile:
    name = f"{_COAST}/Tides and Timetables - S01E{number:02} - {title}.webm"
    clip = Clip(
        picture(TIDES, title, codec),
        (Audio(AudioCodec.OPUS, "5.1", "eng"),),
        (Subtitle(SubtitleCodec.WEBVTT, "eng"),),
    )
    return EpisodeFile(name, clip, (Episode(1, number, title),))


_TIDES = Series(
    "Tides and Timetables",
    2020,
    TIDES,
    (_tides(1, "The 6.12 to the Sea", VideoCodec.VP9), _tides(2, "Request Stop", VideoCodec.AV1)),
    artwork=art(_COAST, line="A slow journey in two parts"),
    ids=(("tvdb", "99900105"),),
)

SERIES = (_HARBOUR_STREET, _MIDNIGHT_BULLETIN, _KITSUNE_EXPRESS, _NORDWIND, _TIDES, *ODD_SERIES)
