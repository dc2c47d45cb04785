"""Why something is not taken for an image."""

from enum import StrEnum


class Reason(StrEnum):
    NOT_AN_IMAGE = "not_an_image"
    DAMAGED = "damaged"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    OUT_OF_MEMORY = "out_of_memory"
    TIMED_OUT = "timed_out"
    CRASHED_READER = "crashed_reader"


SENTENCES = {
    Reason.NOT_AN_IMAGE: "It is no image in JPEG, PNG, WebP, AVIF, GIF or BMP.",
    Reason.DAMAGED: "It is damaged, or only a part of an image.",
    Reason.TOO_MANY_BYTES: "It has too many bytes.",
    Reason.TOO_MANY_PIXELS: "It has too many pixels.",
    Reason.OUT_OF_MEMORY: "Opening it takes more memory than images may.",
    Reason.TIMED_OUT: "Opening it takes too long.",
    Reason.CRASHED_READER: "Opening it crashed the reader.",
}


class Refused(Exception):
    """Trying again changes nothing. The message is a sentence for people."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(SENTENCES[reason])
        self.reason = reason
