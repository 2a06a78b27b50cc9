"""Whose signature a mirror believes: those of a policy, or the keys that were there at first use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from events.checkpoint import Checkpoint, parse_body
from events.note import NotANote, parse, parse_vkey
from events.trust import Policy, QuorumNotMet, Untrusted
from events.verifying.lies import LieFound


class NotCosigned(LieFound):
    """A checkpoint that a quorum has not cosigned, or not yet."""


@dataclass(frozen=True, slots=True)
class Believed:
    """A policy, or without one the keys of a log that were pinned."""

    policy: Policy | None
    vkeys: Sequence[str] = ()
    pinned: str = "the keys that were pinned at first use"
    """What these keys are, and where they are kept."""

    def checkpoint(self, where: str, text: str) -> Checkpoint:
        """The checkpoint of a note that is believed. Raises LieFound; NotCosigned where only the quorum is missing."""
        try:
            note = parse(text)
            if self.policy is not None:
                return self.policy.accept(note).checkpoint
            keys = [parse_vkey(vkey) for vkey in self.vkeys]
            found = parse_body(note.text)
            signed = any(key.name == found.origin and note.signed_by(key) for key in keys)
        except QuorumNotMet as error:
            raise NotCosigned(None, f"{where}: {error}") from None
        except (NotANote, Untrusted) as error:
            raise LieFound(None, f"{where}: {error}") from None
        if not signed:
            raise LieFound(None, f"{where} is signed by none of {self.pinned}")
        return found
