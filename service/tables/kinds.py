"""Which kind of event the rows of a ledger are: as said, as the file says, or as its columns tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from events.catalogue.base import Kind
from events.catalogue.registry import KINDS
from service.tables.columns import folded, understood
from service.tables.template import ATTRIBUTES, FAULTS, TYPE, kind_in_header

_BY_NAME: Final = {
    name: kind for kind in KINDS.values() if not kind.SERVICE_ONLY for name in (kind.NAME, folded(kind.TITLE_ZH))
}
_ATTRIBUTES: Final = {folded(header): name for header, name in ATTRIBUTES.items()}
_ENGLISH: Final = frozenset(ATTRIBUTES.values())


class KindUnclear(ValueError):
    """The kind of a ledger cannot be told: why, in Chinese and in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def kind_named(name: str) -> type[Kind] | None:
    """The kind of a type (`visit.made`) or a Chinese title (走访调研); None where there is none to report."""
    return _BY_NAME.get(name.strip()) or _BY_NAME.get(folded(name))


def attribute(header: str, kind: type[Kind] | None) -> str | None:
    """The attribute of the event that a header means; in English only where the kind has no such field."""
    plain = folded(kind_in_header(header)[0])
    found = _ATTRIBUTES.get(plain)
    if found is None and plain in _ENGLISH and (kind is None or plain not in understood(kind)):
        return plain
    return found


def kind_of(headers: Sequence[str], said: str | None, file_name: str) -> tuple[type[Kind] | None, str]:
    """The kind of a ledger and how it is known; None where each row says its own. Raises KindUnclear."""
    if said is not None:
        return _known(said), "--kind"
    in_header = next((name for header in headers if (name := kind_in_header(header)[1]) is not None), None)
    if in_header is not None:
        return _known(in_header), "header 列名"
    if any(attribute(header, None) == "type" for header in headers):
        return None, f"column 列 {TYPE}"
    fitting = [kind for kind in dict.fromkeys(_BY_NAME.values()) if _fits(kind, headers)]
    named = kind_named(file_name)
    if named in fitting:
        return named, "file name 文件名"
    if len(fitting) == 1:
        return fitting[0], "columns 列"
    candidates = ", ".join(f"{kind.NAME} {kind.TITLE_ZH}" for kind in fitting[:10])
    if fitting:
        raise KindUnclear(f"列名符合多种事件类型:{candidates}", f"the columns fit several kinds: {candidates}")
    raise KindUnclear(
        "无法从列名判断事件类型:请以 --kind 指明,或使用 GET /v1/kinds/{type}/template 的模板",
        "the columns fit no kind: name one with --kind, or use the template of GET /v1/kinds/{type}/template",
    )


def _known(name: str) -> type[Kind]:
    kind = kind_named(name)
    if kind is None:
        raise KindUnclear(f"没有可报送的事件类型 {name}", f"there is no kind {name} that may be reported")
    return kind


def _fits(kind: type[Kind], headers: Sequence[str]) -> bool:
    """Whether every header is one of the kind's, and all fields that it requires have theirs."""
    columns = understood(kind)
    own = [header for header in headers if header and header != FAULTS]
    data = [folded(header) for header in own if attribute(header, kind) is None]
    if not data or not all(header in columns for header in data):
        return False
    given = {columns[header].path[0] for header in data}
    return {info.alias or name for name, info in kind.model_fields.items() if info.is_required()} <= given
