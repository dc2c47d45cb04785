"""How commands speak: results on standard output, everything else on standard error."""

import json
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

results = Console(highlight=False, soft_wrap=True)
notes = Console(stderr=True, highlight=False, soft_wrap=True)

_PLAIN_EVERY_S = 5.0


def print_json(value: Any) -> None:
    """One JSON document on one line, in UTF-8, written at once."""
    sys.stdout.buffer.write(json.dumps(value, default=str, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """A line for the person who watches."""
    notes.print(text, markup=False)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast something goes, by the time since it began."""

    done: int
    total: int
    elapsed_s: float

    @property
    def per_s(self) -> float:
        return self.done / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def eta_s(self) -> float | None:
        """Seconds until the end; None before anything is done."""
        return (self.total - self.done) / self.per_s if self.per_s else None

    def as_json(self) -> dict[str, Any]:
        eta_s = None if self.eta_s is None else round(self.eta_s, 1)
        return {"done": self.done, "total": self.total, "per_s": round(self.per_s, 1), "eta_s": eta_s}

    def __str__(self) -> str:
        eta = "" if self.eta_s is None else f", {self.eta_s:.0f} s left"
        return f"{self.done} of {self.total}, {self.per_s:.1f}/s{eta}"


class Meter:
    """A progress bar on a terminal, and a line every few seconds where there is none."""

    def __init__(self, title: str, bar: Progress | None) -> None:
        self._title = title
        self._bar = bar
        self._task = bar.add_task(title, total=None) if bar else None
        self._began = self._last = time.monotonic()

    def update(self, done: int, total: int) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total or None)
        elif total and (now := time.monotonic()) - self._last >= _PLAIN_EVERY_S:
            self._last = now
            say(f"{self._title}: {self.pace(done, total)}")

    def pace(self, done: int, total: int) -> Pace:
        return Pace(done, total, time.monotonic() - self._began)


@contextmanager
def meters() -> Generator[Progress | None]:
    """The place for bars; None where nobody would see them move. Bars vanish when the block ends."""
    if not notes.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes, transient=True) as progress:
        yield progress


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="progress.data.speed")
