"""What an examination finds."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """message: what is, in plain words. advice: what to do; empty where nothing has to be done."""

    name: str
    verdict: Verdict
    message: str
    advice: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def ok(name: str, message: str) -> Finding:
    return Finding(name, Verdict.OK, message)


def warning(name: str, message: str, advice: str) -> Finding:
    return Finding(name, Verdict.WARNING, message, advice)


def broken(name: str, message: str, advice: str) -> Finding:
    return Finding(name, Verdict.BROKEN, message, advice)
