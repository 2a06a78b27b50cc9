"""Write every sample log and the table of cases: `python -m examples.build [FOLDER]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from examples.build import added_burdens, gansu, henan, listed, lushui, majiang, ministry, rivers, shanxi
from examples.build.ledger import Ledger
from examples.build.monthly_reports import monthly_reports
from examples.build.sources import ROOT
from examples.build.weights import weights

_SCRIPTED = {module.LOG: module.build for module in (gansu, henan, lushui, ministry, rivers, shanxi)}


def ledgers() -> tuple[list[Ledger], dict[str, Any]]:
    """All logs by id, and all cases."""
    logs, cases = [], dict[str, Any]()
    for log in sorted({*_SCRIPTED, *listed.LOGS}):
        if log in _SCRIPTED:
            led, found = _SCRIPTED[log]()
            cases |= found
        else:
            led = Ledger(log)
            listed.register_tree(led, listed.REPORTED)
            listed.supervise(led)
            cases[f"q14_{led.number}"] = monthly_reports(led)
            if log == majiang.LOG:
                cases["q12"] = majiang.majiang(led)
                cases["q24"] = weights(led, majiang.COUNTY, majiang.TOWNSHIP)
            if log == added_burdens.LOG:
                cases["q19"] = added_burdens.added_burdens(led)
        logs.append(led)
    return logs, cases


def write(folder: Path) -> None:
    """Write `logs/*.ndjson` and `cases.json` under `folder`."""
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    logs, cases = ledgers()
    for led in logs:
        led.write(folder / "logs")
    text = json.dumps(dict(sorted(cases.items())), ensure_ascii=False, indent=1)
    (folder / "cases.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
