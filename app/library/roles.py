"""What the title of a track says about its purpose, where the container's flags keep silent."""

import re

_COMMENTARY = re.compile(
    r"\bcomment(?:ary|aries|aire|aires|ator)\b|kommentar|\bcomentari?os?\b|\bcommento\b|解説|コメンタリー|комментари",
    re.IGNORECASE,
)
_HEARING_IMPAIRED = re.compile(
    r"\b(?:sdh|cc|hoh|hi)\b|closed.?captions?|hearing.?impaired|hard.?of.?hearing|hörgeschädigt|gehörlos"
    r"|malentendant|\bsourds\b|\bsordos\b|字幕ガイド",
    re.IGNORECASE,
)
_FORCED = re.compile(
    r"(?<!non )(?<!non-)(?<!not )\b(?:forced|forcée?s?|erzwungen|forzad[oa]s?|signs?(?: (?:&|and) songs?)?)\b|強制",
    re.IGNORECASE,
)


def is_commentary(title: str | None) -> bool:
    return bool(title and _COMMENTARY.search(title))


def is_hearing_impaired(title: str | None) -> bool:
    return bool(title and _HEARING_IMPAIRED.search(title))


def is_forced(title: str | None) -> bool:
    return bool(title and _FORCED.search(title))
