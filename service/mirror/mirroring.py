"""Fetches what a log grew by and checks all of it, before a newer checkpoint takes the place of the one kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from events.checkpoint import Checkpoint
from events.merkle import TILE_WIDTH
from events.proofs import BadProof, check_consistency
from events.trust import Policy
from events.verifying.lies import LieFound
from service.bundle.contents import Item
from service.bundle.form import NotABundle
from service.mirror.kept import CHECKPOINT, VKEYS, Kept, tiles_of
from service.mirror.remote import Remote
from service.mirror.trunk import Trunk
from service.mirror.trusting import Believed, NotCosigned

COSIGN_SECONDS: Final = 5.0
"""How long a checkpoint that witnesses have not cosigned yet is asked for again."""
POLL_SECONDS: Final = 0.2

Told = Callable[[int, int], None]


@dataclass(slots=True)
class Mirrored:
    """What came of it: the checkpoint that is kept now, how many entries are new, and what was not checked."""

    checkpoint: Checkpoint
    fetched: int
    pinned: bool
    """Whether keys were believed at first use."""
    unchecked: list[str] = field(default_factory=list)


async def mirror(kept: Kept, remote: Remote, policy: Policy | None, told: Told = lambda _done, _of: None) -> Mirrored:
    """Bring a mirror to the newest checkpoint of the service.

    Raises LieFound where what came does not hold, and RemoteFailed. What is kept stays as it was then.
    """
    trunk, pinned = load(kept), False
    if policy is None and kept.vkeys is None:
        vkeys = (await remote.described())["vkeys"]
        kept.write(kept.place / VKEYS, "".join(f"{vkey}\n" for vkey in vkeys).encode())
        pinned = True
    believed = Believed(policy, (kept.vkeys if policy is None else None) or (), kept.pinned)
    old = _mirrored(kept, believed)
    note, new = await _newest(remote, believed)
    if old is not None:
        await _check_grown(kept, remote, old, new, note)
    since = 0 if old is None else old.size
    start = trunk.size
    if start < new.size:
        await _fetch(kept, remote, trunk, new.size, told)
    if trunk.root_at(new.size) != new.root:
        kept.drop_from(since)
        place = kept.keep_evidence(new=note)
        raise LieFound(
            None, f"the entries up to size {new.size} do not give the root of its checkpoint, which is kept in {place}"
        )
    for tile, content in tiles_of(trunk.leaves[: new.size], trunk.records[: new.size], since):
        if await remote.tile(tile) != content:
            raise LieFound(None, f"the tile {tile.path} that is served is not that of the entries")
        kept.write(kept.tile(tile), content)
    kept.write(kept.place / CHECKPOINT, note.encode())
    return Mirrored(new, trunk.size - start, pinned, sorted(trunk.unchecked))


def _mirrored(kept: Kept, believed: Believed) -> Checkpoint | None:
    """The checkpoint that was mirrored before. Raises LieFound.

    The quorum of that day was met when it was taken; today's policy may name other witnesses.
    """
    if kept.checkpoint is None:
        return None
    signed = believed if believed.policy is None else Believed(Policy(believed.policy.logs))
    return signed.checkpoint(f"the checkpoint mirrored before ({kept.place / CHECKPOINT})", kept.checkpoint)


async def _newest(remote: Remote, believed: Believed) -> tuple[str, Checkpoint]:
    """The newest checkpoint of the service: of a log that grows it may be one that is about to be cosigned.

    Raises LieFound and RemoteFailed.
    """
    until = asyncio.get_running_loop().time() + COSIGN_SECONDS
    while True:
        note = await remote.checkpoint()
        try:
            return note, believed.checkpoint("the checkpoint of the service", note)
        except NotCosigned:
            if asyncio.get_running_loop().time() >= until:
                raise
        await asyncio.sleep(POLL_SECONDS)


def load(kept: Kept) -> Trunk:
    """The entries that are kept, each checked again. Raises LieFound."""
    trunk = Trunk(kept.log_id)
    try:
        for items in kept.bundles():
            trunk.take(items)
    except LieFound as lied:
        lie = kept.located(lied.lie)
        raise LieFound(lie.position, lie.what) from None
    except NotABundle as error:
        raise LieFound(trunk.size, str(error)) from None
    return trunk


async def _check_grown(kept: Kept, remote: Remote, old: Checkpoint, new: Checkpoint, note: str) -> None:
    """Raise LieFound unless the new checkpoint is proved to go on from the old one; both are kept then."""
    assert kept.checkpoint is not None
    why = None
    if new.origin != old.origin:
        why = f"is of {new.origin}, not {old.origin}"
    elif new.size < old.size:
        why = "is smaller"
    else:
        try:
            proof = await remote.consistency(old.size, new.size)
            check_consistency(old.size, new.size, proof, old.root, new.root)
        except BadProof as error:
            why = f"does not go on from it: {error}"
    if why is not None:
        place = kept.keep_evidence(mirrored=kept.checkpoint, served=note)
        raise LieFound(
            None,
            f"the service signed size {old.size} with the root {old.root.hex()[:16]}…, and now serves size {new.size} "
            f"with the root {new.root.hex()[:16]}…, which {why}; both checkpoints are kept in {place}",
        )


async def _fetch(kept: Kept, remote: Remote, trunk: Trunk, end: int, told: Told) -> None:
    """Fetch entries up to a size, check and keep them bundle by bundle."""
    last: list[Item] = []
    for items in kept.bundles():
        last = items
    begun = last if len(last) < TILE_WIDTH else []
    async for items in remote.bundles(trunk.size, end):
        trunk.take(items)
        kept.write_bundle(items[0].position // TILE_WIDTH, [*begun, *items])
        begun = []
        told(trunk.size, end)
    if trunk.size < end:
        raise LieFound(trunk.size, "the service does not give this entry, which its checkpoint covers")
