"""The keys of logs: made once, kept privately, changed without a gap."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from events import note
from events.note import parse_vkey
from events.signatures import read_base64
from service.notary import keys
from service.notary.keys import KeyUnreadable, NoKeyName

LOG = "cn-62"
ORIGIN = "example.com/log"


def test_keys_are_made_once(tmp_path: Path) -> None:
    """Whoever asks first makes them; all others get the same, also when they ask at the same moment."""
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: keys.ensure(tmp_path, LOG, ORIGIN, sm2=True), range(16)))
    assert len({tuple(ring.vkeys) for ring in rings}) == 1
    assert [parse_vkey(vkey).algorithm for vkey in rings[0].vkeys] == ["Ed25519", "SM2"]
    assert stat.S_IMODE((tmp_path / LOG / keys.CURRENT).stat().st_mode) == 0o600


def test_each_log_has_keys_of_its_own(tmp_path: Path) -> None:
    """No key is shared between logs: a policy knows each of them once."""
    rings = [keys.ensure(tmp_path, f"cn-{n}", f"example.com/{n}", sm2=False) for n in range(3)]
    assert len({ring.current[0].public.public_key for ring in rings}) == 3


def test_what_they_sign_verifies_by_what_is_published(tmp_path: Path) -> None:
    """A private key read back from its file signs for the public key that is shown."""
    keys.ensure(tmp_path, LOG, ORIGIN, sm2=True)
    for key in keys.read(tmp_path, LOG).signing:
        public = parse_vkey(str(key.public))
        assert public.verifies("text\n", note.sign("text\n", key.public, key.private).signature)


def test_they_are_kept_in_the_encoding_of_go(tmp_path: Path) -> None:
    """A line of Ed25519 is what Go's `note.NewSigner` reads: PRIVATE+KEY, name, id, type and seed."""
    ring = keys.ensure(tmp_path, LOG, ORIGIN, sm2=False)
    line = (tmp_path / LOG / keys.CURRENT).read_text().removesuffix("\n")
    begin, key, name, key_id, encoded = line.split("+", 4)
    assert (begin, key, name) == ("PRIVATE", "KEY", ORIGIN)
    assert key_id == ring.current[0].public.key_id.hex()
    assert len(read_base64(encoded)) == 1 + 32


def test_a_second_rotation_waits_for_the_first(tmp_path: Path) -> None:
    """While keys retire there is no new rotation: a third line would have no name."""
    keys.ensure(tmp_path, LOG, ORIGIN, sm2=False)
    first = keys.rotate(tmp_path, LOG, ORIGIN, sm2=False)
    with pytest.raises(keys.AlreadyRetiring):
        keys.rotate(tmp_path, LOG, ORIGIN, sm2=False)
    assert keys.read(tmp_path, LOG) == first
    assert keys.retire(tmp_path, LOG) == first.retiring
    assert keys.retire(tmp_path, LOG) == ()
    assert keys.rotate(tmp_path, LOG, ORIGIN, sm2=False).retiring == first.current


def test_a_rotation_that_was_cut_short_is_begun_again(tmp_path: Path) -> None:
    """Killed between its two files, a rotation leaves the old key current; it signs once, and can be rotated."""
    ring = keys.ensure(tmp_path, LOG, ORIGIN, sm2=False)
    (tmp_path / LOG / keys.RETIRING).write_text((tmp_path / LOG / keys.CURRENT).read_text())
    assert keys.read(tmp_path, LOG).vkeys == ring.vkeys
    assert len(keys.rotate(tmp_path, LOG, ORIGIN, sm2=False).vkeys) == 2


@pytest.mark.parametrize("origin", ["a b", "a+b", "", "a\u3000b"])
def test_an_origin_that_no_key_can_bear_is_told(tmp_path: Path, origin: str) -> None:
    """White space and plus signs cannot be in a key's name."""
    with pytest.raises(NoKeyName):
        keys.ensure(tmp_path, LOG, origin, sm2=False)


def test_a_damaged_file_is_told_without_its_content(tmp_path: Path) -> None:
    """What is no key stops the notary, names the file, and shows nothing that was in it."""
    keys.ensure(tmp_path, LOG, ORIGIN, sm2=False)
    file = tmp_path / LOG / keys.CURRENT
    line = file.read_text()
    encoded = line.strip().split("+", 4)[4]
    for text in ("", "x\n", line.replace(ORIGIN, "other"), line.replace(encoded, encoded[:-4]), line * 2 + "\n"):
        file.write_text(text)
        with pytest.raises(KeyUnreadable, match=str(file)) as told:
            keys.read(tmp_path, LOG)
        assert encoded[:20] not in str(told.value)
