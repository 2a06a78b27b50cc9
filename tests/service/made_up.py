"""A log that its operator made up: signed with the log's own key, of entries that no service would have recorded."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

from events.canonical import canonical
from events.checkpoint import Checkpoint
from events.clock import read_stamp
from events.leaf import SALT_SIZE
from events.merkle import Frontier, leaf_hash
from events.note import Note, sign
from events.trust import Policy, parse
from projections.policies.pack import load_all
from service.bundle import form
from service.bundle.contents import Item, Manifest, OfLog, Request, Root, State, Tree
from service.bundle.deriving import Deriver, Question
from service.bundle.shelf import Shelf, entries_of
from service.mirror.kept import CHECKPOINT, Kept, tiles_of
from service.notary import keys
from tests.service.bundle.notary import app_once

LOG: Final = "cn-77"
ORIGIN: Final = f"made-up.example/{LOG}"
PACKS: Final = {
    f"{form.PACKS}{name}.yaml": resources.files("projections.policies").joinpath(f"{name}.yaml").read_bytes()
    for name in load_all()
}


def item(position: int, recorded_at: str, event: Mapping[str, Any]) -> Item:
    """An entry of an event, whatever it says."""
    return Item(
        position=position, recorded_at=read_stamp(recorded_at), type=event["type"], kind_version=1,
        source=event["source"], id=event["id"], salt_h=bytes(SALT_SIZE), salt_p=bytes(SALT_SIZE),
        kept=canonical(event), envelope=None, names=None, about=position, erased=None,
    )  # fmt: skip


class MadeUp:
    """The log: entries, each a day and an event, below a checkpoint that the log's own key signed."""

    def __init__(self, *entries: tuple[str, Mapping[str, Any]]) -> None:
        self.items = [item(at, f"{day}T00:00:00Z", event) for at, (day, event) in enumerate(entries)]
        self.records = [one.record(LOG) for one in self.items]
        self.leaves = [leaf_hash(record) for record in self.records]
        tree = Frontier()
        tree.extend(self.leaves)
        self.root = tree.root()
        (key,) = keys.generate(ORIGIN, sm2=False)
        body = Checkpoint(ORIGIN, self.size, self.root).body
        self.note = str(Note(body, (sign(body, key.public, key.private),)))
        self.policy: Policy = parse(f"log {key.public}\nquorum none\n".encode())

    @property
    def size(self) -> int:
        """How many entries it has."""
        return len(self.items)

    def mirrored(self, directory: Path) -> Kept:
        """A mirror of it."""
        kept = Kept(directory, LOG)
        kept.write_bundle(0, self.items)
        for tile, content in tiles_of(self.leaves, self.records):
            kept.write(kept.tile(tile), content)
        kept.write(kept.place / CHECKPOINT, self.note.encode())
        return kept

    async def bundle(self, path: str, known_at: str | None = None) -> bytes:
        """The bundle of what all its entries answer, whatever that is, said to be known at an instant or `@size`."""
        query = "" if known_at is None else f"known_at={known_at}"
        last = self.items[-1].recorded_at
        shown = last if known_at is None or known_at.startswith("@") else read_stamp(known_at)
        states = [State(asked=known_at, size=self.size, known_at=shown)]
        manifest = Manifest(
            format="zeren-bundle/v1", request=Request(path=path, query=query),
            log=OfLog(id=LOG, origin=ORIGIN, name=None, clock="live"), size=self.size, states=states,
            asked_on="2026-11-23", jurisdictions=[], made_at=last, software="zeren", entries="all", files={},
        )  # fmt: skip
        shelf = Shelf(manifest.log, entries_of(LOG, self.items, {}), states, {self.size: self.root})
        derived = await Deriver(app_once).derive(Question.of(manifest, load_all()), shelf)
        tree = Tree(size=self.size, hashes=[], records=[], roots=[Root(size=self.size, root=self.root, consistency=[])])
        made = {
            form.ENTRIES: b"".join(one.line() + b"\n" for one in self.items), form.TREE: tree.line(),
            form.CHECKPOINT: self.note.encode(), form.ANSWER: derived.answer, **PACKS,
        }  # fmt: skip
        return form.archive(form.sealed(made, manifest.model_dump(mode="json")))
