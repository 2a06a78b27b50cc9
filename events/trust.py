"""C2SP tlog-policy: which logs are known, which witnesses, and how many of these must have cosigned a checkpoint.

A policy is the verifier's own: it is brought, never taken from what is to be verified. Parsing is strict: what
is not exactly of the format is refused, with its line. Names are opaque bytes, here text that keeps any byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from events import signatures
from events.checkpoint import Checkpoint, parse_body
from events.note import COSIGNATURE_TYPE, NotANote, Note, VerifierKey, parse_vkey
from events.signatures import SM2

MAX_LINES: Final = 1000
"""Of logs, witnesses and groups together: well above the 32 of each that the format asks for."""
MAX_BYTES: Final = 256 * 1024
NONE: Final = "none"
_ALLOWED: Final = re.compile(rb"[\x09\x0a\x20-\x7e\x80-\xff]*")
_ITEM: Final = re.compile(r"[^ \t]+")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


class NotAPolicy(ValueError):
    """A text that is no trust policy; the message says which line and why."""


class Untrusted(ValueError):
    """A checkpoint that a policy does not accept; the message says why."""


class QuorumNotMet(Untrusted):
    """A checkpoint that a known log has signed, and too few of the witnesses have cosigned, or not yet."""


@dataclass(frozen=True, slots=True)
class Known:
    """A log or a witness: its name in the policy (a log's is its origin), its key, and where it is reached."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Members of which so many must have cosigned."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trusted:
    """A checkpoint that a policy accepts: the key of the log that signed it, and the witnesses that cosigned."""

    checkpoint: Checkpoint
    log: VerifierKey
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy."""

    logs: tuple[Known, ...] = ()
    witnesses: Mapping[str, Known] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def is_met_by(self, cosigned: Collection[str]) -> bool:
        """Whether these witnesses, by name, make up the quorum."""

        def counts(name: str) -> bool:
            group = self.groups.get(name)
            if group is None:
                return name in cosigned
            return sum(counts(member) for member in group.members) >= group.threshold

        return self.quorum == NONE or counts(self.quorum)

    def cosigners(self, note: Note) -> list[str]:
        """The names of the witnesses whose cosignatures are in a note. Raises NotANote where one does not verify."""
        return [name for name, witness in self.witnesses.items() if note.signed_by(witness.key)]

    def accept(self, note: Note) -> Trusted:
        """The checkpoint of a note that a known log has signed and a quorum has cosigned.

        Raises Untrusted, and NotANote where the text is no checkpoint or a signature of a known key does not verify.
        """
        checkpoint = parse_body(note.text)
        known = [log.key for log in self.logs if log.key.name == checkpoint.origin]
        if not known:
            raise Untrusted(f"the policy knows no log {checkpoint.origin}")
        signed = [key for key in known if note.signed_by(key)]
        if not signed:
            told = f"no key that the policy knows of {checkpoint.origin} has signed size {checkpoint.size}"
            if not signatures.sm2_available and any(key.algorithm == SM2 for key in known):
                told += ", but those of SM2, which this installation (no gmssl-pyx) cannot verify"
            raise Untrusted(told)
        cosigned = self.cosigners(note)
        if not self.is_met_by(cosigned):
            raise QuorumNotMet(
                f"the quorum {self.quorum} is not met for size {checkpoint.size} of {checkpoint.origin}: "
                f"cosigned by {', '.join(cosigned) or 'no witness'}"
            )
        return Trusted(checkpoint, signed[0], tuple(cosigned))


def parse(data: bytes) -> Policy:
    """A policy from its file. Raises NotAPolicy."""
    if len(data) > MAX_BYTES or data.count(b"\n") > 10 * MAX_LINES:
        raise NotAPolicy(f"a policy has at most {MAX_BYTES} bytes and {10 * MAX_LINES} lines")
    if _ALLOWED.fullmatch(data) is None:
        raise NotAPolicy("a policy has no control characters but tabs and newlines")
    if data and not data.endswith(b"\n"):
        raise NotAPolicy("the last line of a policy ends with a newline, as every line does")
    draft = _Draft()
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), start=1):
        items = _ITEM.findall(line)
        if not items or items[0].startswith("#"):
            continue
        try:
            draft.take(items)
        except (NotAPolicy, NotANote) as error:
            raise NotAPolicy(f"line {number}: {error}") from None
    if draft.quorum is None:
        raise NotAPolicy("a policy has exactly one quorum line; this one has none")
    return Policy(tuple(draft.logs), draft.witnesses, draft.groups, draft.quorum)


class _Draft:
    """A policy as far as it is read."""

    def __init__(self) -> None:
        self.logs: list[Known] = []
        self.witnesses: dict[str, Known] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.quorum: str | None = None

    def take(self, items: list[str]) -> None:
        """Read one line, which is neither empty nor a comment."""
        readers: dict[str, Callable[[list[str]], None]] = {
            "log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum,
        }  # fmt: skip
        reader = readers.get(items[0])
        if reader is None:
            raise NotAPolicy(f"a line begins with log, witness, group or quorum, not {items[0][:40]!r}")
        if len(self.logs) + len(self.witnesses) + len(self.groups) >= MAX_LINES:
            raise NotAPolicy(f"more than {MAX_LINES} logs, witnesses and groups")
        reader(items[1:])

    def _log(self, items: list[str]) -> None:
        if len(items) not in (1, 2):
            raise NotAPolicy("expected: log <vkey> [<url>]")
        key = _key(items[0])
        if key.type == COSIGNATURE_TYPE:
            raise NotAPolicy(f"the key of {key.name} is a cosigner's (0x04), not a log's")
        if any(log.key.public_key == key.public_key for log in self.logs):
            raise NotAPolicy(f"the key of {key.name} is that of another log line")
        self.logs.append(Known(key.name, key, *items[1:]))

    def _witness(self, items: list[str]) -> None:
        if len(items) not in (2, 3):
            raise NotAPolicy("expected: witness <name> <vkey> [<url>]")
        name, key = self._new(items[0]), _key(items[1])
        if key.type != COSIGNATURE_TYPE:
            raise NotAPolicy(f"the key of {name} is no cosigner's: its type is not 0x04")
        if any(witness.key.public_key == key.public_key for witness in self.witnesses.values()):
            raise NotAPolicy(f"the key of {name} is that of another witness line")
        self.witnesses[name] = Known(name, key, *items[2:])

    def _group(self, items: list[str]) -> None:
        if len(items) < 3:
            raise NotAPolicy("expected: group <name> all|any|<k> <name>...")
        name, how, members = self._new(items[0]), items[1], items[2:]
        for member in members:
            self._defined(member)
            if member in self.members:
                raise NotAPolicy(f"{member} is a member already: each name is a member once at the most")
            self.members.add(member)
        count = {"all": len(members), "any": 1}.get(how) or (int(how) if _NUMBER.fullmatch(how) else 0)
        if not 1 <= count <= len(members):
            raise NotAPolicy(f"a threshold is all, any, or a number from 1 to {len(members)}, not {how[:40]!r}")
        self.groups[name] = Group(count, tuple(members))

    def _quorum(self, items: list[str]) -> None:
        if len(items) != 1:
            raise NotAPolicy("expected: quorum <name>")
        if self.quorum is not None:
            raise NotAPolicy("a policy has exactly one quorum line")
        if items[0] != NONE:
            self._defined(items[0])
        self.quorum = items[0]

    def _new(self, name: str) -> str:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise NotAPolicy(
                f"the name {name} is taken: witnesses and groups share their names, and `none` is reserved"
            )
        return name

    def _defined(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise NotAPolicy(f"no line above defines {name}")


def _key(vkey: str) -> VerifierKey:
    try:
        vkey.encode()
    except UnicodeEncodeError:
        raise NotAPolicy("a verifier key is UTF-8") from None
    return parse_vkey(vkey)
