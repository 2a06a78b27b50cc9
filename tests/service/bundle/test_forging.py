"""What a bundle holds cannot be changed: not by accident, and not by one who makes every digest anew."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from events import checkpoints, signatures, trust
from events.canonical import canonical, read_json
from events.errors import BadRequest
from events.known import read_known_at
from events.leaf import PayloadDigests
from events.note import COSIGNATURE_TYPE, VerifierKey
from events.trust import Policy
from projections.policies.pack import PackError, load
from service.bundle import form, making, verifying
from service.bundle.check import CHECKED, FAILED, Trust
from service.bundle.contents import Erased, Item, Manifest, Names, State, Tree, read, read_items
from service.bundle.deriving import Deriver, Question
from service.bundle.gathering import Gathered
from service.bundle.shelf import Shelf, entries_of
from service.bundle.verifying import Report
from tests.service.bundle.notary import Bundles, app_once, bundles, report_of, resealed
from tests.service.samples import CASES

pytest_plugins = ["tests.service.samples", "tests.service.bundle.notary"]
pytestmark = pytest.mark.anyio

LOG: Final = CASES["q4"]["log"]
TARGET: Final = f"/posts/syn-62-post-620000-secretary/holders?log={LOG}"


class Bundle:
    """A good bundle, and a policy that trusts it."""

    def __init__(self, made: Bundles, data: bytes, policy: Policy) -> None:
        self.made, self.data, self.policy = made, data, policy
        self.files = form.extract(data)
        self.manifest = Manifest.of(self.files)
        self.items = read_items(self.files[form.ENTRIES])
        self.tree = read(Tree, form.TREE, self.files[form.TREE])
        self.names = read(Names, form.NAMES, self.files[form.NAMES])

    async def report(self, data: bytes) -> Report:
        """What is found of a bundle by one who trusts the log."""
        return await report_of(data, self.policy)

    async def with_items(self, items: Sequence[Item], **files: bytes) -> dict[str, bytes]:
        """The files with other entries, proved anew as whoever has the log can."""
        sizes = {root.size for root in self.tree.roots}
        found = Gathered(list(items), set(), whole=False)
        async with self.made.service.engine.connect() as conn:
            tree = await making._tree(conn, LOG, self.tree.size, self.manifest.states, sizes, found)
        entries = b"".join(item.line() + b"\n" for item in items)
        return {**self.files, form.ENTRIES: entries, form.TREE: tree.line(), **files}

    async def answer(self, items: Sequence[Item]) -> bytes:
        """What these entries answer."""
        roots = {root.size: root.root for root in self.tree.roots}
        shelf = Shelf(self.manifest.log, entries_of(LOG, items, {}), self.manifest.states, roots)
        question = Question.of(self.manifest, self.made.service.packs)
        return (await Deriver(app_once).derive(question, shelf)).answer


@pytest.fixture
async def good(samples_url: str, notary_directory: Path) -> AsyncIterator[Bundle]:
    async with bundles(samples_url, notary_directory) as made:
        data = await made.bundle(TARGET)
        yield Bundle(made, data, await made.policy(LOG))


def flipped(data: bytes, at: int, mask: int = 1) -> bytes:
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def places(good: Bundle) -> Iterator[int]:
    """Every byte of the archive that is in no file, every byte of the small files, and some of each large one."""
    chance, inside = random.Random(4), set()
    for raw in good.files.values():
        start = good.data.index(raw)
        whole = range(start, start + len(raw))
        inside |= set(whole)
        yield from whole if len(raw) < 300 else [whole[0], whole[-1], *chance.sample(whole, 30)]
    yield from (at for at in range(len(good.data)) if at not in inside)


async def test_a_good_bundle_holds(good: Bundle) -> None:
    """Unchanged, every claim that can be checked is, and none fails."""
    report = await good.report(good.data)
    assert report.failed is None
    assert report.holds()
    assert {claim.name for claim in report.claims if claim.status != CHECKED} == {"time"}


async def test_a_state_that_the_bundle_was_not_made_for(good: Bundle) -> None:
    """It is told as it was asked, with those that there are."""
    states = [State(asked="@7", size=7, known_at=None)]
    shelf = Shelf(good.manifest.log, [], states, {})
    for asked in ("2018-01-15", "@5"):
        with pytest.raises(BadRequest, match=f"the value {asked}; expected .* made for: @7$"):
            await shelf.resolve(LOG, read_known_at(asked), projected=0, clock="live")


async def test_any_byte_changed(good: Bundle) -> None:
    """With one byte changed, in any file or between them, no bundle is verified."""
    tried = 0
    for at in places(good):
        report = await good.report(flipped(good.data, at, 1 << at % 8))
        assert not report.holds(), at
        tried += 1
    assert tried > 1500
    for data in (good.data[:-1], good.data + b"\0", good.data[1:], b"", good.data + good.data):
        assert not (await good.report(data)).holds()


@pytest.mark.long
async def test_any_file_changed_and_the_digests_made_anew(good: Bundle) -> None:
    """A byte changed in any file does not pass where the manifest is made anew; packs are known by digest."""
    chance = random.Random(5)
    for name, raw in good.files.items():
        if name in (form.MANIFEST, form.DIGEST):
            continue
        for at in [0, len(raw) - 1, *chance.sample(range(len(raw)), 2)]:
            changed = flipped(raw, at)
            report = await good.report(resealed({**good.files, name: changed}))
            says_the_same = report.holds() and name.startswith(form.PACKS) and same_pack(raw, changed)
            assert not report.holds() or says_the_same, (name, at)
    for name in good.files.keys() - {form.MANIFEST, form.DIGEST}:
        without = {each: raw for each, raw in good.files.items() if each != name}
        assert not (await good.report(resealed(without))).holds(), name
    assert not (await good.report(resealed({**good.files, "more.txt": b""}))).holds()


def same_pack(raw: bytes, changed: bytes) -> bool:
    """Whether a pack says the same with a byte changed, as in a comment: its digest is of what it says."""
    try:
        return load(raw.decode()).digest == load(changed.decode()).digest
    except (PackError, ValueError):
        return False


@pytest.mark.long
async def test_any_entry_left_out(good: Bundle) -> None:
    """Each entry in turn left out, the proof and every digest made anew, the answer forged to fit: not verified."""
    for item in good.items:
        rest = [one for one in good.items if one is not item]
        files = await good.with_items(rest)
        report = await good.report(resealed(files))
        assert not report.holds(), item.position
        forged = await good.report(resealed({**files, form.ANSWER: await good.answer(rest)}))
        assert not forged.holds(), item.position
        failed = {claim.name for claim in forged.claims if claim.status == FAILED}
        assert "names" in failed or "entries" in failed, failed


@pytest.mark.long
async def test_an_entry_left_out_with_the_names_that_tell_of_it(good: Bundle) -> None:
    """Who leaves out an entry, and from the opened names what tells of it, is found out by the map or the answer."""
    item = next(one for one in good.items if one.type == "appointment.started")
    rest = [one for one in good.items if one is not item]
    files = {**await good.with_items(rest), form.ANSWER: await good.answer(rest)}
    shorter = [
        one.model_copy(update={"entries": [each for each in one.entries if each[0] != item.position]})
        for one in good.names.opened
    ]
    names = good.names.model_copy(update={"opened": shorter})
    report = await good.report(resealed({**files, form.NAMES: names.line()}))
    assert report.failed is not None
    assert report.failed.name == "names"
    fewer = [one for one in good.names.opened if item.position not in [position for position, _ in one.entries]]
    names = good.names.model_copy(update={"opened": fewer})
    report = await good.report(resealed({**files, form.NAMES: names.line()}))
    assert report.failed is not None
    assert report.failed.name == "complete"
    bare = {name: raw for name, raw in files.items() if name not in (form.NAMES, form.INDEX_CHECKPOINT)}
    report = await good.report(resealed(bare, entries="all"))
    assert report.failed is not None
    assert report.failed.name == "complete"


@pytest.mark.long
async def test_entries_swapped_changed_or_moved(good: Bundle) -> None:
    """Two entries that change places, an entry that says something else or at another time: not verified."""
    one, other = good.items[0], good.items[-1]
    swapped = [
        one.model_copy(update={"position": other.position}), *good.items[1:-1],
        other.model_copy(update={"position": one.position}),
    ]  # fmt: skip
    files = {**good.files, form.ENTRIES: b"".join(
        item.line() + b"\n" for item in sorted(swapped, key=lambda item: item.position)
    )}  # fmt: skip
    assert not (await good.report(resealed(files))).holds()
    for update in (
        {"kept": (one.kept or b"").replace(b"620000", b"620001", 1)}, {"recorded_at": other.recorded_at},
        {"type": "record.annulled"}, {"about": other.position}, {"names": 0}, {"id": "another"}, {"salt_p": bytes(16)},
    ):  # fmt: skip
        items = [one.model_copy(update=update), *good.items[1:]]
        files = {**good.files, form.ENTRIES: b"".join(item.line() + b"\n" for item in items)}
        assert not (await good.report(resealed(files))).holds(), update


@pytest.mark.long
async def test_another_answer(good: Bundle) -> None:
    """An answer that the entries do not give, or to another question, fails by name."""
    answer = read_json(good.files[form.ANSWER])
    answer["items" if "items" in answer else "holders"] = []
    report = await good.report(resealed({**good.files, form.ANSWER: canonical(answer)}))
    assert report.failed is not None
    assert report.failed.name == "answer"
    request = {"path": good.manifest.request.path, "query": f"log={LOG}&to=2000-01-01"}
    assert not (await good.report(resealed(good.files, request=request))).holds()
    for name, value in (("asked_on", "1900-01-01"), ("size", good.manifest.size - 1), ("states", [])):
        report = await good.report(resealed(good.files, **{name: value}))
        assert not report.holds(), name


@pytest.mark.long
async def test_an_entry_said_to_be_erased(good: Bundle) -> None:
    """Who says of an entry that it was erased, and answers without it, is not believed; only on demand."""
    item = next(one for one in good.items if one.type == "appointment.started")
    assert item.salt_p is not None
    assert item.kept is not None
    digests = PayloadDigests.of(item.salt_p, item.kept)
    erased = Erased(ground="court order", on="2020-01-01", sha256=digests.sha256, sm3=digests.sm3)
    gone = item.model_copy(update={"kept": None, "salt_p": None, "erased": erased})
    items = [gone if one is item else one for one in good.items]
    entries = b"".join(one.line() + b"\n" for one in items)
    data = resealed({**good.files, form.ENTRIES: entries, form.ANSWER: await good.answer(items)})
    report = await good.report(data)
    assert report.failed is not None
    assert report.failed.name == "erased"
    assert (await verifying.verify(data, Trust(good.policy, erased=True), app_once)).holds()


@pytest.mark.long
async def test_entries_withheld_from_a_state_of_knowledge(good: Bundle) -> None:
    """Who answers for an instant from fewer entries than were recorded by then is found out by the next one's stamp."""
    files = form.extract(await good.made.bundle(f"{TARGET}&known_at=@3400"))
    manifest = Manifest.of(files)
    instant = "2019-12-31T00:00:00.000000Z"
    answer = {**form.read_object(form.ANSWER, files[form.ANSWER]), "known_at": instant}
    forged = {**files, form.ANSWER: canonical(answer)}
    state = {"asked": instant, "size": 3400, "known_at": instant}
    request = {"path": manifest.request.path, "query": f"log={LOG}&known_at={instant}"}
    report = await good.report(resealed(forged, request=request, states=[state]))
    assert report.failed is not None
    assert report.failed.name == "knowledge"
    assert "position 3400" in report.failed.told
    early = {"asked": "2000-01-01", "size": 3400, "known_at": "2000-01-01T15:59:59.999999Z"}
    report = await good.report(resealed(forged, states=[early]))
    assert report.failed is not None
    assert "recorded after" in report.failed.told


@pytest.mark.long
async def test_whose_keys_are_trusted(good: Bundle) -> None:
    """Without a policy nothing is verified but on demand; with another's, or a quorum that is not met, it fails."""
    report = await report_of(good.data, None)
    assert report.failed is None
    assert not report.holds()
    assert report.holds(without_policy=True)
    other = await good.made.policy("demo-cn-41")
    report = await report_of(good.data, other)
    assert report.failed is not None
    assert report.failed.name == "checkpoint"
    assert not report.holds(without_policy=True)
    async with good.made.service.engine.connect() as conn:
        keys = [f"log {vkey}" for one in (LOG, f"{LOG}.index") for vkey in await checkpoints.vkeys(conn, one)]
    witness = VerifierKey("witness.example", COSIGNATURE_TYPE, signatures.generate("Ed25519")[0])
    strict = trust.parse("\n".join([*keys, f"witness w {witness}", "quorum w", ""]).encode())
    report = await report_of(good.data, strict)
    assert report.failed is not None
    assert "quorum w is not met" in report.failed.told
    half = trust.parse("\n".join([keys[0], "quorum none", ""]).encode())
    report = await report_of(good.data, half)
    assert report.failed is not None
    assert report.failed.name == "names"
