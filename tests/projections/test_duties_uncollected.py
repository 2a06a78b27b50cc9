"""The collector of cycles is off while a county is worked on, on again after, and nothing is left for it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from projections.duties import evaluating
from projections.duties.gathering import dossier_of
from projections.duties.uncollected import uncollected
from projections.policies.pack import load_all
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """The collector runs when a test begins, and after it."""
    gc.enable()
    yield
    gc.enable()


def test_it_is_off_until_the_last_work_has_ended() -> None:
    """Pieces of work overlap in any order, as those of two requests do: the collector starts when both are done."""
    first, second = uncollected(), uncollected()
    first.__enter__()
    assert not gc.isenabled()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_it_starts_again_after_an_error() -> None:
    """Work that fails leaves the collector as it was."""
    with pytest.raises(KeyError), uncollected():
        raise KeyError
    assert gc.isenabled()


def test_one_that_was_off_stays_off() -> None:
    """Whoever switched it off before switches it on."""
    gc.disable()
    with uncollected():
        assert not gc.isenabled()
    assert not gc.isenabled()


async def test_a_dossier_goes_with_its_last_reference() -> None:
    """After every rule was evaluated nothing holds a dossier in a cycle: it is freed with the collector off."""
    ledger = Ledger()
    ledger.county()
    ledger.post("head", "c", functions=["government-principal"])
    ledger.start("a", "who", "head", "2016-01-01")
    ledger.record("audit.completed", audit_id="x", subject_id="c", scope="full", completed_on="2018-03-01")
    with uncollected():
        dossier = await dossier_of(ledger.reader(), ["c"], "2018-12-31")
        found = list(evaluating.duties(load_all().values(), dossier, evaluating.Wanted(sorted(dossier.places))))
        assert len(found) > 100
        assert dossier.acts("audit.completed")
        gone = weakref.ref(dossier)
        del dossier
        assert gone() is None
