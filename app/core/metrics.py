"""What one process counts, in Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

M = TypeVar("M", bound="Counter | Histogram")

# Seconds. From what a remembered answer takes to what nobody waits for.
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


@dataclass(frozen=True, slots=True)
class Sample:
    """A number that is looked up when somebody asks. kind: `counter` or `gauge`. labels: names and values."""

    name: str
    doc: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()
    kind: str = "gauge"


class Counter:
    """Counts by the values of its labels, which are few: never what clients make up."""

    kind = "counter"

    def __init__(self, name: str, doc: str, labels: Sequence[str] = ()) -> None:
        self.name, self.doc, self._labels = name, doc, tuple(labels)
        self._counts: dict[tuple[str, ...], int] = {}

    def add(self, *values: str) -> None:
        """values: of the labels, in their order."""
        self._counts[values] = self._counts.get(values, 0) + 1

    def value(self, *values: str) -> int:
        return self._counts.get(values, 0)

    def lines(self) -> Iterator[str]:
        for values, count in sorted(self._counts.items()):
            yield f"{self.name}{_labelled(zip(self._labels, values, strict=True))} {count}"


class Histogram:
    """How long things take, by the values of labels."""

    kind = "histogram"

    def __init__(self, name: str, doc: str, labels: Sequence[str] = ()) -> None:
        self.name, self.doc, self._labels = name, doc, tuple(labels)
        self._seen: dict[tuple[str, ...], tuple[list[int], list[float]]] = {}

    def note(self, seconds: float, *values: str) -> None:
        """values: of the labels, in their order."""
        seen = self._seen.get(values)
        if seen is None:
            seen = self._seen[values] = ([0] * (len(BUCKETS_S) + 1), [0.0])
        seen[0][bisect_left(BUCKETS_S, seconds)] += 1
        seen[1][0] += seconds

    def lines(self) -> Iterator[str]:
        for values, (counts, (total,)) in sorted(self._seen.items()):
            labels = list(zip(self._labels, values, strict=True))
            so_far = 0
            for most, count in zip((*map(str, BUCKETS_S), "+Inf"), counts, strict=True):
                so_far += count
                yield f"{self.name}_bucket{_labelled([*labels, ('le', most)])} {so_far}"
            yield f"{self.name}_sum{_labelled(labels)} {total}"
            yield f"{self.name}_count{_labelled(labels)} {so_far}"


class Metrics:
    """All that is counted for one application."""

    def __init__(self) -> None:
        self._metrics: dict[str, Counter | Histogram] = {}
        self._sources: dict[str, Callable[[], Iterable[Sample]]] = {}

    def counter(self, name: str, doc: str, labels: Sequence[str] = ()) -> Counter:
        """The one of this name, whoever asks first."""
        return self._known(Counter, name, doc, labels)

    def histogram(self, name: str, doc: str, labels: Sequence[str] = ()) -> Histogram:
        return self._known(Histogram, name, doc, labels)

    def source(self, name: str, samples: Callable[[], Iterable[Sample]]) -> None:
        """Have something looked up whenever somebody asks. name: whose place it takes, if it was there."""
        self._sources[name] = samples

    def text(self) -> str:
        """All of it, as Prometheus reads it."""
        found: dict[str, tuple[str, str, list[str]]] = {
            each.name: (each.kind, each.doc, list(each.lines())) for each in self._metrics.values()
        }
        for sample in (sample for samples in self._sources.values() for sample in samples()):
            _, _, lines = found.setdefault(sample.name, (sample.kind, sample.doc, []))
            lines.append(f"{sample.name}{_labelled(sample.labels)} {sample.value}")
        return "".join(
            f"# HELP {name} {doc}\n# TYPE {name} {kind}\n" + "".join(f"{line}\n" for line in lines)
            for name, (kind, doc, lines) in sorted(found.items())
        )

    def _known(self, kind: type[M], name: str, doc: str, labels: Sequence[str]) -> M:
        metric = self._metrics.get(name)
        if metric is None:
            metric = self._metrics[name] = kind(name, doc, labels)
        if not isinstance(metric, kind):
            raise TypeError(f"{name} is a {metric.kind}.")
        return metric


def _labelled(labels: Iterable[tuple[str, str]]) -> str:
    inner = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels)
    return f"{{{inner}}}" if inner else ""
