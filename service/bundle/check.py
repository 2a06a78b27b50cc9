"""What a bundle claims, checked claim by claim, by hashing and signatures alone: an auditor can carry it off.

No database, no web. Keys of the log and of witnesses are those of the verifier's own policy, never the bundle's;
keys of signers are those that the log has on record among the entries shown. The answer itself is derived again
elsewhere (`deriving.py`), from what is checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, Literal

from cryptography.x509 import Certificate

from events import checkpoint, note, proofs, time_token
from events.canonical import read_json
from events.clock import read_stamp, stamp
from events.errors import BadRequest
from events.item_errors import Malformed, SignatureRefused
from events.keyring import REGISTERED, REVOKED, Keyring
from events.known import read_known_at
from events.merkle import EMPTY_ROOT, leaf_hash
from events.multiproof import root_of_multiproof
from events.name_map import BadOpening, check_entries, key_of, read_opening
from events.name_map import check as check_opening
from events.note import NotANote
from events.proofs import BadProof
from events.signatures import read_base64
from events.standing import TARGET_FIELDS
from events.trust import Policy, Untrusted
from events.verifying.lies import LieFound
from events.verifying.registry import check_envelope, check_possession, enter
from events.verifying.rows import KeyAct, Signed
from service.bundle import form
from service.bundle.contents import Item, Manifest, Names, State, Tree, read, read_items
from service.bundle.form import NotABundle

Status = Literal["checked", "not-checked", "failed"]
CHECKED: Final[Status] = "checked"
NOT_CHECKED: Final[Status] = "not-checked"
FAILED: Final[Status] = "failed"
INDEX: Final = ".index"
SAMPLE: Final = "demo-"
"""What the ids of sample logs, and of no others, begin with."""
INDEX_KIND: Final = "index.recorded"

TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "files": ("文件与清单一致", "the files are those of the manifest"),
    "entries": ("每条记录的内容与其叶一致", "every entry is what its leaf is made of"),
    "checkpoint": (
        "检查点由信任策略中的密钥签署",
        "the checkpoint is signed by a key of the policy, and the quorum is met",
    ),
    "inclusion": ("每条记录都在检查点之下", "every entry is in the tree of the checkpoint"),
    "roots": ("答复时的树根是检查点的前身", "the root at the answer's size is consistent with the checkpoint"),
    "knowledge": ("知悉时间与条数相符", "the states of knowledge are those of the instants asked for"),
    "signatures": ("信封签名由已登记的密钥作出", "the signatures are of keys that the log had on record"),
    "time": ("可信时间戳", "a time-stamping authority saw the checkpoint"),
    "erased": ("没有内容被删除", "no entry is shown without its content"),
    "names": ("名称索引的打开与根一致", "the names are opened in the map on record, and their entries are all here"),
    "packs": ("政策包是本软件所带的", "the policy packs are those that this software carries"),
    "answer": ("由这些记录重新推导,得到同一答复", "the answer, derived again from these entries, is the same"),
    "complete": ("推导所问的每个名称都已打开", "nothing that the answer rests on was left out"),
}
"""Every claim in the order in which it is told, in both languages."""
_FAILURES: Final = (
    NotABundle, NotANote, BadProof, BadOpening, LieFound, Untrusted, Malformed, BadRequest, ValueError,
    LookupError, TypeError, AttributeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, whether it holds, and what was seen."""

    name: str
    status: Status
    told: str


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier brings: nothing of it is taken from a bundle."""

    policy: Policy | None = None
    """The logs and witnesses that are trusted (tlog-policy)."""
    time_roots: Sequence[Certificate] | None = None
    """Certificates of time-stamping authorities."""
    packs: frozenset[str] = frozenset()
    """Digests of policy packs accepted beside those that the software carries."""
    erased: bool = False
    """Whether it is accepted that entries are said to be erased: a bundle cannot show that they rightly were."""
    absent: frozenset[str] = frozenset()
    """Systems whose packs the software carries and a bundle, made before they were there, may lack."""


@dataclass(slots=True)
class Evidence:
    """A bundle as far as it was checked."""

    manifest: Manifest
    items: Sequence[Item]
    roots: Mapping[int, bytes]
    """The roots said to be those at some sizes of the log."""
    signed: Mapping[int, Sequence[Mapping[str, Any]]]
    """The verified signatures of the entry at a position, as a log keeps them."""
    opened: frozenset[str]
    """The names that were opened, all of whose entries are here."""
    claims: list[Claim] = field(default_factory=list)


def check(files: form.Files, trust: Trust) -> Evidence:
    """Check all but what takes the application. Raises NotABundle where the files cannot be read as a bundle's."""
    return Checking(files, trust).run()


class Checking:
    """One bundle being checked; a claim that fails keeps no other from being looked at."""

    def __init__(self, files: form.Files, trust: Trust) -> None:
        self._files, self._trust = files, trust
        self.manifest = Manifest.of(files)
        self.items = read_items(files[form.ENTRIES])
        self.tree = read(Tree, form.TREE, files[form.TREE])
        self.note = note.parse(files[form.CHECKPOINT].decode())
        self.head = checkpoint.parse_body(self.note.text)
        self.log = self.manifest.log
        self.leaves: dict[int, bytes] = {}
        self.stamps: dict[int, datetime] = {}
        self.roots = {one.size: one.root for one in self.tree.roots}
        self.signed: dict[int, list[dict[str, Any]]] = {}
        self.opened: frozenset[str] = frozenset()

    def run(self) -> Evidence:
        """Every claim in turn."""
        steps: dict[str, Callable[[], tuple[Status, str]]] = {
            "entries": self._entries, "checkpoint": self._checkpoint, "inclusion": self._inclusion,
            "roots": self._roots, "knowledge": self._knowledge, "signatures": self._signatures, "time": self._time,
            "erased": self._erased, "names": self._names,
        }  # fmt: skip
        claims = [Claim("files", CHECKED, f"{len(self._files)} files")]
        for name, step in steps.items():
            try:
                claims.append(Claim(name, *step()))
            except _FAILURES as error:
                claims.append(Claim(name, FAILED, str(error)))
        return Evidence(self.manifest, self.items, self.roots, self.signed, self.opened, claims)

    def _entries(self) -> tuple[Status, str]:
        if (self.log.clock == "scripted") != self.log.id.startswith(SAMPLE):
            raise NotABundle(f"the clock of {self.log.id} is not {self.log.clock}: that of sample logs is scripted")
        by_name: dict[tuple[str, str], Item] = {}
        for item in self.items:
            self.leaves[item.position] = leaf_hash(item.record(self.log.id))
            self.stamps[item.position] = item.recorded_at
            if item.kept is not None:
                _check_event(item, read_json(item.kept), by_name)
            if by_name.setdefault((item.source, item.id), item) is not item:
                raise NotABundle(f"position {item.position} has the source and id of a position below it")
        for one in self.tree.records:
            record = form.read_object(f"{form.TREE} record {one.position}", one.record.encode())
            if (record["log"], record["position"]) != (self.log.id, one.position) or one.position in self.leaves:
                raise NotABundle(f"the record of position {one.position} is of another, or there twice")
            self.leaves[one.position] = leaf_hash(one.record.encode())
            self.stamps[one.position] = read_stamp(record["recorded_at"])
        return CHECKED, f"{len(self.items)} entries, hashed again from their bytes and salts"

    def _checkpoint(self) -> tuple[Status, str]:
        if self.head.origin != self.log.origin:
            raise NotABundle(f"the checkpoint is of {self.head.origin}, the manifest says {self.log.origin}")
        if self._trust.policy is None:
            return NOT_CHECKED, f"no policy was given; the checkpoint says {self.head.origin}, size {self.head.size}"
        trusted = self._trust.policy.accept(self.note)
        cosigned = ", ".join(trusted.witnesses) or "no witness"
        return CHECKED, f"size {self.head.size} signed by {trusted.log.name}, cosigned by {cosigned}"

    def _inclusion(self) -> tuple[Status, str]:
        if self.tree.size != self.head.size:
            raise BadProof(f"the proof is for size {self.tree.size}, the checkpoint for {self.head.size}")
        if root_of_multiproof(self.leaves, self.tree.size, self.tree.hashes) != self.head.root:
            raise BadProof(f"the entries and the proof do not lead to the root of size {self.head.size}")
        return CHECKED, f"{len(self.leaves)} leaves, {len(self.tree.hashes)} hashes beside them"

    def _roots(self) -> tuple[Status, str]:
        for one in self.tree.roots:
            if one.size == 0 and one.root != EMPTY_ROOT:
                raise BadProof("the root of size 0 is not that of the empty tree")
            proofs.check_consistency(one.size, self.head.size, one.consistency, one.root, self.head.root)
        missing = {state.size for state in self.manifest.states} - self.roots.keys()
        if missing or len(self.roots) != len(self.tree.roots):
            raise BadProof(f"the root of size {min(missing)} is missing" if missing else "a root is there twice")
        return CHECKED, f"sizes {', '.join(map(str, sorted(self.roots)))} and the checkpoint's {self.head.size}"

    def _knowledge(self) -> tuple[Status, str]:
        states = self.manifest.states
        if not states or states[0].size != self.manifest.size:
            raise NotABundle("the first state of knowledge is not that of the manifest's size")
        self._check_stamps()
        return CHECKED, "; ".join([self._known(state) for state in states])

    def _check_stamps(self) -> None:
        """Check that no entry was recorded before one below it: the entries of an append share their stamp."""
        for below, position in pairwise(sorted(self.stamps)):
            if self.stamps[position] < self.stamps[below]:
                raise NotABundle(f"position {position} is said to be recorded before position {below}")

    def _known(self, state: State) -> str:
        """Check one state of knowledge; what it is."""
        asked = None if state.asked is None else read_known_at(state.asked)
        last = None if state.size == 0 else self.stamps[state.size - 1]
        shown = "nothing" if state.known_at is None else stamp(state.known_at)
        if asked is None or asked.instant is None:
            if state.known_at != last or (asked is not None and asked.size != state.size):
                raise NotABundle(f"size {state.size} was not reached at {shown}")
            return f"size {state.size}, recorded up to {shown}"
        until = asked.instant
        if last is not None and last > until:
            raise NotABundle(f"position {state.size - 1} was recorded after {stamp(until)}")
        if state.known_at == until:
            if state.size < self.head.size and self.stamps[state.size] <= until:
                raise NotABundle(f"position {state.size} was recorded by {stamp(until)}, and is left out")
            return f"size {state.size} at {shown}"
        if state.known_at != last:
            raise NotABundle(f"size {state.size} was not reached at {shown}")
        return f"size {state.size}, said to be the head at the time of asking, recorded up to {shown}"

    def _signatures(self) -> tuple[Status, str]:
        ring, enveloped, missing, unproved = Keyring(), 0, 0, 0
        for item in self.items:
            by_sm2, proved_by_sm2 = set[str](), set[str]()
            try:
                if item.envelope is not None:
                    enveloped += 1
                    signed = Signed(item.position, item.kept or b"", item.envelope, None)
                    self.signed[item.position] = check_envelope(signed, self.log.id, ring, by_sm2)
                if item.kept is not None and item.type in (REGISTERED, REVOKED):
                    act = KeyAct(item.position, item.type, read_json(item.kept)["data"])
                    check_possession(act, self.log.id, proved_by_sm2)
                    enter(act, ring)
            except SignatureRefused as error:
                raise NotABundle(f"position {item.position}: {error}") from None
            missing += bool(by_sm2)
            unproved += bool(proved_by_sm2)
        if missing or unproved:
            proofs = f"{missing} of {enveloped} envelopes and {unproved} proofs of possession"
            return NOT_CHECKED, f"{proofs} are of SM2, which this installation has not"
        count = sum(map(len, self.signed.values()))
        return CHECKED, f"{count} signatures of {enveloped} envelopes; {len(self.items) - enveloped} came without"

    def _time(self) -> tuple[Status, str]:
        token = self._files.get(form.TOKEN)
        if token is None:
            return NOT_CHECKED, "the bundle has no time token"
        if self._trust.time_roots is None:
            return NOT_CHECKED, "no certificate of an authority was given"
        return CHECKED, f"by {stamp(time_token.check(token, self.note.text, self._trust.time_roots))}"

    def _erased(self) -> tuple[Status, str]:
        gone = [item for item in self.items if item.erased is not None]
        said = "; ".join(f"position {one.position}: {one.erased.ground}" for one in gone if one.erased is not None)
        if gone and not self._trust.erased:
            raise NotABundle(f"said to be erased, so that nobody can see what was stated: {said}")
        return (NOT_CHECKED, f"accepted as erased: {said}") if gone else (CHECKED, "every entry shows its content")

    def _names(self) -> tuple[Status, str]:
        raw, index = self._files.get(form.NAMES), self._files.get(form.INDEX_CHECKPOINT)
        if raw is None or index is None:
            if self._is_whole():
                return CHECKED, f"all {self.manifest.size} entries below the answer's size are here"
            return NOT_CHECKED, "no names are opened, and not all entries are here"
        names = read(Names, form.NAMES, raw)
        said = self._index_entry(names, note.parse(index.decode()))
        opened = set()
        shown = {item.position: self.leaves[item.position] for item in self.items}
        end = max(state.size for state in self.manifest.states)
        for one in names.opened:
            opening = read_opening(one.opening)
            check_opening(read_base64(said["map_root"]), key_of(self.log.id, one.name), opening)
            check_entries(opening, one.entries)
            for position, leaf in one.entries:
                if position < end and shown.get(position) != leaf:
                    raise BadOpening(f"position {position} names {one.name}, and is left out")
            opened.add(one.name)
        self.opened = frozenset(opened)
        trusted = "signed" if self._trust.policy is not None else "signed by nobody known: no policy was given"
        return CHECKED, f"{len(opened)} names, as of size {said['size']}; the root is in {names.log}, {trusted}"

    def _is_whole(self) -> bool:
        end = max(state.size for state in self.manifest.states)
        return [item.position for item in self.items if item.position < end] == list(range(end))

    def _index_entry(self, names: Names, signed: note.Note) -> Mapping[str, Any]:
        """What the entry of the companion log says, which is in the tree of its checkpoint."""
        head, entry = checkpoint.parse_body(signed.text), names.entry
        if names.log != self.log.id + INDEX or entry.kept is None or entry.type != INDEX_KIND:
            raise BadOpening(f"the map's root is not on record in {self.log.id}{INDEX}")
        if self._trust.policy is not None:
            self._trust.policy.accept(signed)
        if head.size != names.size or head.origin not in (self.log.origin + INDEX, f"zeren.example/{names.log}"):
            raise BadOpening(f"the checkpoint of {head.origin}, size {head.size}, is not that of the companion log")
        proofs.check_inclusion(leaf_hash(entry.record(names.log)), entry.position, head.size, names.proof, head.root)
        event = read_json(entry.kept)
        _check_event(entry, event, {})
        data: dict[str, Any] = event["data"]
        if data["log"] != self.log.id or data["size"] < max(state.size for state in self.manifest.states):
            raise BadOpening("the map is of another log, or of fewer entries than the answer")
        if self.roots.get(data["size"]) != read_base64(data["root"]):
            raise BadOpening(f"the map is of a log with another root at size {data['size']}")
        return data


def _check_event(item: Item, event: Any, by_name: Mapping[tuple[str, str], Item]) -> None:
    """Check that what an entry's columns say is what its event says. Raises NotABundle."""
    if (item.source, item.id, item.type) != (event["source"], event["id"], event["type"]):
        raise NotABundle(f"position {item.position}: source, id and type are not those of its event")
    fields = TARGET_FIELDS.get(item.type)
    if fields is None:
        expected: tuple[int | None, int] = None, item.position
    else:
        named = event["data"].get(fields[1]) or event["source"], event["data"][fields[0]]
        target = by_name.get(named)
        if target is None:
            raise NotABundle(f"position {item.position} names {named[1]}, which is not among the entries below it")
        expected = target.position, target.about
    if (item.names, item.about) != expected:
        raise NotABundle(f"position {item.position} is not about position {item.about}")
