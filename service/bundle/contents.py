"""What the files of a bundle say: one class a file or line. Reading is strict: what is said is said in one way.

Bytes are standard base64, instants RFC 3339 in UTC with six decimals and `Z`, JSON is of RFC 8785.
"""

from __future__ import annotations

import base64
import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self, TypeVar
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, ValidationError

from events.canonical import canonical
from events.clock import read_stamp, stamp
from events.leaf import PayloadDigests, header_digest, is_sealed, leaf_record
from events.signatures import read_base64
from service.bundle import form
from service.bundle.form import NotABundle, read_object

T = TypeVar("T", bound="Said")


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else read_base64(_text(value))


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    found = read_stamp(_text(value))
    if stamp(found) != value:
        raise ValueError("not in UTC with six decimals and Z")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004  pydantic takes a TypeError for a bug
    return value


Bytes = Annotated[bytes, PlainValidator(_bytes), PlainSerializer(lambda raw: base64.b64encode(raw).decode())]
Instant = Annotated[datetime, PlainValidator(_instant), PlainSerializer(stamp)]
Number = Annotated[int, Field(ge=0, lt=2**53)]


class Said(BaseModel):
    """A JSON object with just these fields."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def line(self) -> bytes:
        """The object in the form of RFC 8785."""
        return canonical(self.model_dump(mode="json"))


class Erased(Said):
    """What stays of an erased payload: its digests, the ground and the day."""

    ground: str
    on: str
    sha256: Bytes
    sm3: Bytes


class Item(Said):
    """One entry: its record in the log, the salts of its leaf, and the event as it was kept, unless it was erased."""

    position: Number
    recorded_at: Instant
    type: str
    kind_version: Number
    source: str
    id: str
    salt_h: Bytes
    salt_p: Bytes | None
    kept: Bytes | None
    envelope: Bytes | None
    """The DSSE envelope it came in."""
    names: Number | None
    """The entry that a correction or annulment names."""
    about: Number
    """The fact it is about: itself, for a fact."""
    erased: Erased | None

    def record(self, log_id: str) -> bytes:
        """The leaf record (docs/log.md section 3).

        Raises NotABundle where it has neither payload nor digests, or another envelope than it came in.
        """
        if self.kept is not None and self.salt_p is not None and self.erased is None:
            if not is_sealed(self.salt_h, self.salt_p, self.envelope):
                raise NotABundle(f"position {self.position}: the envelope is not the one that its leaf holds, or none")
            digests = PayloadDigests.of(self.salt_p, self.kept)
        elif self.kept is None and self.salt_p is None and self.erased is not None:
            digests = PayloadDigests(self.erased.sha256, self.erased.sm3)
        else:
            raise NotABundle(f"position {self.position} has both or neither of a payload and an erasure")
        header = header_digest(
            self.salt_h, source=self.source, event_id=self.id, kind=self.type, kind_version=self.kind_version
        )
        return leaf_record(log_id, self.position, self.recorded_at, header, digests)


class Record(Said):
    """The public leaf record of an entry that is not shown itself: when it was recorded."""

    position: Number
    record: str


class Root(Said):
    """The root at a size of the log, and its consistency with the checkpoint."""

    size: Number
    root: Bytes
    consistency: list[Bytes]


class Tree(Said):
    """`tree.json`: how the entries hang in the tree of the checkpoint."""

    size: Number
    hashes: list[Bytes]
    """The multiproof of all entries and records at that size (`events/multiproof.py`)."""
    records: list[Record]
    roots: list[Root]


class Opened(Said):
    """One name in the map of names: its opening, and the leaves of all the entries that name it."""

    name: str
    opening: dict[str, Any]
    entries: list[tuple[Number, Bytes]]


class Names(Said):
    """`names.json`: names opened in the map whose root an entry of the companion log has on record."""

    entry: Item
    log: str
    size: Number
    """Of the checkpoint of the companion log; the proof is the entry's inclusion in it."""
    proof: list[Bytes]
    opened: list[Opened]


class State(Said):
    """A state of knowledge that the answer rests on."""

    asked: str | None
    """As it was asked; None for all that was projected."""
    size: Number
    known_at: Instant | None


class OfLog(Said):
    """The log."""

    id: str
    origin: str
    name: str | None
    clock: Literal["live", "scripted"]


PROVABLE: Final = re.compile(
    r"/v1/(?:(?:jurisdictions|persons|posts|bodies|letters|projects|rectifications|handovers|flags|duties)(?:/.*)?"
    r"|logs/[^/]+/(?:events/[0-9]+/responsible|back-dated))"
)
"""Answers that follow from the entries of a log and from the packs."""


class Request(Said):
    """What was asked."""

    path: str
    query: str

    @property
    def provable(self) -> bool:
        """Whether its answer is one that a bundle can prove."""
        return PROVABLE.fullmatch(unquote(self.path)) is not None


class Manifest(Said):
    """`manifest.json`."""

    format: Literal["zeren-bundle/v1"]
    request: Request
    log: OfLog
    size: Number
    """Of the log as the answer knows it."""
    states: list[State]
    asked_on: str
    """The day in Asia/Shanghai."""
    jurisdictions: list[str]
    """To which the asker's grant was narrowed; none where it was not."""
    made_at: Instant
    software: str
    entries: Literal["all", "named"]
    """All entries below the size, or those that name what the answer rests on."""
    files: dict[str, str]

    @classmethod
    def of(cls, files: form.Files) -> Self:
        """The manifest of some files, which are just as it says. Raises NotABundle."""
        return read(cls, form.MANIFEST, canonical(form.manifest_of(files)))


def read(model: type[T], name: str, raw: bytes) -> T:
    """What a file or line says. Raises NotABundle."""
    read_object(name, raw)
    try:
        found = model.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise NotABundle(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if found.line() != raw:
        raise NotABundle(f"{name} is not written in the one way (RFC 8785, canonical base64 and instants)")
    return found


def read_items(raw: bytes, file: str = form.ENTRIES) -> list[Item]:
    """The entries of `entries.ndjson`, or of another such file, in order, none twice. Raises NotABundle."""
    if raw and not raw.endswith(b"\n"):
        raise NotABundle(f"{file} ends within a line")
    items: list[Item] = []
    for number, line in enumerate(raw.split(b"\n")[:-1], start=1):
        name = f"{file} line {number}"
        item = read(Item, name, line)
        if items and item.position <= items[-1].position:
            raise NotABundle(f"{name}: position {item.position} is not above the one before it")
        items.append(item)
    return items
