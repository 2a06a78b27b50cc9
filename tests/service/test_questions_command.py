"""`zeren demo` and `zeren ask` from end to end: the five levels of a village, as known now and as believed then."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from service.demo import sample_logs
from tests.patience import HANG_SECONDS, looks
from tests.service.samples import CASES, post_of

pytestmark = pytest.mark.long

ZEREN: Final = Path(sys.executable).with_name("zeren")
CASE: Final = CASES["q1_gansu"]
SECRETARY_NOW, SECRETARY_THEN = "示例干部-62-0052", "示例干部-62-0051"
HEAD_NOW, HEAD_THEN = "示例干部-62-0045", "示例干部-62-0044"


@dataclass(frozen=True)
class Demo:
    """A running `zeren demo`: its data directory, address, key, and what it printed."""

    data: Path
    url: str
    key: str
    said: str


def environment() -> dict[str, str]:
    """Our environment without what was set for Zeren."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ZEREN_")}


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`zeren demo` in an empty data directory, up and loaded."""
    place, port = tmp_path_factory.mktemp("demo"), free_port()
    said, data = place / "said", place / "data"
    command = [str(ZEREN), "demo", "--port", str(port), "--data", str(data)]
    with said.open("wb") as output:
        process = subprocess.Popen(command, env=environment(), stdout=output, stderr=subprocess.STDOUT, cwd=place)
    try:
        for _ in looks(said):
            if "compared_to=" in said.read_text(encoding="utf-8"):
                break
            assert process.poll() is None, said.read_text(encoding="utf-8")
        key = (data / "operator.key").read_text(encoding="ascii").strip()
        yield Demo(data, f"http://127.0.0.1:{port}", key, said.read_text(encoding="utf-8"))
    finally:
        process.terminate()
        try:
            process.wait(HANG_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@cache
def ask(demo: Demo, *options: str) -> str:
    """What `zeren ask` prints of the case's village on the case's day, from the local data; each asked once."""
    command = [str(ZEREN), "ask", CASE["code"], "--valid-at", CASE["valid_at"], "--data", str(demo.data), *options]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def sections(printed: str) -> dict[str, str]:
    """The printed levels by name, in the order printed."""
    parts = re.split(r"^(province|city|county|township|village) · ", printed, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_demo_says_what_to_open_and_what_to_try(demo: Demo) -> None:
    """It names what it loaded, where it listens, the key, and two questions about the case's village."""
    for log_id in sample_logs():
        assert f"{log_id}: " in demo.said
    assert f"Zeren is up: {demo.url}" in demo.said
    assert demo.key in demo.said
    assert f"ask {CASE['code']} --valid-at {CASE['valid_at']}" in demo.said
    assert f"--known-at {CASE['known_at']}" in demo.said


def test_ask_prints_five_levels_with_all_that_a_chain_has(demo: Demo) -> None:
    """Posts, holders, certainty, responsibilities with article, letters and evidence, from province to village."""
    printed = ask(demo)
    assert f"valid at {CASE['valid_at']} · known at 2020-12-21T02:00:00.000000Z (scripted clock" in printed
    levels = sections(printed)
    assert [*levels] == ["province", "city", "county", "township", "village"]
    for level, (place, title, holder) in {
        "province": ("甘肃省 620000", "甘肃省委书记", "示例干部-62-0002"),
        "city": ("陇南市 621200", "陇南市委书记", "示例干部-62-0007"),
        "county": ("宕昌县 621223", "宕昌县委书记", "示例干部-62-0022"),
        "township": ("官亭镇 621223104", "官亭镇党委书记", "示例干部-62-0043"),
        "village": ("邓桥村 621223104211", "邓桥村党支部书记", "示例干部-62-0049"),
    }.items():
        shown = levels[level]
        assert shown.startswith(place)
        row = next(line for line in shown.splitlines() if line.startswith(title))
        assert "held 在任" in row
        assert holder in row
        assert re.search(r"#\d+", row)
        assert "certain 确定" in shown
        assert re.search(r"第[一二三四五六七八九十]+条", shown)
    assert "第一责任人" in levels["county"]
    assert "第十四条" in levels["county"]
    assert "signed 2018-02-26" in levels["township"]
    assert "(substantive:" in levels["township"]
    assert "not named by the instrument 文件未指明: 第一责任人 (gansu)" in levels["township"]
    assert "assisted by 帮扶: 示例帮扶单位-62-01 · fixed-point-unit · certain 确定" in levels["village"]


def test_ask_says_in_which_part_a_letter_was_signed(demo: Demo) -> None:
    """A letter that a holder countersigned for the other side is not shown as the holder's own."""
    county = sections(ask(demo))["county"]
    assert "counterparty" in county
    assert "co-principal" in county


def test_ask_prints_what_was_believed_then(demo: Demo) -> None:
    """As known on 2018-01-15 another first secretary and town head held office, and the town had no letter yet."""
    now, then = sections(ask(demo)), sections(ask(demo, "--known-at", CASE["known_at"]))
    assert SECRETARY_NOW in now["village"]
    assert SECRETARY_THEN not in now["village"]
    assert SECRETARY_THEN in then["village"]
    assert SECRETARY_NOW not in then["village"]
    assert "signed 2016-06" in then["village"]
    assert HEAD_NOW in now["township"]
    assert HEAD_THEN in then["township"]
    assert "signed 2018-02-26" not in then["township"]
    printed = ask(demo, "--known-at", CASE["known_at"])
    assert "known at 2018-01-15T15:59:59.999999Z" in printed


@pytest.mark.parametrize("known_at", [None, CASE["known_at"]])
def test_ask_json_is_the_answer_of_the_api(demo: Demo, known_at: str | None) -> None:
    """With --json stdout is the JSON alone, and the same as the served API's answer."""
    options = [] if known_at is None else ["--known-at", known_at]
    answer: dict[str, Any] = json.loads(ask(demo, "--json", *options))
    parameters = {"valid_at": CASE["valid_at"]} | ({} if known_at is None else {"known_at": known_at})
    served = httpx.get(
        f"{demo.url}/v1/jurisdictions/{CASE['code']}/responsibility",
        params=parameters,
        headers={"Authorization": f"Bearer {demo.key}"},
        timeout=HANG_SECONDS,
    )
    assert served.json() == answer
    assert [level["jurisdiction"]["id"] for level in answer["chain"]] == CASE["path"]
    which = "now" if known_at is None else "then"
    head = post_of(answer, "syn-62-post-621223-head")
    first = post_of(answer, CASES["q4"]["post"])
    assert [held["person"]["id"] for held in head["holders"]] == [CASE[f"county_head_{which}"]]
    assert [held["person"]["id"] for held in first["holders"]] == [CASE[f"first_secretary_{which}"]]
