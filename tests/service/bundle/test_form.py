"""The archive of a bundle has one form; whatever is not of it is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Final

import pytest

from service.bundle import form
from service.bundle.contents import Item, read, read_items
from service.bundle.form import NotABundle

FILES: Final = {"answer.json": b"{}", "packs/central-2016.yaml": b"system: x\n", "tree.json": b'{"size":1}'}


def written(write: Callable[[zipfile.ZipFile], None], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as opened:
        write(opened)
    return out.getvalue()


def test_the_same_files_make_the_same_bytes() -> None:
    """In whatever order they are given; and they come out as they went in."""
    data = form.archive(FILES)
    assert data == form.archive(dict(reversed(FILES.items())))
    assert form.extract(data) == FILES


def test_another_archive_of_the_same_files() -> None:
    """Compressed, in another order, twice, with a date or a comment: each another archive, and refused."""

    def in_order(opened: zipfile.ZipFile) -> None:
        for name, raw in FILES.items():
            opened.writestr(name, raw)

    def commented(opened: zipfile.ZipFile) -> None:
        opened.comment = b"genuine"
        in_order(opened)

    def backwards(opened: zipfile.ZipFile) -> None:
        for name, raw in reversed(FILES.items()):
            opened.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), raw)

    def twice(opened: zipfile.ZipFile) -> None:
        in_order(opened)
        in_order(opened)

    others = [written(in_order), written(in_order, zipfile.ZIP_DEFLATED), written(commented), written(backwards)]
    with pytest.warns(UserWarning, match="Duplicate"):
        others.append(written(twice))
    for data in (*others, b"", b"PK", form.archive(FILES)[:-3], b"x" + form.archive(FILES)):
        with pytest.raises(NotABundle):
            form.extract(data)


@pytest.mark.parametrize(
    "raw", [b"[]", b'{"a":1,"a":1}', b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":1.5}', b"{", b"\xff", b'{"a":1}\n', b""]
)
def test_json_in_any_other_form(raw: bytes) -> None:
    """Another order, white space, keys given twice, floats and no objects at all are refused."""
    with pytest.raises(NotABundle):
        form.read_object("tree.json", raw)


ITEM: Final = (
    b'{"about":0,"envelope":null,"erased":null,"id":"1","kept":"e30=","kind_version":1,"names":null,"position":0,'
    b'"recorded_at":"2026-03-05T01:02:03.000004Z","salt_h":"AA==","salt_p":"AA==","source":"urn:x","type":"x"}'
)


def test_an_entry_is_written_in_one_way() -> None:
    """Base64, instants and numbers have one form each; fields are these and no others."""
    assert read(Item, "line", ITEM).line() == ITEM
    for old, new in (
        (b'"e30="', b'"e31="'), (b'"e30="', b'"e30"'), (b".000004Z", b".4Z"), (b"000004Z", b"000004+00:00"),
        (b'"position":0', b'"position":-1'), (b'"position":0', b'"position":"0"'), (b'"names":null,', b""),
        (b'"names"', b'"more":1,"names"'), (b'"type":"x"', b'"type":null'),
        (b'"e30="', b"[]"), (b'"envelope":null', b'"envelope":7'), (b'"2026-03-05T01:02:03.000004Z"', b"7"),
    ):  # fmt: skip
        with pytest.raises(NotABundle):
            read(Item, "line", ITEM.replace(old, new))


def test_entries_are_in_order() -> None:
    """Positions rise, and the last line ends."""
    assert [item.position for item in read_items(ITEM + b"\n")] == [0]
    for raw in (ITEM, ITEM + b"\n" + ITEM + b"\n", b"\n" + ITEM + b"\n"):
        with pytest.raises(NotABundle):
            read_items(raw)
    assert read_items(b"") == []
