"""What becomes of the samples of answers: medians, baselines, and how flat they are."""

from __future__ import annotations

from pathlib import Path

from bench.answers import Asked, Question, Samples, flatness, lines_of
from bench.site import Site


def asked(size: int, plain: float, overwritten: float) -> Asked:
    """Samples of two questions whose answers took these seconds, beside a no-op of 1 ms and queries of 2 ms."""
    found = Asked(size, Site(Path("never-entered")), [])
    for name, seconds in (("responsibility", plain), ("responsibility-overwritten", overwritten)):
        found.questions.append(Question(name, "responsibility", ["j-1"]))
        found.samples[name] = Samples([seconds, seconds, 9 * seconds], [0.002, 0.002, 0.005])
    found.noops = [0.001, 0.001, 0.004]
    return found


def test_an_answer_stands_beside_a_no_op_and_its_bare_queries() -> None:
    """The value is the median in milliseconds, the baseline the sum of both medians, the bar on the median alone."""
    lines = {line.name: line for line in lines_of(asked(10_000, 0.006, 0.012))}
    plain = lines["responsibility-10k-p50"]
    assert (plain.value, plain.baseline, plain.ratio, plain.reached) == (6.0, 3.0, 2.0, True)
    assert lines["responsibility-overwritten-10k-p50"].reached is False
    assert lines["responsibility-10k-p95"].value > 6.0
    assert lines["responsibility-10k-p95"].bar is None


def test_flat_is_the_largest_beside_the_smallest_and_overwritten_beside_plain() -> None:
    """Growth is told between the first and the last size, the cost of overwrites at each size."""
    every = [asked(10_000, 0.006, 0.006), asked(100_000, 0.050, 0.050), asked(1_000_000, 0.008, 0.016)]
    lines = {line.name: line for line in flatness(every)}
    assert lines["responsibility-flat-10k-to-1m"].ratio == 8 / 6
    assert lines["responsibility-flat-10k-to-1m"].reached is True
    assert lines["overwritten-ten-times-10k"].ratio == 1.0
    assert lines["overwritten-ten-times-1m"].reached is False
    assert "responsibility-flat-10k-to-100k" not in lines


def test_one_size_alone_is_not_called_flat() -> None:
    """With a single size there is nothing to compare it to."""
    assert [line.name for line in flatness([asked(10_000, 0.006, 0.006)])] == ["overwritten-ten-times-10k"]
