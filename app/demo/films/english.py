"""Films in English, each with an NFO file that tells all about it."""

from datetime import date

from app.demo.clip import Audio, AudioCodec, Chapter, Clip, DynamicRange, Subtitle, SubtitleCodec, VideoCodec
from app.demo.looks import FULL_HD, GHOSTS, HARVEST, NOON, ORCHARD, PAL, SALT, SURROUND, UHD, art, picture
from app.demo.works import Actor, Facts, Film, FilmFile, Sidecar

_NOON = "movies/The Lighthouse at Noon (2019)"

_LIGHTHOUSE = Film(
    "The Lighthouse at Noon",
    2019,
    NOON,
    (
        FilmFile(
            f"{_NOON}/The Lighthouse at Noon (2019).mkv",
            Clip(
                picture(NOON, "The Lighthouse at Noon", VideoCodec.H264, FULL_HD),
                (
                    SURROUND,
                    Audio(AudioCodec.AAC, "stereo", "fre", "Français"),
                    Audio(AudioCodec.AAC, "stereo", "eng", "Commentary by Odile Marsh", is_commentary=True),
                ),
                (
                    Subtitle(
                        SubtitleCodec.SRT,
                        "eng",
                        "English (SDH)",
                        is_sdh=True,
                        lines=("[wind]", "[a bell, far off]"),
                    ),
                    Subtitle(
                        SubtitleCodec.SRT,
                        "fre",
                        "Français",
                        lines=("Vous entendez ?", "Ce n'est que le vent."),
                    ),
                    Subtitle(
                        SubtitleCodec.SRT, "fre", "Forcés", is_forced=True, lines=("PHARE - ACCÈS INTERDIT",)
                    ),
                ),
                (
                    Chapter(0, "The Keeper"),
                    Chapter(800, "Forty-One Steps"),
                    Chapter(1600, "Noon"),
                    Chapter(2300, "The Log Book"),
                ),
                tags={"title": "The Lighthouse at Noon"},
                duration_s=3,
            ),
            sidecars=(
                Sidecar(
                    f"{_NOON}/The Lighthouse at Noon (2019).es.srt",
                    "es",
                    lines=("¿Lo ha oído?", "Era solo el viento."),
                ),
                Sidecar(
                    f"{_NOON}/The Lighthouse at Noon (2019).de.forced.srt",
                    "de",
                    is_forced=True,
                    lines=("LEUCHTTURM",),
                ),
            ),
        ),
    ),
    Facts(
        plot="For thirty years Elias Thorne has lit a lamp that no ship needs any more. When a cartographer arrives to "
        "strike the lighthouse from her charts, the lamp begins to burn at midday, and the sea begins to answer.",
        tagline="Some lights are lit by day",
        sort_title="Lighthouse at Noon, The",
        premiered=date(2019, 9, 6),
        runtime_min=113,
        genres=("Drama", "Mystery"),
        studios=("Gannet & Daughters", "Saltmarsh Pictures"),
        countries=("Ireland", "France"),
        keywords=("lighthouse", "sea", "solitude"),
        directors=("Odile Marsh",),
        writers=("Odile Marsh", "Tomas Reyle"),
        actors=(
            Actor("Fergus Ashdown", "Elias Thorne"),
            Actor("Mirela Costin", "Ines Valdane"),
            Actor("Pip Harrow", "The Boy"),
        ),
        certification="IE:12A",
        rating=7.8,
        votes=4182,
        ids=(("imdb", "tt99900001"), ("tmdb", "999000001")),
    ),
    f"{_NOON}/The Lighthouse at Noon (2019).nfo",
    art(_NOON, line="Some lights are lit by day"),
)

_ORCHARD = "movies/Clockwork Orchard (2021)"

_CLOCKWORK = Film(
    "Clockwork Orchard",
    2021,
    ORCHARD,
    (
        FilmFile(
            f"{_ORCHARD}/Clockwork Orchard (2021) - 2160p.mkv",
            Clip(
                picture(ORCHARD, "Clockwork Orchard", VideoCodec.HEVC, UHD, DynamicRange.HDR10),
                (SURROUND, Audio(AudioCodec.AC3, "5.1", "ger", "Deutsch")),
                (Subtitle(SubtitleCodec.SRT, "ger", "Deutsch"),),
                duration_s=1,
            ),
        ),
        FilmFile(
            f"{_ORCHARD}/Clockwork Orchard (2021) - 1080p.mp4",
            Clip(picture(ORCHARD, "Clockwork Orchard", VideoCodec.H264, FULL_HD), (Audio(language="eng"),)),
        ),
    ),
    Facts(
        plot="In a valley where every tree is wound by hand, the last apprentice discovers that one of them has been "
        "ticking on its own for a hundred years, and that it is running late.",
        tagline="Every season is wound by hand",
        premiered=date(2021, 3, 19),
        runtime_min=128,
        genres=("Fantasy", "Adventure", "Family"),
        studios=("Brass Finch",),
        countries=("United Kingdom",),
        keywords=("automaton", "orchard"),
        directors=("Winifred Osei",),
        writers=("Lachlan Drum",),
        actors=(Actor("Ada Quill", "Juniper"), Actor("Bartholomew Finch", "The Winder")),
        certification="GB:PG",
        rating=8.2,
        votes=20117,
        collection="Clockwork Orchard Collection",
        ids=(("imdb", "tt99900002"), ("tmdb", "999000002")),
    ),
    f"{_ORCHARD}/movie.nfo",
    art(_ORCHARD, line="Every season is wound by hand"),
)

_HARVEST = "movies/Clockwork Orchard - Second Harvest (2023)"

_SECOND_HARVEST = Film(
    "Clockwork Orchard: Second Harvest",
    2023,
    HARVEST,
    (
        FilmFile(
            f"{_HARVEST}/Clockwork Orchard - Second Harvest (2023).mkv",
            Clip(
                picture(HARVEST, "Second Harvest", VideoCodec.HEVC, FULL_HD, DynamicRange.HLG, PAL),
                (SURROUND,),
                (Subtitle(SubtitleCodec.SRT, "eng", is_sdh=True),),
            ),
        ),
    ),
    Facts(
        plot="Juniper returns to the valley to find the trees wound backwards and autumn coming before the spring.",
        tagline="What is wound must run",
        premiered=date(2023, 10, 6),
        runtime_min=134,
        genres=("Fantasy", "Adventure", "Family"),
        studios=("Brass Finch",),
        countries=("United Kingdom", "Ghana"),
        directors=("Winifred Osei",),
        writers=("Lachlan Drum",),
        actors=(Actor("Ada Quill", "Juniper"), Actor("Kofi Larbi", "The Grafter")),
        certification="GB:PG",
        rating=7.4,
        votes=9310,
        collection="Clockwork Orchard Collection",
        ids=(("imdb", "tt99900003"), ("tmdb", "999000003")),
    ),
    f"{_HARVEST}/movie.nfo",
    art(_HARVEST, line="What is wound must run"),
)

_SALT = "movies/Salt & Starlight (1998)"

_STARLIGHT = Film(
    "Salt & Starlight",
    1998,
    SALT,
    (
        FilmFile(
            f"{_SALT}/Salt & Starlight (1998).mkv",
            Clip(picture(SALT, "Salt & Starlight", VideoCodec.H264), (Audio(AudioCodec.AC3, "5.1", "eng"),)),
        ),
        FilmFile(
            f"{_SALT}/Salt & Starlight (1998) {{edition-Director's Cut}}.mkv",
            Clip(
                picture(SALT, "Salt & Starlight", VideoCodec.H264),
                (
                    Audio(AudioCodec.AC3, "5.1", "eng"),
                    Audio(AudioCodec.AC3, "stereo", "eng", is_commentary=True),
                ),
                duration_s=3,
            ),
            edition="Director's Cut",
        ),
    ),
    Facts(
        plot="Two rival navigators are stranded on the same reef with one sextant between them.",
        tagline="They agreed on nothing but north",
        premiered=date(1998, 11, 13),
        runtime_min=119,
        genres=("Adventure", "Romance"),
        studios=("Halyard",),
        countries=("Australia", "New Zealand"),
        directors=("Merritt Calloway",),
        actors=(Actor("Rosalind Teague", "Captain Bray"), Actor("Anaru Whetu", "Tāne")),
        certification="AU:PG",
        rating=7.5,
        votes=33120,
        ids=(("imdb", "tt99900007"), ("tmdb", "999000007")),
    ),
    f"{_SALT}/movie.nfo",
    art(_SALT, line="They agreed on nothing but north"),
)

_GUIDE = "movies/A Field Guide to Small Ghosts (2017)"

_FIELD_GUIDE = Film(
    "A Field Guide to Small Ghosts",
    2017,
    GHOSTS,
    (
        FilmFile(
            f"{_GUIDE}/A Field Guide to Small Ghosts (2017).mp4",
            Clip(
                picture(GHOSTS, "A Field Guide to Small Ghosts", VideoCodec.HEVC),
                (Audio(AudioCodec.AAC, "5.1", "eng"),),
            ),
            sidecars=(
                Sidecar(f"{_GUIDE}/A Field Guide to Small Ghosts (2017).en.vtt", "en"),
                Sidecar(
                    f"{_GUIDE}/A Field Guide to Small Ghosts (2017).ja.srt",
                    "ja",
                    lines=("聞こえた？", "ただの風だよ。"),
                ),
            ),
        ),
    ),
    Facts(
        plot="Ten-year-old Wilhelmina catalogues the ghosts of her grandmother's house by size, temper and favourite "
        "biscuit. Then one of them starts a catalogue of her.",
        tagline="Please do not tap on the attic",
        sort_title="Field Guide to Small Ghosts, A",
        premiered=date(2017, 10, 20),
        runtime_min=88,
        genres=("Family", "Comedy", "Fantasy"),
        studios=("Attic Window",),
        countries=("Canada",),
        keywords=("ghost", "grandmother", "biscuits"),
        directors=("Delphine Arbour", "Hugh Pettibone"),
        actors=(Actor("Maisie Thornbury", "Wilhelmina"), Actor("Gwendolyn Aske", "Grandmother")),
        certification="CA:G",
        rating=7.9,
        votes=6021,
        ids=(("imdb", "tt99900014"), ("tmdb", "999000014")),
    ),
    f"{_GUIDE}/A Field Guide to Small Ghosts (2017).nfo",
    art(
        _GUIDE,
        poster="A Field Guide to Small Ghosts (2017)-poster.jpg",
        backdrop="A Field Guide to Small Ghosts (2017)-fanart.jpg",
        line="Please do not tap on the attic",
    ),
)

FILMS = (
    _LIGHTHOUSE,
    _CLOCKWORK,
    _SECOND_HARVEST,
    _STARLIGHT,
    _FIELD_GUIDE,
)
