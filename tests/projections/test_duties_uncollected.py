"""The collector of cycles is off while a county is worked on, on again after, and nothing is left for it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from projections.duties import evaluating
from projections.duties import uncollected as uncollecting
from projections.duties.gathering import dossier_of
from projections.duties.uncollected import uncollected
from projections.giving_way import apart
from projections.policies.pack import load_all
from tests.patience import looks
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """The collector runs when a test begins, and after it; nothing of an earlier test is still held."""
    settled()
    gc.enable()
    yield
    gc.enable()


def settled() -> None:
    """Wait until no work is under way, nor held."""
    for _ in looks():
        if not uncollecting._PAUSE.under_way:
            return


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


def test_what_is_held_is_let_go_later() -> None:
    """What work holds outlives it, with the collector off, and is gone a moment later, with the collector on."""

    class Rows:
        """Something that can be told to be gone."""

    rows = Rows()
    gone = weakref.ref(rows)
    with uncollected() as held:
        held.append(rows)
    del rows
    assert gone() is not None
    assert not gc.isenabled()
    settled()
    assert gone() is None
    assert gc.isenabled()


def test_work_without_end_is_collected_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one piece of work follows the other, cycles do not pile up: after a while one begins by collecting."""
    monkeypatch.setattr(uncollecting, "LONGEST", 0.0)

    class Knot:
        """Something that holds itself."""

        def __init__(self) -> None:
            self.me = self

    with uncollected():
        knot = Knot()
        gone = weakref.ref(knot)
        del knot
        assert gone() is not None
        with uncollected():
            assert gone() is None


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


async def test_what_is_done_apart_goes_with_its_last_reference() -> None:
    """What a thread made is in no cycle of futures: it is freed with the collector off."""

    class Rows:
        """Something that can be told to be gone."""

    with uncollected():
        rows = await apart(Rows)
        gone = weakref.ref(rows)
        assert gone() is rows
        del rows
        assert gone() is None


async def test_what_fails_apart_fails_here() -> None:
    """An error of the work is raised where it is waited for."""
    nothing: dict[str, str] = {}
    with pytest.raises(KeyError, match="gone"):
        await apart(lambda: nothing["gone"])
