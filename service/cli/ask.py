"""`zeren ask`: the chain of a place as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.parse import quote

import typer

from service.cli.client import client_of, get
from service.cli.words import DataOption, JsonOption, UrlOption, out, print_json, settings_of, table, wait

CERTAINTY = {"certain": "certain 确定", "possible": "possible 可能"}
STATUS = {
    "held": "held 在任",
    "contested": "contested 重叠",
    "uncertain": "uncertain 不确定",
    "vacant": "vacant 空缺",
    "unestablished": "unestablished 未设",
}
COLUMNS = (
    "post 职务",
    "status 状态",
    "holder 任职人",
    "since 任期",
    "responsibility 责任",
    "letters 责任书",
    "evidence 依据",
)


def ask(
    ref: Annotated[str, typer.Argument(help="id or division code of a place")],
    valid_at: Annotated[str | None, typer.Option("--valid-at", help="the day asked about, YYYY-MM-DD")] = None,
    known_at: Annotated[str | None, typer.Option("--known-at", help="as known then: date, instant or @size")] = None,
    log: Annotated[str | None, typer.Option("--log", help="the log, where the place is in several")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    data: DataOption = None,
) -> None:
    """Who was responsible for a place on a day, as known at an instant."""

    async def work() -> Any:
        async with client_of(settings_of(data, url)) as client:
            path = f"/jurisdictions/{quote(ref, safe='')}/responsibility"
            return await get(client, path, valid_at=valid_at, known_at=known_at, log=log)

    answer = wait(work())
    if as_json:
        print_json(answer)
    else:
        show(answer)


def show(answer: Mapping[str, Any]) -> None:
    """Print a chain."""
    place, log = answer["jurisdiction"], answer["log"]
    scripted = " (scripted clock, sample log)" if log["clock"] == "scripted" else ""
    out.print(f"{place['name']} {place['code']} ({place['level']}, id {place['id']})", style="bold", markup=False)
    out.print(f"valid at {answer['valid_at']} · known at {answer['known_at']}{scripted}", markup=False)
    out.print(f"log {log['id']} · size {log['size']} · root {log['root']}", markup=False)
    for policy in answer["policies"]:
        out.print(f"policy {policy['system']}: in force {policy['in_force']} · {policy['title']}", markup=False)
    if not answer["chain"]:
        out.print("not on record that day", style="bold yellow")
    for level in answer["chain"]:
        _show_level(level)
    for flag in answer["flags"]:
        out.print(f"flag 疑点: {flag}", style="yellow", markup=False)


def _show_level(level: Mapping[str, Any]) -> None:
    place = level["jurisdiction"]
    rows = [row for post in level["posts"] for row in _rows(post)]
    for body in level["bodies"]:
        borne = "\n".join(_role(found) for found in body["responsibilities"])
        evidence = _positions(body["evidence"])
        rows.append([f"◇ {body['body']['name'] or body['body']['id']}", "body 机构", "", "", borne, "", evidence])
        rows += [row for post in body["posts"] for row in _rows(post, "  ")]
    out.print()
    table(f"{place['level']} · {place['name']} {place['code']}", COLUMNS, rows)
    for found in level["unnamed"]:
        out.print(f"  not named by the instrument 文件未指明: {found['role']} ({found['system']})", markup=False)
    if level["unregistered"]:
        roles = sorted({f"{found['role']} ({found['system']})" for found in level["unregistered"]})
        out.print(f"  named, but no post or body on record 未登记: {'; '.join(roles)}", markup=False)
    for pairing in level["assistance"]:
        helper = pairing["helper"]["name"] or pairing["helper"]["id"]
        out.print(f"  assisted by 帮扶: {helper} · {pairing['kind']} · {CERTAINTY[pairing['certainty']]}", markup=False)


def _rows(post: Mapping[str, Any], indent: str = "") -> Iterator[list[str]]:
    roles = "\n".join(_role(found) for found in post["responsibilities"])
    status = STATUS[post["status"]]
    if post["seats"] > 1:
        certain = [held for held in post["holders"] if held["certainty"] == "certain"]
        status += f"\n{len(certain)} of {post['seats']} seats"
    if post["substantive"] != post["status"]:
        status += f"\n(substantive: {post['substantive']}{_days(post['substantive_vacancy'], ', {} days')})"
    title = indent + post["post"]["title"]
    told = [_holder(held) for held in post["holders"]]
    if not told or post["vacancy"] is not None:  # of several seats one may be vacant beside those that are held
        told.append(_vacancy(post))
    for index, cells in enumerate(told):
        first = index == 0
        yield [title if first else "", status if first else "", *cells[:2], roles if first else "", *cells[2:]]


def _holder(held: Mapping[str, Any]) -> list[str]:
    person = held["person"] or {"name": None, "id": "?"}
    start = held["from"] or (f"by {held['held_by']}" if held["held_by"] else "?")
    end = held["until"] or (f"gone by {held['gone_by']}" if held["gone_by"] else "")
    capacity = "" if held["capacity"] == "substantive" else f" {held['capacity']}"
    letters = [
        f"{found['number'] or found['id']}\nsigned {found['signed_on']}{_late(found)}{_signed_as(found)}, "
        f"in force {found['in_force']} since {found['effective_from'] or 'its signing'}, {found['signatures']}"
        for found in held["letters"]
        if found["in_force"] != "no"
    ]
    name = f"{person['name'] or person['id']}{capacity}\n{CERTAINTY[held['certainty']]}"
    return [name, f"{start} → {end}", "\n".join(letters) or "none in force", _positions(held["evidence"])]


def _late(letter: Mapping[str, Any]) -> str:
    days = letter["signed_late_days"]
    return f" ({days} days late 晚签)" if days else ""


def _signed_as(letter: Mapping[str, Any]) -> str:
    return "" if letter["signed_as"] == "signatory" else f" as {letter['signed_as']}"


def _vacancy(post: Mapping[str, Any]) -> list[str]:
    gap = post["vacancy"]
    if gap is None:
        return ["—", "", "", _positions(post["evidence"])]
    previous = (gap["previous"] or {}).get("person") or {}
    nobody = "a seat vacant 席位空缺" if post["holders"] else "nobody 空缺"
    after = f"\nafter {previous['name'] or previous['id']}" if previous else ""
    return [
        f"{nobody}{after}",
        f"{gap['from'] or '?'} → {gap['until'] or ''}{_days(gap, ' ({} days)')}",
        "",
        _positions(post["evidence"]),
    ]


def _days(gap: Mapping[str, Any] | None, form: str) -> str:
    return "" if gap is None or gap["days"] is None else form.format(gap["days"])


def _role(found: Mapping[str, Any]) -> str:
    doubt = "" if found["in_force"] == "yes" else f", in force {found['in_force']}"
    force = "" if found["force"] == "binding" else f", {found['force']}"
    return f"{found['role']} · {found['system']} {found['article']}{force}{doubt}"


def _positions(evidence: list[Mapping[str, Any]]) -> str:
    return ", ".join(f"#{entry['position']}" for entry in evidence)
