"""Subtitle files: SubRip, WebVTT and Advanced SubStation Alpha."""

from pathlib import PurePath

_SHOWN_S = 1
_ASS_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: 1280
PlayResY: 720

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Default,Arial,48,&H00FFFFFF,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def subtitles(name: str, lines: tuple[str, ...]) -> str:
    """A line a second, in the format that the name's suffix asks for."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".srt":
        return "\n".join(
            f"{n + 1}\n00:00:{n:02},000 --> 00:00:{n + _SHOWN_S:02},000\n{line}\n"
            for n, line in enumerate(lines)
        )
    if suffix == ".vtt":
        cues = (f"00:{n:02}.000 --> 00:{n + _SHOWN_S:02}.000\n{line}\n" for n, line in enumerate(lines))
        return "WEBVTT\n\n" + "\n".join(cues)
    if suffix == ".ass":
        return _ASS_HEAD + "".join(
            f"Dialogue: 0,0:00:{n:02}.00,0:00:{n + _SHOWN_S:02}.00,Default,,0,0,0,,{line}\n"
            for n, line in enumerate(lines)
        )
    raise ValueError(f"no subtitle format for {name!r}")
