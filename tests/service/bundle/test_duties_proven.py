"""Bundles of duties: derived again from the whole log, under the packs in the bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from projections.policies.pack import load_all
from projections.policies.shelf import superseded
from service.bundle import form
from tests.longer import longer
from tests.service.bundle.notary import bundles
from tests.service.bundle.test_answers_proven import proven
from tests.service.samples import CASES

pytest_plugins = ["tests.service.samples", "tests.service.bundle.notary"]
pytestmark = pytest.mark.anyio

VILLAGE: Final = CASES["q4"]["jurisdiction"]
TARGETS: Final = [
    f"/duties?jurisdiction={VILLAGE}&valid_at=2018-03-05",
    f"/duties?jurisdiction={VILLAGE}&valid_at=2018-03-05&known_at=2018-01-15",
    "/duties?jurisdiction=621223104&from=2018-01-01&to=2019-01-01&status=breached,gap&limit=20&after=10",
    "/duties?person=syn-62-person-0023&valid_at=2018-12-31",
]


@pytest.mark.parametrize("target", [*TARGETS[1:3], *longer((TARGETS[0], TARGETS[3]))])
async def test_duties(samples_url: str, notary_directory: Path, target: str) -> None:
    """Derived again they are the same byte for byte; it takes the whole log, for matters that stand nowhere."""
    async with bundles(samples_url, notary_directory) as made:
        assert (await proven(made, target)).entries == "all"


@pytest.mark.long
async def test_under_a_superseded_pack(samples_url: str, notary_directory: Path) -> None:
    """An answer under a pack that a later one superseded, asked for by its digest, is derived under that one."""
    digests = [digest for digest, pack in superseded().items() if pack.system == "gansu"]
    assert digests
    async with bundles(samples_url, notary_directory) as made:
        for digest in digests:
            await proven(made, f"/jurisdictions/{VILLAGE}/responsibility?valid_at=2018-03-05&policies={digest}")


async def test_the_packs_are_named_by_their_digests(samples_url: str, notary_directory: Path) -> None:
    """Each duty names a pack by a digest, and the bundle holds the file of that pack."""
    async with bundles(samples_url, notary_directory) as made:
        files = form.extract(await made.bundle(f"{TARGETS[0]}&log=demo-cn-62"))
    packs = load_all()
    assert {name for name in files if name.startswith(form.PACKS)} == {f"{form.PACKS}{name}.yaml" for name in packs}
    items = form.read_object(form.ANSWER, files[form.ANSWER])["items"]
    assert items
    assert all(one["policy"] == packs[one["system"]].digest for one in items)
