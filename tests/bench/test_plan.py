"""Every measurement runs, and gives a number beside its baseline."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bench import plan, report, rival
from bench.__main__ import sizes_of

pytestmark = pytest.mark.long

ALWAYS = {
    "append-single-32",
    "append-batch-500",
    "append-batch-500-4-clients",
    "runner-lag-p50",
    "runner-lag-p95",
    "runner-catch-up",
    *(f"{name}-1k-{which}" for name in ("responsibility", "responsibility-overwritten") for which in ("p50", "p95")),
    "overwritten-ten-times-1k",
    "signed-batch-ed25519",
    "signed-batch-ed25519-4-clients",
    "checkpoint-delay-p50",
    "checkpoint-delay-p95",
    "checkpoint-delay-max",
    "checkpoint-delay-busy-max",
    "inclusion-proof-1k-p50",
    "inclusion-proof-1k-p99",
    "verify-1k",
    "verify-1k-rate",
    "verify-1k-with-what-is-derived",
    "rebuild-1k",
    "rebuild-1k-cpu",
    "rebuild-1k-memory",
}
BESIDE_RIVAL = {
    "append-single-32-beside-eventsourcing",
    "append-batch-500-beside-eventsourcing",
    "read-entity-events",
    "read-entity-state",
}
BARRED = {
    "append-single-32": "ratio at least 0.4",
    "append-batch-500": "ratio at least 0.5",
    "responsibility-1k-p50": "ratio at most 3",
    "overwritten-ten-times-1k": "ratio at most 1.5",
    "signed-batch-ed25519-4-clients": "ratio at least 0.4",
    "checkpoint-delay-max": "value at most 2000",
    "checkpoint-delay-busy-max": "value at most 2000",
    "inclusion-proof-1k-p99": "ratio less than 10",
    "verify-1k": "None",
    "rebuild-1k": "value at least 15000",
    "rebuild-1k-memory": "value less than 1024",
}


def test_every_part_is_measured_beside_a_baseline(smallest: plan.Run) -> None:
    """Each line has a value and a baseline above zero, and no two lines share a name."""
    lines = {line.name: line for line in smallest.results.lines}
    assert len(lines) == len(smallest.results.lines)
    assert set(lines) >= ALWAYS | (BESIDE_RIVAL if rival.is_installed() else set())
    for name in ALWAYS:
        assert lines[name].value > 0, name
        assert (lines[name].baseline or 0) > 0, name


def test_what_is_left_out_is_said(smallest: plan.Run) -> None:
    """Whatever is not among the lines is named in a note: the answer that is missing, the package that is."""
    results = smallest.results
    measured = {line.name for line in results.lines}
    noted = "\n".join(results.notes)
    assert ("state-village-1k-p50" in measured) != ("state-village-1k: skipped" in noted)
    assert ("read-entity-state" in measured) != ("eventsourcing: skipped" in noted)


def test_the_bars_are_those_that_were_set(smallest: plan.Run) -> None:
    """Each bar stands at the line it belongs to."""
    lines = {line.name: line for line in smallest.results.lines}
    assert {name: str(lines[name].bar) for name in BARRED} == BARRED


def test_results_and_machine_are_written(smallest: plan.Run, tmp_path: Path) -> None:
    """The file of results has the agreed keys, the other one the machine; the table names every line."""
    results, where = smallest.results, report.machine("18.6", smallest.rival_version)
    report.write(tmp_path, results, where)
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in written] == [line.name for line in results.lines]
    assert all({"name", "value", "unit", "baseline", "ratio"} <= one.keys() for one in written)
    machine = json.loads((tmp_path / "machine.json").read_text(encoding="utf-8"))
    assert machine["cores"] >= 1
    assert machine["postgresql"] == "18.6"
    shown = StringIO()
    report.show(Console(file=shown, width=200), results, where)
    assert all(line.name in shown.getvalue() for line in results.lines)


def test_sizes_come_from_the_environment() -> None:
    """BENCH_SIZES is a list of sizes in any order; what no county fits into is refused."""
    assert sizes_of(None) is None
    assert sizes_of("100000,10000") == (10_000, 100_000)
    with pytest.raises(ValueError, match="one county"):
        sizes_of("500")
