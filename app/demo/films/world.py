"""Films from elsewhere, with NFO files and original titles."""

from datetime import date

from app.demo.clip import Attachment, Audio, AudioCodec, Chapter, Clip, Subtitle, SubtitleCodec, VideoCodec
from app.demo.looks import CLOCKMAKER, DVD, FULL_HD, HOTEL, LISBON, PAL, RAIN, art, picture
from app.demo.works import Actor, Facts, Film, FilmFile, NfoDialect, Sidecar

_LISBON = "movies/Paper Moons Over Lisbon (2014)"

_PAPER_MOONS = Film(
    "Paper Moons Over Lisbon",
    2014,
    LISBON,
    (
        FilmFile(
            f"{_LISBON}/Paper Moons Over Lisbon (2014).webm",
            Clip(
                picture(LISBON, "Paper Moons Over Lisbon", VideoCodec.VP9),
                (
                    Audio(AudioCodec.OPUS, "stereo", "por", is_default=True),
                    Audio(AudioCodec.OPUS, "stereo", "eng"),
                ),
                (Subtitle(SubtitleCodec.WEBVTT, "eng", "English"),),
            ),
            sidecars=(
                Sidecar(
                    f"{_LISBON}/Paper Moons Over Lisbon (2014).pt.vtt",
                    "pt",
                    lines=("Ouviu isto?", "Era só o vento."),
                ),
            ),
        ),
    ),
    Facts(
        plot="A lantern maker and a night-shift radio host keep missing each other by one tram stop, all summer long.",
        tagline="One city, two night shifts",
        original_title="Luas de Papel sobre Lisboa",
        premiered=date(2014, 6, 12),
        runtime_min=97,
        genres=("Romance", "Comedy"),
        studios=("Azulejo Filmes",),
        countries=("Portugal",),
        directors=("Beatriz Salgueiro",),
        actors=(Actor("Nuno Perestrelo", "Vasco"), Actor("Inês Carvalhal", "Luz")),
        certification="PT:M/12",
        rating=7.1,
        votes=880,
        ids=(("imdb", "tt99900004"),),
        dialect=NfoDialect.JELLYFIN,
    ),
    f"{_LISBON}/Paper Moons Over Lisbon (2014).nfo",
    art(_LISBON, poster="folder.jpg", backdrop="backdrop.jpg", line="One city, two night shifts"),
)

_GOERLITZ = "movies/The Clockmaker of Görlitz (2009)"

_CLOCKMAKER = Film(
    "The Clockmaker of Görlitz",
    2009,
    CLOCKMAKER,
    (
        FilmFile(
            f"{_GOERLITZ}/The Clockmaker of Görlitz (2009).mp4",
            Clip(
                picture(CLOCKMAKER, "Die Uhrmacherin von Görlitz", VideoCodec.H264, (1024, 576), rate=PAL),
                (Audio(AudioCodec.AAC, "stereo", "ger"),),
                (
                    Subtitle(SubtitleCodec.MOV_TEXT, "eng"),
                    Subtitle(
                        SubtitleCodec.MOV_TEXT,
                        "ger",
                        "Deutsch für Hörgeschädigte",
                        is_sdh=True,
                        lines=("[Ticken]",),
                    ),
                ),
                (Chapter(0, "Unruh"), Chapter(1000, "Hemmung")),
                tags={"title": "Die Uhrmacherin von Görlitz", "date": "2009"},
            ),
        ),
    ),
    Facts(
        plot="Spring 1904: the town clock stops on the day that Frieda Lenz inherits the workshop, and half the town "
        "is glad of it.",
        tagline="Time is a family business",
        original_title="Die Uhrmacherin von Görlitz",
        premiered=date(2009, 2, 26),
        runtime_min=104,
        genres=("Drama", "History"),
        studios=("Neißefilm",),
        countries=("Germany", "Poland"),
        directors=("Katharina Vogelsang",),
        writers=("Katharina Vogelsang",),
        actors=(Actor("Lene Morgenroth", "Frieda Lenz"), Actor("Jürgen Abendschön", "Der Bürgermeister")),
        certification="DE:6",
        rating=6.9,
        votes=312,
        ids=(("imdb", "tt99900005"), ("tmdb", "999000005")),
    ),
    f"{_GOERLITZ}/The Clockmaker of Görlitz (2009).nfo",
    art(_GOERLITZ, line="Time is a family business"),
)

_RAIN = "movies/The Rain Library (2016)"

_LIBRARY = Film(
    "The Rain Library",
    2016,
    RAIN,
    (
        FilmFile(
            f"{_RAIN}/The Rain Library (2016).mkv",
            Clip(
                picture(RAIN, "The Rain Library", VideoCodec.HEVC, FULL_HD),
                (
                    Audio(AudioCodec.FLAC, "stereo", "jpn", "日本語", is_default=True),
                    Audio(AudioCodec.AAC, "stereo", "eng"),
                ),
                (
                    Subtitle(SubtitleCodec.ASS, "eng", "English", is_default=True),
                    Subtitle(
                        SubtitleCodec.SRT, "jpn", "日本語", lines=("聞こえましたか。", "ただの風です。")
                    ),
                ),
                (Chapter(0, "雨"), Chapter(1000, "図書館")),
                (Attachment("Umbrella-Regular.ttf", "font/ttf", b"not a font, but as long as one: " * 16),),
                tags={"title": "雨の図書館"},
            ),
            sidecars=(Sidecar(f"{_RAIN}/The Rain Library (2016).eng.ass", "en"),),
        ),
    ),
    Facts(
        plot="It rains only inside the municipal library, only on the third floor, and only while somebody is reading "
        "the end of a book.",
        tagline="Bring an umbrella, and a bookmark",
        original_title="雨の図書館",
        premiered=date(2016, 6, 25),
        runtime_min=91,
        genres=("Animation", "Fantasy"),
        studios=("Studio Amagasa",),
        countries=("Japan",),
        directors=("三枝 雨音",),
        actors=(Actor("Hinata Kuroda", "Shiori"), Actor("Sōta Minase", "The Librarian")),
        certification="JP:G",
        rating=8.6,
        votes=15402,
        ids=(("tmdb", "999000006"),),
    ),
    f"{_RAIN}/The Rain Library (2016).nfo",
    art(_RAIN, line="Bring an umbrella, and a bookmark"),
)

_HOTEL = "movies/Hôtel du Dernier Été (1966)"

_DERNIER_ETE = Film(
    "Hôtel du Dernier Été",
    1966,
    HOTEL,
    (
        FilmFile(
            f"{_HOTEL}/Hôtel du Dernier Été (1966).mkv",
            Clip(
                picture(HOTEL, "Hôtel du Dernier Été", VideoCodec.MPEG4, DVD, rate=PAL),
                (Audio(AudioCodec.FLAC, "mono", "fre"),),
                (Subtitle(SubtitleCodec.SRT, "eng"), Subtitle(SubtitleCodec.SRT, "ger")),
            ),
        ),
    ),
    Facts(
        plot="On the last night of the season seven guests find out that they have all booked the same room.",
        original_title="Hôtel du Dernier Été",
        premiered=date(1966, 9, 1),
        runtime_min=101,
        genres=("Comedy",),
        studios=("Les Films de la Marée",),
        countries=("France", "Italy"),
        directors=("Armand Vauquelin",),
        actors=(Actor("Solange Mirbeau", "La patronne"), Actor("Gaspard Le Goff", "Monsieur Henri")),
        certification="FR:U",
        rating=7.0,
        votes=1450,
        ids=(("imdb", "tt99900015"),),
        dialect=NfoDialect.JELLYFIN,
    ),
    f"{_HOTEL}/movie.nfo",
    art(_HOTEL),
)

FILMS = (
    _PAPER_MOONS,
    _CLOCKMAKER,
    _LIBRARY,
    _DERNIER_ETE,
)
