"""Where packs are kept: the current ones, those that later ones superseded, and the texts that they quote.

Pure, but for the files of this package; another folder of packs is read in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

import yaml

from projections.policies.pack import SHARED, Pack, Where, load

SOURCES: Final = "sources"
SUPERSEDED: Final = "superseded"


def shipped() -> Traversable:
    """The folder of the packs that this software carries."""
    return resources.files(__package__)


def texts(folder: Traversable) -> dict[str, str]:
    """The YAML files of packs in a folder (none where it does not exist), or of one file, by name and in its order."""
    inside = folder.iterdir() if folder.is_dir() else [folder]
    files = sorted(inside, key=lambda file: file.name)
    return {
        file.name: _text_of(file)
        for file in files
        if file.is_file() and file.name.endswith(".yaml") and file.name != SHARED
    }


def quoted(folder: Traversable) -> dict[str, str]:
    """The texts that packs of a folder may quote, by the names of their files; what is no text in UTF-8 is left out."""
    return {name: text for name, text in _kept(folder).items() if is_text(text)}


def misread(folder: Traversable) -> list[str]:
    """The texts that packs of a folder may quote (`.txt`) and that are not UTF-8, by their names."""
    return sorted(name for name, text in _kept(folder).items() if name.endswith(".txt") and not is_text(text))


def _kept(folder: Traversable) -> dict[str, str]:
    shelf = folder.joinpath(SOURCES)
    return {file.name: _text_of(file) for file in shelf.iterdir() if file.is_file()} if shelf.is_dir() else {}


def _text_of(file: Traversable) -> str:
    return file.read_bytes().decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def is_text(text: str) -> bool:
    """Whether what was read of a file was UTF-8; bytes that were not are in it as lone surrogates."""
    return not any("\udc80" <= character <= "\udcff" for character in text)


@cache
def superseded() -> Mapping[str, Pack]:
    """The packs that the current ones superseded, by their digests. Raises PackError."""
    return read_superseded(shipped())


def read_superseded(folder: Traversable) -> dict[str, Pack]:
    """The packs of a folder that were superseded, by their digests. Raises PackError."""
    found = map(load, texts(folder.joinpath(SUPERSEDED)).values())
    return {pack.digest: pack for pack in found}


def line_of(text: str, at: Where) -> int:
    """The line, from 1, on which a way into a pack's file ends, or as far along it as there is something."""
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return 1
    line = 0
    for step in at:
        found = _step(node, step) if node is not None else None
        if found is None:
            break
        line, node = found
    return line + 1


def _step(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    """The line and the node that a key, a position or the id of an item leads to."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode):
        for n, item in enumerate(node.value):
            if n == step or (isinstance(step, str) and _id(item) == step):
                return item.start_mark.line, item
    return None


def _id(node: yaml.Node) -> str | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value.value for key, value in pairs if key.value == "id"), None)
