"""The header of a ledger of a kind: a row of Chinese titles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from events.catalogue.base import Kind
from service.tables.columns import columns_of

ID: Final = "事件标识"
SOURCE: Final = "报送来源"
TIME: Final = "报送时间"
TYPE: Final = "事件类型"
ATTRIBUTES: Final[Mapping[str, str]] = {ID: "id", SOURCE: "source", TIME: "time", TYPE: "type"}
"""Headers of what is not data: the attributes of the CloudEvent."""
FAULTS: Final = "问题说明"
"""The header under which rows that were kept back say what is wrong with them; passed over when they are read again."""
_KIND_IN_HEADER: Final = re.compile(r"(.*?)\s*[(\uff08]\s*([a-z.-]+)\s*[)\uff09]")


@cache
def header_of_kind(kind: type[Kind]) -> tuple[str, ...]:
    """The headers of a ledger of a kind, the kind in the first."""
    return f"{ID}({kind.NAME})", SOURCE, TIME, *(column.header for column in columns_of(kind))


def kind_in_header(header: str) -> tuple[str, str | None]:
    """A header without the kind it may carry, and that kind: `事件标识(visit.made)` is 事件标识 of visit.made."""
    found = _KIND_IN_HEADER.fullmatch(header)
    if found is None or found[1] not in (*ATTRIBUTES, *ATTRIBUTES.values()):
        return header, None
    return found[1], found[2]
