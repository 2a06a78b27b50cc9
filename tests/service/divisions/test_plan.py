"""Plans of random tables: what they record folds to the table, and to the older one the day before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service.divisions.plan import Plan, plan_of
from service.divisions.record import Journal, OnRecord
from service.divisions.table import Province
from service.divisions.tree import LEVELS, VILLAGE, Node, Tree
from tests.thorough import examples

DIGITS = (2, 4, 6, 9, 12)
KINDS = ("省", "市", "县", "镇", "村")


@dataclass
class World:
    """A province in the making: nodes by a number of their own, which tells which is which."""

    nodes: dict[int, Node] = field(default_factory=dict)
    parents: dict[int, int | None] = field(default_factory=dict)
    names: int = 0
    codes: int = 0

    def name(self, level: int) -> str:
        """A name that no other place has."""
        self.names += 1
        return "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in f"{self.names:03}") + KINDS[level]

    def code(self, level: int) -> str:
        """A code that no other place has."""
        self.codes += 1
        return f"62{self.codes:0{DIGITS[level] - 2}}" if level else "62"

    def add(self, level: int, parent: int | None) -> int:
        """A new place."""
        number = len(self.parents)
        code = self.code(level)
        self.parents[number] = parent
        self.nodes[number] = Node(code, level, code.ljust(6, "0"), self.name(level), None)
        return number

    def province(self) -> Province:
        """The table of this world, parents first."""
        keys = {number: node.key for number, node in self.nodes.items()}
        found = Province("62", "甘肃省")
        for number in sorted(self.nodes, key=lambda one: self.nodes[one].level):
            parent = self.parents[number]
            found.nodes.append(self.nodes[number]._replace(parent=None if parent is None else keys[parent]))
        return found


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A province with some cities, counties, townships and villages; a level may be skipped."""
    world = World()
    top = world.add(0, None)
    for _ in range(draw(st.integers(1, 2))):
        city = world.add(1, top)
        for _ in range(draw(st.integers(1, 2))):
            county = world.add(2, draw(st.sampled_from([city, top])))
            for _ in range(draw(st.integers(0, 3))):
                township = world.add(3, county)
                for _ in range(draw(st.integers(0, 5))):
                    world.add(VILLAGE, township)
    return world


def entries(events: Iterable[dict[str, Any]], start: int = 0) -> list[dict[str, Any]]:
    """Events as entries of a log."""
    return [
        {
            "position": position, "about": position, "names": None, "recorded_at": "2020-01-01T00:00:00.000000Z",
            "id": event["id"], "source": event["source"], "type": event["type"], "event": event,
        }
        for position, event in enumerate(events, start)
    ]  # fmt: skip


def read(year: int, log: Iterable[dict[str, Any]], day: str) -> OnRecord:
    """What a log has on record on a day, for the table of a year."""
    journal = Journal(year)
    for entry in log:
        journal.add(entry)
    return journal.on_record(day)


def planned(year: int, province: Province, log: Iterable[dict[str, Any]]) -> Plan:
    """The plan of a table."""
    day = f"{year}-10-31"
    return plan_of("cn-62", province, read(year, log, day), year, day)


def shape(tree: Tree) -> set[tuple[str, str, str, str | None]]:
    """Code, name, level and parent's code of every place."""
    return {
        (node.code, node.name, LEVELS[node.level], None if node.parent is None else tree[node.parent].code)
        for node in tree.nodes.values()
    }


@settings(max_examples=examples(200), deadline=None)
@given(worlds())
def test_a_first_table_is_what_is_on_record(world: World) -> None:
    """The first table is on record as it is, on any day, and makes no further event when sent again."""
    province = world.province()
    log = entries(planned(2018, province, []).events())
    for day in ("1990-01-01", "2018-10-31"):
        assert shape(read(2019, log, day).tree) == shape(Tree(province.nodes))
    assert list(planned(2018, province, log).events()) == []
    assert list(planned(2018, province, log[: len(log) // 2]).events()) == [e["event"] for e in log[len(log) // 2 :]]


@settings(max_examples=examples(300), deadline=None)
@given(worlds(), st.data())
def test_a_further_table_is_what_is_on_record_from_its_day(world: World, data: st.DataObject) -> None:
    """After a second table its places are on record from its day on, the first one's before, each under its id.

    Of what is left to a person nothing is recorded. A table that was broken off is finished by the same events.
    """
    before = world.province()
    log = entries(planned(2018, before, []).events())
    ids = {node.code: node.key for node in read(2019, log, "2018-12-31").tree.nodes.values()}
    codes = {number: node.code for number, node in world.nodes.items()}
    edited = edit(world, data)
    after = world.province()
    plan = planned(2019, after, log)
    assert plan.refused is None
    log += entries(plan.events(), len(log))
    assert shape(read(2020, log, "2019-10-30").tree) == shape(Tree(before.nodes))
    now = read(2020, log, "2019-10-31").tree
    if plan.open:
        assert not {found.key for found in plan.open if found.on_record} & {change.about for change in plan.changes()}
        return
    assert shape(now) == shape(Tree(after.nodes))
    found = {node.code: node.key for node in now.nodes.values()}
    for number in edited & codes.keys() & world.nodes.keys():
        assert found[world.nodes[number].code] == ids[codes[number]]
    assert list(planned(2019, after, log).events()) == []
    start = len(log) - len(list(plan.events()))
    if start + 1 < len(log):
        cut = data.draw(st.integers(start + 1, len(log) - 1))
        assert list(planned(2019, after, log[:cut]).events()) == [entry["event"] for entry in log[cut:]]
        broken = planned(2020, after, log[:cut]).refused
        assert broken is not None
        assert "import that again first" in broken[1]


def edit(world: World, data: st.DataObject) -> set[int]:
    """Change some places in one way each: name, code, township, or an end; give those that must stay themselves."""
    stay = set(world.nodes)
    leaves = [number for number, node in world.nodes.items() if node.level == VILLAGE]
    ended = set(data.draw(st.lists(st.sampled_from(leaves), unique=True, max_size=3))) if leaves else set()
    for number in ended:
        del world.nodes[number]
    stay -= ended
    for number in sorted(stay):
        node = world.nodes[number]
        change = data.draw(st.sampled_from(["none", "none", "name", "code", "move"]))
        if change == "name":
            world.nodes[number] = node._replace(name=world.name(node.level))
        elif change == "code" and node.level:
            code = world.code(node.level)
            world.nodes[number] = node._replace(key=code, code=code.ljust(6, "0"))
        elif change == "move" and node.level == VILLAGE:
            township = world.parents[number]
            county = world.parents[township] if township is not None else None
            others = [one for one, parent in world.parents.items() if parent == county and one in world.nodes]
            code = world.code(VILLAGE)
            world.nodes[number] = node._replace(key=code, code=code)
            world.parents[number] = data.draw(st.sampled_from(others))
    townships = [number for number, node in world.nodes.items() if node.level == VILLAGE - 1]
    if townships:
        for _ in range(data.draw(st.integers(0, 2))):
            world.add(VILLAGE, data.draw(st.sampled_from(townships)))
    return stay
