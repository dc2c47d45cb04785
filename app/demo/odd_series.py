"""Series whose files are numbered in every other way than SxxEyy."""

from app.demo.clip import Audio, AudioCodec, Clip, VideoCodec
from app.demo.looks import LANTERN, NOON, PAL, RAIN, WEATHER, picture
from app.demo.works import Episode, EpisodeFile, Look, Series


def _file(look: Look, path: str, episode: Episode) -> EpisodeFile:
    name = path.rpartition("/")[2].rpartition(".")[0]
    clip = Clip(
        picture(look, name, VideoCodec.H264, (320, 180), rate=PAL),
        (Audio(AudioCodec.AAC, "mono", "eng"),),
        duration_s=1,
    )
    return EpisodeFile(f"tv/{path}", clip, (episode,))


_INQUIRY = Series(
    "The Salt Inquiry",
    2012,
    NOON,
    tuple(
        _file(NOON, f"The Salt Inquiry (2012)/The Salt Inquiry - Part {part} of 2.mp4", Episode(1, part))
        for part in (1, 2)
    ),
)
_PENNY = Series(
    "Penny and Pike",
    None,
    LANTERN,
    tuple(
        _file(LANTERN, f"Penny and Pike/Season 01/Penny and Pike - S01E01{half}.mp4", Episode(1, 1))
        for half in "ab"
    ),
)
_WEATHER_ROOM = Series(
    "The Weather Room",
    None,
    WEATHER,
    (
        _file(WEATHER, "The Weather Room/Season 1/01.mp4", Episode(1, 1)),
        _file(WEATHER, "The Weather Room/Season 1/02 - Drizzle.mp4", Episode(1, 2, "Drizzle")),
    ),
)
# 119 could be the first season's 19th; that 120 follows says that it is not.
_PATROL = Series(
    "Lantern Patrol",
    None,
    LANTERN,
    tuple(
        _file(LANTERN, f"Lantern Patrol/Lantern Patrol - {number}.mp4", Episode(absolute=number))
        for number in (119, 120, 121)
    ),
)
_QUIZ = Series(
    "The Rainy Day Quiz",
    None,
    RAIN,
    (_file(RAIN, "The Rainy Day Quiz/The.Rainy.Day.Quiz.S2009E05.mp4", Episode(2009, 5)),),
)

ODD_SERIES = (_INQUIRY, _PENNY, _WEATHER_ROOM, _PATROL, _QUIZ)
