"""Erases the content of a fact on a recorded ground: payload and salt go, the leaf and its position stay.

It takes the owner's rights. The service says first, in its log `access`, what is erased and why; then, in one
transaction on the log, `erasure` names each entry and the payload rows are deleted. All that is about a fact goes
with it: a correction says the same things again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.canonical import canonical, read_json
from events.catalogue.records import RecordErased
from events.cloudevent import Submission
from events.database import driver_of
from events.entries import fact_named
from events.errors import LogUnknown, NotErasable
from events.keyring import KEY_KINDS
from events.logs import ACCESS
from events.named import Naming
from events.receipts import Offer

CREDENTIAL: Final = "operator"
SOURCE: Final = "urn:zeren:service"

LOG: Final = "SELECT service FROM log WHERE log_id = $1"
LOCK: Final = f"{LOG} FOR UPDATE"
ENTRIES: Final = """
    SELECT e.position, e.kind, e.source, e.id, e.fact_position, p.kept, x.ground AS erased
    FROM event e
    LEFT JOIN payload p ON p.log_id = e.log_id AND p.position = e.position
    LEFT JOIN erasure x ON x.log_id = e.log_id AND x.position = e.position
    WHERE e.log_id = $1 AND (e.position = $2 OR (e.target_position IS NOT NULL AND e.fact_position = $2))
    ORDER BY e.position
"""
FACT: Final = "SELECT fact_position FROM event WHERE log_id = $1 AND position = $2"
NAME: Final = """
    INSERT INTO erasure (log_id, ground, ordered_by, erased_on, recorded_at, position, named)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
LOGS: Final = text("SELECT DISTINCT log_id FROM erasure")
_TOLD: Final = """
    SELECT x.position, x.ground, x.erased_on FROM erasure x
    JOIN event e ON e.log_id = x.log_id AND e.position = x.position
    JOIN event f ON f.log_id = e.log_id AND f.position = e.fact_position
    WHERE x.log_id = :log_id AND x.position < :size
    AND (CAST(:kinds AS text[]) = '{}' OR ARRAY[e.kind, f.kind] <@ CAST(:kinds AS text[]))
"""
NAMING: Final = text(f"{_TOLD} AND x.named && CAST(:names AS text[]) ORDER BY x.position")
AT: Final = text(f"{_TOLD} AND x.position = :position")
RIGHTS: Final = "SELECT has_table_privilege('erasure', 'INSERT') AND has_table_privilege('payload', 'DELETE')"
DELETE: Final = "DELETE FROM payload WHERE log_id = $1 AND position = ANY($2)"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be erased: the fact at a position of a log, with all that is about it; why, by whose order, when."""

    log_id: str
    position: int
    ground: str
    ordered_by: str | None
    erased_on: str
    """A day."""


@dataclass(frozen=True, slots=True)
class Erasable:
    """One entry that goes."""

    position: int
    source: str
    id: str
    named: Sequence[str]
    """The names that its content gave, with those of its fact."""


async def check_rights(conn: AsyncConnection, order: Order) -> None:
    """Raise NotErasable unless the connection may erase: before it is put on record, for ever, that somebody did."""
    if not await (await driver_of(conn)).fetchval(RIGHTS):
        raise _refused(order, "须以数据库所有者连接", "it takes the rights of the database's owner: connect as that")


async def entries_of(conn: AsyncConnection, order: Order) -> list[Erasable]:
    """The entries that an order is about and whose payload is there. Raises LogUnknown, NotErasable."""
    raw = await driver_of(conn)
    log = await raw.fetchrow(LOG, order.log_id)
    if log is None:
        raise LogUnknown(log=order.log_id)
    if log["service"]:
        raise _refused(order, "服务自身的日志不能删除", "it is of the service's own log")
    fact = await raw.fetchval(FACT, order.log_id, order.position)
    if fact is None:
        raise _refused(order, "没有此位置", "there is no such entry")
    if fact != order.position:
        raise _refused(
            order, f"它属于位置 {fact} 的事实,应删除该事实", f"it is about the fact at position {fact}: erase that"
        )
    rows = await raw.fetch(ENTRIES, order.log_id, order.position)
    if rows[0]["kind"] in KEY_KINDS:
        raise _refused(order, "密钥登记是验证签名所需", "keys on record are needed to verify what they signed")
    naming = Naming({order.position})
    found = []
    for row in rows:
        if row["kept"] is not None:
            data = read_json(row["kept"])["data"]
            named = naming.of(row["position"], row["kind"], row["fact_position"], data)
            found.append(Erasable(row["position"], row["source"], row["id"], sorted(named)))
    return found


async def as_recorded(conn: AsyncConnection, order: Order, entries: Sequence[Erasable]) -> Order:
    """The order, of the day that is on record where it was put on record before and its command was interrupted."""
    for entry in entries:
        record = await fact_named(conn, ACCESS, SOURCE, record_id(order.log_id, entry.position))
        if record is not None:
            return replace(order, erased_on=record.data["erased_on"])
    return order


def records(order: Order, entries: Sequence[Erasable]) -> list[Offer]:
    """What the log `access` is to have on record before anything is erased, an event for each entry."""
    name, version, offers = RecordErased.NAME, RecordErased.VERSION, []
    for entry in entries:
        data = {
            "log": order.log_id, "position": entry.position, "erased_event_id": entry.id,
            "erased_event_source": entry.source, "erased_on": order.erased_on, "ground": order.ground,
            "ordered_by": order.ordered_by, "credential": CREDENTIAL,
        }  # fmt: skip
        said = {key: value for key, value in data.items() if value is not None}
        event_id = record_id(order.log_id, entry.position)
        event = {"specversion": "1.0", "id": event_id, "source": SOURCE, "type": name, "data": said}
        offers.append(Offer(Submission(event_id, SOURCE, name, version, event, canonical(event), None), CREDENTIAL))
    return offers


def record_id(log_id: str, position: int) -> str:
    """The id of the event in `access` that says of one entry that it is erased."""
    return f"erased-{log_id}-{position}"


async def erase(conn: AsyncConnection, order: Order, entries: Sequence[Erasable], recorded_at: datetime) -> None:
    """Delete the payloads of the entries that were put on record, in the owner's transaction.

    Raises NotErasable where something was appended about the fact meanwhile.
    """
    raw = await driver_of(conn)
    await raw.execute(LOCK, order.log_id)
    if await entries_of(conn, order) != entries:
        raise _refused(order, "其间又有更正,请重试", "a correction was appended meanwhile: try again")
    said = order.log_id, order.ground, order.ordered_by, order.erased_on, recorded_at
    for entry in entries:
        await raw.execute(NAME, *said, entry.position, entry.named)
    await raw.execute(DELETE, order.log_id, [entry.position for entry in entries])


def _refused(order: Order, why_zh: str, why_en: str) -> NotErasable:
    return NotErasable(log=order.log_id, position=order.position, why_zh=why_zh, why_en=why_en)


async def logs_erased_from(conn: AsyncConnection) -> frozenset[str]:
    """The logs of which something was erased."""
    return frozenset((await conn.execute(LOGS)).scalars())


@dataclass(frozen=True, slots=True)
class Reach:
    """Which erasures of a log are told: those of entries below a size, of kinds that whoever asks may read."""

    log_id: str
    size: int
    kinds: Collection[str] = ()
    """All where there are none. Of a correction or annulment both count, its own and that of its fact."""

    @property
    def parameters(self) -> dict[str, Any]:
        """As parameters of a statement."""
        return {"log_id": self.log_id, "size": self.size, "kinds": sorted(self.kinds)}


async def erased_naming(conn: AsyncConnection, reach: Reach, names: Collection[str]) -> list[dict[str, Any]]:
    """Position, ground and day of what was erased within reach and gave one of some names."""
    rows = await conn.execute(NAMING, {**reach.parameters, "names": sorted(names)})
    return [dict(row._mapping) for row in rows]


async def erased_at(conn: AsyncConnection, reach: Reach, position: int) -> list[dict[str, Any]]:
    """Position, ground and day of the entry at a position, where it was erased within reach; else nothing."""
    rows = await conn.execute(AT, {**reach.parameters, "position": position})
    return [dict(row._mapping) for row in rows]
