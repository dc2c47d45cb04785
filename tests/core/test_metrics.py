"""What is counted reads as Prometheus has it."""

import pytest

from app.core.metrics import Metrics, Sample


def test_counters_histograms_and_samples_are_told_in_prometheus_format():
    metrics = Metrics()
    asked = metrics.counter("asked_total", "Questions.", ("kind", "by"))
    asked.add("query", 'a "quote"\n and \\')
    asked.add("query", "b")
    asked.add("query", "b")
    taken = metrics.histogram("seconds", "Time.", ("kind",))
    for seconds in (0.001, 0.3, 99.0):
        taken.note(seconds, "query")
    metrics.source(
        "pool", lambda: [Sample("open", "Open ones.", 3), Sample("open", "Open ones.", 4, (("by", "x"),))]
    )

    lines = metrics.text().splitlines()

    assert [line for line in lines if line.startswith("asked")] == [
        'asked_total{kind="query",by="a \\"quote\\"\\n and \\\\"} 1',
        'asked_total{kind="query",by="b"} 2',
    ]
    assert 'seconds_bucket{kind="query",le="0.001"} 1' in lines
    assert 'seconds_bucket{kind="query",le="0.5"} 2' in lines
    assert 'seconds_bucket{kind="query",le="+Inf"} 3' in lines
    assert 'seconds_count{kind="query"} 3' in lines
    assert 'seconds_sum{kind="query"} 99.301' in lines
    assert [line for line in lines if line.startswith("open")] == ["open 3", 'open{by="x"} 4']
    assert lines.count("# TYPE open gauge") == 1
    assert metrics.text().endswith("\n")


def test_a_name_stands_for_one_thing():
    metrics = Metrics()
    asked = metrics.counter("asked", "Questions.")

    assert metrics.counter("asked", "Questions.") is asked
    with pytest.raises(TypeError, match="counter"):
        metrics.histogram("asked", "Questions.")


def test_a_source_takes_the_place_of_the_one_before():
    metrics = Metrics()
    for value in (1, 2):
        metrics.source("pool", lambda value=value: [Sample("open", "Open ones.", value)])

    assert metrics.text().splitlines()[-1] == "open 2"
