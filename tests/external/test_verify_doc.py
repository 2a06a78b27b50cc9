"""The commands of docs/verify.md, run word for word against the served demo."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import httpx

from tests.patience import HANG_SECONDS
from tests.service.servers import KEY

PAGE = Path(__file__).parent.parent.parent / "docs" / "verify.md"
BLOCK = re.compile(r"```(bash|text)\n(.*?)```", re.DOTALL)


def test_an_auditor_gets_what_the_page_says(demo: httpx.Client, tmp_path: Path) -> None:
    """Run in one shell, every command succeeds, and each prints exactly the text shown after it."""
    script = ["LC_ALL=C.UTF-8"]
    expected: list[str] = []
    for language, block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language == "bash":
            script.append(f"exec > said.{len(expected)}\n{block}")
            expected.append("")
        else:
            expected[-1] = block
    environment = {**os.environ, "ZEREN_URL": str(demo.base_url).rstrip("/"), "ZEREN_KEY": KEY}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(script)],
        cwd=tmp_path, env=environment, capture_output=True, timeout=HANG_SECONDS, check=False,
    )  # fmt: skip
    said = [(tmp_path / f"said.{at}").read_text(encoding="utf-8") for at in range(len(expected))]
    assert done.returncode == 0, (done.stderr.decode(), said)
    assert said == expected
    assert sum(map(bool, expected)) == 7
