"""The form of `zeren-bundle/v1`: its files, and the one archive that they make.

The archive is a ZIP without compression, its files in order of their names, every date 1980-01-01. So the same
files make the same bytes, and whatever else is in an archive makes another archive.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from events.canonical import NotJson, canonical, read_json

FORMAT: Final = "zeren-bundle/v1"
MEDIA_TYPE: Final = "application/vnd.zeren.bundle+zip"
MANIFEST: Final = "manifest.json"
DIGEST: Final = "manifest.sha256"
ANSWER: Final = "answer.json"
ENTRIES: Final = "entries.ndjson"
TREE: Final = "tree.json"
CHECKPOINT: Final = "checkpoint.txt"
TOKEN: Final = "checkpoint.tsr"  # noqa: S105  a time token is no secret
NAMES: Final = "names.json"
INDEX_CHECKPOINT: Final = "index-checkpoint.txt"
PACKS: Final = "packs/"
MAX_BUNDLE: Final = 2**31
REQUIRED: Final = frozenset({MANIFEST, DIGEST, ANSWER, ENTRIES, TREE, CHECKPOINT})
OPTIONAL: Final = frozenset({TOKEN, NAMES, INDEX_CHECKPOINT})
_PACK: Final = re.compile(r"packs/[a-z0-9-]{1,60}\.yaml", re.ASCII)
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_FOR_ALL: Final = 0o644 << 16

Files = Mapping[str, bytes]


class NotABundle(ValueError):
    """What is not of the form of a bundle; the message says why."""


def archive(files: Files) -> bytes:
    """The archive of some files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as opened:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.create_system = 3
            info.external_attr = _FOR_ALL
            opened.writestr(info, files[name])
    return out.getvalue()


def extract(data: bytes) -> dict[str, bytes]:
    """The files of an archive, which must be just the one that they make. Raises NotABundle."""
    if len(data) > MAX_BUNDLE:
        raise NotABundle(f"an archive has at most {MAX_BUNDLE} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            if any(info.compress_type != zipfile.ZIP_STORED for info in opened.infolist()):
                raise NotABundle("the archive is compressed; that of a bundle is not")
            files = {info.filename: opened.read(info) for info in opened.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError) as error:
        raise NotABundle(f"no archive of a bundle: {error}") from None
    if archive(files) != data:
        raise NotABundle("the archive is not in the one form that its files make")
    return files


def sealed(files: Files, manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """The files with a manifest that digests each of them, and the digest of that."""
    told = canonical({**manifest, "files": {name: sha256(raw).hexdigest() for name, raw in files.items()}})
    return {**files, MANIFEST: told, DIGEST: _digest_line(told)}


def manifest_of(files: Files) -> dict[str, Any]:
    """The manifest, where the files are all there, no other, and each as it says. Raises NotABundle."""
    unknown = [name for name in files if name not in REQUIRED | OPTIONAL and _PACK.fullmatch(name) is None]
    missing = sorted(REQUIRED - files.keys())
    if unknown or missing:
        raise NotABundle(f"{unknown[0]!r} is no file of a bundle" if unknown else f"{missing[0]} is missing")
    if files[DIGEST] != _digest_line(files[MANIFEST]):
        raise NotABundle(f"{MANIFEST} does not have the digest of {DIGEST}")
    told = read_object(MANIFEST, files[MANIFEST])
    if told.get("format") != FORMAT:
        raise NotABundle(f"the format is {told.get('format')!r}, not {FORMAT}")
    digests = {name: sha256(raw).hexdigest() for name, raw in files.items() if name not in (MANIFEST, DIGEST)}
    if told.get("files") != digests:
        said = told.get("files")
        known: Mapping[str, Any] = said if isinstance(said, dict) else {}
        wrong = next(name for name in sorted({*digests, *known}) if digests.get(name) != known.get(name))
        raise NotABundle(f"{wrong} does not have the digest of {MANIFEST}")
    return told


def read_object(name: str, raw: bytes) -> dict[str, Any]:
    """The JSON object of a file, in its canonical form (RFC 8785). Raises NotABundle."""
    try:
        told = read_json(raw)
        if isinstance(told, dict) and canonical(told) == raw:
            return told
    except (NotJson, TypeError, ValueError):
        pass
    raise NotABundle(f"{name} is not one JSON object in the form of RFC 8785")


def _digest_line(manifest: bytes) -> bytes:
    """As `sha256sum` writes it."""
    return f"{sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()
