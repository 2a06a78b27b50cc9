"""`zeren flags`: what is doubtful of a place with all below it, of a person, a body or a whole log, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

import typer

from service.cli.client import client_of, get
from service.cli.words import DataOption, JsonOption, UrlOption, fail, out, print_json, settings_of, table, wait

COLUMNS: Final = ("疑点", "区划", "涉及", "期间", "说明", "依据")
SEVERITY: Final = {"high": "高", "middle": "中", "low": "低"}
Detail = Mapping[str, Any]
_TOGETHER: Final = 1000
_SHOWN: Final = 6
"""Entries named in a row; --json has all."""


def flags(
    ref: Annotated[str | None, typer.Argument(help="id or division code of a place")] = None,
    person: Annotated[str | None, typer.Option("--person", help="flags that concern a person")] = None,
    body: Annotated[str | None, typer.Option("--body", help="flags that concern a body")] = None,
    log: Annotated[str | None, typer.Option("--log", help="the log; alone: all of it")] = None,
    valid_at: Annotated[str | None, typer.Option("--valid-at", help="the day asked about, YYYY-MM-DD")] = None,
    known_at: Annotated[str | None, typer.Option("--known-at", help="as known then: date, instant or @size")] = None,
    flag: Annotated[str | None, typer.Option("--flag", help="codes of flags, separated by commas")] = None,
    severity: Annotated[
        str | None, typer.Option("--severity", help="some of high, middle and low, separated by commas")
    ] = None,
    scope: Annotated[str | None, typer.Option("--scope", help="own: the place alone; default all below it too")] = None,
    days: Annotated[int | None, typer.Option("--days", help="back-dated: recorded more than so many days late")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    data: DataOption = None,
) -> None:
    """List what is doubtful (疑点) on a day, as known at an instant."""
    if sum(one is not None for one in (ref, person, body)) > 1 or all(one is None for one in (ref, person, body, log)):
        fail("name one of a place, --person and --body, or a log with --log", 2)

    async def work() -> Any:
        asked = {"jurisdiction": ref, "person": person, "body": body, "log": log, "flag": flag, "scope": scope}
        asked |= {"severity": severity, "valid_at": valid_at, "known_at": known_at}
        async with client_of(settings_of(data, url)) as client:
            return await _whole(client, asked, days)

    answer = wait(work())
    if as_json:
        print_json(answer)
    else:
        show(answer)


async def _whole(client: Any, asked: Mapping[str, str | None], days: int | None) -> dict[str, Any]:
    """All pages as one answer; the later ones are asked as of the state of knowledge of the first."""
    answer: dict[str, Any] = await get(client, "/flags", **asked, days=days, limit=_TOGETHER)
    stands = {"known_at": f"@{answer['log']['size']}", "valid_at": answer["valid_at"], "log": answer["log"]["id"]}
    while answer["next"] is not None:
        page = await get(client, "/flags", **{**asked, **stands}, days=days, limit=_TOGETHER, after=answer["next"])
        withheld = answer["withheld"] + page["withheld"]
        answer |= {"items": answer["items"] + page["items"], "next": page["next"], "withheld": withheld}
    return answer


def show(answer: Mapping[str, Any]) -> None:
    """Print flags."""
    place, log, items = answer.get("jurisdiction"), answer["log"], answer["items"]
    of = f"{place['name']} {place['code']} ({place['level']}, id {place['id']})" if place else f"日志 {log['id']}"
    scripted = "(脚本时钟,示例日志)" if log["clock"] == "scripted" else ""
    out.print(f"疑点 · {of}", style="bold", markup=False)
    out.print(f"有效日期 {answer['valid_at']} · 已知截至 {answer['known_at']}{scripted}", markup=False)
    out.print(f"日志 {log['id']} · 条数 {log['size']} · 根 {log['root']}", markup=False)
    out.print()
    if items:
        table(None, COLUMNS, [_row(item) for item in items])
        out.print()
    counts: dict[str, int] = {}
    for item in items:
        counts[item["title"]] = counts.get(item["title"], 0) + 1
    told = ";".join(f"{title} {many}" for title, many in counts.items())
    out.print(f"共 {len(items)} 条疑点{': ' + told if told else ''}", markup=False)
    if answer["withheld"]:
        out.print(f"授权之外未列 {answer['withheld']} 条", markup=False)


def _row(item: Mapping[str, Any]) -> list[str]:
    place = item["jurisdiction"]
    named = "—" if place is None else f"{place['name'] or place['id']}\n{place['code'] or ''}".strip()
    told = {name: one for name, one in item["about"].items() if name not in ("duty", "system")}
    about = "\n".join(f"{name} {one}" for name, one in told.items())
    days = "" if item["days"] is None else f"\n{item['days']} 天"
    weight = SEVERITY.get(item["severity"] or "", item["severity"] or "")
    positions = [f"#{entry['position']}" for entry in item["evidence"]]
    evidence = ", ".join(positions[:_SHOWN]) + (" …" if len(positions) > _SHOWN else "")
    span = f"{item['from'] or '?'} → {item['until'] or ''}{days}"
    return [f"{item['title']}({weight})\n{item['flag']}", named, about, span, _told(item), evidence]


def _told(item: Mapping[str, Any]) -> str:
    """What a flag says, in a few words."""
    detail = item["detail"]
    say = next((say for name, say in _SAYING.items() if name in detail), None)
    if say is not None:
        return say(detail)
    return "\n".join(f"{name} {one}" for name, one in detail.items() if isinstance(one, str))


def _missing(detail: Detail) -> str:
    return "\n".join(f"{one['field']}: {one['id']}" for one in detail["missing"])


def _late(detail: Detail) -> str:
    return f"{detail['of']} {detail['on']}\n晚 {detail['days_late']} 天记录"


def _payment(detail: Detail) -> str:
    acting = "、".join(_name(one["person"]) for one in detail["acting"]) or "无人"
    days = f"批准 {detail['approved_on']}\n拨付 {detail['disbursed_on']}"
    return f"{detail['amount']} 元\n{days}\n{detail['post']['title']}空缺,代理: {acting}"


def _closure(detail: Detail) -> str:
    return f"{_name(detail['completed_by'])} 完成\n{_name(detail['by'])} {detail['type']}"


def _letter(detail: Detail) -> str:
    signed = "、".join(f"{_name(one['person'])} {one['signatures']}" for one in detail["signatures"])
    return f"{detail['number'] or detail['kind'] or ''} 签于 {detail['signed_on']}\n{signed}"


def _post(detail: Detail) -> str:
    held = "、".join(_name(one["person"]) for one in detail["holders"])
    return f"{detail['post']['title']}{': ' + held if held else ''}"


def _duty(detail: Detail) -> str:
    status = detail["status"] + ("" if detail["would_be"] is None else f"({detail['force']}: {detail['would_be']})")
    due = "" if detail["due_on"] is None else f"\n截至 {detail['due_on']}"
    return f"{detail['article']} {status}{due}\n{detail['quote'][:40]}"


def _parent(detail: Detail) -> str:
    return f"上级 {_name(detail['parent'])}"


def _name(who: Mapping[str, Any] | None) -> str:
    return "?" if who is None else str(who["name"] or who["id"])


_SAYING: Final[Mapping[str, Callable[[Detail], str]]] = {
    "missing": _missing,
    "days_late": _late,
    "amount": _payment,
    "how": _closure,
    "signatures": _letter,
    "holders": _post,
    "parent": _parent,
    "quote": _duty,
}
"""What of a flag's detail tells which sort it is, and how that is said."""
