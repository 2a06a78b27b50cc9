"""A log grown from its entries as a stranger has them: each hashed again, stamp, references and signatures followed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from events.catalogue import registry as kinds
from events.entry import Entry
from events.item_errors import SignatureRefused
from events.keyring import Keyring
from events.leaf import PayloadDigests
from events.merkle import Frontier
from events.verifying.lies import LieFound
from events.verifying.registry import check_envelope, check_possession, enter
from events.verifying.rows import Name, Rows, check_aim
from projections.advance import Changes, History, advance
from service.bundle.contents import Item
from service.bundle.form import NotABundle


class Trunk:
    """The first entries of a log. Memory grows by about 300 bytes an entry."""

    def __init__(self, log_id: str) -> None:
        self.log_id = log_id
        self.leaves: list[bytes] = []
        self.records: list[bytes] = []
        """The leaf records, as tlog-tiles serves them."""
        self.signatures: dict[int, list[dict[str, Any]]] = {}
        """Of signed entries, by position: those of the envelope as a log keeps them."""
        self.unchecked: set[str] = set()
        self._by_name: dict[Name, tuple[int, int]] = {}
        self._ring = Keyring()
        self._recorded_at: datetime | None = None
        """Of the last entry."""

    @property
    def size(self) -> int:
        """How many entries it has."""
        return len(self.leaves)

    def root_at(self, size: int) -> bytes:
        """The root over the first `size` entries."""
        frontier = Frontier()
        frontier.extend(self.leaves[:size])
        return frontier.root()

    def take(self, items: Sequence[Item]) -> None:
        """Go on by entries. Raises LieFound at the first that does not hold."""
        erased = frozenset(item.position for item in items if item.erased is not None)
        rows = Rows(self.log_id, self.size, erased)
        for item in items:
            record = self._record(item)
            rows.check(*_rows_of(item, sha256(b"\x00" + record).digest()))
            self._check_stamp(item)
            self._follow(rows, item)
            self.leaves.append(rows.leaves[-1])
            self.records.append(record)

    def _record(self, item: Item) -> bytes:
        try:
            return item.record(self.log_id)
        except NotABundle as error:
            raise LieFound(self.size, str(error)) from None

    def _check_stamp(self, item: Item) -> None:
        """Check that an entry was recorded with the one below it, in one append, or later. Raises LieFound."""
        if self._recorded_at is not None and item.recorded_at < self._recorded_at:
            raise LieFound(item.position, "recorded_at is earlier than that of the entry below it")
        self._recorded_at = item.recorded_at

    def _follow(self, rows: Rows, item: Item) -> None:
        """Follow what an entry refers to: the entry it corrects, the keys that signed it."""
        if rows.aims:
            aim = rows.aims.pop()
            check_aim(aim, self._by_name.get(aim.named))
        if (before := self._by_name.get((item.source, item.id))) is not None:
            raise LieFound(item.position, f"its source and id are those of position {before[0]}")
        self._by_name[item.source, item.id] = (item.position, item.about)
        try:
            for act in rows.key_acts:
                check_possession(act, self.log_id, self.unchecked)
                enter(act, self._ring)
            for signed in rows.signed:
                self.signatures[item.position] = check_envelope(signed, self.log_id, self._ring, self.unchecked)
        except SignatureRefused as error:
            raise LieFound(item.position, str(error)) from None
        rows.key_acts.clear()
        rows.signed.clear()


def _rows_of(item: Item, leaf: bytes) -> tuple[list[object], list[object]]:
    """An entry as a row of `slices.EVENTS`, and of `slices.PAYLOADS` where it has a payload."""
    position = item.position
    if item.erased is not None:
        digests = PayloadDigests(item.erased.sha256, item.erased.sm3)
    else:
        assert item.salt_p is not None
        assert item.kept is not None
        digests = PayloadDigests.of(item.salt_p, item.kept)
    event = (
        position, item.recorded_at, item.type, item.kind_version, item.source, item.id, item.salt_h, leaf,
        *digests, item.names, item.about,
    )  # fmt: skip
    payload = (position, item.salt_p, item.kept, item.envelope, None, None)
    return [event], [] if item.erased is not None else [payload]


class Replay:
    """The projections folded from the entries of a log, and the rolling digest of what they add up to."""

    def __init__(self) -> None:
        self.failed: str | None = None
        """Why the entries cannot be folded by this software; nothing of them is folded from then on."""
        self._history = History()
        self._changes = Changes()

    def take(self, entries: Sequence[Entry]) -> None:
        """Go on by entries."""
        strange = next((entry for entry in entries if kinds.find(entry.kind) is None), None)
        if self.failed is None and strange is not None:
            self.failed = f"position {strange.position} is of the kind {strange.kind}, which is not known here"
        if self.failed is not None or not entries:
            return
        try:
            advance(entries, self._history, (), into=self._changes)
        except Exception as error:  # noqa: BLE001  entries are folded before it is known whether a log has them
            self.failed = f"positions {entries[0].position} to {entries[-1].position} cannot be folded: {error!r}"
        for projection, why in self._changes.failures.items():
            self.failed = f"{projection} of {why}"

    @property
    def digest(self) -> str | None:
        """The digest that `GET /logs/{log}` shows under `projected`, hexadecimal; None where folding failed."""
        return None if self.failed is not None else self._changes.digest.hex()
