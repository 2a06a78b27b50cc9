"""Names of divisions as far as two tables may spell one name differently.

The tables write one name in several ways (东华门街道办事处 and 东华门街道, 张家村委会 and
张家村村民委员会), and the way changes between years for thousands of places. `plain` is the same
for the spellings of one name; `stem` is the name without its kind (县, 市, 镇, 乡, 村, 社区...), which
changes where a place is promoted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from service.divisions.tree import CITY, COUNTY, TOWNSHIP

_VILLAGE: Final = re.compile(r"(.*?)村*(?:村民委员会|村民委会|村委员会|村委会|民委员会|村民委)")
_COMMUNITY: Final = re.compile(
    r"(.*?)(?:社区)*(?:社区居民委员会|社区居民委会|社区居委会|社区委员会|居民委员会|居民委会|居委会|社区)"
)
_REMARK: Final = re.compile(r"(?<=.)(?:[(\uff08][^()\uff08\uff09]*[)\uff09])+$")
_KINDS: Final = {
    CITY: re.compile(r"(?<=.)(?:地区|自治州|盟|市)$"),
    COUNTY: re.compile(r"(?<=.)(?:自治县|自治旗|县|市|区|旗)$"),
    TOWNSHIP: re.compile(r"(?<=.)(?:街道|地区|民族乡|镇|乡|苏木)$"),
}


@lru_cache(maxsize=200_000)
def plain(level: int, name: str) -> str:
    """A name in one spelling: without a remark in brackets at its end, without 办事处, 村 for 村民委员会."""
    name = _REMARK.sub("", name)
    if level < TOWNSHIP:
        return name
    if level == TOWNSHIP:
        short = re.sub(r"(?<=.)(?:办事处|街道办)$", "", name)
        if short != name and not short.endswith(("街道", "地区")):
            return short + "街道"
        return short
    found = _COMMUNITY.fullmatch(name)
    if found is not None:
        return found[1] + "社区"
    found = _VILLAGE.fullmatch(name)
    if found is not None:
        return found[1] + "村"
    return name.rstrip("村") + "村" if name.endswith("村") else name


def prolonged(level: int, one: str, other: str) -> bool:
    """Whether one of two names is the other with something before it: 铁东区山门镇 for 山门镇."""
    short, long = sorted((plain(level, one), plain(level, other)), key=len)
    return len(short) > 1 and long.endswith(short)


@lru_cache(maxsize=200_000)
def stem(level: int, name: str) -> str:
    """A name without the kind of the place."""
    spelled = plain(level, name)
    if level in _KINDS:
        return _KINDS[level].sub("", spelled)
    return spelled.removesuffix("社区").removesuffix("村") or spelled
