"""Which packs a bundle may not lack."""

from __future__ import annotations

from projections.policies.pack import load
from service.bundle.verifying import _missing
from tests.projections.packs import changed


def test_a_bundle_has_every_text_of_a_system_or_those_of_before() -> None:
    """One that lacks the earlier text beside the present one would hide days; one made before both does not."""
    old, new = load(changed()), load(changed("instrument.title", "新办法"))
    before = load(changed("instrument.title", "旧版"))
    assert _missing([old, new], [old, new]) == set()
    assert _missing([old, new], [new]) == _missing([old, new], []) == {"rivers"}
    assert _missing([old, new], [before]) == set()
