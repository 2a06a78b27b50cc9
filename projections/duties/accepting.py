"""Whether packs can be used: each rule by an evaluator that takes it, and all that packs must hold together.

Pure, but for the files of packs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from projections.duties.evaluating import params_of, params_under
from projections.policies import shelf
from projections.policies.checking import Fault, faults
from projections.policies.pack import Pack, PackError, load, load_all
from projections.policies.rule import Rule

_NOT_UTF8: Final = "should be text in UTF-8"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with a file of a pack, and on which line of it."""

    file: str
    line: int
    told: str

    def __str__(self) -> str:
        """`gansu.yaml:12: what is wrong`."""
        return f"{self.file}:{self.line}: {self.told}"


@dataclass(frozen=True, slots=True)
class Checked:
    """Packs as they were read from files, and what is wrong with them."""

    packs: Mapping[str, Pack]
    """By the name of the file."""
    complaints: tuple[Complaint, ...]


def refused(pack: Pack, rule: Rule) -> PackError | None:
    """Why a rule cannot be evaluated, under its own parameters or those of another reading; None where it can."""
    try:
        params_of(pack, rule)
        for reading in rule.readings:
            for value in reading.others:
                params_under(pack, rule, reading, value)
    except PackError as error:
        return error
    return None


def checked(folder: Traversable) -> Checked:
    """The packs of a folder, or of one file, with what is wrong with them beside those that this software carries.

    A pack of a system that is carried stands in its place. Texts quoted are looked for in the folder's own sources,
    or in those beside the file, then in the shipped ones.
    """
    files = shelf.texts(folder)
    packs, unreadable = _read(files, "")
    systems = {pack.system for pack in packs.values()}
    beside = [] if _is_shipped(folder) else [pack for pack in _carried() if pack.system not in systems]
    sources = shelf.quoted(shelf.shipped())
    home = folder if folder.is_dir() else folder.parent if isinstance(folder, Path) else None
    if home is not None:
        sources |= shelf.quoted(home)
        unreadable += [Complaint(f"{shelf.SOURCES}/{name}", 1, _NOT_UTF8) for name in shelf.misread(home)]
    if folder.is_dir():
        _, old = _read(shelf.texts(folder.joinpath(shelf.SUPERSEDED)), f"{shelf.SUPERSEDED}/")
        unreadable += old
    found = faults(list(packs.values()), beside, sources, refused)
    return Checked(packs, (*unreadable, *_misnamed(packs, files), *placed(found, packs, files)))


def _carried() -> Iterable[Pack]:
    """The packs that this software carries, as far as they can be read."""
    try:
        return load_all().values()
    except PackError:
        return _read(shelf.texts(shelf.shipped()), "")[0].values()


def _read(files: Mapping[str, str], prefix: str) -> tuple[dict[str, Pack], list[Complaint]]:
    packs: dict[str, Pack] = {}
    unreadable = []
    for name, text in files.items():
        if not shelf.is_text(text):
            unreadable.append(Complaint(prefix + name, 1, _NOT_UTF8))
            continue
        try:
            packs[name] = load(text)
        except PackError as error:
            unreadable.append(Complaint(prefix + name, error.line or shelf.line_of(text, error.at), str(error)))
    return packs, unreadable


@cache
def usable() -> dict[str, Pack]:
    """The packs that this software carries, by file without `.yaml`.

    Raises PackError with file and line of all that is wrong.
    """
    try:
        packs = load_all()
        found = faults(list(packs.values()), (), shelf.quoted(shelf.shipped()), refused)
    except PackError:
        found = None
    if found == []:
        return packs
    raise PackError("\n".join(map(str, checked(shelf.shipped()).complaints)))


def placed(found: Iterable[Fault], packs: Mapping[str, Pack], files: Mapping[str, str]) -> list[Complaint]:
    """Faults with the files and lines in which they are."""
    names = {id(pack): name for name, pack in packs.items()}
    return [
        Complaint(names[id(fault.pack)], shelf.line_of(files[names[id(fault.pack)]], fault.at), fault.told)
        for fault in found
    ]


def _misnamed(packs: Mapping[str, Pack], files: Mapping[str, str]) -> Iterable[Complaint]:
    for name, pack in packs.items():
        if name not in pack.file_names:
            told = f"pack {pack.system}: system: should be the name of its file, {name}"
            yield Complaint(name, shelf.line_of(files[name], ("system",)), told)


def _is_shipped(folder: Traversable) -> bool:
    return str(folder) == str(shelf.shipped())
