"""What files and problems are, and what they are filtered by."""

from enum import Enum
from typing import Any

import strawberry

from app.api.filters import DateTimeFilter, Filter, IdFilter, StringFilter, choices, condition
from app.catalog.filters import Where
from app.identify.files import FileRole as Role
from app.library.problems import Reason


def _value(text: str, description: str) -> Any:
    return strawberry.enum_value(text, description=description)


@strawberry.enum(description="Why a file or folder can't be used.")
class ProblemReason(Enum):
    UNREADABLE = _value(Reason.UNREADABLE, "It can't be read: no permission, or a damaged disk.")
    EMPTY = _value(Reason.EMPTY, "The file has no bytes.")
    NOT_MEDIA = _value(Reason.NOT_MEDIA, "The file is no video, whatever its name says.")
    TRUNCATED = _value(Reason.TRUNCATED, "The end of the file is missing.")
    NO_VIDEO = _value(Reason.NO_VIDEO, "There is no picture in the file.")
    TIMED_OUT = _value(Reason.TIMED_OUT, "Reading the file took too long.")
    CRASHED_PROBER = _value(
        Reason.CRASHED_PROBER, "Reading the file crashed the reader; left alone until it changes."
    )
    OUT_OF_MEMORY = _value(
        Reason.OUT_OF_MEMORY, "Reading the file takes more memory than allowed; left alone until it changes."
    )
    UNIDENTIFIED = _value(Reason.UNIDENTIFIED, "Its name doesn't say which film or episode it is.")
    NFO_INVALID = _value(Reason.NFO_INVALID, "The NFO file can't be understood.")
    UNREADABLE_FOLDER = _value(
        Reason.UNREADABLE_FOLDER, "The folder can't be listed; what is in it stays as it was."
    )
    BROKEN_LINK = _value(Reason.BROKEN_LINK, "The link points to nothing.")
    LINK_LOOP = _value(Reason.LINK_LOOP, "The link leads back to a folder above it.")
    BAD_NAME = _value(Reason.BAD_NAME, "The name is not valid UTF-8, or the path is too long.")
    ROOT_OFFLINE = _value(Reason.ROOT_OFFLINE, "The library's folder can't be reached.")


@strawberry.enum(description="What a file is for.")
class FileRole(Enum):
    VIDEO = _value(Role.VIDEO, "A film or an episode, or a part of one.")
    SUBTITLE = _value(Role.SUBTITLE, "Subtitles beside a video.")
    NFO = _value(Role.NFO, "What somebody wrote down about a work.")
    IMAGE = _value(Role.IMAGE, "A picture.")
    SAMPLE = _value(Role.SAMPLE, "A short sample of a video.")
    TRAILER = _value(Role.TRAILER, "A trailer.")
    EXTRA = _value(Role.EXTRA, "Another extra: an interview, a deleted scene, ...")


@strawberry.input(description="Conditions on the reason of a problem.")
class ProblemReasonFilter(Filter):
    eq: ProblemReason | None = condition("Is this one.")
    in_: list[ProblemReason] | None = condition("Is one of these.", "in")

    def plain(self) -> Where:
        return choices(self)


@strawberry.input(description="Which problems; all conditions have to hold.")
class ProblemFilter(Filter):
    reason: ProblemReasonFilter | None = condition("What is wrong.")
    path: StringFilter | None = condition("Its path below the library's folder.")
    found_at: DateTimeFilter | None = condition("When it was found.")
    and_: list["ProblemFilter"] | None = condition("All of these hold too.", "and")
    or_: list["ProblemFilter"] | None = condition("At least one of these holds too.", "or")
    not_: "ProblemFilter | None" = condition("This doesn't hold.", "not")


@strawberry.input(description="Conditions on what a file is for.")
class FileRoleFilter(Filter):
    eq: FileRole | None = condition("Is this.")
    in_: list[FileRole] | None = condition("Is one of these.", "in")

    def plain(self) -> Where:
        return choices(self)


@strawberry.input(description="Which files; all conditions have to hold.")
class FileFilter(Filter):
    id: IdFilter | None = condition("Its id.")
    role: FileRoleFilter | None = condition("What it is for.")
    is_missing: bool | None = condition("Was gone at the last scan (true), or was there (false).")
    folder: StringFilter | None = condition("The folder that it lies in, below the library's.")
    name: StringFilter | None = condition("Its name with the extension.")
    container: StringFilter | None = condition("Its container: `mkv`, `mp4`, ...")
    added_at: DateTimeFilter | None = condition("When it was found.")
    and_: list["FileFilter"] | None = condition("All of these hold too.", "and")
    or_: list["FileFilter"] | None = condition("At least one of these holds too.", "or")
    not_: "FileFilter | None" = condition("This doesn't hold.", "not")
