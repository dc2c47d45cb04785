"""Colours of the demo works, and the shapes that their files and pictures share."""

from fractions import Fraction

from app.demo.clip import FILM_RATE, Audio, AudioCodec, DynamicRange, Video, VideoCodec
from app.demo.draw import Palette
from app.demo.works import Artwork, ArtworkKind, Look

NOON = Look(Palette("#0b3c5d", "#f4a259", "#1f6f8b", "#0b2239", "#fff3d6"), ("sun", "sea", "lighthouse"))
ORCHARD = Look(
    Palette("#3d1e6d", "#ff9e6d", "#7a3b69", "#2a1538", "#ffe3a8"), ("stars", "sun", "hills", "orchard")
)
HARVEST = Look(Palette("#123c3a", "#f2b05e", "#4d6b3c", "#16241a", "#ffedbf"), ("moon", "hills", "orchard"))
LISBON = Look(Palette("#10234f", "#e76f8a", "#3a3a78", "#141433", "#ffe9d0"), ("stars", "moon", "city"))
CLOCKMAKER = Look(Palette("#2b1d0e", "#c98b3d", "#5a3d1e", "#1c1208", "#f6e1b5"), ("city", "clock"))
RAIN = Look(
    Palette("#16302b", "#6fa8a0", "#2f5d56", "#0c1f1b", "#e6f4ea"), ("moon", "mountains", "forest", "rain")
)
SALT = Look(Palette("#03071e", "#5a67a8", "#22306b", "#070b22", "#fdf6e3"), ("stars", "moon", "sea", "boat"))
PLATFORM = Look(Palette("#41342b", "#d9b48f", "#7a5c47", "#2b211b", "#fff0d5"), ("sun", "hills", "rails"))
TRAM = Look(Palette("#0d0221", "#7b2d6b", "#3a1655", "#12051f", "#ffd166"), ("stars", "city", "tram"))
ENGINES = Look(
    Palette("#020b1c", "#24577a", "#123a57", "#051421", "#bdf3ff"), ("stars", "mountains", "rockets")
)
YEAR = Look(Palette("#2d0a31", "#f25f5c", "#70264a", "#1f0a24", "#ffe066"), ("stars", "sun", "city"))
CARTOGRAPHER = Look(
    Palette("#31572c", "#ecf39e", "#90a955", "#132a13", "#fefae0"), ("sun", "mountains", "sea")
)
SIGNAL = Look(Palette("#1b1b2f", "#e43f5a", "#3d2645", "#12121f", "#f7d9c4"), ("stars", "hills", "waves"))
GHOSTS = Look(
    Palette("#20123d", "#8f6bc9", "#41307a", "#1a1033", "#f3f0ff"), ("stars", "moon", "forest", "ghosts")
)
HOTEL = Look(Palette("#3a6b8c", "#ffd9a0", "#c77d5a", "#5b2f2a", "#fff8e1"), ("sun", "hills", "house"))
LANTERN = Look(Palette("#240b36", "#f9a03f", "#6d3b47", "#160720", "#ffe8c2"), ("stars", "moon", "house"))
WEATHER = Look(
    Palette("#1c2b33", "#8fa6b2", "#40596a", "#0d161b", "#f0f4f6"), ("mountains", "forest", "rain")
)

PAL = Fraction(25)


def picture(
    look: Look,
    title: str,
    codec: VideoCodec,
    size: tuple[int, int] = (1280, 720),
    dynamic_range: DynamicRange = DynamicRange.SDR,
    rate: Fraction = FILM_RATE,
) -> Video:
    return Video(codec, size[0], size[1], rate, dynamic_range, palette=look.palette, caption=title)


def art(
    folder: str, *, poster: str = "poster.jpg", backdrop: str | None = "fanart.jpg", line: str = ""
) -> tuple[Artwork, ...]:
    """The usual pictures of a work, beside it."""
    pictures = [Artwork(f"{folder}/{poster}", ArtworkKind.POSTER, line=line)]
    if backdrop:
        pictures.append(Artwork(f"{folder}/{backdrop}", ArtworkKind.BACKDROP))
    return tuple(pictures)


FULL_HD, UHD, DVD, VHS = (1920, 1080), (3840, 2160), (720, 576), (640, 480)
SURROUND = Audio(AudioCodec.EAC3, "5.1", "eng", "Surround 5.1", is_default=True)
