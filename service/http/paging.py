"""Lists over one or several logs: `{"items", "next"}` with a cursor, and the logs they are of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final

from fastapi import Depends

from events.errors import BadRequest
from projections.answers.whereabouts import places_of, places_of_persons
from projections.scene import Scene
from service.asking import Asked, page_size, reached, scene_of_log
from service.kinds_told import readable_items
from service.waiting import wait_for

TOGETHER: Final = 1000
"""How many entities are looked at together where a grant leaves some out."""
Describe = Callable[[Scene, list[str]], Awaitable[list[dict[str, Any]]]]


async def visible_logs(asked: Asked) -> tuple[Asked, list[str]]:
    """The logs to ask, the one named or all that the asker sees, and the question to ask of each."""
    if asked.log is not None:
        asked.asker.require_log(asked.log)
        return asked, [asked.log]
    async with asked.service.source.look() as view:
        seen = {log.log_id: log.size for log in await view.logs() if asked.asker.sees_log(log.log_id)}
    several = len(seen) > 1
    if several and asked.known_at is not None and asked.known_at.size is not None:
        raise BadRequest(
            name="known_at",
            value=f"@{asked.known_at.size}",
            expected_zh="看得见多个日志时,日志条数须与 log 参数同用",
            expected_en="a size only together with ?log= where several logs are seen",
        )
    bare = asked.wait.get(None, 0)
    if several and bare > max(seen.values()):
        await wait_for(asked.service, max(seen, key=lambda log_id: seen[log_id]), bare)
    # Sorted here: a cursor compares ids as Python does, not as the database's locale does.
    return replace(asked, several=several), sorted(seen)


@dataclass(slots=True)
class Across:
    """The part of a list that is asked for, filled log by log; a cursor is `log:position:id`."""

    limit: int
    after: str
    items: list[dict[str, Any]] = field(default_factory=list)
    _last: str = ""
    _more: bool = False

    @staticmethod
    def in_order(logs: Iterable[str]) -> list[str]:
        """Logs in the order in which their cursors compare."""
        return sorted(logs, key=lambda log_id: f"{log_id}:")

    def choose(self, log_id: str, positions: Mapping[str, int]) -> list[str]:
        """Of what a log has, ids to positions in the order of the log, the ids that are asked for."""
        cursors = {one: f"{log_id}:{position:012d}:{one}" for one, position in positions.items()}
        rest = [one for one, cursor in cursors.items() if cursor > self.after]
        chosen = rest[: self.limit - len(self.items)]
        self._more = self._more or len(rest) > len(chosen)
        self._last = cursors[chosen[-1]] if chosen else self._last
        return chosen

    def add(self, log_id: str, items: Iterable[dict[str, Any]]) -> None:
        """Add what was chosen of a log, described."""
        self.items += [{**item, "log": log_id} for item in items]

    @property
    def next(self) -> str | None:
        """The cursor of the rest; None where there is none."""
        return (self._last or self.after) if self._more else None


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    limit: int
    after: str | None


def _page(limit: int = 1000, after: str | None = None) -> Page:
    return Page(page_size(limit), after)


Paged = Annotated[Page, Depends(_page)]


def page_of(answer: dict[str, Any], page: Page) -> dict[str, Any]:
    """One page of an answer's `items`; the cursor is how many were given before. Raises BadRequest."""
    given = page.after or "0"
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise BadRequest(
            name="after", value=given[:60], expected_zh="上一页给出的 next", expected_en="the `next` of a page"
        )
    start, items = int(given), answer["items"]
    end = start + page.limit
    return {**answer, "items": items[start:end], "next": str(end) if end < len(items) else None}


def within_kinds(asked: Asked, answer: dict[str, Any]) -> dict[str, Any]:
    """A timeline without the items that rest on kinds beyond the asker's grant, and how many these were."""
    if not asked.asker.readable_kinds:
        return answer
    kept = readable_items(asked.asker, answer["items"])
    return {**answer, "items": kept, "withheld": answer["withheld"] + len(answer["items"]) - len(kept)}


async def search_logs(
    asked: Asked, projection: str, text: str, limit: int, after: str, describe: Describe
) -> dict[str, Any]:
    """Entities whose name, alias, code or id fits a text, log by log; a cursor is `log:id` of the last one given."""
    if not text.strip():
        raise BadRequest(name="q", value=text, expected_zh="非空文本", expected_en="a text that is not empty")
    from_log, _, from_id = after.partition(":")
    items: list[dict[str, Any]] = []
    asked_of: list[dict[str, Any]] = []
    withheld, more, last = 0, False, after
    asked, seen = await visible_logs(asked)
    for log_id in seen:
        async with scene_of_log(asked, log_id) as scene:
            asked_of.append(scene.ground())
            if log_id < from_log or more:
                continue
            start = from_id if log_id == from_log else ""
            found = await _search(asked, scene, projection, text.strip(), limit - len(items), start)
            more, withheld = found.more, withheld + found.withheld
            items += [{**item, "log": log_id} for item in await describe(scene, found.ids)]
            if more:
                last = f"{log_id}:{found.ids[-1] if found.ids else start}"
    return {"items": items, "next": last if more else None, "withheld": withheld, "logs": asked_of}


@dataclass(frozen=True, slots=True)
class _Search:
    """What of a log fits a text: the ids to give, how many were left out up to the last of them, and whether more fit.

    Those left out beyond the last one given are counted where nothing more fits, else with the next page.
    """

    ids: list[str]
    withheld: int
    more: bool


async def _search(asked: Asked, scene: Scene, projection: str, text: str, room: int, start: str) -> _Search:
    """Up to `room` entities beyond an id that fit a text and that the asker's grant reaches."""
    together = TOGETHER if asked.asker.grant.jurisdictions else room + 1
    given: list[str] = []
    withheld = passed = 0
    while True:
        ids = await scene.reader.search(projection, text, limit=together, after=start)
        allowed = await allowed_of(asked, scene, ids, projection)
        for one in ids:
            if one not in allowed:
                passed += 1
                continue
            if len(given) == room:
                return _Search(given, withheld, more=True)
            given.append(one)
            withheld, passed = withheld + passed, 0
        if len(ids) < together:
            return _Search(given, withheld + passed, more=False)
        start = ids[-1]


async def allowed_of(asked: Asked, scene: Scene, ids: Sequence[str], projection: str) -> set[str]:
    """The entities that the asker's grant reaches: by one of their places, or persons who have none."""
    if not asked.asker.grant.jurisdictions or not ids:
        return set(ids)
    if projection == "person":
        places = await places_of_persons(scene.reader, ids)
    elif projection == "jurisdiction":
        places = {one: {one} for one in ids}
    else:
        places = {one: await places_of(scene.reader, [one]) for one in ids}
    inside = await reached(asked, scene, set[str]().union(*places.values()))
    return {one for one, at in places.items() if at & inside or (projection == "person" and not at)}
