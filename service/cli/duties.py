"""`zeren duties`: the duties of a place, a person or a body by system and article, what is not met first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import httpx
import typer

from service.cli.client import client_of, get
from service.cli.words import DataOption, JsonOption, UrlOption, fail, out, print_json, settings_of, table, wait

STATUS: Final = {
    "breached": "违反 breached",
    "overdue": "逾期 overdue",
    "gap": "无记录 gap",
    "undetermined": "无法判定 undetermined",
    "due": "期限内 due",
    "met": "已履行 met",
    "not-applicable": "不适用 not-applicable",
}
"""What is not met first."""
COLUMNS: Final = (
    "状态 status", "条款 article", "职责 duty", "区划 place", "责任人 who answers", "期间 window", "依据 evidence",
)  # fmt: skip
_PLACE: Final = COLUMNS.index("区划 place")
_EACH: Final = ("breached", "overdue")
"""Told one by one, however many there are."""
_TOGETHER: Final = 3
"""So many results of one rule and status, or more, are one line."""
_PAGE: Final = 1000


def duties(
    ref: Annotated[str | None, typer.Argument(help="id or division code of a place")] = None,
    valid_at: Annotated[str | None, typer.Option("--valid-at", help="the day asked about, YYYY-MM-DD")] = None,
    since: Annotated[str | None, typer.Option("--from", help="first day, YYYY-MM-DD")] = None,
    until: Annotated[str | None, typer.Option("--to", help="day after the last, YYYY-MM-DD")] = None,
    known_at: Annotated[str | None, typer.Option("--known-at", help="as known then: date, instant or @size")] = None,
    person: Annotated[str | None, typer.Option("--person", help="the duties that a person answers for")] = None,
    body: Annotated[str | None, typer.Option("--body", help="the duties of a body")] = None,
    system: Annotated[str | None, typer.Option("--system", help="systems, separated by commas")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="rules, separated by commas")] = None,
    status: Annotated[str | None, typer.Option("--status", help="statuses, separated by commas")] = None,
    scope: Annotated[str, typer.Option("--scope", help="own: the place alone; subtree: all below it too")] = "own",
    log: Annotated[str | None, typer.Option("--log", help="the log, where the id is in several")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    data: DataOption = None,
) -> None:
    """Which duties were met, due, overdue or breached on a day, by whom, under which article, on which evidence."""
    if [ref, person, body].count(None) != 2:
        fail("name a place, or --person, or --body: just one of them", 2)
    asked = {
        "jurisdiction": ref, "person": person, "body": body, "system": system, "rule": rule, "status": status,
        "valid_at": valid_at, "from": since, "to": until, "known_at": known_at, "log": log, "scope": scope,
    }  # fmt: skip

    async def work() -> Any:
        async with client_of(settings_of(data, url)) as client:
            return await _all_pages(client, asked)

    answer = wait(work())
    if as_json:
        print_json(answer)
    else:
        show(answer, each=rule is not None or status is not None)


async def _all_pages(client: httpx.AsyncClient, asked: Mapping[str, str | None]) -> Any:
    """The whole answer: what was known at its first page is asked for in the others."""
    answer = await get(client, "/duties", **asked, limit=_PAGE)
    known = {} if answer["log"]["size"] == 0 else {"known_at": f"@{answer['log']['size']}"}
    following = answer["next"]
    while following is not None:
        page = await get(
            client, "/duties", **{**asked, **known, "log": answer["log"]["id"]}, limit=_PAGE, after=following
        )
        answer["items"] += page["items"]
        following = page["next"]
    return {**answer, "next": None}


def show(answer: Mapping[str, Any], *, each: bool = False) -> None:
    """Print duties: how many of each status by system, then a table a system, what is not met first.

    `each`: one line a result. Else those of one rule that stand alike share a line, and what does not apply is counted.
    """
    log, items = answer["log"], answer["items"]
    scripted = " (脚本时钟,示例日志 scripted clock, sample log)" if log["clock"] == "scripted" else ""
    last = f"{answer['from']} 至 {answer['to']}(不含)" if "from" in answer else answer["valid_at"]
    out.print(f"日期 valid at {last} · 知悉 known at {answer['known_at']}{scripted}", markup=False)
    out.print(f"日志 log {log['id']} · size {log['size']} · root {log['root']}", markup=False)
    if not items:
        out.print("没有职责 no duty found", style="bold yellow")
        return
    systems = list(dict.fromkeys(item["system"] for item in items))
    out.print()
    _summary(items, systems)
    left_out = 0
    for system in systems:
        own = sorted((item for item in items if item["system"] == system), key=_severity)
        listed = own if each else [item for item in own if item["status"] != "not-applicable"]
        left_out += len(own) - len(listed)
        if listed:
            out.print()
            _table(system, own[0]["in_force"], [[item] for item in listed] if each else _together(listed))
    if answer["withheld"]:
        out.print(f"授权之外未列出 withheld by the grant: {answer['withheld']}", markup=False)
    if left_out:
        out.print(f"不适用 {left_out} 条未列出:--status not-applicable 逐条列出", markup=False)


def _severity(item: Mapping[str, Any]) -> int:
    return list(STATUS).index(item["status"])


def _summary(items: Sequence[Mapping[str, Any]], systems: Sequence[str]) -> None:
    """Count by system and status; a duty that another rule states already is counted with that."""
    counts = {system: Counter[str]() for system in systems}
    for item in items:
        if item["same_as"] is None:
            counts[item["system"]][item["status"]] += 1
    told = [status for status in STATUS if any(count[status] for count in counts.values())]
    rows = [[system, *(str(count[status] or "·") for status in told)] for system, count in counts.items()]
    table(None, ("文件 system", *(STATUS[status] for status in told)), rows)


def _together(items: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Results in lines: several of one rule and status are one, unless they are breached or overdue."""
    alike: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for item in items:
        alike.setdefault((item["rule"], item["status"]), []).append(item)
    found: list[list[Mapping[str, Any]]] = []
    for (_, status), some in alike.items():
        one_line = len(some) >= _TOGETHER and status not in _EACH
        found += [some] if one_line else [[item] for item in some]
    return found


def _table(system: str, in_force: str, lines: Sequence[Sequence[Mapping[str, Any]]]) -> None:
    """One system; where all is about one place alone, that is said above."""
    places = {_place(item) for line in lines for item in line}
    rows, columns = [_row(line) for line in lines], list(COLUMNS)
    if len(places) == 1:
        for each in (columns, *rows):
            del each[_PLACE]
    force = "" if in_force == "yes" else f" (是否有效 in force: {in_force})"
    where = f" · {places.pop()}" if len(places) == 1 else ""
    table(f"{system}{where}{force}", columns, rows)


def _row(line: Sequence[Mapping[str, Any]]) -> list[str]:
    item = line[0]
    places = list(dict.fromkeys(map(_place, line)))
    about = [str(each["about"]) for each in line if each["about"] is not None]
    evidence = sorted({entry["position"] for each in line for entry in each["evidence"]})
    shown = ", ".join(f"#{position}" for position in evidence[:4])
    same = [] if item["same_as"] is None else [f"同 same as {item['same_as']}"]
    return [
        _status(item) + (f"\n× {len(line)}" if len(line) > 1 else ""),
        f"{item['article']}\n{item['rule']}",
        "\n".join([item["quote"], *same, *_few(about, 3)]),
        "\n".join(_few(places, 3)),
        "\n".join(_few(list(dict.fromkeys(name for each in line for name in _who(each))), 4)),
        _window(item) if len(line) == 1 else "",
        shown + (f" +{len(evidence) - 4}" if len(evidence) > 4 else ""),
    ]


def _few(texts: Sequence[str], many: int) -> list[str]:
    """The first of some texts, and how many more there are; one more is told as well as counted."""
    return [*texts[:many], f"+{len(texts) - many}"] if len(texts) > many + 1 else list(texts)


def _place(item: Mapping[str, Any]) -> str:
    return "" if item["jurisdiction"] is None else str(item["jurisdiction"]["name"])


def _status(item: Mapping[str, Any]) -> str:
    told = STATUS[item["status"]]
    if item["would_be"] is not None:
        told += f"\n({item['force']}: 若有约束力即 {STATUS[item['would_be']]})"
    if item["late_days"]:
        told += f"\n迟 {item['late_days']} 天 late"
    return told + ("\n解读不同则不同 differs" if item["differs"] else "")


def _who(item: Mapping[str, Any]) -> list[str]:
    """Those charged where a window was not kept, else who holds the posts that answer on the day."""
    if item["status"] in ("breached", "overdue", "gap") and item["window"]["from"] is not None:
        days: Counter[str] = Counter()
        for run in item["charged"]:
            days[_name(run["person"])] += run["days"]
        told = [f"{name} {many} 天" for name, many in days.items()]
    else:
        told = [name for post in item["bearer"]["posts"] for name in _holders(post)]
    bodies = [str(body["name"] or body["id"]) for body in item["bearer"]["bodies"]]
    return told or bodies or ["、".join(item["bearer"]["functions"])]


def _holders(post: Mapping[str, Any]) -> list[str]:
    certain = [_name(held["person"]) for held in post["holders"] if held["certainty"] == "certain"]
    return certain or [f"{post['title']}: {'可能有人 possible' if post['holders'] else '空缺 vacant'}"]


def _name(person: Mapping[str, Any] | None) -> str:
    return "空缺 nobody" if person is None else str(person["name"] or person["id"])


def _window(item: Mapping[str, Any]) -> str:
    window = item["window"]
    told = [] if window["from"] is None else [f"{window['from']} →", *([window["until"]] if window["until"] else [])]
    if item["due_on"] is not None:
        told.append(f"截至 due {item['due_on']}")
    missing = [gap["days"] for gap in item["gaps"] if gap["days"] is not None]
    return "\n".join([*told, *([f"缺 {sum(missing)} 天 ({len(missing)} 段)"] if missing else [])])
