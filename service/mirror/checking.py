"""A mirror checked where it is kept, without the service: entries, tree, tiles, checkpoint, projections."""

from __future__ import annotations

from typing import Any, Final

from events.entry import Entry
from events.trust import Policy
from events.verifying.lies import Lie, LieFound
from service.bundle.contents import Item
from service.bundle.form import NotABundle
from service.mirror.kept import CHECKPOINT, ENTRIES, Kept, tiles_of
from service.mirror.trunk import Replay, Trunk
from service.mirror.trusting import Believed

FIRST_USE: Final = "who signed: no policy was given, and the keys are those that were there at first use"
CHECKED: Final = ["entries", "tree", "signatures", "checkpoint", "tiles", "projections"]


def check_mirror(kept: Kept, policy: Policy | None) -> dict[str, Any]:
    """What is found of a mirrored log, in the form of `zeren verify`."""
    trunk, replay = Trunk(kept.log_id), Replay()
    lie: Lie | None = None
    try:
        root = _check(kept, trunk, replay, policy)
    except LieFound as lied:
        lie, root = kept.located(lied.lie), trunk.root_at(trunk.size)
    except NotABundle as error:
        lie, root = Lie(trunk.size, str(error)), trunk.root_at(trunk.size)
    unchecked = trunk.unchecked | ({FIRST_USE} if policy is None else set())
    if replay.failed is not None:
        unchecked.add(f"projections: {replay.failed}")
    checked = [what for what in CHECKED if what != "projections" or replay.failed is None]
    return {
        "log": kept.log_id, "size": trunk.size, "root": root, "verified": lie is None,
        "position": None if lie is None else lie.position, "lie": None if lie is None else lie.what,
        "checked": checked if lie is None else [],
        "unchecked": sorted(unchecked),
        "resumed_at": None, "digest": replay.digest if lie is None else None,
    }  # fmt: skip


def _check(kept: Kept, trunk: Trunk, replay: Replay, policy: Policy | None) -> bytes:
    """The root of the mirror's checkpoint, which its entries give. Raises LieFound, NotABundle."""
    note = kept.checkpoint
    if note is None:
        raise LieFound(None, "there is no checkpoint: `zeren mirror` has not come to an end")
    vkeys = kept.vkeys if policy is None else None
    checkpoint = Believed(policy, vkeys or (), kept.pinned).checkpoint(str(kept.place / CHECKPOINT), note)
    for bundle in kept.bundles():
        items = [item for item in bundle if item.position < checkpoint.size]
        start = trunk.size
        trunk.take(items)
        there = [pair for pair in zip(items, trunk.leaves[start:], strict=True) if pair[0].erased is None]
        replay.take([_entry_of(trunk, item, leaf) for item, leaf in there])
    if trunk.size < checkpoint.size:
        raise LieFound(trunk.size, f"the entry is missing; the checkpoint covers {checkpoint.size}")
    if trunk.root_at(checkpoint.size) != checkpoint.root:
        told = f"the entries do not give the root of the checkpoint of size {checkpoint.size}"
        raise LieFound(None, f"{kept.place / ENTRIES}: {told}")
    for tile, content in tiles_of(trunk.leaves, trunk.records):
        file = kept.tile(tile)
        if not file.exists() or file.read_bytes() != content:
            raise LieFound(None, f"{file}: the tile is missing or not that of the entries")
    return checkpoint.root


def _entry_of(trunk: Trunk, item: Item, leaf: bytes) -> Entry:
    """An entry as the projections read it."""
    return Entry(
        position=item.position, recorded_at=item.recorded_at, kind=item.type, kind_version=item.kind_version,
        source=item.source, id=item.id, leaf_hash=leaf, credential="", target_position=item.names,
        fact_position=item.about, kept=item.kept or b"",
        signatures=trunk.signatures.get(item.position),
    )  # fmt: skip
