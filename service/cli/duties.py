"""`zeren duties`: the duties of a place, a person or a body as a table, by system and article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

import httpx
import typer

from service.cli.client import client_of, get
from service.cli.words import DataOption, JsonOption, UrlOption, fail, out, print_json, settings_of, table, wait

STATUS = {
    "met": "met 已履行",
    "due": "due 期限内",
    "overdue": "overdue 逾期",
    "breached": "breached 违反",
    "gap": "gap 无记录",
    "undetermined": "undetermined 无法判定",
    "not-applicable": "not-applicable 不适用",
}
COLUMNS = (
    "article 条款",
    "duty 职责",
    "place 区划",
    "status 状态",
    "who answers 责任人",
    "window 期间",
    "evidence 依据",
)
_PAGE = 1000


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
        show(answer)


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


def show(answer: Mapping[str, Any]) -> None:
    """Print duties, one table a system, the worst of each first counted."""
    log, items = answer["log"], answer["items"]
    scripted = " (scripted clock, sample log)" if log["clock"] == "scripted" else ""
    days = f"from {answer['from']} to {answer['to']}" if "from" in answer else f"valid at {answer['valid_at']}"
    out.print(f"{days} · known at {answer['known_at']}{scripted}", markup=False)
    out.print(f"log {log['id']} · size {log['size']} · root {log['root']}", markup=False)
    for system in dict.fromkeys(item["system"] for item in items):
        own = [item for item in items if item["system"] == system]
        counts = Counter(item["status"] for item in own)
        told = " · ".join(f"{STATUS[status]} {counts[status]}" for status in STATUS if counts[status])
        out.print()
        force = "" if own[0]["in_force"] == "yes" else f" (in force: {own[0]['in_force']})"
        table(f"{system}{force} · {told}", COLUMNS, [_row(item) for item in own])
    if not items:
        out.print("no duty found", style="bold yellow")


def _row(item: Mapping[str, Any]) -> list[str]:
    place = item["jurisdiction"] or {"name": ""}
    about = "" if item["about"] is None else f"\n{item['about']}"
    return [
        f"{item['article']}\n{item['rule']}",
        f"{item['quote']}",
        f"{place['name']}{about}",
        _status(item),
        _who(item),
        _window(item),
        ", ".join(f"#{entry['position']}" for entry in item["evidence"][:6]) + _more(item["evidence"]),
    ]


def _status(item: Mapping[str, Any]) -> str:
    told = STATUS[item["status"]]
    if item["would_be"] is not None:
        told += f"\n({item['force']}: would be {item['would_be']})"
    if item["late_days"]:
        told += f"\n{item['late_days']} days late 迟"
    return told + ("\ndiffers by reading 解读不同则不同" if item["differs"] else "")


def _who(item: Mapping[str, Any]) -> str:
    """Those charged where a window was not kept, else who holds the posts that answer on the day."""
    if item["status"] in ("breached", "overdue", "gap") and item["window"]["from"] is not None:
        told = [f"{_name(run['person'])} {run['days']}d" for run in item["charged"]]
    else:
        told = [name for post in item["bearer"]["posts"] for name in _holders(post)]
    more = [f"+{len(told) - 4}"] if len(told) > 4 else []
    return "\n".join(told[:4] + more) or ", ".join(item["bearer"]["functions"])


def _holders(post: Mapping[str, Any]) -> list[str]:
    certain = [_name(held["person"]) for held in post["holders"] if held["certainty"] == "certain"]
    return certain or [f"{post['title']}: {'possible 可能' if post['holders'] else 'nobody 空缺'}"]


def _name(person: Mapping[str, Any] | None) -> str:
    return "nobody 空缺" if person is None else str(person["name"] or person["id"])


def _window(item: Mapping[str, Any]) -> str:
    window = item["window"]
    told = "" if window["from"] is None else f"{window['from']} → {window['until'] or ''}"
    return told + ("" if item["due_on"] is None else f"\ndue {item['due_on']}")


def _more(evidence: list[Any]) -> str:
    return "" if len(evidence) <= 6 else f" +{len(evidence) - 6}"
