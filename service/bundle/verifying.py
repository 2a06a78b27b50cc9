"""Verifies a bundle: what `check` finds, the answer derived again, and whether anything was left out of its ground."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from events.note import NotANote
from projections.policies.pack import Pack, PackError, load, load_all
from projections.policies.shelf import superseded
from service.bundle import form
from service.bundle.check import CHECKED, FAILED, NOT_CHECKED, TITLES, Claim, Evidence, Status, Trust, check
from service.bundle.deriving import Derived, Deriver, MakeApp, Question
from service.bundle.form import NotABundle
from service.bundle.shelf import Shelf, entries_of

SHOWN: Final = 5
GROUND: Final = frozenset({"entries", "inclusion", "roots", "knowledge", "signatures", "packs"})
"""What must hold before an answer is derived from it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found of a bundle, claim by claim; nothing is said of a log where it is none."""

    claims: tuple[Claim, ...]
    evidence: Evidence | None = None

    @property
    def failed(self) -> Claim | None:
        """The first claim that does not hold."""
        return next((claim for claim in self.claims if claim.status == FAILED), None)

    def holds(self, *, without_policy: bool = False) -> bool:
        """Whether nothing failed, and the checkpoint is signed by a key that the verifier trusts, unless waived."""
        trusted = any(claim.name == "checkpoint" and claim.status == CHECKED for claim in self.claims)
        return self.failed is None and (trusted or without_policy)

    def as_json(self, *, without_policy: bool = False) -> dict[str, Any]:
        """The report for machines."""
        said = [{"claim": claim.name, "status": claim.status, "told": claim.told} for claim in self.claims]
        failed = None if self.failed is None else self.failed.name
        body: dict[str, Any] = {"verified": self.holds(without_policy=without_policy), "failed": failed, "claims": said}
        if self.evidence is not None:
            manifest = self.evidence.manifest
            body |= {"request": manifest.request.model_dump(), "log": manifest.log.id, "size": manifest.size}
        return body


async def verify_bundle(path: Path, trust: Trust, make_app: MakeApp) -> Report:
    """What a bundle proves to one who trusts just what is brought. Raises OSError where it cannot be read."""
    return await verify(await asyncio.to_thread(path.read_bytes), trust, make_app)


async def verify(data: bytes, trust: Trust, make_app: MakeApp) -> Report:
    """What the bytes of a bundle prove."""
    try:
        files = form.extract(data)
        evidence = check(files, trust)
    except (NotABundle, NotANote, ValueError) as error:
        rest = [Claim(name, NOT_CHECKED, "the files are not those of a bundle") for name in TITLES if name != "files"]
        return Report((Claim("files", FAILED, str(error)), *rest))
    claims = list(evidence.claims)
    packs, claim = _packs(files, trust)
    claims.append(claim)
    broken = [one.name for one in claims if one.status == FAILED and one.name in GROUND]
    if broken:
        told = f"it would rest on what does not hold: {broken[0]}"
        claims += [Claim(name, NOT_CHECKED, told) for name in ("answer", "complete")]
        return Report(tuple(claims), evidence)
    claims += await _derived(files, evidence, packs, make_app)
    return Report(tuple(claims), evidence)


def _packs(files: form.Files, trust: Trust) -> tuple[dict[str, Pack], Claim]:
    """The packs of a bundle by file without `.yaml`, and whether they are known."""
    names = sorted(name for name in files if name.startswith(form.PACKS))
    try:
        found = {name[len(form.PACKS) :].removesuffix(".yaml"): load(files[name].decode()) for name in names}
    except (PackError, ValueError) as error:
        return {}, Claim("packs", FAILED, str(error))
    carried = load_all().values()
    known = {pack.digest for pack in carried} | superseded().keys() | trust.packs
    if strange := next((pack for pack in found.values() if pack.digest not in known), None):
        told = f"{strange.system} (digest {strange.digest}) is none that this software carries: --pack accepts it"
        return found, Claim("packs", FAILED, told)
    if missing := sorted(_missing(carried, found.values()) - trust.absent):
        told = f"{missing[0]}, which this software carries, is not in it: --absent-pack does without"
        return found, Claim("packs", FAILED, told)
    if any(f"{name}.yaml" not in pack.file_names for name, pack in found.items()):
        return found, Claim("packs", FAILED, "a pack is not in the file of its name")
    return found, Claim("packs", CHECKED, f"{len(found)} packs, by their digests")


def _missing(carried: Collection[Pack], found: Collection[Pack]) -> set[str]:
    """The systems that are carried and not in a bundle, or of which it has the text of some days alone."""
    here = {pack.digest for pack in found}
    own = {pack.system for pack in carried if pack.digest in here}
    other = {pack.system for pack in found} - own
    return {pack.system for pack in carried if pack.digest not in here and pack.system not in other}


async def _derived(files: form.Files, evidence: Evidence, packs: Mapping[str, Pack], make_app: MakeApp) -> list[Claim]:
    """The answer derived again, and whether all that it asked for is here."""
    manifest = evidence.manifest
    if not manifest.request.provable:
        told_of = f"no bundle proves an answer of {manifest.request.path[:200]}"
        return [Claim("answer", FAILED, told_of), _complete(evidence, None)]
    try:
        entries = entries_of(manifest.log.id, evidence.items, evidence.signed)
        shelf = Shelf(manifest.log, entries, manifest.states, evidence.roots)
        derived = await Deriver(make_app).derive(Question.of(manifest, packs), shelf)
    except Exception as error:  # noqa: BLE001  whatever a forged bundle breaks, it is not verified
        return [Claim("answer", FAILED, f"cannot be derived: {error!r}"), _complete(evidence, None)]
    if derived.status != 200:
        told: tuple[Status, str] = (
            FAILED, f"these entries answer {derived.status}: {derived.answer[:300].decode('utf-8', 'replace')}"
        )  # fmt: skip
    elif derived.answer == files[form.ANSWER]:
        narrowed = f", as a grant for {', '.join(manifest.jurisdictions)} sees it" if manifest.jurisdictions else ""
        said = f"from {len(entries)} entries, byte for byte in the form of RFC 8785{narrowed}"
        told = CHECKED, said
    else:
        told = FAILED, "these entries give another answer"
    return [Claim("answer", *told), _complete(evidence, derived)]


def _complete(evidence: Evidence, derived: Derived | None) -> Claim:
    """Whether every entry that could bear on the answer is here."""
    if derived is None:
        return Claim("complete", NOT_CHECKED, "the answer was not derived")
    names = next(claim for claim in evidence.claims if claim.name == "names")
    end = max(state.size for state in evidence.manifest.states)
    if [item.position for item in evidence.items if item.position < end] == list(range(end)):
        return Claim("complete", CHECKED, f"all {end} entries are here")
    if names.status != CHECKED:
        return Claim("complete", FAILED, f"not all {end} entries are here, and no names are opened")
    keys = {str(signature["key_id"]) for kept in evidence.signed.values() for signature in kept}
    missing = sorted((derived.trace.ids | keys) - evidence.opened)
    missing += sorted(derived.trace.looked_up) + ["every entry"] * derived.trace.ran
    if missing:
        return Claim("complete", FAILED, f"the answer rests on {', '.join(missing[:SHOWN])}: not opened")
    return Claim("complete", CHECKED, f"all entries that name one of {len(evidence.opened)} names")
