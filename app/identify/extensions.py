"""File name extensions by what they hold, and the split of a name at one of them."""

from app.identify.lexicon import word_set

VIDEO = word_set(
    "mkv mk3d mp4 m4v avi mov qt wmv asf mpg mpeg mpe m2v m2ts mts ts webm flv f4v ogv ogm divx vob evo 3gp 3g2 rm "
    "rmvb wtv dvr-ms mxf y4m nut amv"
)
SUBTITLE = word_set("srt ass ssa sub idx vtt sup smi sami ttml dfxp sbv mks")
IMAGE = word_set("jpg jpeg png webp gif bmp avif tbn")
NFO = frozenset({"nfo"})
DISC_IMAGE = frozenset({"iso", "img"})
PARTIAL = word_set(
    "part partial crdownload !qb !ut !bt bc! tmp temp download downloading opdownload aria2 unfinished filepart "
    "ytdl incomplete !sync xltd td jc"
)
KNOWN = VIDEO | SUBTITLE | IMAGE | NFO | DISC_IMAGE


def split(name: str) -> tuple[str, str | None]:
    """(stem, extension in lower case without its dot); (name, None) when what follows the last dot is no extension
    of ours, since titles hold dots too."""
    stem, dot, extension = name.rpartition(".")
    lowered = extension.lower()
    if dot and stem and lowered in KNOWN:
        return stem, lowered
    return name, None
