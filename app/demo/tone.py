"""A quiet chord as PCM, so that demo files have something to hear."""

import math
from array import array
from itertools import count, islice

SAMPLE_RATE = 48_000
_PERIOD = SAMPLE_RATE // 10  # tones at multiples of 10 Hz repeat after a tenth of a second
_NOTES_HZ = (220, 330, 440, 550, 660, 110, 880, 990)


def chord(channels: int, samples: int) -> bytes:
    """Interleaved signed 16-bit samples, a note of its own on each channel."""
    pcm = bytearray(samples * channels * 2)
    for channel, note_hz in enumerate(islice(_NOTES_HZ, channels)):
        voice = _voice(note_hz, samples)
        pcm[channel * 2 :: channels * 2] = voice[0::2]
        pcm[channel * 2 + 1 :: channels * 2] = voice[1::2]
    return bytes(pcm)


def _voice(note_hz: int, samples: int) -> bytes:
    angles = (2 * math.pi * note_hz * index / SAMPLE_RATE for index in count())
    period = array("h", (round(2500 * math.sin(angle)) for angle in islice(angles, _PERIOD)))
    return (period.tobytes() * (samples // _PERIOD + 1))[: samples * 2]
