"""What a tenure freeze asks: which posts or pairings are bound, until what release, and what breaks that. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.release import Way
from projections.policies.rule import Level


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """What is frozen, until when, and what breaks it. A day of leaving that is the day of release breaks nothing.

    `freezes`: `posts` of the subject's places of `level` (or, without one, the subject's own), with one of
    `functions`, while these are on one of `lists`; or `pairings`, those in which the subject helps or, with `whose`
    assisted, those of a place and its households, with helpers of these `functions` (none: all) and `kinds`.

    `release`: what ends the freeze, the first that is on record. `not_before`: for posts without a list, the first
    day on which the release is possible; what comes later is not decided.

    Of posts: `permitted` reasons of leaving and `permitted_kinds` of transfers (a promotion in place) break nothing;
    `exceptions`: nor does a transfer approved as one. `leaving`: the `post`, or the `place` of the post altogether.
    `uncounted`: capacities of stand-ins, who hold no post to leave. `target`: the target set for the place whose day
    is the planned release, shown beside the real one.

    Of pairings: `exit_of`: whose exit releases, the `assisted` itself or the place of a level at or above it.
    `handed_on`: whether another pairing of the same assisted and kind that runs on the day of the end keeps it.
    `passing_on`: reasons that pass a pairing on. `bodies`: whether the end of the subject's bodies counts as well.
    """

    freezes: Literal["posts", "pairings"] = "posts"
    functions: tuple[str, ...] = ()
    level: Level | None = None
    lists: tuple[str, ...] = ()
    release: tuple[Way, ...] = ("approved", "lifted")
    not_before: str | None = None
    permitted: tuple[str, ...] = ("correction",)
    permitted_kinds: tuple[str, ...] = ()
    exceptions: bool = False
    leaving: Literal["post", "place"] = "post"
    uncounted: tuple[str, ...] = ("acting",)
    target: Mapping[str, Any] = field(default_factory=dict)
    whose: Literal["helper", "assisted"] = "helper"
    kinds: tuple[str, ...] = ()
    exit_of: Literal["assisted", "village", "township", "county"] = "assisted"
    handed_on: bool = True
    passing_on: tuple[str, ...] = ("unit-merged",)
    bodies: bool = False
