"""Why a file or folder could not be used."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What a problem is about; the first eight come from probing."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NOT_MEDIA = "not_media"
    TRUNCATED = "truncated"
    NO_VIDEO = "no_video"
    TIMED_OUT = "timed_out"
    CRASHED_PROBER = "crashed_prober"
    OUT_OF_MEMORY = "out_of_memory"
    UNIDENTIFIED = "unidentified"
    NFO_INVALID = "nfo_invalid"
    UNREADABLE_FOLDER = "unreadable_folder"
    BROKEN_LINK = "broken_link"
    LINK_LOOP = "link_loop"
    BAD_NAME = "bad_name"
    ROOT_OFFLINE = "root_offline"


# Of a file that one of these befell nothing is read until it changes, wherever it is.
LEFT_ALONE = (Reason.TIMED_OUT, Reason.CRASHED_PROBER, Reason.OUT_OF_MEMORY)


@dataclass(frozen=True, slots=True)
class Problem:
    """path: relative to the root, '' for the root itself. message: one sentence for people."""

    path: str
    reason: Reason
    message: str
